"""What every cell promises, asked of every cell that is found, and of the tests' own specimens."""

import re
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pytest

from explorer import CELLS, Cell, GradientTrace, Trace, bptt, unroll
from explorer.arithmetic import worked
from explorer.cells.records import mapped
from explorer.initialisers import spectral_radius
from explorer.reservoir import LeakyUnits
from tests.cells.numerics import assert_close, complex_step, loss
from tests.cells.specimens import SPECIMENS
from tests.cells.witnesses import SETTINGS, WITNESSES, evidence

KINDS = [*CELLS.values(), LeakyUnits, *SPECIMENS]
CASES = [(kind, settings) for kind in KINDS for settings in SETTINGS.get(kind.__name__, [{}])]
SHAPES = [(1, 1, 1, 1), (6, 1, 2, 3), (1, 3, 2, 3), (5, 2, 1, 1), (7, 2, 3, 4)]  # T, B, D, H


def label(kind: type[Cell], settings: dict[str, Any]) -> str:
    return "-".join([kind.__name__, *map(str, settings.values())])


@dataclass(frozen=True)
class Run:
    """A cell with everything that a run of it needs."""

    cell: Cell
    xs: np.ndarray
    s0: np.ndarray
    dL: np.ndarray

    @property
    def trace(self) -> Trace:
        return Trace.of(self.cell, self.xs, self.s0)

    @property
    def gradient(self) -> GradientTrace:
        return GradientTrace.of(self.trace, self.dL)


def drawn(case, shape, rng, dtype=np.float64) -> Run:
    (kind, settings), (T, B, D, H) = case, shape
    cell = kind.init(rng, D, H, gain=1.5, **settings)
    sizes = (T, B, D), (B, cell.S), (T, B, cell.S)
    return Run(cell.astype(dtype), *(rng.standard_normal(size).astype(dtype) for size in sizes))


@pytest.fixture(params=CASES, ids=[label(*case) for case in CASES])
def case(request):
    return request.param


@pytest.fixture(params=SHAPES, ids=["T{}-B{}-D{}-H{}".format(*shape) for shape in SHAPES])
def run(request, case, rng) -> Run:
    return drawn(case, request.param, rng)


@pytest.fixture
def small(case, rng) -> Run:
    return drawn(case, (5, 2, 3, 4), rng)


@pytest.fixture
def kind(case) -> type[Cell]:
    return case[0]


# ---- derivatives -----------------------------------------------------------------------------


def moved(step, cell, direction, size):
    """Take the recorded step again from a state moved along one axis."""
    return cell.step(step.t, step.x, step.s_prev + size * direction).s


def test_jacobian_equals_differences_and_complex_steps(run):
    wide = run.cell.map(lambda array: array.astype(complex))
    for step in run.trace:
        J = run.cell.jacobian(step)
        axes = np.eye(run.cell.S)
        central = [
            (moved(step, run.cell, e, 1e-6) - moved(step, run.cell, e, -1e-6)) / 2e-6 for e in axes
        ]
        exact = [moved(step, wide, 1j * e, 1e-30).imag / 1e-30 for e in axes]
        assert_close(J, np.stack(central, axis=-1), 1e-7)
        assert_close(J, np.stack(exact, axis=-1), 1e-12)


def test_jacobian_keeps_the_leading_axes_of_the_step(small):
    cell, trace = small.cell, small.trace
    film = cell.jacobian(trace.steps)
    assert film.shape == (trace.T, trace.B, cell.S, cell.S)
    for t, step in enumerate(trace):
        assert_close(cell.jacobian(step), film[t], 1e-14)
        for b in range(trace.B):
            one = mapped(step, lambda array, b=b: array[b])
            assert_close(cell.jacobian(one), film[t, b], 1e-14)


def test_pull_is_the_transpose_of_the_step(run):
    for step, covector in zip(run.trace, run.dL, strict=True):
        back = run.cell.pull(step, covector)
        through = np.einsum("bi,bij->bj", covector, run.cell.jacobian(step))
        assert_close(back.ds_prev, through, 1e-13)
        wide = run.cell.map(lambda array: array.astype(complex))
        slope = complex_step(
            lambda x, wide=wide, step=step, v=covector: np.sum(
                v * wide.step(step.t, x, step.s_prev).s
            ),
            step.x,
        )
        assert_close(run.cell.dx(back), slope, 1e-12)
        assert back.t == step.t
        np.testing.assert_array_equal(back.ds, covector)


def test_pull_is_linear_in_its_gradient(small, rng):
    step = small.trace[2]
    u, v = rng.standard_normal((2, *step.s.shape))
    a, b, both = (small.cell.pull(step, ds) for ds in (u, v, 2 * u - 3 * v))
    for name in ("ds_prev", "da_x", "da_h"):
        combined = 2 * getattr(a, name) - 3 * getattr(b, name)
        assert_close(getattr(both, name), combined, 1e-13, name)


def test_gradients_equal_complex_steps_for_every_array(run):
    cell, gradient = run.cell, run.gradient
    found = gradient.dcell.named()
    assert found.keys() == cell.named().keys()
    for name, array in cell.named().items():
        slope = complex_step(
            lambda moved, name=name: loss(replace(cell, **{name: moved}), run.xs, run.s0, run.dL),
            array,
        )
        assert_close(found[name], slope, 1e-12, name)
    dx = complex_step(lambda xs: loss(cell, xs, run.s0, run.dL), run.xs)
    assert_close(gradient.dx, dx, 1e-12, "x")
    ds0 = complex_step(lambda s0: loss(cell, run.xs, s0, run.dL), run.s0)
    assert_close(gradient.ds[0], ds0, 1e-12, "s0")


def test_the_gradient_at_every_state_is_that_of_the_rest_of_the_run(small):
    cell, ds, s = small.cell, small.gradient.ds, small.trace.s
    direct = np.concatenate([np.zeros_like(small.dL[:1]), small.dL])
    for t in range(len(ds)):
        followed = direct[t].copy()
        through = np.broadcast_to(np.eye(cell.S), (len(followed), cell.S, cell.S))
        state = s[t]
        for k in range(t, len(ds) - 1):
            step = cell.step(k, small.xs[k], state)
            through, state = cell.jacobian(step) @ through, step.s
            followed += np.einsum("bi,bij->bj", direct[k + 1], through)
        assert_close(ds[t], followed, 1e-12, f"t={t}")


@pytest.mark.parametrize(
    ("name", "activation", "settings"),
    [
        pytest.param(name, activation, settings, id=f"{name}-{activation}".strip("-"))
        for name, activation in WITNESSES
        for settings in [{"activation": activation} if activation else {}]
    ],
)
@pytest.mark.parametrize("shape", [*SHAPES, (40, 3, 5, 16)], ids=str)
def test_states_and_gradients_equal_the_witness(name, activation, settings, shape, rng):
    kind = {kind.__name__: kind for kind in KINDS}[name]
    run = drawn((kind, settings), shape, rng)
    witness = WITNESSES[name, activation]
    states, wanted = evidence(witness, run.cell.named(), run.xs, run.s0, run.dL)
    assert_close(run.trace.s, states, 1e-12, "states")
    gradient = run.gradient
    found = {**gradient.dcell.named(), "x": gradient.dx, "s0": gradient.ds[0]}
    assert found.keys() == wanted.keys()
    for array, value in found.items():
        assert_close(value, wanted[array], 1e-12, array)


def test_direct_is_the_path_that_remains_when_the_matrix_is_cut(small):
    cell, steps = small.cell, small.trace.steps
    cut = replace(cell, W_hh=np.zeros_like(cell.W_hh))
    left = cut.jacobian(steps)
    direct = cell.direct(steps)
    assert direct.keys() <= set(cell.slots)
    for k, name in enumerate(cell.slots):
        window = slice(k * cell.H, (k + 1) * cell.H)
        wanted = np.diagonal(left[..., window, window], axis1=-2, axis2=-1)
        assert_close(np.broadcast_to(direct.get(name, 0.0), wanted.shape), wanted, 1e-13, name)


# ---- the pointwise rule ----------------------------------------------------------------------

POINTWISE = [case for case in CASES if case[0].rule.pointwise]


@pytest.fixture(params=POINTWISE, ids=[label(*case) for case in POINTWISE])
def pointwise(request, rng) -> Run:
    return drawn(request.param, (4, 2, 3, 5), rng)


def test_update_moves_only_the_unit_that_was_moved(pointwise):
    cell = pointwise.cell
    for t, step in enumerate(pointwise.trace):
        local = cell.local(step)
        before = cell.functions.update(cell, t, local.a_x, local.a_h, local.s_prev)
        for part in range(3):
            parts = [local.a_x, local.a_h, np.array(local.s_prev)]
            parts[part] = parts[part].copy()
            parts[part][..., 2] += 0.5
            after = cell.functions.update(cell, t, parts[0], parts[1], tuple(parts[2]))
            others = np.arange(cell.H) != 2
            for was, now in zip([*before[0], *before[1]], [*after[0], *after[1]], strict=True):
                np.testing.assert_array_equal(now[..., others], was[..., others])


def test_a_rule_said_to_read_the_sum_of_its_drives_reads_no_more(pointwise):
    cell = pointwise.cell
    differ = []
    for t, step in enumerate(pointwise.trace):
        local = cell.local(step)
        before = cell.functions.update(cell, t, local.a_x, local.a_h, local.s_prev)
        after = cell.functions.update(cell, t, local.a_x + 0.5, local.a_h - 0.5, local.s_prev)
        pairs = zip([*before[0], *before[1]], [*after[0], *after[1]], strict=True)
        differ += [float(np.abs(now - was).max()) for was, now in pairs]
    assert (max(differ) < 1e-14) == cell.rule.summed


def test_update_vjp_answers_unit_by_unit(pointwise, rng):
    cell = pointwise.cell
    for step in pointwise.trace:
        ds = rng.standard_normal(step.s.shape)
        whole = cell.pull(step, ds)
        alone = np.zeros_like(ds)
        alone.reshape(-1, len(cell.slots), cell.H)[..., 2] = ds.reshape(
            -1, len(cell.slots), cell.H
        )[..., 2]
        back = cell.pull(step, alone)
        for name in ("da_x", "da_h"):
            wanted = getattr(whole, name).reshape(2, -1, cell.H) * (np.arange(cell.H) == 2)
            found = getattr(back, name).reshape(2, -1, cell.H)
            assert_close(found, wanted, 1e-15, name)


def test_masked_weights_have_no_effect_and_no_gradient(pointwise):
    cell = pointwise.cell
    if cell.mask is None:
        assert cell.recurrence is cell.W_hh
        return
    hidden = cell.mask == 0
    assert hidden.any()
    other = replace(cell, W_hh=np.where(hidden, 99.0, cell.W_hh))
    np.testing.assert_array_equal(pointwise.trace.s, Trace.of(other, pointwise.xs, pointwise.s0).s)
    assert not pointwise.gradient.dcell.W_hh[hidden].any()


# ---- the films -------------------------------------------------------------------------------

STEP = ("x", "s_prev", "s")
BACK = ("ds", "ds_prev", "da_x", "da_h")


def test_the_fast_road_takes_the_same_steps(run):
    trace = run.trace
    steps = list(unroll(run.cell, run.xs, run.s0))
    assert [step.t for step in steps] == list(range(trace.T))
    for t, step in enumerate(steps):
        kept = trace[t]
        assert kept.t == t
        assert list(step.gates) == list(kept.gates) == list(run.cell.gates)
        for name in STEP:
            assert_close(getattr(kept, name), getattr(step, name), 1e-13, name)
        for name, gate in step.gates.items():
            assert_close(kept.gates[name], gate, 1e-13, name)


def test_unroll_takes_an_endless_stream_and_starts_at_zero(small):
    def endless():
        while True:
            yield from small.xs

    taken = [step for step, _ in zip(unroll(small.cell, endless()), range(12), strict=False)]
    trace = Trace.of(small.cell, np.concatenate([small.xs] * 3)[:12])
    assert not taken[0].s_prev.any()
    assert_close(np.array([step.s for step in taken]), trace.s[1:], 1e-13)


def test_a_trace_gives_its_steps_back(small):
    trace = small.trace
    assert len(list(trace)) == len(trace) == trace.T == 5
    assert trace.B == 2
    np.testing.assert_array_equal(trace.s[0], small.s0)
    for t in range(trace.T):
        step, last = trace[t], trace[t - trace.T]
        np.testing.assert_array_equal(step.x, small.xs[t])
        np.testing.assert_array_equal(step.s_prev, trace.s[t])
        np.testing.assert_array_equal(step.s, trace.s[t + 1])
        assert last.t == t
        np.testing.assert_array_equal(last.s, step.s)
        assert_close(small.cell.a_x(step), small.xs[t] @ small.cell.W_xh.T + small.cell.b_xh, 1e-13)


def test_the_backward_film_is_its_steps(run):
    gradient = run.gradient
    backs = list(bptt(run.trace, run.dL))
    assert [back.t for back in backs] == list(range(len(run.xs) - 1, -1, -1))
    total = None
    for back in backs:
        for name in BACK:
            assert_close(
                getattr(back, name),
                getattr(gradient.steps, name)[back.t]
                - (run.dL[back.t - 1] if name == "ds_prev" and back.t else 0.0),
                1e-12,
                name,
            )
        assert back.own.keys() == gradient.own.keys()
        for name, own in back.own.items():
            assert_close(own, gradient.own[name][back.t], 1e-12, name)
        share = gradient.share_at(back.t)
        total = share if total is None else total.map(np.add, share)
    for name, array in gradient.dcell.named().items():
        assert_close(total.named()[name], array, 1e-12, name)


def test_a_step_back_alone_gives_its_share(small):
    film = small.gradient
    for back in bptt(small.trace, small.dL):
        alone = small.cell.grad(small.trace[back.t], back).named()
        for name, array in film.share_at(back.t).named().items():
            assert_close(alone[name], array, 1e-12, name)


def test_shares_are_the_norms_of_what_each_step_gives(run):
    gradient = run.gradient
    assert gradient.shares.keys() == run.cell.named().keys()
    for t in range(len(run.xs)):
        share = gradient.share_at(t)
        for name, array in share.named().items():
            assert_close(gradient.shares[name][t], np.linalg.norm(array), 1e-12, name)
        assert_close(gradient.share[t], share.norm(), 1e-12)


def test_shares_survive_where_their_squares_do_not(small):
    plain = small.gradient
    for power in (-200, 200):
        scaled = GradientTrace.of(small.trace, small.dL * 10.0**power)
        for name, norms in plain.shares.items():
            assert_close(scaled.shares[name] / 10.0**power, norms, 1e-12, name)
        assert_close(scaled.share / 10.0**power, plain.share, 1e-12)


def test_a_gradient_at_the_initial_state_is_added(small, rng):
    extra = rng.standard_normal(small.s0.shape)
    with_first = GradientTrace.of(small.trace, np.concatenate([extra[None], small.dL]))
    assert_close(with_first.ds[0], small.gradient.ds[0] + extra, 1e-13)
    np.testing.assert_array_equal(with_first.ds[1:], small.gradient.ds[1:])
    walked = list(bptt(small.trace, np.concatenate([extra[None], small.dL])))
    assert_close(walked[-1].ds_prev + extra, with_first.ds[0], 1e-13)


def test_nothing_that_was_given_is_changed(small):
    inputs = {**small.cell.named(), "xs": small.xs, "s0": small.s0, "dL": small.dL}
    before = {name: array.copy() for name, array in inputs.items()}
    gradient = small.gradient
    states = gradient.trace.s.copy()
    padded = np.concatenate([small.s0[None], small.dL])
    again = GradientTrace.of(gradient.trace, padded)
    _ = gradient.dcell, gradient.share, again.dcell, small.cell.jacobian(gradient.trace.steps)
    for name, array in inputs.items():
        np.testing.assert_array_equal(array, before[name], name)
    np.testing.assert_array_equal(gradient.trace.s, states)
    np.testing.assert_array_equal(padded[0], small.s0)


def test_float32_stays_float32(case, rng):
    run = drawn(case, (5, 2, 3, 4), rng, np.float32)
    trace, gradient = run.trace, run.gradient
    steps, backs = list(unroll(run.cell, run.xs)), list(bptt(trace, run.dL))
    records = [trace, trace[1], *steps, gradient, gradient.steps, *backs]
    for record in records:
        for field in fields(record):
            value = getattr(record, field.name)
            for array in value.values() if isinstance(value, dict) else [value]:
                if isinstance(array, np.ndarray):
                    assert array.dtype == np.float32, f"{type(record).__name__}.{field.name}"
    for name, array in gradient.dcell.named().items():
        assert array.dtype == np.float32, name
    assert run.cell.jacobian(trace[1]).dtype == np.float32
    assert gradient.norm().dtype == np.float32


# ---- what a cell says of itself --------------------------------------------------------------


def test_each_gate_and_slot_is_the_left_side_of_one_equation(kind):
    signals = {*kind.gates, *kind.slots}
    assert len(kind.gates) + len(kind.slots) == len(signals)
    assert kind.equations.keys() == signals
    for symbol, equation in kind.equations.items():
        left, *right = equation.split(" = ")
        assert len(right) == 1, equation
        assert left == f"{symbol}_t"


def test_the_facts_are_there(kind):
    assert re.search(r"\b(19|20)\d\d\b", kind.source)
    assert kind.name
    assert kind.variant.endswith(".")
    assert len(set(kind.drives)) == len(kind.drives)
    for gate in (kind.keep, kind.write):
        assert gate is None or (gate in kind.drives and gate in kind.gates)


def test_names_are_not_shared():
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_the_working_by_hand_gives_the_recorded_numbers(small):
    cell, step = small.cell, small.trace[2]
    for unit in range(cell.H):
        recorded = {k: step.gates[k][1, unit] for k in cell.gates}
        recorded |= {k: cell.slot(step.s, k)[1, unit] for k in cell.slots}
        lines = worked(cell, step, unit, batch=1)
        assert [line.symbol for line in lines] == list(cell.meaning)
        for line in lines:
            assert abs(line.value - recorded[line.symbol]) < 1e-13, line


def test_signals_stay_in_their_ranges(case, rng):
    cell = case[0].init(rng, 3, 6, gain=4, **case[1])
    assert cell.ranges.keys() == {*cell.gates, *cell.slots}
    trace = Trace.of(cell, 5 * rng.standard_normal((30, 4, 3)))
    signals = trace.gates | {slot: trace.slot(slot) for slot in cell.slots}
    for name, signal in signals.items():
        if cell.ranges[name] is not None:
            low, high = cell.ranges[name]
            assert low <= signal.min(), name
            assert signal.max() <= high, name
            assert signal.max() - signal.min() > 0.5 * (high - low), f"{name}: range too wide"


def test_slots_are_the_windows_of_the_state(small):
    trace, gradient, cell = small.trace, small.gradient, small.cell
    windows = [trace.slot(name) for name in cell.slots]
    np.testing.assert_array_equal(np.concatenate(windows, axis=-1), trace.s)
    assert all(window.shape[-1] == cell.H for window in windows)
    for name in cell.slots:
        norms = gradient.norm(name)
        wanted = [np.linalg.norm(row) for row in gradient.slot(name)]
        assert_close(norms, np.array(wanted), 1e-14)
    with pytest.raises(ValueError, match=rf"{cell.name}.*wanted.*{cell.slots[0]}.*'nowhere'"):
        trace.slot("nowhere")


# ---- where weights start ---------------------------------------------------------------------


def blocks(cell: Cell) -> np.ndarray:
    return cell.W_hh.reshape(-1, cell.H, cell.H)


@pytest.mark.parametrize("H", [1, 2, 7])
@pytest.mark.parametrize("recurrent", ["uniform", "orthogonal", "identity", "gaussian"])
def test_every_block_has_the_wanted_radius(kind, recurrent, H, rng):
    cell = kind.init(rng, 2, H, recurrent=recurrent, gain=3.0, radius=0.7)
    assert len(blocks(cell)) == len(kind.drives)
    for block in blocks(cell):
        assert spectral_radius(block) == pytest.approx(0.7, rel=1e-12)


def test_shapes_are_those_of_pytorch(kind, rng):
    cell, G = kind.init(rng, 3, 5), len(kind.drives)
    assert (cell.D, cell.H, cell.S) == (3, 5, 5 * len(kind.slots))
    assert cell.W_xh.shape == (5 * G, 3)
    assert cell.W_hh.shape == (5 * G, 5)
    assert cell.b_xh.shape == cell.b_hh.shape == (5 * G,)
    assert cell.size == sum(array.size for array in cell.named().values())


def test_the_same_seed_gives_the_same_cell(kind):
    once, twice, other = (
        kind.init(np.random.default_rng(seed), 2, 3).named() for seed in (1, 1, 2)
    )
    for name, array in once.items():
        np.testing.assert_array_equal(array, twice[name])
        assert not np.array_equal(array, other[name]), name


def bias(cell: Cell, gate: str) -> np.ndarray:
    k = cell.drives.index(gate) * cell.H
    return (cell.b_xh + cell.b_hh)[k : k + cell.H]


def same_but(one: Cell, other: Cell, gates: set[str | None]) -> None:
    for gate in set(one.drives) - gates:
        np.testing.assert_array_equal(bias(one, gate), bias(other, gate))
    for name in one.named().keys() - {"b_xh", "b_hh"}:
        np.testing.assert_array_equal(one.named()[name], other.named()[name])


def test_keep_bias_sets_the_whole_bias_of_the_keeping_gate(kind):
    plain, kept = (
        kind.init(np.random.default_rng(3), 2, 4, keep_bias=value) for value in (None, 2.5)
    )
    same_but(plain, kept, {kind.keep})
    if kind.keep is not None:
        np.testing.assert_array_equal(bias(kept, kind.keep), np.full(4, 2.5))


def test_chrono_draws_times_up_to_the_longest(kind):
    longest = 50.0
    plain, chrono = (
        kind.init(np.random.default_rng(4), 1, 400, chrono=value) for value in (None, longest)
    )
    same_but(plain, chrono, {kind.keep, kind.write})
    if kind.keep is not None:
        times = np.exp(bias(chrono, kind.keep))  # U(1, T - 1)
        assert times.min() >= 1
        assert times.max() <= longest - 1
        assert abs(times.mean() - longest / 2) < 4 * (longest - 2) / np.sqrt(12 * 400)
        assert times.std() == pytest.approx((longest - 2) / np.sqrt(12), rel=0.1)
    if kind.write is not None:
        np.testing.assert_array_equal(bias(chrono, kind.write), -bias(chrono, kind.keep))


@pytest.mark.parametrize(("D", "H"), [(0, 3), (2, 0), (2, -1)])
def test_a_cell_without_units_or_inputs_is_refused(kind, D, H, rng):
    with pytest.raises(ValueError, match=rf"{kind.__name__}.*wanted.*got D={D}, H={H}"):
        kind.init(rng, D, H)

"""Every task: its batches, and its two losses against counting, enumeration or simulation."""

from collections import Counter, defaultdict
from itertools import pairwise, product

import numpy as np
import pytest

from explorer.learning.tasks import TASKS, Batch
from explorer.learning.tasks.characters import Characters
from explorer.learning.tasks.copy_memory import CopyMemory
from explorer.learning.tasks.counting import Counting
from explorer.learning.tasks.flip_flop import FlipFlop
from explorer.learning.tasks.mackey_glass import MackeyGlass
from explorer.learning.tasks.multi_sine import MultiSine
from explorer.learning.tasks.parity import Parity
from explorer.learning.tasks.reber import INNER, SYMBOLS, Reber, allowed, embedded
from explorer.learning.tasks.recall import DelayedRecall
from explorer.learning.tasks.sine import Sine
from explorer.learning.tasks.temporal_order import TemporalOrder


def rng(seed=0):
    return np.random.default_rng(seed)


def near(found, wanted):
    """Assert that a sample's mean lies within four of its own standard errors."""
    found = np.asarray(found, np.float64).ravel()
    assert abs(found.mean() - wanted) <= 4 * found.std() / np.sqrt(found.size) + 1e-12


# ---- what all promise ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", TASKS)
@pytest.mark.parametrize("B", [1, 5])
def test_a_batch_fits_the_task(name, B):
    task = TASKS[name]()
    batch = task.batch(rng(3), B)
    assert batch.xs.shape == (batch.T, B, task.D)
    assert np.isfinite(batch.xs).all()
    assert batch.mask.any()
    y = rng().standard_normal((batch.T, B, task.O))
    loss, slope = task.objective.value_and_gradient(y, batch.targets, batch.mask)
    assert np.isfinite(loss)
    assert slope.shape == y.shape


@pytest.mark.parametrize("name", TASKS)
def test_batches_come_from_the_generator_alone(name):
    task = TASKS[name]()
    one, again, other = (task.batch(rng(seed), 4) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.xs, again.xs)
    np.testing.assert_array_equal(one.targets, again.targets)
    assert one.xs.shape != other.xs.shape or not np.array_equal(one.xs, other.xs)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_says_what_it_is(name):
    task = TASKS[name]()
    assert task.about.endswith(".")
    assert task.name
    assert any(letter.isdigit() for letter in task.source) or "library" in task.source
    for said, count in ((task.inputs, task.D), (task.outputs, task.O)):
        assert said is None or len(said) == count


@pytest.mark.parametrize("name", TASKS)
def test_the_best_is_better_than_knowing_nothing(name):
    task = TASKS[name]()
    assert 0 <= task.best() < task.baseline()
    assert task.solved(task.best())
    assert not task.solved(task.baseline())


# ---- one by one ---------------------------------------------------------------------------------


def score(task, batch, p):
    """Return the cross-entropy of probabilities (T, B, O)."""
    with np.errstate(divide="ignore"):
        return task.objective.value(np.maximum(np.log(p), -500.0), batch.targets, batch.mask)


def test_copy_memory():
    assert CopyMemory(delay=100).baseline() == pytest.approx(0.173287, abs=5e-7)
    task = CopyMemory(delay=7)
    batch = task.batch(rng(), 6)
    assert (task.T, task.D, task.O) == (27, 10, 9)
    read = batch.xs.argmax(axis=2)
    np.testing.assert_array_equal(batch.targets[-10:], read[:10])
    assert (batch.targets[:-10] == 8).all()
    assert (read[10:16] == 8).all()
    assert (read[16] == 9).all()
    p = np.zeros((task.T, 6, 9))
    p[:-10, :, 8] = 1.0
    p[-10:, :, :8] = 1 / 8
    assert score(task, batch, p) == pytest.approx(task.baseline(), rel=1e-12)


def test_delayed_recall():
    task = DelayedRecall(T=12)
    batch = task.batch(rng(), 2000)
    assert batch.mask.sum() == 2000
    np.testing.assert_array_equal(batch.xs[0, :, 0] > 0, batch.targets[-1] == 1)
    near(batch.targets[-1], 0.5)
    assert score(task, batch, np.full((12, 2000, 2), 0.5)) == pytest.approx(np.log(2))
    assert task.baseline() == np.log(2)
    # what comes after the bit says nothing about it
    near(batch.xs[1:, :, 0] * (2 * batch.targets[-1] - 1), 0.0)


@pytest.mark.parametrize("T", [10, 50, 100])
def test_temporal_order(T):
    task = TemporalOrder(T=T)
    batch = task.batch(rng(), 4000)
    read = batch.xs.argmax(axis=2)
    for b in range(50):
        at = np.flatnonzero((read[:, b] == 2) | (read[:, b] == 3))
        assert len(at) == 2
        assert T // 10 <= at[0] < T // 5
        assert T // 2 <= at[1] < T // 2 + T // 10
        first, second = read[at, b] - 2
        assert batch.targets[-1, b] == 2 * first + second
    assert (batch.mask.sum(axis=0) == 1).all()
    for k in range(4):
        near(batch.targets[-1] == k, 0.25)
    assert task.baseline() == pytest.approx(np.log(4))


@pytest.mark.parametrize("every", [True, False])
def test_parity(every):
    task = Parity(T=6, every=every)
    batch = task.batch(rng(), 40)
    bits = batch.xs[:, :, 0] > 0
    for t, b in product(range(6), range(40)):
        assert batch.targets[t, b] == sum(bits[: t + 1, b]) % 2
    assert batch.mask.sum() == 40 * (5 if every else 1)
    # By enumeration: given the last bit, odd and even are as likely at every step that is asked.
    for t in range(1, 6):
        for last in (0, 1):
            odd = [(sum(w) + last) % 2 for w in product((0, 1), repeat=t)]
            assert np.mean(odd) == 0.5
    assert task.baseline() == np.log(2)


@pytest.mark.parametrize("bits", [1, 2, 3])
@pytest.mark.parametrize("p", [0.1, 0.4])
def test_flip_flop(bits, p):
    task = FlipFlop(bits=bits, p=p, T=20)
    batch = task.batch(rng(5), 400)
    held = np.zeros((400, bits))
    for t in range(20):
        held = np.where(batch.xs[t] != 0, batch.xs[t], held)
        np.testing.assert_array_equal(batch.targets[t], held)
    assert (batch.mask[0] == 0).all()
    assert (np.abs(batch.targets) == 1).all()
    # Whoever repeats the pulse is the best without memory: its square error is 0 or 1.
    near((batch.xs - batch.targets)[1:] ** 2, 1 - p)
    assert task.baseline() == 1 - p


def test_sine():
    task = Sine()
    batch = task.batch(rng(), 64)
    level = batch.xs[0, :, 0]
    assert (batch.xs == batch.xs[0]).all()
    assert set(np.round(level * task.levels)) <= set(range(1, task.levels + 1))
    t = np.arange(1, task.T + 1)
    periods = np.linspace(30, 10, task.levels)[np.round(level * task.levels).astype(int) - 1]
    for b in range(64):
        np.testing.assert_allclose(
            batch.targets[:, b, 0], np.sin(2 * np.pi * t / periods[b]), atol=1e-12
        )
    found = [
        np.mean((c - c.mean()) ** 2)
        for c in (np.sin(2 * np.pi * t / T) for T in np.linspace(30, 10, task.levels))
    ]
    assert task.baseline() == pytest.approx(np.mean(found), rel=1e-12)


@pytest.mark.parametrize("sines", [1, 2, 3])
def test_multi_sine_follows_from_its_last_values_and_from_no_fewer(sines):
    task = MultiSine(sines=sines, T=40)
    batch = task.batch(rng(), 20000)
    signal, follows = batch.xs[:, :, 0], batch.targets[:, :, 0]
    np.testing.assert_array_equal(signal[1:], follows[:-1])
    assert np.argmax(batch.mask[:, 0]) == 2 * sines - 1
    n, last = 2 * sines, 2 * sines - 1
    past = np.stack([signal[last - k] for k in range(n)], axis=1)
    assert np.linalg.lstsq(past, follows[last], rcond=None)[1] < 1e-12
    # The best of the present value alone: straight, as claimed, and no bent curve does better.
    x, y = signal[last], follows[last]
    line = np.polyval(np.polyfit(x, y, 1), x)
    near((y - line) ** 2, task.baseline())
    bent = np.polyval(np.polyfit(x, y, 9), x)
    assert np.mean((y - bent) ** 2) > 0.99 * task.baseline()


def test_mackey_glass():
    task = MackeyGlass()
    batch = task.batch(rng(), 3000)
    series, later = batch.xs[:, :, 0], batch.targets[:, :, 0]
    np.testing.assert_array_equal(series[task.ahead :], later[: -task.ahead])
    line = np.polyfit(series.ravel(), later.ravel(), 1)
    left = np.mean((later - np.polyval(line, series)) ** 2)
    assert left == pytest.approx(task.baseline(), rel=0.03)  # 3,000 windows of one series
    past = np.stack([series[40 - k] for k in range(30)], axis=1)
    design = np.column_stack([np.ones(3000), past, past**2])
    far = np.mean((later[40] - design @ np.linalg.lstsq(design, later[40], rcond=None)[0]) ** 2)
    assert far < 0.05 * task.baseline()


def entropy(states, start):
    """Return entropy in nats and length of the strings of an automaton, solved, not sampled."""
    n = len(states)
    walk, cost, step = np.zeros((n + 1, n + 1)), np.zeros(n + 1), np.zeros(n + 1)
    for s, ways in enumerate(states):
        step[s], cost[s] = 1.0, np.log(len(ways))
        for _, to in ways:
            walk[s, to] += 1 / len(ways)
    return (np.linalg.solve(np.eye(n + 1) - walk, v)[start] for v in (cost, step))


def test_reber_exactly():
    cost, length = entropy(INNER, 0)
    assert length == pytest.approx(8, rel=1e-12)
    task, said = Reber(), length + 4 - 1  # the first symbol is not predicted
    assert task.best() == pytest.approx((cost + np.log(2)) / said, rel=1e-12)
    assert task.best() == pytest.approx(0.441094, abs=5e-7)
    assert task.baseline() == pytest.approx((cost + 2 * np.log(2)) / said, rel=1e-12)
    assert task.baseline() == pytest.approx(0.504107, abs=5e-7)


def test_reber_strings_are_those_of_the_grammar():
    generator, lengths = rng(), []
    for _ in range(2000):
        said = embedded(generator)
        lengths.append(len(said))
        assert said[1] == said[-2]
        for k, symbol in enumerate(said):
            assert symbol in allowed(said[:k])
    near(lengths, 12.0)
    with pytest.raises(ValueError, match="wanted the beginning"):
        allowed("BTBE")


def test_an_oracle_reaches_the_best_of_reber():
    task = Reber()
    batch = task.batch(rng(1), 3000)
    losses = []
    for b in range(3000):
        n = int(batch.mask[:, b].sum())
        said = "".join(SYMBOLS[k] for k in [*batch.xs[:n, b].argmax(1), batch.targets[n - 1, b]])
        ways = [allowed(said[: k + 1]) for k in range(n)]
        assert all(said[k + 1] in way for k, way in enumerate(ways))
        losses.append([sum(np.log(len(way)) for way in ways), n])
    cost, n = np.array(losses).T
    near(cost - task.best() * n, 0.0)


def test_characters():
    text = "abracadabra, said the cat. " * 30 + "zq"
    task = Characters(T=9, text=text)
    batch = task.batch(rng(), 200)
    vocabulary = task.vocabulary
    for b in range(20):
        read = vocabulary.decode(batch.xs[:, b].argmax(1))
        follows = vocabulary.decode(batch.targets[:, b])
        assert read + follows[-1] in text
        assert follows[:-1] == read[1:]
    after = defaultdict(Counter)
    for one, two in pairwise(text):
        after[one][two] += 1
    total = 0.0
    for counts in after.values():
        n = sum(counts.values())
        total -= sum(k * np.log(k / n) for k in counts.values())
    assert task.baseline() == pytest.approx(total / (len(text) - 1), rel=1e-12)


def test_characters_of_a_short_text_and_of_many_letters():
    short = Characters(T=50, text="ab")
    assert short.batch(rng(), 3).T == 1
    many = Characters(text="".join(chr(0x4E00 + k * k % 5003) for k in range(5000)))
    assert many.D == 97
    assert many.baseline() > 0
    # 97 letters in their order, the last of them for ever: the present one tells the next.
    assert Characters(text="".join(chr(0x4E00 + k) for k in range(5000))).baseline() == 0
    with pytest.raises(ValueError, match="at least 2 characters"):
        Characters(text="a")


def test_counting_exactly():
    task = Counting(most=7)
    total, bound, said = 0.0, 0.0, 0
    follow = {}
    for n in range(1, 8):
        word = "|" + "a" * n + "b" * n + "|"
        said += 2 * n + 1
        bound += np.log(7) if n else 0.0
        for one, two in pairwise(word):
            follow.setdefault(one, []).append(two)
    for after in follow.values():
        odds = [after.count(s) / len(after) for s in set(after)]
        total -= len(after) * sum(p * np.log(p) for p in odds)
    assert task.baseline() == pytest.approx(total / said, rel=1e-12)
    assert task.best() == pytest.approx(bound / said, rel=1e-12)
    batch = task.batch(rng(), 3000)
    for b in range(20):
        n = int((batch.mask[:, b].sum() - 1) / 2)
        word = [0] + [1] * n + [2] * n + [0]
        np.testing.assert_array_equal(batch.xs[: 2 * n + 1, b].argmax(1), word[:-1])
        np.testing.assert_array_equal(batch.targets[: 2 * n + 1, b], word[1:])
    # An oracle that has counted: after k of a the run ends with probability 1/(N - k + 1).
    counts = (batch.mask.sum(axis=0) - 1) / 2
    for n in (1, 4, 7):
        nats = sum(-np.log(1 - 1 / (7 - k + 1)) for k in range(1, n)) + np.log(7 - n + 1)
        assert nats == pytest.approx(np.log(7), rel=1e-12)
        near(counts == n, 1 / 7)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [(FlipFlop, {"bits": 4}), (FlipFlop, {"p": 0.0}), (TemporalOrder, {"T": 9}),
     (Parity, {"T": 1}), (DelayedRecall, {"T": 1}), (MultiSine, {"sines": 9}),
     (MackeyGlass, {"T": 3}), (CopyMemory, {"symbols": 0}), (Counting, {"most": 1}),
     (Sine, {"levels": 0})],
)  # fmt: skip
def test_settings_that_make_no_task_are_refused(kind, settings):
    with pytest.raises(ValueError, match="wanted"):
        kind(**settings)


def test_a_batch_must_fit_together():
    with pytest.raises(ValueError, match="mask"):
        Batch(np.zeros((3, 2, 1)), np.zeros((3, 2)), np.zeros((3, 1)))

"""Films about chaos: two starts, networks side by side, a spectrum, gradients; what they say."""

from __future__ import annotations

import numpy as np

from explorer.dynamics.growth import Growth
from explorer.dynamics.leading import Leading
from explorer.dynamics.lyapunov import Lyapunov
from explorer.dynamics.parting import Parting
from explorer.dynamics.sweeps import Sweep
from explorer.estimates import wilson
from explorer.film import Axis, Curves, Heat, Line
from explorer.numerals import measured, numeral
from explorer.palette import MARKER, MUTED, NORM, nth, nth_dash
from explorer.recipes.chaos import CHAOTIC
from explorer.scenes.echo import SMALLEST, pace, positive, signed
from explorer.shapes import Array

SHOWN = 40  # units of which a film shows the states
FEW = 14  # of each network where several stand below each other
STILL = 1e-6


# ---- two starts ---------------------------------------------------------------------------------


def starts(found: Parting) -> tuple[Heat | Curves, ...]:
    """Return both runs, their difference, and the log of their distance beside λ's slope."""
    H, s = found.trace.cell.H, found.trace.slot("h")
    part = f" ({SHOWN} of {H} units)" if H > SHOWN else ""
    s = s[:, :, :SHOWN]
    foreseen = found.foreseen
    near = (foreseen >= SMALLEST) & (foreseen <= 30 * max(found.typical, found.distance[0]))
    lines = [Line("distance", ended(positive(found.distance)), ink=NORM)]
    if near[1:].any():
        slope = ended(np.where(near, foreseen, np.nan))
        lines.append(Line("slope λ", slope, ink=MARKER, dash="dash"))
    if found.typical > STILL:
        level = np.full(len(foreseen), found.typical)
        lines.append(Line("two states at random", level, ink=MUTED, dash="dot"))
    x = found.trace.x[:, 0]
    heard = (
        (Curves("x", "input", "x_t", (Line("input", x[:, 0], start=1, ink=NORM),), tall=0.8),)
        if x.shape[1] == 1 and x.any()
        else ()
    )
    return (
        *heard,
        Heat("a", f"first start{part}", "h_t", s[:, 0], limit=1.0, tall=0.85),
        Heat("b", "second start", "h′_t", s[:, 1], limit=1.0, tall=0.85),
        Heat("d", "difference", "h_t − h′_t", s[:, 0] - s[:, 1], limit=1.0, tall=0.85),
        Curves(
            "distance", "distance of the two", "‖s_t − s′_t‖", tuple(lines), log=True, tall=1.75
        ),
    )


def ended(values: Array) -> Array:
    """Return values without what is missing at the end: there stands the name of a line."""
    there = np.flatnonzero(np.isfinite(values))
    return values[: there[-1] + 1] if len(there) else values


def starts_said(found: Parting) -> str:
    """Return in words whether the two part, and when."""
    rate, at = found.exponent, found.strangers
    if np.isneginf(rate):
        return "λ = −∞: one step forgets everything, and the two starts are one."
    if np.isnan(rate):
        return "The run leaves the range of float64; there is no exponent to tell."
    value = f"λ = {measured(rate, found.error, signed=True)} per step"
    if undecided(rate, found.error):
        said = (
            f"{value}: not told apart from 0, where a small difference neither grows nor shrinks."
        )
    else:
        said = f"{value}: a small difference {pace(rate)}."
    if found.merged is not None:
        return f"{said} From step {found.merged} on float64 hardly tells the two apart."
    if at is not None:
        return f"{said} At step {at} they are strangers: half as far apart as two states at random."
    end = found.distance[-1] / (found.distance[0] or 1.0)
    steps = len(found.distance) - 1
    return f"{said} After {steps} steps they are {numeral(end)} times as far apart."


# ---- networks side by side ----------------------------------------------------------------------


def undecided(rate: float, error: float) -> bool:
    """Return whether an exponent may be 0: it is nearer than two errors, or than 0.002."""
    return abs(rate) < max(2e-3, 2 * np.nan_to_num(error))


def verdict(rate: float, error: float, h: Array) -> str:
    """Return what a network (T+1, N) does in the end, by its exponent and its run."""
    last = h[-len(h) // 3 :]
    if np.abs(np.diff(last, axis=0)).max() < 1e-3 and not rate > CHAOTIC:
        return "at rest"
    if rate > 0 and undecided(rate, error):
        return "undecided"
    return "chaotic" if rate > CHAOTIC else "no chaos"


def side_by_side(found: Leading, h: Array, first: int) -> tuple[Heat, ...]:
    """Return a few networks of the same size at the same gain (T+1, k, N), each with its λ."""
    each = zip(found.exponents[0], found.errors[0], strict=True)
    return tuple(
        Heat(
            f"n{k}",
            f"seed {(first + k) % 10_000}: λ = {measured(rate, error, signed=True)}, "
            f"{verdict(rate, error, h[:, k])}",
            "h_t", h[:, k, :FEW], limit=1.0, tall=0.75,
        )
        for k, (rate, error) in enumerate(each)
    )  # fmt: skip


def said(rate: float) -> str:
    """Return an exponent as one writes it."""
    return "−∞" if np.isneginf(rate) else signed(float(rate))


def rounded(rate: float) -> str:
    """Return an exponent with three decimals, as one writes it."""
    return f"{rate:+.3f}".replace("-", "−").replace("−inf", "−∞")


def chaotic_table(found: Sweep, gain: float, theory: float) -> str:
    """Return a table of how many networks of each size are chaotic near a gain."""
    rows = []
    for N, exponents in found.exponents.items():
        count, of, near = found.chaotic(N, gain, CHAOTIC)
        column = exponents[:, int(np.argmin(np.abs(found.along - near)))]
        low, middle, high = (rounded(f(column)) for f in (np.min, np.median, np.max))
        least, most = (f"{share:.0%}" for share in wilson(count, of))
        rows.append(
            f"| {N} | **{count} of {of}** | {least} to {most} | {middle} | {low} … {high} |"
        )  # fmt: skip
    head = (
        "| units N | chaotic | share of all such networks (95 %) | median λ | lowest … highest |\n"
        "|--:|:-:|:-:|--:|:-:|\n"
    )
    return head + "\n".join(rows) + f"\n| ∞ | | | {rounded(theory)} | mean field |"


# ---- a spectrum ---------------------------------------------------------------------------------


def spectrum_axis(found: Lyapunov) -> Axis:
    """Return the axis of the exponents' numbers."""
    return Axis(count=len(found.exponents), first=1, label="exponent i")


def spectrum(found: Lyapunov) -> tuple[Curves, ...]:
    """Return all exponents, largest first, and their sum up to each."""
    e = np.where(np.isfinite(found.exponents), found.exponents, np.nan)
    zero = Line("zero", np.zeros(len(e)), ink=MUTED, dash="dot")
    with np.errstate(invalid="ignore"):
        sums = np.cumsum(e)
    # Far below 0 the sum says nothing more; its zero would be hidden by its depth.
    depth = 3 * max(found.entropy, 0.02 * len(e), 0.05) if np.isfinite(found.entropy) else 1.0
    sums = ended(np.where(sums >= -depth, sums, np.nan))
    return (
        Curves("exponents", "Lyapunov exponents", "λ_i",
               (Line("λ_i", e, ink=NORM), zero), tall=1.7),
        Curves("sum", "sum of the first i", "λ_1 + … + λ_i",
               (Line("sum", sums, ink=MARKER), zero), tall=1.3),
    )  # fmt: skip


def short(value: float) -> str:
    """Return a number with four digits, as one writes it."""
    return numeral(value, 4)


def spectrum_said(found: Lyapunov) -> str:
    """Return in words how many directions grow, the dimension and the entropy rate."""
    e = found.exponents
    if not len(e) or np.isnan(e).any():
        return "The run leaves the range of float64; there is no spectrum to tell."
    with np.errstate(invalid="ignore"):
        clear = np.abs(e) > 2 * np.nan_to_num(found.errors)
    grow, doubt = int((e > 0).sum()), int((~clear).sum())
    text = f"**{grow} of {len(e)}** exponents are above 0"
    if doubt:
        text += f" ({doubt} {'is' if doubt == 1 else 'are'} within two standard errors of 0)"
    text += (
        f". The leading one is **{measured(e[0], found.leading_error, signed=True)}**. "
        f"Kaplan-Yorke dimension **{measured(found.dimension, found.dimension_error)}** of "
        f"{found.S}, entropy rate at most **{measured(found.entropy, found.entropy_error)}** nats "
        f"per step (standard errors along {found.times[-1]} steps)."
    )
    total = e.sum()
    if np.isfinite(total):
        text += (
            f" The sum of all is {measured(total, found.error_of(np.ones(len(e))))}, the mean of "
            "log |det J|."
        )
    return text


# ---- gradients ----------------------------------------------------------------------------------


def backwards(found: Growth, ahead: Array, push: float) -> tuple[Curves, ...]:
    """Return gradients against the lag and the distance ahead, over the slope of λ."""
    t = np.arange(found.lags + 1)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        slope = np.exp(found.exponent * t) if np.isfinite(found.exponent) else np.full(len(t), 0.0)
    ahead = ahead[: len(t)] / push
    distance = np.full(len(t), np.nan)
    distance[: len(ahead)] = ahead
    lines = [Line("slope λ", drawable(slope), ink=MARKER, dash="dash")]
    lines += [
        Line(f"gradient {b + 1}", drawable(found.norms[:, b]), ink=nth((0, 2, 4)[b % 3]),
             dash=nth_dash(b))  # type: ignore[arg-type]
        for b in range(found.norms.shape[1])
    ]  # fmt: skip
    lines.append(Line("two starts", drawable(distance), ink=nth(3)))
    return (
        Curves("growth", "size after k steps, 1 at first", "",
               tuple(lines), log=True, tall=2.9),
    )  # fmt: skip


def drawable(values: Array) -> Array:
    """Return values for a log axis: what float64 cannot hold is left out."""
    with np.errstate(invalid="ignore"):
        return ended(np.where((values > 1e-300) & np.isfinite(values), values, np.nan))


def backwards_said(found: Growth) -> str:
    """Return in words how the gradients' slope compares with the exponent."""
    slope = float(np.median(found.slopes))
    if not (np.isfinite(slope) and np.isfinite(found.exponent)):
        return "One step forgets everything: no difference gets forward, no gradient back."
    error = float(found.slope_errors[int(np.argsort(found.slopes)[len(found.slopes) // 2])])
    apart, room = slope - found.exponent, float(np.hypot(error, found.error))
    text = (
        f"Two starts, forwards: λ = {measured(found.exponent, found.error, signed=True)} per step. "
        f"Gradients, backwards: {measured(slope, error, signed=True)} per step. "
    )
    if not np.isfinite(room):
        return text + "Too few lags to tell whether the two agree."
    if abs(apart) <= max(2 * room, 1e-4 * abs(slope)):
        return text + "They agree within the errors of the two."
    return text + f"They differ by {measured(abs(apart), room)}."

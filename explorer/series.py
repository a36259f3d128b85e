"""Chaotic series that a network may learn to continue: Mackey-Glass and Lorenz."""

from __future__ import annotations

from itertools import accumulate

import numpy as np

from explorer.shapes import Array


def mackey_glass(
    rng: np.random.Generator,
    steps: int,
    tau: float = 17.0,
    *,
    beta: float = 0.2,
    gamma: float = 0.1,
    n: float = 10.0,
    dt: float = 0.1,
    washout: int = 1000,
) -> Array:
    """Return (steps,) of x' = beta x(t-tau) / (1 + x(t-tau)^n) - gamma x, one sample a time unit.

    Runge-Kutta of fourth order with step ``dt``, of which ``tau`` is taken as the nearest multiple;
    the history before the start is random around 1.2 and ``washout`` samples are thrown away
    (Mackey & Glass 1977; tau 17 is mildly chaotic, 30 wildly).

    Raises
    ------
    ValueError
        When a time is not positive, the delay is shorter than four steps of ``dt``, or ``dt`` does
        not divide 1.
    """
    per, lag = round(1 / dt) if dt > 0 else 0, round(tau / dt) if dt > 0 else 0
    if steps < 1 or washout < 0 or lag < 4 or abs(per * dt - 1) > 1e-9:
        raise ValueError(
            "mackey_glass: wanted steps >= 1, washout >= 0, a dt that divides 1 and tau >= 4 dt, "
            f"got steps {steps}, washout {washout}, dt {dt}, tau {tau}."
        )
    total = (steps + washout) * per
    x = np.empty(lag + 1 + total)
    x[: lag + 1] = 1.2 + 0.2 * (rng.random(lag + 1) - 0.5)
    # Over less than one delay the production is known beforehand and the equation is linear in x:
    # a step of Runge-Kutta is then x <- a x + forcing, with these weights of the production.
    z = gamma * dt
    a = 1 - z + z**2 / 2 - z**3 / 6 + z**4 / 24
    w0, wm, w1 = 1 - z + z**2 / 2 - z**3 / 4, 4 - 2 * z + z**2 / 2, 1.0
    done = 0
    while done < total:
        many = min(lag - 2, total - done)
        past = x[max(done - 1, 0) : done + many + 2]
        if done == 0:
            past = np.concatenate([past[:1], past])
        between = (9 * (past[1:-2] + past[2:-1]) - past[:-3] - past[3:]) / 16
        at, mid = (beta * u / (1 + u**n) for u in (past[1:-1], between))
        forcing = dt / 6 * (w0 * at[:-1] + wm * mid + w1 * at[1:])
        here = lag + done
        x[here : here + many + 1] = [
            *accumulate(forcing, lambda value, f: a * value + f, initial=x[here])
        ]
        done += many
    return x[lag + washout * per + per :: per].copy()


def lorenz(
    rng: np.random.Generator,
    steps: int,
    *,
    sigma: float = 10.0,
    rho: float = 28.0,
    beta: float = 8 / 3,
    every: float = 0.02,
    parts: int = 2,
    washout: int = 500,
) -> Array:
    """Return (steps, 3) of x, y, z of the Lorenz equations, one sample every ``every`` time units.

    Runge-Kutta of fourth order with ``parts`` steps between samples; the start is random and
    ``washout`` samples are thrown away (Lorenz 1963; leading exponent 0.906 per time unit).

    Raises
    ------
    ValueError
        When a count or the sampling time is not positive.
    """
    if steps < 1 or washout < 0 or parts < 1 or not every > 0:
        raise ValueError(
            "lorenz: wanted steps >= 1, washout >= 0, parts >= 1 and every > 0, "
            f"got steps {steps}, washout {washout}, parts {parts}, every {every}."
        )

    def slope(x: float, y: float, z: float) -> tuple[float, float, float]:
        return sigma * (y - x), x * (rho - z) - y, x * y - beta * z

    x, y, z = (rng.standard_normal(3) + np.array([0.0, 0.0, 25.0])).tolist()
    h, series = every / parts, []
    for k in range((steps + washout) * parts):
        a = slope(x, y, z)
        b = slope(x + h / 2 * a[0], y + h / 2 * a[1], z + h / 2 * a[2])
        c = slope(x + h / 2 * b[0], y + h / 2 * b[1], z + h / 2 * b[2])
        d = slope(x + h * c[0], y + h * c[1], z + h * c[2])
        x += h / 6 * (a[0] + 2 * (b[0] + c[0]) + d[0])
        y += h / 6 * (a[1] + 2 * (b[1] + c[1]) + d[1])
        z += h / 6 * (a[2] + 2 * (b[2] + c[2]) + d[2])
        if (k + 1) % parts == 0 and k + 1 > washout * parts:
            series.append((x, y, z))
    return np.array(series)

"""Modules of a file that may stand on top of each other: cells.0, cells.1 and the like."""

from __future__ import annotations

from explorer.checkpoints.layers import DEEPEST, Found


def stacks(found: list[Found]) -> list[Found]:
    """Return each run of numbered modules, in order, that fit on top of each other."""
    families: dict[tuple[str, str], dict[int, Found]] = {}
    for one in found:
        named = numbered(one.prefix)
        if named:
            before, number, after = named
            families.setdefault((before, after), {})[number] = one
    made = []
    for (before, after), members in families.items():
        run: list[Found] = []
        for number in [*sorted(members), -1]:
            one = members.get(number)
            if run and one and number - 1 in members and fits(run, one):
                run.append(one)
                continue
            if len(run) > 1:
                made.append(stack(f"{before}*{after}", run))
            run = [one] if one else []
    return made


def numbered(prefix: str) -> tuple[str, int, str] | None:
    """Return a prefix as what stands before its last number, the number, and what stands after."""
    digits = [k for k, sign in enumerate(prefix) if sign.isascii() and sign.isdigit()]
    if not digits:
        return None
    end = start = digits[-1]
    while start - 1 in digits[-5:]:
        start -= 1
    return prefix[:start], int(prefix[start : end + 1]), prefix[end + 1 :]


def fits(run: list[Found], one: Found) -> bool:
    """Tell whether a module can stand on top of the others."""
    below, depth = run[-1], sum(member.depth for member in run) + one.depth
    same = (below.kind, below.directions, below.projected) == (
        one.kind, one.directions, one.projected,
    )  # fmt: skip
    return same and one.D == below.width and depth <= DEEPEST


def stack(prefix: str, run: list[Found]) -> Found:
    """Return modules on top of each other as one."""
    return Found(
        prefix,
        run[0].kind,
        run[0].D,
        run[0].H,
        run[-1].P,
        tuple(part for member in run for part in member.parts),
        tuple(name for member in run for name in member.used),
        tuple(f"{member.prefix}{note}" for member in run for note in member.notes),
        tuple(member.prefix for member in run),
    )

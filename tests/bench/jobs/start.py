"""What `import explorer` costs beside `import numpy`: time, memory, modules it must not load."""

import json
import subprocess
import sys
from collections.abc import Iterator
from statistics import median

from tests.bench.report import Row
from tests.bench.rounds import Spread, interleaved

HEAVY = ("torch", "streamlit", "plotly", "pandas", "scipy")
# The child times the import itself: the interpreter's own start would hide the difference.
SCRIPT = """
import json, sys, time
start = time.perf_counter()
import {module}
seconds = time.perf_counter() - start
try:
    lines = open("/proc/self/status").read().splitlines()
    peak = next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
except OSError:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
print(json.dumps([seconds, peak, [name for name in {heavy} if name in sys.modules]]))
"""


def run(quick: bool) -> Iterator[Row]:
    """Yield the rows of time, memory and forbidden modules."""
    memory: dict[str, list[float]] = {"numpy": [], "explorer": []}
    loaded: set[str] = set()

    def imported(module: str) -> float:
        seconds, megabytes, heavy = fresh(module)
        memory[module].append(megabytes)
        loaded.update(heavy)
        return seconds

    times = interleaved(
        {name: lambda name=name: imported(name) for name in memory},
        rounds=9 if quick else 25,
        budget=30,
        measure=lambda job: job(),
    )
    yield Row(
        "start", "import explorer", "import numpy (ours / theirs)",
        times.ratio("explorer", "numpy"), at_most=1.3, facts=times.milliseconds(),
    )  # fmt: skip
    yield Row(
        "start", "memory of import explorer", "import numpy (ours - theirs)",
        Spread.of([median(memory["explorer"]) - median(memory["numpy"])]), unit="MB", at_most=10,
        facts={f"{name} MB": round(median(values), 1) for name, values in memory.items()},
    )  # fmt: skip
    yield Row(
        "start", "heavy modules loaded with it", "none of " + ", ".join(HEAVY[:3]),
        Spread.of([float(len(loaded))]), unit="", at_most=0, facts={"loaded": ", ".join(loaded)},
    )  # fmt: skip


def fresh(module: str) -> tuple[float, float, list[str]]:
    """Import a module in a new interpreter; return seconds, peak MB and the heavy modules there."""
    script = SCRIPT.format(module=module, heavy=HEAVY)
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    seconds, megabytes, heavy = json.loads(run.stdout)
    return seconds, megabytes, heavy

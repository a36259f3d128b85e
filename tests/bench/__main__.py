"""python -m tests.bench [--quick] [--only trace,jacobian] [--out bench.json]"""

import argparse
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from time import perf_counter

from tests.bench import jobs, report


def main() -> None:
    """Run the jobs asked for, print each row as it comes, write the record at the end."""
    names = [module.name for module in iter_modules(jobs.__path__)]
    parser = argparse.ArgumentParser("python -m tests.bench", description=jobs.__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer sizes and rounds")
    parser.add_argument("--only", default=",".join(names), help="jobs, with commas between")
    parser.add_argument("--out", type=Path, default=Path("bench/bench.json"))
    options = parser.parse_args()
    chosen = options.only.split(",")
    if unknown := set(chosen) - set(names):
        parser.error(f"no such job: {', '.join(sorted(unknown))}; there are {', '.join(names)}")

    machine, rows, took, skipped, load = report.machine(), [], {}, {}, {}
    print(report.heading(), flush=True)
    for name in chosen:
        start = perf_counter()
        try:
            for row in import_module(f"tests.bench.jobs.{name}").run(options.quick):
                rows.append(row)
                print(row.line, flush=True)
        except report.Skip as reason:
            skipped[name] = str(reason)
            print(f"{name}: skipped, {reason}", flush=True)
        took[name], load[name] = round(perf_counter() - start, 1), report.load()
    missed = [row for row in rows if row.met is False]
    with_goal = [row for row in rows if row.met is not None]
    met = len(with_goal) - len(missed)
    print(f"\n{met} of {len(with_goal)} goals met; {sum(took.values()):.0f} s")
    busy = [name for name, value in load.items() if value and value > machine["cores"]]
    if busy:
        print(f"More processes than cores wanted to run, read with care: {', '.join(busy)}.")
    notes = {"quick": options.quick, "seconds": took, "load": load, "skipped": skipped}
    report.write(options.out, rows, machine, notes)


if __name__ == "__main__":
    main()

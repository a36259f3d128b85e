"""How many updates each preset of the page on which networks learn needs, seed by seed.

    python -m tests.bench.presets [--seeds 5] [--most 2000] [--only "GRU adds"]

A preset is chosen by what most seeds do, never by what one seed does.
"""

import argparse
from dataclasses import replace

from explorer.recipes.training_presets import PRESETS


def main() -> None:
    """Train every preset and print at which update each seed solved its task, or its last loss."""
    parser = argparse.ArgumentParser("python -m tests.bench.presets", description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--most", type=int, default=2000)
    parser.add_argument("--only")
    asked = parser.parse_args()
    for name, preset in PRESETS.items():
        if asked.only not in (None, name):
            continue
        said = []
        for seed in range(asked.seeds):
            run = replace(preset, seed=seed, seeds=1).course()
            while run.N < asked.most and not run.solved[0] and not run.trouble:
                room = asked.most - run.N
                run = run.ahead(lambda n, room=room: n >= min(50, room))
            solved, last = run.solved[0], run.first.smooth
            end = "exploded" if run.trouble else f"not ({last[-1]:.3g})"
            said.append(str(solved) if solved else end)
        print(f"{name:22}", *said, flush=True)


if __name__ == "__main__":
    main()

"""Make every asset anew: each module of this folder has a function ``make``."""

from importlib import import_module
from pathlib import Path

for path in sorted(Path(__file__).parent.glob("[a-z]*.py")):
    import_module(f"assets.make.{path.stem}").make()

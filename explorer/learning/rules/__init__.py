"""Every learning rule in this folder, found by looking: a new file is a new rule on every page."""

from explorer.discovery import discovered
from explorer.learning.rules.base import Learner, Lesson, Rule

RULES: dict[str, type[Rule]] = {
    kind.__name__: kind for kind in discovered(__name__, __path__, Rule)
}
"""From the name of a rule's class to the class."""

__all__ = ["RULES", "Learner", "Lesson", "Rule"]

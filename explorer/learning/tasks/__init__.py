"""Every task in this folder, found by looking: a new file is a new task on every page."""

from explorer.discovery import discovered
from explorer.learning.tasks.base import Batch, Task

TASKS: dict[str, type[Task]] = {
    kind.__name__: kind for kind in discovered(__name__, __path__, Task)
}
"""From the name of a task's class to the class."""

__all__ = ["TASKS", "Batch", "Task"]

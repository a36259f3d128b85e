"""What a run says reaches the browser whole, however soon the next run follows.

When a fragment runs again, Streamlit drops what its last run said and had not sent yet, but not all
of it: large elements that the browser knows already, what stands in a dialog, and the word that a
run of the whole page has ended stay in the queue. The browser then puts them where their place has
never come, stops at "'setIn' cannot be called on an ElementNode", and the page is white.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from functools import wraps

from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

drop = inspect.unwrap(ForwardMsgQueue.clear)
ASKED = ("self", "retain_lifecycle_msgs", "fragment_ids_this_run")


@wraps(drop)
def clear(
    queue: ForwardMsgQueue,
    retain_lifecycle_msgs: bool = False,
    fragment_ids_this_run: Sequence[str] | None = None,
) -> None:
    """Drop what is still to be sent, but nothing where only a fragment runs again."""
    if not (retain_lifecycle_msgs and fragment_ids_this_run):
        drop(queue, retain_lifecycle_msgs, fragment_ids_this_run)
        return
    # What the new run says about a place comes behind what the old one said, not instead of it.
    queue._delta_index_map = {}


def deliver_whole() -> None:
    """Let no run of a fragment drop what another one has said.

    A later Streamlit whose queue is another one is left as it is.
    """
    told = tuple(inspect.signature(drop).parameters)
    if told == ASKED and hasattr(ForwardMsgQueue(), "_delta_index_map"):
        ForwardMsgQueue.clear = clear

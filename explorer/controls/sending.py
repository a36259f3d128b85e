"""Which sessions may send files: those whose page asks for one, and no more than it can use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakValueDictionary

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

KEY = "sending"
MOST = 4  # files of a session: two uploaders, and what replaces them


class Sender:
    """What a session may send: the page that asks, and the files that it has sent."""

    def __init__(self, session: str, files: Any):
        self.session, self.files = session, files
        self.page, self.under_way, self.sent = "", 0, []

    def add(self, file: str) -> None:
        """Note a file that has come; the oldest of too many is dropped, all when none is asked."""
        self.sent = [*(one for one in self.sent if one != file), file]
        while len(self.sent) > (MOST if self.page else 0):
            self.files.remove_file(session_id=self.session, file_id=self.sent.pop(0))


# A session's own memory holds its sender; with the session goes its entry here.
SENDERS: WeakValueDictionary[str, Sender] = WeakValueDictionary()


def ask_for_files(page: str) -> None:
    """Let this session send files while it stays on a page."""
    context = get_script_run_ctx()
    if context is None:
        return
    if KEY not in st.session_state:
        st.session_state[KEY] = Sender(context.session_id, context.uploaded_file_mgr)
    sender = st.session_state[KEY]
    sender.page = page
    SENDERS[context.session_id] = sender


def arrive_without_files(page: str) -> None:
    """Free what was sent to another page, and refuse more until a page asks."""
    sender = st.session_state.get(KEY)
    if sender is not None and sender.page != page:
        sender.page = ""
        sender.files.remove_session_files(sender.session)
        sender.sent = []


@contextmanager
def sending(session: str, file: str) -> Iterator[bool]:
    """Say whether a session may send a file now, and keep count of it."""
    sender = SENDERS.get(session)
    if sender is None or not sender.page or sender.under_way >= MOST:
        yield False
        return
    sender.under_way += 1
    try:
        yield True
    finally:
        sender.under_way -= 1
        sender.add(file)

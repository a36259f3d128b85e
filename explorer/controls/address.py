"""The address bar: every page that a visitor has seen stands once in the browser's history.

Streamlit writes ``st.query_params`` as a new entry of the history, under whichever page the address
bar shows when the message comes. Here a script in the page replaces the entry of its own page, so
that a change of a setting adds none and no page is ever given the settings of another.
"""

from __future__ import annotations

import json
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.controls.contents import CONTENTS

CLICK, HISTORY = "click", "history"
CAME, TITLE, TURN = "page.came", "page.title", "page.turn"
HEARD = 16  # links of a page that the browser may still send because it was at them a moment ago

HOME, *PATHS = [entry.name for section in CONTENTS.values() for entry in section]

# A page that comes when the visitor is already somewhere else must not be written there. Going back
# twice, quickly, Streamlit's answer to the first step would put its page behind the second. After a
# server has started anew the turns begin again, and it was told the link by which one once came: it
# is told what the address bar says, as if one had come there through the history.
SCRIPT = """<script>
(([page, query, turn]) => {
  const { history, location } = window;
  if (!history.pages) {
    history.pages = { going: false };
    const push = history.pushState.bind(history);
    history.pushState = (...entry) => history.pages.going || push(...entry);
    addEventListener("popstate", () => { history.pages.going = true; });
    const chosen = (event) => event.composedPath().some((node) => node.tagName === "A");
    addEventListener("click", (event) => { if (chosen(event)) history.pages.going = false; }, true);
  }
  const here = location.pathname.split("/").at(-1);
  if (page ? here !== page : %s.includes(here)) return;
  const before = history.pages.turn ?? 0;
  history.pages.turn = turn;
  if (turn < before) return void dispatchEvent(new PopStateEvent("popstate"));
  history.pages.going = false;
  const embed = [...new URLSearchParams(location.search)].filter(([key]) => /^embed/.test(key));
  const said = [query, new URLSearchParams(embed).toString()].filter(Boolean).join("&");
  const address = location.pathname + (said && "?" + said);
  if (address !== location.pathname + location.search) history.replaceState({}, "", address);
})(%s);
</script>"""


def arrive(title: str) -> None:
    """Notice that the visitor has come to a page, by a click or through the browser's history."""
    memory, run = st.session_state, get_script_run_ctx()
    if getattr(run, "is_history_navigation", False):  # older Streamlits cannot tell
        memory[CAME] = HISTORY
    elif memory.get(TITLE) != title:
        memory[CAME] = CLICK
    memory[TITLE] = title


def news(page: str) -> dict[str, str] | None:
    """Return what the link asks for, or None where it says nothing that is new to the page.

    While a visitor stays, the browser goes on sending the link by which they came, or one that
    the page itself has written since.
    """
    memory, query = st.session_state, dict(st.query_params)
    came, heard = memory.pop(CAME, None), memory.get(f"{page}.heard", ())
    if came:
        memory[TURN] = memory.get(TURN, 0) + 1
        memory[f"{page}.heard"] = (query,)
    else:
        # However long one stays: what the browser sends now it may go on sending, so it is first.
        memory[f"{page}.heard"] = (query, *(one for one in heard if one != query))
    # Through the history one comes to what one saw there, which may be the bare page; a click on
    # the bare page means what was left there.
    fresh = came == HISTORY or (query and (came or query not in heard))
    return query if fresh else None


def write(page: str, query: dict[str, str] | None) -> None:
    """Let the address bar say this, or, given nothing, what it says already."""
    memory = st.session_state
    if query is not None and query != memory.get(f"{page}.query"):
        memory[f"{page}.query"] = query
        sent, *since = memory.get(f"{page}.heard", (query,))
        memory[f"{page}.heard"] = (sent, *since[1 - HEARD :], query)
        memory[TURN] = memory.get(TURN, 0) + 1
    # A script runs when its text has changed; the number makes it run in every turn.
    link = urlencode(memory.get(f"{page}.query", {}))
    call = json.dumps(["" if page == HOME else page, link, memory.get(TURN, 0)])
    st.html(
        SCRIPT % (json.dumps(PATHS if page == HOME else []), call), unsafe_allow_javascript=True
    )

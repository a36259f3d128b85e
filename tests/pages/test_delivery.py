"""What a run says reaches the browser whole, in an order in which every place is there."""

import inspect
import itertools
from dataclasses import dataclass, field

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue

from explorer.controls import delivery
from tests.pages.visiting import PAGES, source

PAGE, PART = "", "part"  # whose run it is: that of the page or that of its fragment
WHOLE = ["title", "part", "button", "film", "notice"]


@dataclass
class Node:
    """A place on the page: a block with more of them inside, or an element."""

    name: str = "page"
    block: bool = True
    run: int = 0
    whose: str = PAGE
    inside: list["Node"] = field(default_factory=list)


@dataclass
class Browser:
    """A page, kept by the rules of Streamlit's browser, and the queue by which it comes."""

    queue: ForwardMsgQueue = field(default_factory=ForwardMsgQueue)
    page: Node = field(default_factory=Node)
    run: int = 0
    whose: str = PAGE

    def takes(self):
        """Apply what has been queued; return the names of all that stands on the page."""
        for message in self.queue.flush():
            if message.HasField("new_session"):
                self.run += 1
                self.whose = "".join(message.metadata.run.fragment_ids)
            elif not message.HasField("script_finished"):
                self.put(message)
            elif message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                self.tidy(self.page, everywhere=not self.whose)
        return list(self.names(self.page))

    def put(self, message):
        node = self.page
        *path, last = message.metadata.delta_path
        for step in path:
            assert node.block, "'setIn' cannot be called on an ElementNode"
            assert step < len(node.inside), "Cannot set a node at a delta path"
            node = node.inside[step]
            node.run = self.run
        assert node.block, "'setIn' cannot be called on an ElementNode"
        assert last <= len(node.inside), f"Bad delta path index {last}"
        name, block = message.hash or message.ref_hash, message.delta.HasField("add_block")
        old = node.inside[last:last + 1]  # fmt: skip
        inside = old[0].inside if block and old else []
        new = Node(name, block, self.run, message.delta.fragment_id, inside)
        node.inside[last:last + 1] = [new]  # fmt: skip

    def tidy(self, node, everywhere):
        """Take away what the run that has ended could have drawn again and did not."""
        node.inside = [part for part in node.inside if part.run == self.run or not everywhere]
        for part in node.inside:
            self.tidy(part, everywhere or (part.whose == self.whose and part.run == self.run))

    def names(self, node):
        for part in node.inside:
            yield part.name
            yield from self.names(part)


@dataclass
class Server:
    """Runs of a page and of its fragment, told to a browser's queue as Streamlit tells them."""

    queue: ForwardMsgQueue

    def starts(self, whose):
        told = ForwardMsg()
        told.new_session.name = "app"
        fragments = [whose] if whose else None
        told.metadata.run.fragment_ids.extend(fragments or [])
        self.queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=fragments)
        self.queue.enqueue(told)

    def ends(self, status):
        told = ForwardMsg()
        told.script_finished = status
        self.queue.enqueue(told)

    def draws(self, name, *path, whose=PAGE, block=False, known=False):
        told = ForwardMsg()
        told.metadata.delta_path.extend(path)
        if known:  # what the browser has already is only named
            told.ref_hash = name
        else:
            told.hash, told.delta.fragment_id = name, whose
            (told.delta.add_block if block else told.delta.new_element).SetInParent()
        self.queue.enqueue(told)

    def draws_part(self, known):
        self.draws("part", 1, whose=PART, block=True)
        self.draws("button", 1, 0, whose=PART)
        self.draws("film", 1, 1, whose=PART, known=known)

    def runs_part(self, known=True):
        self.starts(PART)
        self.draws_part(known)
        self.ends(ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)

    def runs_page(self, known=True):
        self.starts(PAGE)
        self.draws("title", 0)
        self.draws_part(known)
        self.draws("notice", 2)
        self.ends(ForwardMsg.FINISHED_SUCCESSFULLY)


def opened():
    browser = Browser()
    server = Server(browser.queue)
    server.runs_page(known=False)
    assert browser.takes() == WHOLE
    return browser, server


def test_streamlit_alone_loses_the_place_of_what_it_sends(monkeypatch):
    """Pause, and two requests of the timer that came too late.

    So it was seen in a browser: the whole page ran, and twice the fragment, before a flush.
    """
    monkeypatch.setattr(ForwardMsgQueue, "clear", inspect.unwrap(ForwardMsgQueue.clear))
    browser, server = opened()
    server.runs_page(known=False)
    server.runs_part()
    server.runs_part()
    try:
        browser.takes()
        lost = ""
    except AssertionError as error:
        lost = str(error)
    if not lost:
        pytest.skip("This Streamlit loses no place: explorer/controls/delivery.py can go.")
    assert "'setIn' cannot be called on an ElementNode" in lost


def test_a_queue_of_another_kind_is_left_as_it_is(monkeypatch):
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    monkeypatch.setattr(delivery, "ASKED", ("self",))
    before = ForwardMsgQueue.clear
    delivery.deliver_whole()
    assert ForwardMsgQueue.clear is before


@pytest.mark.parametrize("runs", [*itertools.product(("page", "part"), repeat=4)], ids="-".join)
def test_however_runs_follow_each_other_the_page_is_whole(monkeypatch, runs):
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)  # as it was, afterwards
    delivery.deliver_whole()
    # After each run the browser takes what there is, or waits; the film is one it knows, or not.
    for takes, known in itertools.product(itertools.product((False, True), repeat=4), repeat=2):
        browser, server = opened()
        for run, take, film in zip(runs, takes, known, strict=True):
            (server.runs_page if run == "page" else server.runs_part)(known=film)
            if take:
                browser.takes()
        assert browser.takes() == WHOLE


def test_a_new_run_is_told_behind_the_old_one(monkeypatch):
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    delivery.deliver_whole()
    _, server = opened()
    server.runs_part()
    server.runs_part()
    told = [message.WhichOneof("type") for message in server.queue.flush()]
    assert told == ["new_session", "delta", "delta", "ref_hash", "script_finished"] * 2


def test_a_run_of_the_whole_page_still_drops_what_it_draws_anew(monkeypatch):
    monkeypatch.setattr(ForwardMsgQueue, "clear", ForwardMsgQueue.clear)
    delivery.deliver_whole()
    browser, server = opened()
    for _ in range(50):
        server.runs_part()
    server.runs_page()
    assert sum(message.HasField("delta") for message in server.queue._queue) == 4
    assert browser.takes() == WHOLE


@pytest.mark.parametrize("page", PAGES)
def test_no_page_asks_by_the_clock(page):
    """Requests of a timer pile up under load; ``controls.beat`` waits for the picture."""
    assert "run_every" not in source(page).read_text("utf-8")

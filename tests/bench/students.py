"""A class of visitors without browsers: each has a session of its own and moves a slider."""

import asyncio
import json
import random
import time
from dataclasses import dataclass, field

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

PATIENCE = 30  # seconds after which an answer counts as an error


@dataclass
class Tally:
    """What a class saw: seconds from request to picture, and what went wrong."""

    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Student:
    """One session: opens a page and says on request how long the next picture takes."""

    def __init__(self, socket, page: str, query: str) -> None:
        self.socket, self.page, self.query = socket, page, query
        self.script = self.component = self.fragment = ""
        self.picture = b""

    async def open(self) -> None:
        """Run the page as a visitor's browser does, and find the film on it."""
        await self.send(BackMsg())
        while True:
            message = await self.heard()
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self.script = message.new_session.page_script_hash
            elif kind == "script_finished" and self.component:
                return

    async def move(self, gain: float) -> float:
        """Move the slider; return the seconds until the new picture's bytes are here."""
        state = {"values": {"gain": gain}, "live": False, "moves": int(time.time() * 1000)}
        request = BackMsg()
        request.rerun_script.fragment_id = self.fragment
        widget = request.rerun_script.widget_states.widgets.add(id=self.component)
        widget.json_value = json.dumps({"sliders": state})
        waited, before = None, self.picture
        start = time.perf_counter()
        await self.send(request)
        while True:
            message = await self.heard()
            kind = message.WhichOneof("type")
            if kind == "delta" and pictured(message):
                waited = waited or time.perf_counter() - start
            elif kind == "script_finished":
                if waited is None or self.picture == before:
                    raise RuntimeError("the script ended without a new picture")
                return waited

    async def send(self, request: BackMsg) -> None:
        request.rerun_script.query_string = self.query
        if self.script:
            request.rerun_script.page_script_hash = self.script
        else:
            request.rerun_script.page_name = self.page
        await self.socket.send(request.SerializeToString())

    async def heard(self) -> ForwardMsg:
        """Return the server's next message; a box with an exception is an error."""
        message = ForwardMsg.FromString(await asyncio.wait_for(self.socket.recv(), PATIENCE))
        if message.WhichOneof("type") == "delta":
            element = message.delta.new_element
            if element.WhichOneof("type") == "exception":
                raise RuntimeError(f"{element.exception.type}: {element.exception.message}")
            if pictured(message):
                self.component = element.bidi_component.id
                self.fragment = message.delta.fragment_id
                self.picture = element.bidi_component.bytes
        return message


def pictured(message: ForwardMsg) -> bool:
    """Say whether a message brings a film."""
    return message.delta.new_element.WhichOneof("type") == "bidi_component"


def attend(address: str, page: str, query: str, students: int, seconds: float) -> Tally:
    """Let a class open a page together and then move a slider about once a second each."""
    return asyncio.run(lesson(address, page, query, students, seconds))


async def lesson(address: str, page: str, query: str, students: int, seconds: float) -> Tally:
    tally = Tally()
    opened = asyncio.Semaphore(4)
    ready = asyncio.Barrier(students)

    async def one(number: int) -> None:
        chance = random.Random(number)
        where = address.replace("http", "ws") + "/_stcore/stream"
        try:
            async with websockets.connect(
                where, subprotocols=["streamlit"], max_size=2**26, compression=None
            ) as socket:
                # Everyone looks at a network of their own: nothing can be answered from a cache.
                student = Student(socket, page, f"{query}&seed={number}")
                async with opened:
                    await student.open()
                await ready.wait()
                end = time.perf_counter() + seconds
                await asyncio.sleep(chance.random())
                while time.perf_counter() < end:
                    waited = await student.move(round(0.5 + chance.random(), 3))
                    tally.waits.append(waited)
                    await asyncio.sleep(max(0.0, chance.uniform(0.5, 1.5) - waited))
        except Exception as error:
            tally.errors.append(f"{type(error).__name__}: {error}")
            await ready.abort()

    await asyncio.gather(*(one(number) for number in range(students)))
    return tally

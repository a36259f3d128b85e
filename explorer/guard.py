"""Which requests the server answers, and the headers of its answers."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import AbstractContextManager
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
# Streamlit writes styles and scripts into the page itself; its components come as blobs.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' data: blob:; media-src 'self' data: blob:; worker-src 'self' blob:; "
    "frame-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'"
)
REFUSED = (
    b"This server does not answer under the host name of this request, or not to the page that "
    b"sent it. Its own names and plain addresses are answered; to add a name, start it with "
    b"make run ALLOW_HOST=name"
)
READING = frozenset({"GET", "HEAD", "OPTIONS"})  # what changes nothing; a WebSocket has no method
LONGEST_HOST = 255  # characters: the longest host name that there can be, with a little room


UPLOAD = re.compile(r"/_stcore/upload_file/([^/]+)/([^/]+)$")
UNASKED = b"The page of this session asks for no file, or too many are being sent at once."
Sending = Callable[[str, str], AbstractContextManager[bool]]


def policy(frames: Iterable[str] = ()) -> bytes:
    """Return the Content-Security-Policy: nothing from elsewhere, in frames of these pages.

    Without any, every page may show ours in a frame; ``none`` and ``self`` are the field's words.
    """
    sources = [f"'{name}'" if name in ("none", "self") else name for name in frames]
    for source in sources:
        if not re.fullmatch(r"'(none|self)'|(https?://)?[\w*.\[\]:-]+", source, re.ASCII):
            raise ValueError(
                f"frames: wanted none, self or an address such as https://lab.example.org, "
                f"got {source!r}"
            )
    return (POLICY + (f"; frame-ancestors {' '.join(sources)}" if sources else "")).encode()


def own_names(address: str = "") -> frozenset[str]:
    """Return the names under which this machine is asked, beside its plain addresses."""
    name = socket.gethostname().lower()
    return frozenset({"localhost", name, f"{name}.local", socket.getfqdn().lower(), address} - {""})


def host_of(value: str) -> str:
    """Return the host of a Host header, without its port; "" where there is none."""
    if len(value) > LONGEST_HOST + 6:
        return ""
    value = value.strip().lower()
    if value.startswith("["):
        return value[1:].partition("]")[0]
    return value.partition(":")[0].removesuffix(".")


def every(scope: Message, name: bytes) -> list[str]:
    """Return every value of a header of a request."""
    return [v.decode("latin-1") for k, v in scope.get("headers", ()) if k.lower() == name]


def is_address(host: str) -> bool:
    """Whether a host is a plain IP address, which no foreign name server can point elsewhere."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class Guarded:
    """An ASGI application that refuses foreign hosts, and whose answers carry our headers.

    A page of another site whose name is made to point at this machine (DNS rebinding) would share
    its origin; it cannot send another Host than its own name.
    """

    def __init__(
        self,
        inner: Application,
        own: Iterable[str] = (),
        allowed: Iterable[str] = (),
        frames: Iterable[str] = (),
        sending: Sending | None = None,
    ):
        self.inner, self.sending = inner, sending
        self.headers = (*HEADERS, (b"content-security-policy", policy(frames)))
        self.given = frozenset(host_of(name) for name in allowed)
        self.names = self.given | frozenset(host_of(name) for name in own)

    def allowed(self, scope: Message) -> bool:
        """Whether one Host is given, an address or one of the names, and no foreign page asks."""
        hosts = every(scope, b"host")
        if len(hosts) != 1:
            return False
        host = host_of(hosts[0])
        if not ("*" in self.names or host in self.names or is_address(host)):
            return False
        return scope.get("method") in READING or self.at_home(scope, hosts[0])

    def at_home(self, scope: Message, host: str) -> bool:
        """Whether no page of another origin asks: programs send none, a proxy's name is allowed."""
        origins = every(scope, b"origin")
        if not origins:
            return True
        given = origins[0].lower().partition("://")[2]
        here = "*" in self.given or given == host.lower() or host_of(given) in self.given
        return here and len(origins) == 1

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self.inner(scope, receive, send)
            return
        if not self.allowed(scope):
            await refuse(scope, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                have = {key.lower() for key, _ in headers}
                message["headers"] = headers + [h for h in self.headers if h[0] not in have]
            await send(message)

        file = UPLOAD.search(scope["path"]) if scope.get("method") == "PUT" else None
        if file is None or self.sending is None:
            await self.inner(scope, receive, sent)
            return
        with self.sending(file[1], file[2]) as may:
            if may:
                await self.inner(scope, receive, sent)
            else:
                await refuse(scope, send, 403, UNASKED)


async def refuse(scope: Message, send: Send, status: int = 421, said: bytes = REFUSED) -> None:
    """Close a connection that is not answered."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": said})

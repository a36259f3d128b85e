"""Which requests the server answers, and the headers of its answers."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
)
REFUSED = (
    b"This server does not answer under the host name of this request, or not to the page that "
    b"sent it. Its own names and plain addresses are answered; to add a name, start it with "
    b"make run ALLOW_HOST=name"
)
READING = frozenset({"GET", "HEAD", "OPTIONS"})  # what changes nothing; a WebSocket has no method
LONGEST_HOST = 255  # characters: the longest host name that there can be, with a little room


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

    def __init__(self, inner: Application, own: Iterable[str] = (), allowed: Iterable[str] = ()):
        self.inner = inner
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
                message["headers"] = headers + [h for h in HEADERS if h[0] not in have]
            await send(message)

        await self.inner(scope, receive, sent)


async def refuse(scope: Message, send: Send) -> None:
    """Close a connection that is not answered."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *HEADERS]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": REFUSED})

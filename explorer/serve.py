"""Serve the app the fast way: uvicorn around a Streamlit `App` whose modules are loaded beforehand.

`streamlit run streamlit_app.py` shows the same pages; there, while a slider is dragged, the picture
changes half as often, because the connections of its socket hold small messages back.
"""

import argparse
import contextlib
import errno
import gc
import importlib
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import streamlit
import uvicorn
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from streamlit import config

from explorer.guard import Guarded, own_names

ROOT = Path(__file__).resolve().parent.parent

# What the first picture needs; torch is not among it (1.7 seconds and 190 MB).
WARM = ("explorer.controls", "explorer.scenes")


def listen(host: str, port: int) -> socket.socket:
    """Bind a TCP socket whose connections send every message at once."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP, flags=socket.AI_PASSIVE
    )[0]
    # asyncio sets TCP_NODELAY only on a socket that names its protocol, which those of
    # `streamlit run` and of socket.create_server do not.
    listener = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # there the option would share the port with another program
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def app(script: Path, announcement: str = "") -> streamlit.App:
    """Make the ASGI app of a Streamlit script, which says the announcement once it is ready."""

    @contextlib.asynccontextmanager
    async def lifespan(_: streamlit.App) -> AsyncIterator[None]:
        for name in WARM:
            importlib.import_module(name)
        gc.freeze()  # what is loaded now stays: no later collection looks through it again
        if announcement:
            print(announcement, flush=True)
        yield

    # A script of a test stands elsewhere, and needs the static files all the same.
    files = Mount("/app/static", StaticFiles(directory=ROOT / "static", check_dir=False))
    made = streamlit.App(script, lifespan=lifespan, routes=[] if script.parent == ROOT else [files])
    # Watching the sources of every session costs time after each rerun; `streamlit run` does it.
    config.set_option("server.fileWatcherType", "none")
    return made


def announce(listener: socket.socket) -> str:
    """Say in one line where the app can be opened."""
    host, port = listener.getsockname()[:2]
    if host not in ("0.0.0.0", "::"):
        return f"Unrolled is running at {address(host, port)} (stop it with Ctrl+C)."
    return (
        f"Unrolled is running at {address('127.0.0.1', port)}, for others in this network at "
        f"{address(own_address(), port)} (stop it with Ctrl+C)."
    )


def address(host: str, port: int) -> str:
    """Write a host and a port as a web address."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def own_address() -> str:
    """Find the address under which this machine is known in its network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for examples; connecting sends nothing
        except OSError:
            return socket.gethostname()
        return probe.getsockname()[0]


def refusal(error: OSError, host: str, port: int) -> str:
    """Say in one sentence why the app cannot listen there, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} of {host} is taken by another program: choose another port, for example "
            f"`make run PORT={port + 1}`."
        )
    if error.errno == errno.EACCES:
        return (
            f"Port {port} of {host} is not open to this user: choose a port from 1024 on, for "
            "example `make run PORT=8501`."
        )
    return (
        f"{host!r} is not an address of this machine ({error.strerror}): use `make run` for this "
        "machine alone or `make run HOST=0.0.0.0` for the whole network."
    )


def port_number(text: str) -> int:
    """Read a port number, 0 meaning any free one."""
    if text.isascii() and text.isdigit() and int(text) < 65536:
        return int(text)
    raise argparse.ArgumentTypeError(
        f"wanted a number from 0 (any free port) to 65535, got {text!r}"
    )


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(prog="python -m explorer.serve", description=__doc__)
    parser.add_argument("script", nargs="?", type=Path, default=ROOT / "streamlit_app.py")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=port_number, default=8501)
    parser.add_argument("--allow-host", action="append", default=[], metavar="NAME")
    asked = parser.parse_args()
    try:
        listener = listen(asked.host, asked.port)
    except OSError as error:
        sys.exit(refusal(error, asked.host, asked.port))

    server = uvicorn.Server(
        uvicorn.Config(
            Guarded(
                app(asked.script.resolve(), announce(listener)),
                own_names(asked.host),
                asked.allow_host,
            ),
            log_level="warning",
            access_log=False,
            ws="websockets-sansio",
            ws_per_message_deflate=False,  # compressing costs more time than it saves on a network
            timeout_graceful_shutdown=2,  # open pages would keep the server from stopping
        )
    )
    with listener, contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])
    if not server.started:
        sys.exit("Unrolled did not start, for the reason above.")


if __name__ == "__main__":
    main()

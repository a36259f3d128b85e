"""Start a server of ours or of Streamlit's, look at it from outside, and stop it again."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "streamlit_app.py"
STAGE = Path(__file__).with_name("stage.py")


@dataclass(frozen=True)
class Server:
    """A process that listens; ``born`` is the time of its start in seconds since the epoch."""

    process: subprocess.Popen
    address: str
    born: float

    def memory(self) -> float | None:
        """Return the resident memory in MB where the system tells it."""
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{self.process.pid}/status").read_text("utf-8").splitlines()
            return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
        return None

    def has_loaded(self, library: str) -> bool:
        """Say whether a library's files are mapped into the process."""
        with contextlib.suppress(OSError):
            return f"/{library}/" in Path(f"/proc/{self.process.pid}/maps").read_text("utf-8")
        return False


def ours(script: Path = APP) -> list[str]:
    """Return the command of `make run`."""
    return [sys.executable, "-m", "explorer.serve", str(script), "--port", "{port}"]


def stock(*script: str | Path) -> list[str]:
    """Return Streamlit's own command with the settings that it comes with."""
    return [
        sys.executable, "-m", "streamlit", *map(str, script),
        "--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true",
        "--runner.postScriptGC=true", "--browser.gatherUsageStats=false",
    ]  # fmt: skip


@contextlib.contextmanager
def started(command: list[str], seconds: float = 60) -> Iterator[Server]:
    """Run a server on a free port of the loopback address until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    born = time.time()
    process = subprocess.Popen(
        [part.format(port=port) for part in command],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        while not healthy(address):
            if process.poll() is not None or time.time() > born + seconds:
                raise RuntimeError(f"{' '.join(command)} did not start.")
            time.sleep(0.01)
        yield Server(process, address, born)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def healthy(address: str) -> bool:
    """Say whether a Streamlit server answers there."""
    try:
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False

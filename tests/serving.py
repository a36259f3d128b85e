"""Start the real server for a test, a benchmark or a screenshot, and stop it again."""

import contextlib
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextlib.contextmanager
def serve(
    script: Path | str = ROOT / "streamlit_app.py", seconds: float = 60, port: int = 0
) -> Iterator[str]:
    """Serve a Streamlit script with `explorer.serve` on a port, 0 a free one; give its address."""
    script = str(Path(script).resolve())
    command = [sys.executable, "-m", "explorer.serve", script, "--port", str(port)]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as server:
        said: list[str] = []
        found: list[str] = []
        ready = threading.Event()

        def listen() -> None:
            # Reading goes on to the end: a server whose output nobody reads would stand still.
            for line in server.stdout:
                said.append(line)
                if address := re.search(r"running at (http://\S+)", line):
                    found.append(address[1])
                    ready.set()
            ready.set()

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        try:
            ready.wait(seconds)
            if not found:
                raise RuntimeError(f"{' '.join(command)} did not start:\n{''.join(said)}")
            yield found[0]
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
            listener.join(5)

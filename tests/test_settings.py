"""The settings that make the app fast are there, known to Streamlit, and in effect when served."""

import asyncio
import json
import socket
import subprocess
import sys
import tomllib
import urllib.request
from pathlib import Path

import pytest
from streamlit import config

from explorer.serve import address, announce, listen, refusal
from tests.serving import ROOT, serve

WANTED = {
    "runner.postScriptGC": False,
    "server.enableStaticServing": True,
    "browser.gatherUsageStats": False,
    "theme.light.primaryColor": "#0072B2",
    "theme.dark.primaryColor": "#56B4E9",
}


def settings() -> dict[str, object]:
    """Read our settings as Streamlit names them."""

    def flat(table: dict, before: str = ""):
        for name, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{before}{name}.")
            else:
                yield before + name, value

    return dict(flat(tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))))


def test_every_setting_is_known_to_streamlit():
    unknown = settings().keys() - config._config_options_template.keys()
    assert not unknown, f"Streamlit {sys.modules['streamlit'].__version__} has no {unknown}"


def test_the_settings_say_what_the_design_wants():
    assert settings().items() >= WANTED.items()


def test_the_collection_after_every_rerun_still_exists_to_be_switched_off():
    assert config._config_options_template["runner.postScriptGC"].default_val is True


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory):
    """Serve an app of one line; its page tells nothing, its server everything."""
    script = tmp_path_factory.mktemp("stage") / "stage.py"
    script.write_text("import streamlit as st\nst.write('stage')\n")
    with serve(script) as url:
        yield url


def test_the_served_app_is_in_good_health(stage):
    with urllib.request.urlopen(f"{stage}/_stcore/health") as answer:
        assert answer.read() == b"ok"


def test_the_served_app_gives_static_files(stage):
    file = next(path for path in sorted((ROOT / "static").rglob("*.js")))
    with urllib.request.urlopen(f"{stage}/app/{file.relative_to(ROOT).as_posix()}") as answer:
        assert answer.read() == file.read_bytes()
        assert "javascript" in answer.headers["Content-Type"]


def test_our_settings_are_in_effect_in_the_server():
    program = (
        "import json, sys; from explorer.serve import ROOT, app; from streamlit import config; "
        "app(ROOT / 'streamlit_app.py'); "
        "print(json.dumps({name: config.get_option(name) for name in sys.argv[1:]}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *WANTED, "server.fileWatcherType"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == WANTED | {"server.fileWatcherType": "none"}


def test_a_connection_sends_small_messages_at_once():
    async def delay() -> int:
        seen = asyncio.get_running_loop().create_future()

        class Seen(asyncio.Protocol):
            def connection_made(self, transport):
                connection = transport.get_extra_info("socket")
                seen.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
                transport.close()

        with listen("127.0.0.1", 0) as listener:
            server = await asyncio.get_running_loop().create_server(Seen, sock=listener)
            _, writer = await asyncio.open_connection(*listener.getsockname())
            option = await seen
            writer.close()
            await writer.wait_closed()
            server.close()
            await server.wait_closed()
            return option

    assert asyncio.run(delay()) == 1


def test_a_taken_port_is_one_sentence_with_the_cure():
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "explorer.serve", "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} of 127.0.0.1 is taken by another program: choose another port, for example "
        f"`make run PORT={port + 1}`.\n"
    )


@pytest.mark.parametrize("host", ["192.0.2.7", "no such host"])
def test_a_foreign_host_is_one_sentence_with_the_cure(host):
    with pytest.raises(OSError) as raised:  # noqa: PT011  (the kind of OSError depends on the system)
        listen(host, 0)
    said = refusal(raised.value, host, 0)
    assert repr(host) in said
    assert "make run HOST=0.0.0.0" in said


@pytest.mark.parametrize("port", ["-1", "65536", "http", "³", ""])
def test_a_port_that_is_none_is_refused(port):
    done = subprocess.run(
        [sys.executable, "-m", "explorer.serve", f"--port={port}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"got {port!r}" in done.stderr


def test_the_announcement_names_an_address_that_opens():
    with listen("127.0.0.1", 0) as listener:
        assert f"http://127.0.0.1:{listener.getsockname()[1]} " in announce(listener)
    with listen("0.0.0.0", 0) as listener:
        assert f"http://127.0.0.1:{listener.getsockname()[1]}, for others" in announce(listener)
    assert address("::1", 80) == "http://[::1]:80"


def test_the_pinned_torch_is_exact():
    # A range makes pip fetch several GB of CUDA packages on Linux.
    lines = Path(ROOT / "requirements.txt").read_text("utf-8").splitlines()
    assert any(line.startswith("torch==") for line in lines)

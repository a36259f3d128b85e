"""The server answers under its own names and addresses alone, and its answers carry headers."""

import asyncio

import pytest

from explorer.controls import sending
from explorer.guard import HEADERS, Guarded, host_of, own_names, policy


async def inner(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})


def asked(*hosts, kind="http", own=("localhost",), allowed=("lab.example.org",), **more):
    """Return what a request with these Host headers is answered."""
    sent = []

    async def send(message):
        sent.append(message)

    headers = [(b"host", host) for host in hosts]
    if "origin" in more:
        headers.append((b"origin", more.pop("origin")))
    scope = {"type": kind, "path": "/", "headers": headers} | (
        {"method": "GET"} if kind == "http" else {}
    )
    asyncio.run(Guarded(inner, own, allowed)(scope | more, None, send))
    return sent[0]


@pytest.mark.parametrize(
    "host",
    [b"localhost", b"LOCALHOST:8501", b"127.0.0.1:8501", b"[::1]:8501", b"192.0.2.7",
     b"lab.example.org.:80"],
)  # fmt: skip
def test_own_names_and_plain_addresses_are_answered(host):
    answer = asked(host)
    assert answer["status"] == 200
    assert set(HEADERS) <= set(answer["headers"])


@pytest.mark.parametrize(
    "host",
    [b"rebound.example", b"localhost.rebound.example", b"127.0.0.1.rebound.example", b"",
     b"127.0.0.1@rebound.example", b"0x7f000001", b"\xff\xfe", b"a" * 100_000],
)  # fmt: skip
def test_foreign_hosts_are_refused(host):
    assert asked(host)["status"] == 421
    assert asked(host, kind="websocket") == {"type": "websocket.close", "code": 1008}


@pytest.mark.parametrize("hosts", [(), (b"localhost", b"rebound.example")])
def test_a_request_names_exactly_one_host(hosts):
    assert asked(*hosts)["status"] == 421


def test_a_star_allows_every_name():
    assert asked(b"any.example", allowed=("*",))["status"] == 200


def test_this_machine_knows_itself():
    assert "localhost" in own_names()
    assert "lab" in own_names("lab")
    assert host_of("LAB:80") == "lab"


@pytest.mark.parametrize(
    "origin",
    [b"http://rebound.example", b"http://rebound.example:8501", b"http://localhost:9999", b"null",
     b"http://localhost:8501.rebound.example", b"http://localhost:8501@rebound.example", b""],
)  # fmt: skip
def test_no_page_of_another_origin_opens_a_session_or_sends_a_file(origin):
    host = b"localhost:8501"
    assert asked(host, kind="websocket", origin=origin)["type"] == "websocket.close"
    assert asked(host, origin=origin, method="PUT")["status"] == 421
    assert asked(host, origin=origin, method="GET")["status"] == 200  # a frame, a link


@pytest.mark.parametrize("origin", [b"http://localhost:8501", b"https://lab.example.org"])
def test_our_own_page_and_one_behind_an_allowed_name_are_answered(origin):
    assert asked(b"localhost:8501", origin=origin, method="PUT")["status"] == 200


def test_the_policy_lets_nothing_in_from_elsewhere():
    (said,) = [v for k, v in asked(b"localhost")["headers"] if k == b"content-security-policy"]
    assert b"default-src 'self'" in said
    assert not {b"*", b"http:", b"https:", b"'unsafe-eval'"} & set(said.replace(b";", b"").split())
    assert b"frame-ancestors" not in said  # a class page may show ours in a frame


def test_frames_are_those_configured():
    assert policy(["none"]).endswith(b"; frame-ancestors 'none'")
    assert policy(["self", "https://lab.example.org"]).endswith(
        b"; frame-ancestors 'self' https://lab.example.org"
    )


@pytest.mark.parametrize("frames", ["*; script-src *", "", "a b", "x\r\nset-cookie: a", "'self'x"])
def test_a_frame_cannot_change_the_rest_of_the_policy(frames):
    with pytest.raises(ValueError, match=r"wanted none, self or an address"):
        policy([frames])


class Files(dict):
    def remove_file(self, session_id, file_id):
        self.pop(file_id, None)


@pytest.fixture
def sender():
    sender = sending.Sender("session", Files())
    sending.SENDERS["session"] = sender
    yield sender
    sending.SENDERS.pop("session", None)


def test_a_file_that_no_page_asks_for_is_refused(sender):
    put = {"path": "/_stcore/upload_file/session/file"}

    def status():
        said = []

        async def send(message):
            said.append(message)

        scope = {"type": "http", "headers": [(b"host", b"localhost")], "method": "PUT"}
        guarded = Guarded(inner, ["localhost"], sending=sending.sending)
        asyncio.run(guarded(scope | {"path": put["path"]}, None, send))
        return said[0]["status"]

    assert status() == 403
    sender.page = "your_model"
    assert status() == 200
    put["path"] = "/_stcore/upload_file/stranger/file"
    assert status() == 403


def test_a_session_holds_few_files_and_none_once_it_has_left(sender):
    sender.page = "your_model"
    for k in range(10):
        with sending.sending("session", f"{k}") as may:
            assert may
            sender.files[f"{k}"] = b""
    assert list(sender.files) == ["6", "7", "8", "9"]
    with sending.sending("session", "late") as may:
        assert may
        sender.files["late"] = b""
        sender.page = ""
    assert not sender.files


def test_few_files_come_at_once(sender):
    sender.page, sender.under_way = "your_model", sending.MOST
    with sending.sending("session", "one more") as may:
        assert not may


def test_with_the_session_goes_its_right_to_send():
    sending.SENDERS["gone"] = sending.Sender("gone", Files())
    assert "gone" not in sending.SENDERS

"""The server answers under its own names and addresses alone, and its answers carry headers."""

import asyncio

import pytest

from explorer.guard import HEADERS, Guarded, host_of, own_names


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
    scope = {"type": kind, "headers": headers} | ({"method": "GET"} if kind == "http" else {})
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

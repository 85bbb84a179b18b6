"""HTTP around the sockets: origins, health, page, odd requests."""

import socket
from collections.abc import Iterator

import pytest
import requests
import websocket

from support.polling import PollingSession, get
from support.raw_client import RawWebSocket
from support.server_process import FAKE_SERVER, PATIENCE, ServerProcess
from support.starter import Starter

ALLOWED, FOREIGN = "https://app.example", "https://foreign.example"


@pytest.fixture(scope="module")
def choosy_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """Lets browsers connect from one origin only."""
    start = Starter(FAKE_SERVER, tmp_path_factory.mktemp("choosy_server"))
    yield start("--set", f'server.cors_origins=["{ALLOWED}"]')
    start.stop()


def preflight(server: ServerProcess, origin: str) -> requests.Response:
    return requests.options(f"{server.url}/socket.io/?EIO=4&transport=polling", timeout=PATIENCE, headers={
        "Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"})


def opens(server: ServerProcess, origin: str | None) -> bool:
    """True when a WebSocket handshake from this origin is accepted."""
    options = {} if origin is None else {"origin": origin}
    try:
        client = RawWebSocket(server, **options)
    except websocket.WebSocketBadStatusException as refusal:
        assert 400 <= refusal.status_code < 500
        return False
    client.close()
    return True


def test_every_origin_is_echoed_by_default(fake_server: ServerProcess) -> None:
    for answer in (get(fake_server, "EIO=4&transport=polling", Origin=FOREIGN), preflight(fake_server, FOREIGN)):
        assert answer.headers["Access-Control-Allow-Origin"] == FOREIGN
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert opens(fake_server, FOREIGN)


def test_errors_carry_the_origin_as_well(fake_server: ServerProcess) -> None:
    answer = get(fake_server, "EIO=4&transport=polling&sid=unknown", Origin=FOREIGN)
    assert answer.status_code == 400
    assert answer.headers["Access-Control-Allow-Origin"] == FOREIGN


def test_a_preflight_request_is_answered(fake_server: ServerProcess) -> None:
    answer = preflight(fake_server, FOREIGN)
    assert answer.status_code in (200, 204)
    assert {"GET", "POST"} <= set(answer.headers["Access-Control-Allow-Methods"].replace(" ", "").split(","))
    assert answer.headers["Access-Control-Allow-Headers"].lower() == "content-type"


def test_only_chosen_origins_may_connect(choosy_server: ServerProcess) -> None:
    answer = get(choosy_server, "EIO=4&transport=polling", Origin=ALLOWED)
    assert answer.headers["Access-Control-Allow-Origin"] == ALLOWED
    for answer in (get(choosy_server, "EIO=4&transport=polling", Origin=FOREIGN), preflight(choosy_server, FOREIGN)):
        assert answer.headers.get("Access-Control-Allow-Origin") not in (FOREIGN, "*")
    assert opens(choosy_server, ALLOWED)
    assert opens(choosy_server, None)
    assert not opens(choosy_server, FOREIGN)


def test_health_and_readiness_are_told(fake_server: ServerProcess) -> None:
    assert fake_server.status("/healthz") == 200
    assert fake_server.status("/readyz") == 200
    assert fake_server.status("/nowhere") == 404


def test_a_text_answer_is_not_cached(fake_server: ServerProcess) -> None:
    answer = get(fake_server, "EIO=4&transport=polling")
    assert answer.headers["Content-Type"].lower() == "text/plain; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_post_is_answered_with_ok(fake_server: ServerProcess) -> None:
    answer = PollingSession(fake_server).post("40")
    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.parametrize("request_bytes", [
    b"GARBAGE\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET / HTTP/9.9\r\n\r\n", b"\0" * 200,
    b"GET / HTTP/1.1\r\n" + b"X-Header: " + b"x" * 100_000 + b"\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"".join(b"X-%d: y\r\n" % i for i in range(5_000)) + b"\r\n",
    b"POST /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n",
    b"GET /socket.io/?EIO=4&transport=polling&x=" + b"y" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_what_is_no_request_harms_nobody(fake_server: ServerProcess, request_bytes: bytes) -> None:
    with socket.create_connection(("127.0.0.1", fake_server.port), PATIENCE) as connection:
        try:
            connection.sendall(request_bytes)
            connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(100)
        except OSError:  # the server has reset the connection already
            answer = b""
    assert answer == b"" or answer.startswith(b"HTTP/1.") and answer.split()[1][:1] in (b"4", b"5")
    assert fake_server.status("/healthz") == 200


def test_garbage_after_a_websocket_handshake_closes_only_this_connection(fake_server: ServerProcess) -> None:
    handshake = (b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                 b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                 b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n")
    for garbage in (b"\xff" * 50, b"\x81\x05hello", b"\x7f\xff" + b"\xff" * 8, b"GET / HTTP/1.1\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", fake_server.port), PATIENCE) as connection:
            connection.sendall(handshake + garbage)
            while connection.recv(4096):
                pass
    assert fake_server.status("/healthz") == 200

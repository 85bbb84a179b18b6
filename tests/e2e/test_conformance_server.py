"""The program conformance_server itself: its echo, its command line, its end."""

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from support.conformance import PLACEHOLDERS, ConformanceServer, conformance_server, joined
from support.polling import get
from support.server_process import CONFORMANCE_SERVER, PATIENCE, run_program


@pytest.fixture(scope="module")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConformanceServer]:
    with conformance_server(tmp_path_factory.mktemp("echo"), "echo") as server:
        yield server


def loopback_addresses() -> list[str]:
    """Those of localhost that this machine has."""
    found = ["127.0.0.1"]
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        found.append("::1")
    except OSError:
        pass
    return found


@pytest.mark.parametrize("sent, answer", [
    ('42["any name",1,{"a":[null]}]', '42["any name",1,{"a":[null]}]'), ('427["any name",1,"2"]', '437[1,"2"]'),
    (f'452-["x",{PLACEHOLDERS}]', f'452-["x",{PLACEHOLDERS}]'),
    (f'452-8["x",{PLACEHOLDERS}]', f"462-8[{PLACEHOLDERS}]")])
def test_the_echo_sends_every_event_back(echo: ConformanceServer, sent: str, answer: str) -> None:
    client = joined(echo)
    attachments = [b"\x00\xff", b""] if PLACEHOLDERS in sent else []
    for packet in [sent, *attachments]:
        client.send(packet)
    assert [client.receive() for _ in [sent, *attachments]] == [answer, *attachments]


def test_the_echo_has_the_defaults_of_the_library(echo: ConformanceServer) -> None:
    handshake = echo.open_polling().handshake
    assert (handshake["pingInterval"], handshake["pingTimeout"], handshake["maxPayload"]) == (25_000, 20_000, 1_000_000)
    assert "Access-Control-Allow-Origin" not in get(echo, "EIO=4").headers


def test_the_server_listens_on_both_addresses_of_localhost(echo: ConformanceServer) -> None:
    for address in loopback_addresses():
        socket.create_connection((address, echo.port), PATIENCE).close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_closes_all_clients_and_ends_the_server(tmp_path: Path, number: signal.Signals) -> None:
    with conformance_server(tmp_path, "echo", "--threads", "2") as server:
        client = joined(server)
        server.send_signal(number)
        assert client.wait_until_closed() == 1001
        client.close()
        assert server.wait() == 0


@pytest.mark.parametrize("arguments", [
    "", "--fixture other", "--fixture echo --port 65536", "--fixture echo --threads 0",
    "--fixture echo --ping-interval-ms 0", "--fixture echo more"])
def test_bad_arguments_are_refused(tmp_path: Path, arguments: str) -> None:
    done = run_program(*arguments.split(), cwd=tmp_path, program=CONFORMANCE_SERVER)
    assert done.returncode == 2
    assert done.stdout == "" and "--help" in done.stderr


def test_help_tells_the_options(tmp_path: Path) -> None:
    done = run_program("--help", cwd=tmp_path, program=CONFORMANCE_SERVER)
    assert done.returncode == 0
    assert "--fixture" in done.stdout

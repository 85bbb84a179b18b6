"""Stopping: everything accepted is answered, clients are told to come back, the exit code is 0."""

import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support.fake_engine import Gate
from support.images import bare_base64, plain, sample_of
from support.javascript import start as start_javascript
from support.polling import PollingSession, get
from support.python_clients import KINDS, connected
from support.raw_client import Closed, RawClient, messages
from support.server_process import PATIENCE, ServerProcess, wait_until

both_signals = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
SHUTTING_DOWN = "shutting down"
QUEUE = ["--set", "frames.policy=queue"]


def draining(server: ServerProcess, number: signal.Signals = signal.SIGTERM) -> None:
    """Asks the server to stop and returns when it has begun to."""
    server.send_signal(number)
    wait_until(lambda: server.status("/readyz") == 503, "the server says that it stops")


def test_an_idle_server_stops_at_once(start_fake) -> None:
    server = start_fake()
    assert server.stop() == 0
    assert server.status("/healthz") == 0


@both_signals
def test_everything_accepted_is_answered_before_the_end(start_fake, gate: Gate, number: signal.Signals) -> None:
    server = start_fake(*gate.arguments, *QUEUE)
    clients = [RawClient(server) for _ in range(5)]
    for client in clients:
        for _ in range(10):
            client.emit("frame", plain())
        client.call("message", {"message": "What is Ocelli?"})  # answered after the frames were accepted
    gate.wait_for_batch()
    draining(server, number)
    gate.open()
    for client in clients:
        packets, code = client.rest()
        assert code == 1001
        assert [p.number for p in packets if p.kind == "ack"] == list(range(10))
        assert len(messages(packets)) == 10 and not any(text.startswith("Failed") for text in messages(packets))
    assert server.wait() == 0


def test_what_comes_later_is_refused_and_no_client_is_told_to_stay_away(start_fake, gate: Gate) -> None:
    server = start_fake(*gate.arguments)
    client = RawClient(server)
    client.emit("frame", plain())
    gate.wait_for_batch()
    draining(server)
    assert server.status("/healthz") == 200
    assert get(server, "EIO=4&transport=polling").status_code == 503
    client.emit("message", {"message": "What is Ocelli?", "id": "q"})
    client.emit("frame", {"image": plain(), "id": "f"})
    question = client.take(2)
    assert messages(question) == [f"Failed to receive a response: {SHUTTING_DOWN}"]
    gate.open()
    packets, code = client.rest()  # a packet DISCONNECT would not be understood
    assert not messages(packets)[0].startswith("Failed")
    assert messages(packets)[1:] == [f"Failed to process image: {SHUTTING_DOWN}"]
    assert code == 1001
    assert server.wait() == 0


def test_polling_clients_collect_their_answers(start_fake, gate: Gate) -> None:
    server = start_fake(*gate.arguments, *QUEUE)
    session = PollingSession(server).join()
    count = 40
    image = bare_base64(plain())
    assert session.post(*[f'42{index}["frame","{image}"]' for index in range(count)]).text == "ok"
    gate.wait_for_batch()
    draining(server)
    gate.open()
    packets: list[str] = []
    while "1" not in packets:
        packets += session.packets()
    assert len([p for p in packets if p.startswith("43")]) == count
    assert len([p for p in packets if p.startswith('42["response",') and "Failed" not in p]) == count
    assert not any(p.startswith("41") for p in packets)
    assert server.wait() == 0


def test_what_the_engine_does_not_finish_in_time_fails(start_fake, gate: Gate) -> None:
    server = start_fake(*gate.arguments, "--set", "server.drain_seconds=1")
    client = RawClient(server)
    client.emit("frame", plain())
    client.emit("frame", plain())
    gate.wait_for_batch()
    server.send_signal(signal.SIGTERM)
    packets, code = client.rest()
    assert messages(packets, "ack") == 2 * [f"Failed to process image: {SHUTTING_DOWN}"]
    assert code == 1001
    gate.open()
    assert server.wait() == 0


@both_signals
def test_a_second_signal_ends_at_once(start_fake, gate: Gate, number: signal.Signals) -> None:
    server = start_fake(*gate.arguments, "--set", "server.drain_seconds=3600")
    client = RawClient(server)
    client.emit("frame", plain())
    gate.wait_for_batch()
    draining(server, number)
    server.send_signal(number)
    server.wait()  # the gate is still closed
    assert client.rest()[0] == []


class LoadingClient:
    """Sends frame after frame, with at most four unanswered, until the server closes; counts what it sent."""

    def __init__(self, server: ServerProcess):
        self.client = RawClient(server)
        self.sent = 0

    def run(self) -> tuple[int, int | None]:
        """The number of answered frames, which must be those that were sent first, and the close code."""
        answered = 0
        try:
            while True:
                while self.sent < answered + 4:
                    self.client.emit("frame", plain(self.sent % 250))
                    self.sent += 1
                packet = self.client.next()
                if packet.kind == "ack":
                    assert packet.number == answered
                    answered += 1
        except Closed as closed:
            return answered, closed.code


def test_ten_starts_and_stops_under_load_lose_nothing(start_fake) -> None:
    for round_number in range(10):
        server = start_fake(*QUEUE, "--set", "inference.workers=2")
        clients = [LoadingClient(server) for _ in range(8)]
        with ThreadPoolExecutor(len(clients)) as pool:
            results = [pool.submit(client.run) for client in clients]
            wait_until(lambda: all(client.sent > 20 for client in clients), "all clients are at work")
            sent = [client.sent for client in clients]
            server.send_signal([signal.SIGTERM, signal.SIGINT][round_number % 2])
            for result, before in zip(results, sent):
                answered, code = result.result(PATIENCE)
                assert code == 1001
                assert answered >= before, "what was sent before the signal is answered"
        assert server.wait() == 0, server.log


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("transports", ["websocket", "upgrade"])
def test_python_clients_come_back_by_themselves(start_fake, kind: str, transports: str) -> None:
    server = start_fake()
    with connected(server, kind, transports) as client:
        client.connects.get(timeout=PATIENCE)
        first = client.classify(sample_of("Bag").data)
        assert server.stop() == 0
        assert client.disconnects.get(timeout=PATIENCE) in ("transport close", "transport error")
        start_fake(port=server.port)
        client.connects.get(timeout=PATIENCE)
        assert client.classify(sample_of("Bag").data) == first


@pytest.mark.parametrize("transports", ["polling", "websocket", "polling,websocket"])
def test_javascript_clients_come_back_by_themselves(start_fake, tmp_path: Path, transports: str) -> None:
    server = start_fake()
    (tmp_path / "Bag").write_bytes(sample_of("Bag").data)
    program = start_javascript("returning.js", OCELLI_URL=server.url, OCELLI_SAMPLES=str(tmp_path),
                               OCELLI_TRANSPORTS=str(transports.split(",")).replace("'", '"'))
    try:
        answer = program.stdout.readline()
        assert answer.startswith("answer ") and "Failed" not in answer
        assert server.stop() == 0
        assert program.stdout.readline().strip() == "disconnect transport close"
        start_fake(port=server.port)
        assert program.stdout.readline() == answer
        assert program.wait(PATIENCE) == 0
    finally:
        program.kill()
        program.communicate()

"""Unmodified python-socketio clients, sync and async, over every transport."""

import concurrent.futures

import pytest

from support.images import bare_base64, data_url, sample_of
from support.python_clients import KINDS, TRANSPORTS, connected
from support.server_process import ServerProcess, wait_until

every_client = pytest.mark.parametrize("kind", KINDS)
every_transport = pytest.mark.parametrize("transports", TRANSPORTS)


@every_client
@every_transport
def test_a_client_gets_labels_and_answers(server: ServerProcess, kind: str, transports: str) -> None:
    bag, trouser = sample_of("Bag"), sample_of("Trouser")
    with connected(server, kind, transports) as client:
        assert client.transport == ("polling" if transports == "polling" else "websocket")
        assert client.classify(data_url(bag.data)) == "Bag"
        assert client.classify(bag.data) == "Already in list"
        assert client.classify({"image": trouser.data}) == "Trouser"
        assert client.classify({"image": bare_base64(bag.data)}) == "Bag"
        assert "Ocelli" in client.ask("message", {"message": "What is Ocelli?"})["message"]
        assert client.classify("no image").startswith("Failed to process image: ")
        assert client.classify(bag.data) == "Already in list"


@every_client
@every_transport
def test_events_need_no_acknowledgement(server: ServerProcess, kind: str, transports: str) -> None:
    with connected(server, kind, transports) as client:
        client.emit("frame", sample_of("Dress").data)
        assert client.response() == {"message": "Dress"}
        client.emit("message", {"message": "What is Ocelli?", "id": 7})
        answer = client.response()
        assert answer["id"] == 7 and "Ocelli" in answer["message"]


@every_client
@every_transport
def test_state_starts_empty_after_a_reconnect(server: ServerProcess, kind: str, transports: str) -> None:
    with connected(server, kind, transports) as client:
        assert client.classify(sample_of("Coat").data) == "Coat"
        assert client.classify(sample_of("Coat").data) == "Already in list"
        client.disconnect()
        assert client.disconnects.get(timeout=60) == "client disconnect"
        client.connect(server, TRANSPORTS[transports])
        assert client.classify(sample_of("Coat").data) == "Coat"


@every_client
@every_transport
def test_large_messages_pass_in_both_directions(server: ServerProcess, kind: str, transports: str) -> None:
    padded = sample_of("Bag").data + bytes(3_000_000)  # decoders ignore what follows the picture
    identifier = "x" * 1000
    with connected(server, kind, transports) as client:
        answer = client.ask("frame", {"image": padded, "id": identifier})
        assert answer == {"message": "Bag", "id": identifier}


@every_transport
def test_parallel_clients_see_only_their_own_replies(server: ServerProcess, transports: str) -> None:
    labels = ["Bag", "Trouser", "Dress", "Sneaker", "Sandal", "Ankle boot"]

    def work(label: str) -> None:
        with connected(server, "sync", transports) as client:
            for round_number in range(20):
                identifier = f"{label} {round_number}"
                answer = client.ask("frame", {"image": sample_of(label).data, "id": identifier})
                assert answer == {"message": "Already in list" if round_number else label, "id": identifier}
            assert client.responses.empty()

    with concurrent.futures.ThreadPoolExecutor(len(labels)) as pool:
        list(pool.map(work, labels))


@every_client
def test_a_polling_client_survives_many_quick_events(start_server, kind: str) -> None:
    server = start_server("--set", "frames.policy=queue", "--set", "frames.queue=100", "--set", "chat.queue=100")
    count = 50
    with connected(server, kind, "polling") as client:
        for index in range(count):
            client.emit("frame", {"image": sample_of("Bag").data, "id": f"frame {index}"})
            client.emit("message", {"message": "What is Ocelli?", "id": f"question {index}", "stream": True})
        answers = [client.response() for _ in range(2 * count)]
        assert {answer["id"] for answer in answers} == {f"{kind} {index}" for kind in ("frame", "question")
                                                        for index in range(count)}
        assert client.connected
        assert client.disconnects.empty()


def test_connections_are_logged_with_reason(start_server) -> None:
    server = start_server()
    with connected(server, "sync", "polling") as client:
        line = server.wait_for_log(r"Client connected\..*").group()
        assert client.client.get_sid() in line
        assert "polling" in line and "127.0.0.1" in line
        sid = client.client.get_sid()
    line = server.wait_for_log(r"Client disconnected\..*").group()
    assert sid in line
    wait_until(lambda: "transport close" in server.log or "client namespace disconnect" in server.log, "a reason")

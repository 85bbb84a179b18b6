"""Questions and answers: the knowledge about Ocelli, honesty, sources, what this client has shown."""

import pytest

from support.images import plain, sample_of
from support.raw_client import Packet, RawClient
from support.server_process import ServerProcess

UNKNOWN = "I don't know"
STOPPED = "Failed to receive a response: stopped"


@pytest.fixture
def client(server: ServerProcess):
    client = RawClient(server)
    yield client
    client.close()


def answer(client: RawClient, question: str) -> str:
    return client.call("message", {"message": question})["message"]


@pytest.mark.parametrize("question, word", [
    ("What is Ocelli?", "Socket.IO"),
    ("Which image formats are supported?", "JPEG"),
    ("What is the default port?", "5000"),
    ("How do I configure the server?", "TOML"),
    ("How do I stop the server?", "SIGTERM")])
def test_real_questions_about_ocelli_are_answered(client: RawClient, question: str, word: str) -> None:
    assert word in answer(client, question)


@pytest.mark.parametrize("question", ["What is the capital of Mongolia?", "How many legs has a centipede in spring?",
                                      "Quelle heure est-il?", "xyzzy plugh", "?!", "DROP TABLE passages; --", '"""',
                                      "NEAR( AND *",
                                      "てすと"])
def test_what_is_not_known_is_admitted(client: RawClient, question: str) -> None:
    assert UNKNOWN in answer(client, question)


def test_the_source_is_named_on_request(client: RawClient) -> None:
    assert UNKNOWN not in answer(client, "Which image formats are supported?")
    assert ".md" in answer(client, "What is your source?") or ".qa" in answer(client, "What is your source?")


def test_what_was_seen_is_told_from_this_clients_frames(server: ServerProcess, client: RawClient) -> None:
    before = answer(client, "What have you seen?")
    assert "Bag" not in before and "Dress" not in before
    other = RawClient(server)
    for label in ("Bag", "Bag", "Dress"):
        client.call("frame", sample_of(label).data)
    after = answer(client, "What have you seen?")
    assert "Bag" in after and "Dress" in after
    assert "Bag" not in answer(other, "What have you seen?")
    other.close()


def test_a_streamed_answer_comes_in_tokens_before_the_response(client: RawClient) -> None:
    client.emit("message", {"message": "What is Ocelli?", "stream": True, "id": ["a", 1]})
    packets: list[Packet] = []
    while not packets or packets[-1].kind != "ack":
        packets.append(client.next())
    *tokens, response, acknowledgement = packets
    assert tokens and all(token.name == "token" for token in tokens)
    assert all(token.arguments[0].keys() == {"delta", "id"} for token in tokens)
    assert all(token.arguments[0]["id"] == ["a", 1] for token in tokens)
    assert response.name == "response" and response.arguments == acknowledgement.arguments
    assert response.arguments[0]["id"] == ["a", 1]
    assert "".join(token.arguments[0]["delta"] for token in tokens) == response.arguments[0]["message"]


def test_without_stream_there_are_no_tokens(client: RawClient) -> None:
    client.call("message", {"message": "What is Ocelli?", "stream": False})  # checks that only two packets come
    assert UNKNOWN in answer(client, "xyzzy")


def test_answers_keep_the_order_of_the_questions(client: RawClient) -> None:
    for index in range(10):
        client.emit("message", {"message": "What is Ocelli?" if index % 2 else "xyzzy", "id": index})
    packets = client.take(20)
    assert [p.arguments[0]["id"] for p in packets if p.kind == "event"] == list(range(10))
    assert [p.number for p in packets if p.kind == "ack"] == list(range(10))
    assert [UNKNOWN in p.arguments[0]["message"] for p in packets if p.kind == "event"] == [True, False] * 5


def test_two_conversations_are_kept_apart(server: ServerProcess, client: RawClient) -> None:
    other = RawClient(server)
    answer(client, "Which image formats are supported?")
    first = answer(other, "What is your source?")
    assert ".md" not in first and ".qa" not in first
    other.close()


def flood(client: RawClient, count: int = 200, **fields: object) -> None:
    """Sends questions that take their time, with ids from 0."""
    words = " ".join(f"ocelli{number} server frame{number} image" for number in range(200))
    for index in range(count):
        client.emit("message", {"message": words, "id": index, **fields}, ack=False)


def test_questions_over_the_bound_are_refused(start_fake) -> None:
    client = RawClient(start_fake("--set", "chat.queue=1"))
    flood(client)
    answers = [p.arguments[0] for p in client.take(200)]
    assert sorted(answer_object["id"] for answer_object in answers) == list(range(200))
    refused = [a["id"] for a in answers if a["message"] == "Failed to receive a response: overloaded"]
    assert refused and 0 not in refused
    assert client.call("message", {"message": "What is Ocelli?"})["message"].count("Ocelli")
    client.close()


def test_one_answer_is_stopped_by_its_id(start_fake) -> None:
    client = RawClient(start_fake("--set", "chat.queue=1000"))
    flood(client)
    client.emit("stop", {"id": 199}, ack=False)
    answers = [p.arguments[0] for p in client.take(200)]
    assert [a["id"] for a in answers] == list(range(200))
    assert [a["id"] for a in answers if a["message"] == STOPPED] == [199]
    client.close()


def test_a_stop_without_id_ends_every_answer(start_fake) -> None:
    client = RawClient(start_fake("--set", "chat.queue=1000"))
    flood(client)
    client.emit("stop", ack=False)
    answers = [p.arguments[0] for p in client.take(200)]
    assert [a["id"] for a in answers] == list(range(200))
    assert answers[-1]["message"] == STOPPED
    assert client.call("message", {"message": "What is Ocelli?"})["message"].count("Ocelli")
    client.close()


def test_chat_delays_no_frames(start_fake) -> None:
    client = RawClient(start_fake("--set", "chat.queue=1000"))
    flood(client)
    client.emit("frame", {"image": plain(), "id": "frame"}, ack=False)
    order = [p.arguments[0]["id"] for p in client.take(201)]
    assert order.index("frame") < order.index(199)
    client.close()


def test_without_a_backend_every_question_fails(start_fake) -> None:
    client = RawClient(start_fake("--set", "chat.backend=none"))
    answer_object = client.call("message", {"message": "What is Ocelli?", "id": 1})
    assert answer_object["message"].startswith("Failed to receive a response: ") and answer_object["id"] == 1
    client.close()

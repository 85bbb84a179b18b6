"""Labels of real images: the answers of the Python pipeline, in every payload form, with every client's own state."""

import random

import pytest

from support.images import PAYLOAD_FORMS, Sample, samples
from support.python_clients import connected
from support.raw_client import RawClient
from support.server_process import ServerProcess

REPEATED = "Already in list"


def label_of(message: str, last: str | None) -> str:
    """The label that a message stands for; the server repeats no label and begins with one."""
    if message == REPEATED:
        assert last is not None, "the first answer of a client is a label"
        return last
    assert message != last, f"{message} was sent twice instead of `{REPEATED}`"
    return message


def share(flags: list[bool]) -> float:
    return sum(flags) / len(flags)


def test_there_are_at_least_500_samples_as_jpeg_and_as_png() -> None:
    for media_type in ("image/jpeg", "image/png"):
        assert sum(sample.media_type == media_type for sample in samples()) >= 500 / 2
    assert len(samples()) >= 500
    assert len({sample.truth for sample in samples()}) == 10


@pytest.mark.parametrize("form", PAYLOAD_FORMS)
def test_every_sample_gets_the_label_of_the_python_pipeline(server: ServerProcess, form: str) -> None:
    labels: list[str] = []
    with connected(server) as client:
        for sample in samples():
            answer = client.ask("frame", PAYLOAD_FORMS[form](sample))
            assert answer.keys() == {"message"}
            labels.append(label_of(answer["message"], labels[-1] if labels else None))
        assert client.responses.empty()
    assert share([label == sample.python_label for label, sample in zip(labels, samples())]) >= 0.99
    assert share([label == sample.truth for label, sample in zip(labels, samples())]) >= 0.91


def test_two_interleaved_clients_each_have_their_own_last_label(detailed_server: ServerProcess) -> None:
    chance = random.Random(1)
    # few labels, so that repetitions are frequent
    pool = [sample for sample in samples() if sample.truth in ("Bag", "Trouser", "Sneaker")]
    clients = [RawClient(detailed_server), RawClient(detailed_server)]
    last: list[str | None] = [None, None]
    repeated = 0
    for _ in range(400):
        turn = chance.randrange(2)
        answer = clients[turn].call("frame", chance.choice(pool).data)
        assert answer["message"] == (REPEATED if answer["label"] == last[turn] else answer["label"])
        repeated += answer["message"] == REPEATED
        last[turn] = answer["label"]
    assert 50 < repeated < 350
    for client in clients:
        client.close()


def test_details_tell_label_confidence_and_the_best_labels(detailed_server: ServerProcess) -> None:
    client = RawClient(detailed_server)
    for sample in samples()[:20]:
        answer = client.call("frame", {"image": sample.data, "id": {"frame": sample.name}})
        assert answer["id"] == {"frame": sample.name}
        assert 0 < answer["confidence"] <= 1
        assert len(answer["top"]) == 3
        assert answer["top"][0] == {"label": answer["label"], "confidence": answer["confidence"]}
        confidences = [entry["confidence"] for entry in answer["top"]]
        assert confidences == sorted(confidences, reverse=True)
        assert sum(confidences) <= 1.001
    client.close()


def test_frames_and_chat_may_be_mixed_on_one_connection(server: ServerProcess) -> None:
    client = RawClient(server)
    seen: list[Sample] = list(samples()[:10])
    numbers = {}
    for sample in seen:
        answer = client.call("frame", sample.data)["message"]
        assert answer == REPEATED or answer in {s.truth for s in samples()}
        numbers[sample.name] = client.call("message", {"message": "What is Ocelli?"})["message"]
    assert len(set(numbers.values())) == 1
    client.close()

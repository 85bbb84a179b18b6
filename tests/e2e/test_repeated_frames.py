"""`frames.reuse_repeated`: a frame with the bytes of the last answered one gets its answer without the engine."""

from support.fake_engine import Gate
from support.images import plain
from support.raw_client import RawClient, messages

REPEATED = "Already in list"
REUSE = ["--set", "frames.reuse_repeated=true", "--set", "response.details=true"]


def test_a_repeated_frame_is_answered_while_the_engine_is_stuck(start_fake, gate: Gate) -> None:
    client = RawClient(start_fake(*gate.arguments, *REUSE))
    gate.open()
    first = client.call("frame", plain(100))
    assert first["message"] == first["label"]
    assert first["timings"]["batch"] == 1
    gate.close()
    again = client.call("frame", {"image": plain(100), "id": 5})
    assert again["message"] == REPEATED
    assert again["id"] == 5
    assert {key: again[key] for key in ("label", "confidence", "top")} == \
        {key: first[key] for key in ("label", "confidence", "top")}
    assert again["timings"] == {"queued_ms": 0, "preparation_ms": 0, "inference_ms": 0, "batch": 0}
    client.emit("frame", plain(200))
    gate.wait_for_batch()
    client.emit("frame", plain(100))  # the answer is known, and waits for the one before it
    gate.open()
    other, _, last, _ = client.take(4)
    assert other.arguments[0]["timings"]["batch"] == 1
    assert messages([other])[0] not in (REPEATED, first["label"])
    assert messages([last]) == [first["label"]]
    client.close()


def test_the_frames_of_another_client_are_no_repetition(start_fake, gate: Gate) -> None:
    server = start_fake(*gate.arguments, *REUSE)
    gate.open()
    one, other = RawClient(server), RawClient(server)
    for client in (one, other):
        answer = client.call("frame", plain(100))
        assert answer["message"] == answer["label"]
        assert answer["timings"]["batch"] == 1
    one.close()
    other.close()


def test_by_default_a_repeated_frame_goes_to_the_engine(start_fake) -> None:
    client = RawClient(start_fake("--set", "response.details=true"))
    assert [client.call("frame", plain(100))["timings"]["batch"] for _ in range(3)] == [1, 1, 1]
    client.close()

"""Broken images, base64 and payloads: each gets a failure that says why, and nobody notices anything else."""

import json

import pytest

from support.images import bare_base64, broken_images, data_url, plain, sample_of
from support.raw_client import Packet, RawClient
from support.server_process import ServerProcess

FAILURE = "Failed to process image: "

# What a reason must contain, where the contract says so or a person could not do without it.
REASONS = {
    "GIF": "unsupported format", "TIFF": "unsupported format", "SVG": "unsupported format",
    "text": "unsupported format",
    "portable grey map": "unsupported format", "truncated JPEG": "truncated", "truncated progressive JPEG": "truncated",
    "PNG of 3.6 gigapixels": "limits.image_pixels",
}

BROKEN_TEXT = {
    "empty text": "", "no base64": "!!!!", "one character": "A", "five characters": "AAAAA",
    "foreign letters": "äöü€",
    "null characters": "\0\0\0\0", "a link": "https://example.com/picture.jpg", "empty data URL": "data:",
    "data URL without data": "data:image/png;base64,", "data URL without comma": "data:image/png;base64",
    "data URL without base64": "data:image/png,%89PNG", "data URL with wrong base64": "data:image/png;base64,A",
    "base64 of text": bare_base64(b"no image at all"),
    "padding in the middle": bare_base64(plain()[:20]) + "=" + bare_base64(plain()[20:])[:-3],
}

BROKEN_PAYLOADS = {
    "null": [None], "true": [True], "a number": [5], "a fraction": [1e300], "an empty list": [[]], "a list": [["AAAA"]],
    "no argument": [], "an empty object": [{}], "another key": [{"picture": "AAAA"}], "image null": [{"image": None}],
    "image a number": [{"image": 5}], "image an object": [{"image": {}}], "image a list": [{"image": [b"x"]}],
    "image in an image": [{"image": {"image": "AAAA"}}], "image empty": [{"image": ""}],
    "image no bytes": [{"image": b""}],
}


@pytest.fixture(scope="module")
def client(server: ServerProcess):
    """A client whose last label is `Bag`; every test leaves it so."""
    client = RawClient(server)
    assert client.call("frame", sample_of("Bag").data) == {"message": "Bag"}
    yield client
    client.close()


def fails(client: RawClient, *arguments: object) -> str:
    """The reason of the failure; connection and last label must be as before."""
    answer = client.call("frame", *arguments)
    assert answer.keys() == {"message"}
    assert answer["message"].startswith(FAILURE), answer
    reason = answer["message"].removeprefix(FAILURE)
    assert reason.strip() and "\n" not in reason
    assert client.call("frame", sample_of("Bag").data) == {"message": "Already in list"}
    return reason


@pytest.mark.parametrize("kind", broken_images())
def test_a_broken_image_fails(client: RawClient, kind: str) -> None:
    data = broken_images()[kind]
    reasons = {fails(client, data), fails(client, {"image": data}), fails(client, data_url(data)),
               fails(client, {"image": bare_base64(data)})}
    for reason in reasons:
        assert REASONS.get(kind, "") in reason


@pytest.mark.parametrize("kind", BROKEN_TEXT)
def test_broken_text_fails(client: RawClient, kind: str) -> None:
    fails(client, BROKEN_TEXT[kind])
    fails(client, {"image": BROKEN_TEXT[kind]})


@pytest.mark.parametrize("kind", BROKEN_PAYLOADS)
def test_a_broken_payload_fails(client: RawClient, kind: str) -> None:
    fails(client, *BROKEN_PAYLOADS[kind])


@pytest.mark.parametrize("deadline", ["soon", -1, None, [], 1e300, True])
def test_a_senseless_deadline_fails_or_is_none(client: RawClient, deadline: object) -> None:
    answer = client.call("frame", {"image": sample_of("Bag").data, "deadline_ms": deadline})
    assert answer["message"] == "Already in list" or answer["message"].startswith(FAILURE)
    assert client.call("frame", sample_of("Bag").data) == {"message": "Already in list"}


def test_an_id_over_the_limit_fails(client: RawClient) -> None:
    answer = client.call("frame", {"image": sample_of("Bag").data, "id": "x" * 5_000})
    assert answer["message"].startswith(FAILURE) and "limits.id_bytes" in answer["message"]
    assert "id" not in answer


def test_base64_is_read_as_python_reads_it(client: RawClient) -> None:
    text = bare_base64(sample_of("Bag").data)
    lines = "\r\n".join(text[i:i + 76] for i in range(0, len(text), 76))
    for form in (lines, " " + text + "\n", data_url(sample_of("Bag").data, "image/jpeg;charset=x"),
                 "data:;base64," + text, data_url(sample_of("Bag").data, "application/octet-stream")):
        assert client.call("frame", form) == {"message": "Already in list"}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP"])
def test_every_format_is_told_by_its_first_bytes(server: ServerProcess, kind: str) -> None:
    client = RawClient(server)
    assert not client.call("frame", plain(kind=kind))["message"].startswith(FAILURE)
    assert client.call("frame", data_url(plain(kind=kind), "image/gif")) == {"message": "Already in list"}
    client.close()


@pytest.mark.parametrize("arguments", [[], [None], [5], [{}], [{"message": None}], [{"message": 5}],
                                       [{"message": {}}], [{"message": ""}], [{"message": "x" * 20_000}], [b"bytes"]])
def test_a_broken_question_fails(client: RawClient, arguments: list) -> None:
    answer = client.call("message", *arguments)
    assert answer["message"].startswith("Failed to receive a response: "), answer
    assert client.call("frame", sample_of("Bag").data) == {"message": "Already in list"}


@pytest.mark.parametrize("arguments", [[], [None], [5], [{"id": "unknown"}], [{"id": None}], ["x"], [b"bytes"]])
def test_a_stop_for_nothing_changes_nothing(client: RawClient, arguments: list) -> None:
    client.emit("stop", *arguments, ack=False)
    assert client.call("frame", sample_of("Bag").data) == {"message": "Already in list"}


def test_a_stop_with_acknowledgement_gets_it_once(client: RawClient) -> None:
    number = client.emit("stop", {"id": "unknown"})
    assert client.next() == Packet("ack", number=number)
    assert client.call("frame", sample_of("Bag").data) == {"message": "Already in list"}


def test_deeply_nested_objects_within_the_limit_are_echoed(client: RawClient) -> None:
    value: object = 1
    for _ in range(40):
        value = [value]
    answer = client.call("frame", {"image": sample_of("Bag").data, "id": value})
    assert answer == {"message": "Already in list", "id": value}


def test_text_of_every_script_passes_unchanged(client: RawClient) -> None:
    for text in ("ä ö ü ß", "てすと", "Я Б Г", "🙂", "\u2028", 'quotes " and \\', "\x01\x1f"):
        answer = client.call("frame", {"image": sample_of("Bag").data, "id": text})
        assert answer == {"message": "Already in list", "id": text}, json.dumps(text)

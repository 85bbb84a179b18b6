"""More frames than the engine can take: every frame ends in the way that the contract says."""

import time

from support.fake_engine import Gate
from support.images import noise, plain
from support.raw_client import Packet, RawClient, messages
from support.server_process import ServerProcess

REPEATED = "Already in list"
SUPERSEDED = "Superseded by a newer frame"
OVERLOADED = "Failed to process image: overloaded"
EXPIRED = "Failed to process image: deadline exceeded"
QUEUE = ["--set", "frames.policy=queue"]


def begin(client: RawClient, gate: Gate) -> None:
    """Sends the frame `first` and returns when the engine has it: all later ones wait until the gate is opened."""
    client.emit("frame", {"image": plain(), "id": "first"})
    gate.wait_for_batch()


def arrived(client: RawClient) -> None:
    """Returns when the server has handled what this client has sent so far; for clients without waiting answers."""
    client.call("message", {"message": "What is Ocelli?"})


def answered(text: str) -> bool:
    return not text.startswith("Failed") and text != SUPERSEDED


def ends(packets: list[Packet]) -> dict[object, str]:
    """How the frames ended, by id, in the order of the responses."""
    return {p.arguments[0]["id"]: p.arguments[0]["message"] for p in packets if p.kind == "event"}


def test_the_newest_frame_wins(start_fake, gate: Gate) -> None:
    client = RawClient(start_fake(*gate.arguments))
    begin(client, gate)
    for index in range(5):
        client.emit("frame", {"image": plain(), "id": index})
    superseded = client.take(8)  # at once, while the engine is busy
    assert ends(superseded) == {index: SUPERSEDED for index in range(4)}
    assert [p.number for p in superseded if p.kind == "ack"] == [1, 2, 3, 4]
    gate.open()
    rest = client.take(4)
    assert list(ends(rest)) == ["first", 4]
    assert all(answered(text) for text in messages(rest))
    assert [p.number for p in rest if p.kind == "ack"] == [0, 5]
    client.close()


def test_a_superseded_frame_without_id_gets_only_its_acknowledgement(start_fake, gate: Gate) -> None:
    client = RawClient(start_fake(*gate.arguments))
    begin(client, gate)
    for _ in range(3):
        client.emit("frame", plain())
    assert client.take(2) == [Packet("ack", number=number, arguments=[{"message": SUPERSEDED}]) for number in (1, 2)]
    gate.open()
    assert [p.number for p in client.take(4) if p.kind == "ack"] == [0, 3]
    client.close()


def test_a_superseded_frame_with_neither_is_logged_once(start_fake, gate: Gate) -> None:
    server = start_fake(*gate.arguments)
    client = RawClient(server)
    begin(client, gate)
    for _ in range(10):
        client.emit("frame", plain(), ack=False)
    arrived(client)
    gate.open()
    rest = client.take(3)
    assert all(answered(text) for text in messages(rest)) and len(messages(rest)) == 2
    server.wait_for_log(r"frames\.policy")
    assert server.log.count("frames.policy") == 1
    client.close()


def test_a_deadline_ends_a_waiting_frame(start_fake, gate: Gate) -> None:
    client = RawClient(start_fake(*gate.arguments))
    begin(client, gate)
    client.emit("frame", {"image": plain(), "id": "late", "deadline_ms": 50})
    arrived(client)
    time.sleep(0.1)  # the deadline passes, whatever else happens
    gate.open()
    packets = client.take(4)
    assert answered(ends(packets)["first"]) and ends(packets)["late"] == EXPIRED
    assert sorted(p.number for p in packets if p.kind == "ack") == [0, 1]
    client.close()


def test_a_deadline_that_is_met_changes_nothing(fake_server: ServerProcess) -> None:
    client = RawClient(fake_server)
    assert answered(client.call("frame", {"image": plain(), "deadline_ms": 60_000})["message"])
    client.close()


def test_the_configured_deadline_holds_for_frames_that_name_none(start_fake, gate: Gate) -> None:
    server = start_fake(*gate.arguments, "--set", "frames.deadline_ms=1000")
    hasty, patient = RawClient(server), RawClient(server)
    begin(hasty, gate)
    hasty.emit("frame", {"image": plain(), "id": "late"})
    patient.emit("frame", {"image": plain(), "id": "patient", "deadline_ms": 60_000})
    arrived(patient)
    time.sleep(1.5)
    gate.open()
    assert ends(hasty.take(4))["late"] == EXPIRED
    assert answered(ends(patient.take(2))["patient"])
    hasty.close()
    patient.close()


def test_a_queue_answers_every_frame_in_order_up_to_its_bound(start_fake, gate: Gate) -> None:
    client = RawClient(start_fake(*gate.arguments, *QUEUE, "--set", "frames.in_work=1", "--set", "frames.queue=3"))
    begin(client, gate)
    for index in range(8):
        client.emit("frame", {"image": plain(), "id": index})
    arrived(client)
    gate.open()
    packets = client.take(18)
    assert list(ends(packets)) == ["first", *range(8)], "labels and failures come in the order of the frames"
    assert [key for key, text in ends(packets).items() if text == OVERLOADED] == [3, 4, 5, 6, 7]
    assert all(answered(text) or text == OVERLOADED for text in messages(packets))
    assert [p.number for p in packets if p.kind == "ack"] == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    client.close()


def test_a_queue_loses_nothing_within_its_bound(start_fake) -> None:
    client = RawClient(start_fake(*QUEUE, "--set", "frames.queue=1000"))
    count = 300
    for index in range(count):
        client.emit("frame", {"image": plain(index % 250), "id": index})
    packets = client.take(2 * count)
    assert list(ends(packets)) == list(range(count))
    last = None
    for text in messages(packets):
        assert answered(text) and (text != last or text == REPEATED)
        last = last if text == REPEATED else text
    client.close()


def test_a_frame_that_fails_keeps_its_place(start_fake, gate: Gate) -> None:
    client = RawClient(start_fake(*gate.arguments, *QUEUE))
    images = [plain(), b"no image", plain(), "!", {"image": None}, plain()]
    for image in images:
        client.emit("frame", image)
    gate.wait_for_batch()
    gate.open()
    packets = client.take(12)
    assert [p.number for p in packets if p.kind == "ack"] == list(range(6))
    assert [answered(text) for text in messages(packets)] == [True, False, True, False, False, True]
    client.close()


def test_bytes_over_all_clients_are_bounded(start_fake, gate: Gate) -> None:
    server = start_fake(*gate.arguments, "--set", "limits.pending_bytes=1048576", "--set",
                        "limits.message_bytes=524288")
    clients = [RawClient(server) for _ in range(6)]
    begin(clients[0], gate)
    for client in clients[1:4]:
        client.emit("frame", noise(550))  # 300 kB, three fit
        arrived(client)
    for client in clients[4:]:
        client.emit("frame", noise(550))
        assert messages(client.take(2)) == [OVERLOADED]
    gate.open()
    for client in clients[:4]:
        assert answered(messages(client.take(2))[0])
    assert answered(clients[5].call("frame", noise(550))["message"])
    for client in clients:
        client.close()


def test_every_client_gets_its_turn(start_fake, gate: Gate) -> None:
    server = start_fake(*gate.arguments, *QUEUE)
    clients = [RawClient(server) for _ in range(8)]
    begin(clients[0], gate)
    for client in clients:
        for index in range(5):
            client.emit("frame", {"image": plain(), "id": index})
    gate.open()
    clients[0].take(2)
    for client in clients:
        packets = client.take(10)
        assert list(ends(packets)) == [0, 1, 2, 3, 4] and all(answered(text) for text in messages(packets))
        client.close()


def test_a_client_that_leaves_frees_its_place(start_fake, gate: Gate) -> None:
    server = start_fake(*gate.arguments, *QUEUE, "--set", "frames.queue=2")
    for number in range(5):
        client = RawClient(server)
        client.emit("frame", plain())
        client.emit("frame", plain())
        arrived(client)
        client.close()
        server.wait_for_log(r"Client disconnected\.", number + 1)
    gate.open()
    client = RawClient(server)
    assert answered(client.call("frame", plain())["message"])
    client.close()

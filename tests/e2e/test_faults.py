"""Engines that fail, crash, hang and never start. The fake engine does so for images of one brightness."""

import re

import pytest

from support.fake_engine import Gate
from support.images import plain
from support.raw_client import RawClient, messages
from support.server_process import wait_until

FAILURE = "Failed to process image: "
GOOD, BAD = plain(8), plain(248)  # the darkest and the brightest of sixteen steps
BAD_STEP = "15"


def test_a_failing_engine_fails_its_frames_and_goes_on(start_fake) -> None:
    server = start_fake("--fake-fail-on", BAD_STEP)
    client = RawClient(server)
    assert client.call("frame", GOOD) == {"message": "brightness 0"}
    for _ in range(3):
        assert client.call("frame", BAD)["message"].startswith(FAILURE)
        assert client.call("frame", GOOD) == {"message": "Already in list"}
    assert (server.status("/healthz"), server.status("/readyz")) == (200, 200)
    client.close()


def test_a_crashing_worker_is_replaced(start_fake) -> None:
    server = start_fake("--fake-crash-on", BAD_STEP)
    client, other = RawClient(server), RawClient(server)
    assert client.call("frame", GOOD) == {"message": "brightness 0"}
    for _ in range(2):
        assert client.call("frame", BAD)["message"].startswith(FAILURE)
        assert client.call("frame", GOOD) == {"message": "Already in list"}
    assert other.call("frame", GOOD) == {"message": "brightness 0"}
    assert (server.status("/healthz"), server.status("/readyz")) == (200, 200)
    client.close()
    other.close()


def test_a_hanging_engine_makes_the_server_end_with_an_error(start_fake) -> None:
    server = start_fake("--fake-hang-on", BAD_STEP, "--set", "inference.hang_seconds=1", "--set", "inference.workers=1")
    client = RawClient(server)
    assert client.call("frame", GOOD) == {"message": "brightness 0"}
    client.emit("frame", BAD)
    wait_until(lambda: server.status("/healthz") == 503, "the server says that it is ill")
    assert server.status("/readyz") == 503
    packets, code = client.rest()
    assert len(messages(packets)) == len(messages(packets, "ack")) == 1
    assert messages(packets)[0].startswith(FAILURE)
    assert code == 1001
    assert server.wait() > 0
    assert "cannot go on" in server.log


def test_a_swarm_that_vanishes_at_once_leaves_the_server_to_others(start_fake, gate: Gate) -> None:
    server = start_fake(*gate.arguments)
    swarm = [RawClient(server) for _ in range(40)]
    for client in swarm:
        for index in range(3):
            client.emit("frame", {"image": GOOD, "id": index})
    gate.wait_for_batch()
    for client in swarm:
        client.close()
    gate.open()
    other = RawClient(server)
    assert other.call("frame", GOOD) == {"message": "brightness 0"}
    assert (server.status("/healthz"), server.status("/readyz")) == (200, 200)
    other.close()
    assert server.stop() == 0
    received, ends = re.search(r"(\d+) frames: (.*)", server.log).groups()
    counts = {name: int(count) for count, name in re.findall(r"(\d+) (\w+)", ends)}
    assert counts["answered"] >= 1 and counts["cancelled"] > 0
    assert sum(counts.values()) == int(received)


@pytest.mark.parametrize("fault", ["--fake-fail-to-load", "--fake-fail-to-start"])
def test_a_server_without_engine_does_not_start(start_fake, fault: str) -> None:
    server = start_fake(fault, ready=False)
    assert server.wait() == 1
    assert "was told not to" in server.log
    assert "listening" not in server.log


def test_a_server_that_warms_up_can_be_stopped(start_fake) -> None:
    server = start_fake("--fake-hang-in-warm-up", ready=False)
    server.wait_for_log("Model:")
    assert server.stop() == 0
    assert "listening" not in server.log

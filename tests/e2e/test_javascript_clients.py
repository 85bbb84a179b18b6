"""The unmodified JavaScript client over every transport; the tests themselves are in javascript/."""

import json
from pathlib import Path

import pytest

from support.images import sample_of
from support.javascript import run_tests
from support.server_process import ServerProcess

LABELS = ["Bag", "Trouser", "Dress", "Sneaker"]


@pytest.mark.parametrize("transports", [["polling"], ["websocket"], ["polling", "websocket"]], ids="+".join)
def test_the_javascript_client_works(server: ServerProcess, tmp_path: Path, transports: list[str]) -> None:
    for label in LABELS:
        (tmp_path / label).write_bytes(sample_of(label).data)
    run_tests("clients.test.js", OCELLI_URL=server.url, OCELLI_TRANSPORTS=json.dumps(transports),
              OCELLI_SAMPLES=str(tmp_path))


def test_the_javascript_client_survives_many_quick_events(start_server, tmp_path: Path) -> None:
    server = start_server("--set", "frames.policy=queue", "--set", "frames.queue=1000", "--set", "chat.queue=1000")
    (tmp_path / "Bag").write_bytes(sample_of("Bag").data)
    run_tests("burst.test.js", OCELLI_URL=server.url, OCELLI_SAMPLES=str(tmp_path))

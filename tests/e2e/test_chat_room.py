"""The example chat_room, as the README shows it, with the Python client."""

import os
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import pytest
import socketio

from support.server_process import PATIENCE, ROOT, ServerProcess

CHAT_ROOM = Path(os.environ.get("OCELLI_CHAT_ROOM", ROOT / "build" / "release" / "bin" / "chat_room")).resolve()


class ChatRoom(ServerProcess):
    """The program on a free port."""

    def __init__(self, log: Path):
        super().__init__(CHAT_ROOM, [], log)

    def port_arguments(self, port: int) -> list[str]:
        return [str(port)]

    def wait_until_ready(self) -> "ChatRoom":
        self.port = int(self.wait_for_log(r"(?m)^chat_room: http://localhost:(\d+)/chat$").group(1))
        return self


class Member:
    """Somebody who has joined the namespace and hears what is said."""

    def __init__(self, server: ChatRoom, name: str, transport: str):
        self.heard: Queue = Queue()
        self.client = socketio.Client()
        for event in ("joined", "said", "left"):
            self.client.on(event, lambda *args, event=event: self.heard.put((event, *args)), namespace="/chat")
        self.client.connect(server.url, auth={"name": name}, namespaces=["/chat"], transports=[transport],
                            wait_timeout=PATIENCE)

    def join(self, room: str) -> int:
        return self.client.call("join", room, namespace="/chat", timeout=PATIENCE)

    def say(self, room: str, text: str) -> None:
        self.client.emit("say", (room, text), namespace="/chat")

    def hear(self) -> tuple:
        return self.heard.get(timeout=PATIENCE)


@pytest.fixture
def chat_room(tmp_path: Path) -> Iterator[ChatRoom]:
    server = ChatRoom(tmp_path / "chat_room.log")
    try:
        yield server.wait_until_ready()
        assert server.stop() == 0, server.log
    finally:
        server.kill()


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_members_of_a_room_hear_each_other(chat_room: ChatRoom, transport: str) -> None:
    ann, bob, eve = (Member(chat_room, name, transport) for name in ("Ann", "Bob", "Eve"))
    assert ann.join("cooking") == 0
    assert eve.join("sports") == 0
    assert bob.join("cooking") == 1
    assert ann.hear() == ("joined", "Bob")
    bob.say("cooking", "Grüße, \"Ann\"")
    assert ann.hear() == ("said", "Bob", 'Grüße, "Ann"')
    ann.say("cooking", "Hello")
    assert bob.hear() == ("said", "Ann", "Hello")
    bob.client.disconnect()
    assert ann.hear() == ("left", "Bob")
    ann.client.disconnect()
    assert eve.join("sports") == 0
    assert eve.heard.empty()
    eve.client.disconnect()


def test_nobody_joins_without_a_name(chat_room: ChatRoom) -> None:
    client = socketio.Client()
    errors: Queue = Queue()
    client.on("connect_error", errors.put, namespace="/chat")
    with pytest.raises(socketio.exceptions.ConnectionError):
        client.connect(chat_room.url, namespaces=["/chat"], wait_timeout=PATIENCE)
    assert errors.get(timeout=PATIENCE) == {"message": "Who are you?", "data": {"missing": "name"}}
    client.disconnect()


def test_the_readme_shows_the_example_as_it_is() -> None:
    code = (ROOT / "examples" / "chat_room.cpp").read_text()
    assert f"```cpp\n{code}```" in (ROOT / "README.md").read_text()

"""The server that the protocols' own test suites are run against, as a process."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.polling import PollingSession
from support.raw_client import RawWebSocket
from support.server_process import CONFORMANCE_SERVER, ServerProcess

# No test meets a heartbeat, and a slow machine loses no session.
PATIENT = ("--ping-interval-ms", "60000", "--ping-timeout-ms", "60000", "--connect-timeout-ms", "60000")

PLACEHOLDERS = '{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}'


class ConformanceServer(ServerProcess):
    """The program conformance_server with one of its fixtures, on a free port."""

    def __init__(self, fixture: str, arguments: tuple[str, ...], log: Path):
        self.fixture = fixture
        self.path = "/engine.io/" if fixture == "engineio" else "/socket.io/"
        self.websockets: list[RawWebSocket] = []
        self.sessions: list[PollingSession] = []
        super().__init__(CONFORMANCE_SERVER, ["--fixture", fixture, *arguments], log)

    def port_arguments(self, port: int) -> list[str]:
        return ["--port", str(port)]

    def wait_until_ready(self) -> "ConformanceServer":
        line = rf"(?m)^conformance_server: fixture {self.fixture} on http://localhost:(\d+)$"
        self.port = int(self.wait_for_log(line).group(1))
        return self

    def open_websocket(self, query: str = "EIO=4&transport=websocket") -> RawWebSocket:
        """A connection that `drop_clients` will end."""
        self.websockets.append(RawWebSocket(self, query))
        return self.websockets[-1]

    def open_polling(self) -> PollingSession:
        """A session that `drop_clients` will end."""
        self.sessions.append(PollingSession(self))
        return self.sessions[-1]

    def drop_clients(self) -> None:
        """Ends what the tests have left open, so that a server that stops waits for nothing."""
        for client in self.websockets:
            client.socket.shutdown()
        for session in self.sessions:
            session.close()


@contextmanager
def conformance_server(folder: Path, fixture: str, *arguments: str) -> Iterator[ConformanceServer]:
    """A server that must end by SIGTERM with exit code 0."""
    server = ConformanceServer(fixture, arguments, folder / f"{fixture}.log")
    try:
        yield server.wait_until_ready()
        server.drop_clients()
        assert server.stop() == 0, server.log
    finally:
        server.kill()


def opened(server: ConformanceServer) -> RawWebSocket:
    """A client that has read packet `open`."""
    client = server.open_websocket()
    assert client.receive()[0] == "0"
    return client


def joined(server: ConformanceServer) -> RawWebSocket:
    """A client in namespace `/`, greeted where the fixture does so."""
    client = opened(server)
    client.send("40")
    assert json.loads(client.receive().removeprefix("40")).keys() == {"sid"}
    if server.fixture == "socketio":
        assert client.receive() == '42["auth",{}]'
    return client

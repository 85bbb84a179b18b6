"""python-socketio's two clients behind one interface, so that one test covers both."""

import asyncio
import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import socketio

from support.server_process import PATIENCE, ServerProcess

# What a client is told about transports; None is the library's default, polling with upgrade to WebSocket.
TRANSPORTS = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": None}
RECONNECTION = {"reconnection_delay": 0.1, "reconnection_delay_max": 0.5}


class PythonClient:
    """What both clients have in common: queues of what came."""

    def __init__(self, client: socketio.Client | socketio.AsyncClient) -> None:
        self.client = client
        self.responses: queue.Queue[dict] = queue.Queue()
        self.tokens: queue.Queue[dict] = queue.Queue()
        self.disconnects: queue.Queue[str] = queue.Queue()
        self.connects: queue.Queue[bool] = queue.Queue()
        client.on("response", self.responses.put)
        client.on("token", self.tokens.put)
        client.on("connect", lambda: self.connects.put(True))
        client.on("disconnect", self.disconnects.put)

    @property
    def transport(self) -> str:
        return self.client.transport()

    @property
    def connected(self) -> bool:
        return self.client.connected

    def response(self) -> dict:
        return self.responses.get(timeout=PATIENCE)

    def ask(self, event: str, data: object) -> dict:
        """Sends an event, checks that its acknowledgement equals the `response` and returns it."""
        acknowledged = self.call(event, data)
        assert self.response() == acknowledged
        return acknowledged

    def classify(self, data: object) -> str:
        return self.ask("frame", data)["message"]


class SyncClient(PythonClient):
    """socketio.Client"""

    def __init__(self) -> None:
        super().__init__(socketio.Client(**RECONNECTION))

    def connect(self, server: ServerProcess, transports: list[str] | None = None) -> None:
        self.client.connect(server.url, transports=transports, wait_timeout=PATIENCE)

    def emit(self, event: str, data: object) -> None:
        self.client.emit(event, data)

    def call(self, event: str, data: object) -> object:
        return self.client.call(event, data, timeout=PATIENCE)

    def disconnect(self) -> None:
        self.client.disconnect()

    def close(self) -> None:
        self.client.shutdown()


class AsyncClient(PythonClient):
    """socketio.AsyncClient, in an event loop of its own thread."""

    def __init__(self) -> None:
        super().__init__(socketio.AsyncClient(**RECONNECTION))
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, coroutine: object) -> object:
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(PATIENCE)

    def connect(self, server: ServerProcess, transports: list[str] | None = None) -> None:
        self.run(self.client.connect(server.url, transports=transports, wait_timeout=PATIENCE))

    def emit(self, event: str, data: object) -> None:
        self.run(self.client.emit(event, data))

    def call(self, event: str, data: object) -> object:
        return self.run(self.client.call(event, data, timeout=PATIENCE))

    def disconnect(self) -> None:
        self.run(self.client.disconnect())

    def close(self) -> None:
        self.run(self.client.shutdown())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)
        self.loop.close()


KINDS = {"sync": SyncClient, "async": AsyncClient}


@contextmanager
def connected(server: ServerProcess, kind: str = "sync", transports: str = "websocket") -> Iterator[PythonClient]:
    """A connected client, closed at the end."""
    client = KINDS[kind]()
    try:
        client.connect(server, TRANSPORTS[transports])
        yield client
    finally:
        client.close()

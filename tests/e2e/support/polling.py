"""Engine.IO over HTTP long-polling, request by request."""

import json
import socket
from concurrent.futures import Future, ThreadPoolExecutor

import requests

from support.server_process import PATIENCE, ServerProcess

SEPARATOR = "\x1e"


def get(server: ServerProcess, query: str, **headers: str) -> requests.Response:
    return requests.get(f"{server.url}{server.path}?{query}", headers=headers, timeout=PATIENCE)


def post(server: ServerProcess, query: str, body: str | bytes, **headers: str) -> requests.Response:
    data = body.encode() if isinstance(body, str) else body
    return requests.post(f"{server.url}{server.path}?{query}", data=data, headers=headers, timeout=PATIENCE)


class PollingSession:
    """An open session; every call is one HTTP request."""

    def __init__(self, server: ServerProcess):
        self.server = server
        answer = get(server, "EIO=4&transport=polling")
        assert answer.status_code == 200, answer.text
        assert answer.text.startswith("0")
        self.handshake = json.loads(answer.text[1:])
        self.sid = self.handshake["sid"]
        self.query = f"EIO=4&transport=polling&sid={self.sid}"
        self.pool = ThreadPoolExecutor(4)

    def join(self) -> "PollingSession":
        """Joins namespace `/`."""
        assert self.post("40").text == "ok"
        assert self.get().text.startswith('40{"sid":')
        return self

    def get(self) -> requests.Response:
        return get(self.server, self.query)

    def post(self, *packets: str) -> requests.Response:
        return post(self.server, self.query, SEPARATOR.join(packets))

    def close(self) -> None:
        """Ends the session, so that a server that stops waits for nothing."""
        self.post("1")
        self.get()

    def get_later(self) -> Future[requests.Response]:
        """Starts a GET request in the background."""
        return self.pool.submit(self.get)

    def cancelled_get(self) -> None:
        """Sends a GET request and closes its connection without reading the answer."""
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE) as connection:
            connection.sendall(f"GET {self.server.path}?{self.query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())

    def packets(self) -> list[str]:
        """Packets of one GET, heartbeats answered and left out."""
        answer = self.get()
        assert answer.status_code == 200, answer.text
        packets = answer.text.split(SEPARATOR)
        if "2" in packets:
            self.post("3")
        return [packet for packet in packets if packet != "2"]

    def collect(self, count: int) -> list[str]:
        """At least `count` packets, over as many requests as it takes."""
        packets: list[str] = []
        while len(packets) < count:
            packets += self.packets()
        return packets

    def wait_for(self, beginning: str) -> str:
        """The first packet that begins so; those before it are passed over."""
        while True:
            for packet in self.packets():
                if packet.startswith(beginning):
                    return packet

"""A Socket.IO client over WebSocket that shows what comes, in its order, and sends whatever a test wants."""

import json
from dataclasses import dataclass, field

import websocket

from support.server_process import PATIENCE, ServerProcess


class Closed(Exception):
    """The server has closed the connection; `code` is WebSocket's, None when there was none."""

    def __init__(self, code: int | None):
        super().__init__(f"closed with {code}")
        self.code = code


class RawWebSocket:
    """Engine.IO over WebSocket, packet by packet."""

    def __init__(self, server: ServerProcess, query: str = "EIO=4&transport=websocket", **options: object):
        self.socket = websocket.create_connection(
            f"ws://127.0.0.1:{server.port}{server.path}?{query}", timeout=PATIENCE,
            suppress_origin="origin" not in options, **options)

    def send(self, packet: str | bytes) -> None:
        if isinstance(packet, bytes):
            self.socket.send_binary(packet)
        else:
            self.socket.send(packet)

    def receive(self) -> str | bytes:
        """The next packet; raises Closed."""
        try:
            opcode, data = self.socket.recv_data()
        except (websocket.WebSocketConnectionClosedException, ConnectionError) as error:
            raise Closed(None) from error
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            self.socket.shutdown()
            raise Closed(int.from_bytes(data[:2], "big") if data else None)
        return data.decode() if opcode == websocket.ABNF.OPCODE_TEXT else data

    def wait_until_closed(self) -> int | None:
        """Reads until the end, answering nothing, and returns the close code."""
        try:
            while True:
                self.receive()
        except Closed as closed:
            return closed.code

    def close(self) -> None:
        self.socket.close()


@dataclass
class Packet:
    """An event ("event", name in `name`) or an acknowledgement ("ack", id in `number`) that came."""
    kind: str
    name: str = ""
    number: int | None = None
    arguments: list = field(default_factory=list)


class RawClient(RawWebSocket):
    """Joined to namespace `/`; answers heartbeats while it waits."""

    def __init__(self, server: ServerProcess, **options: object):
        super().__init__(server, **options)
        self.handshake = json.loads(self.receive()[1:])
        self.send("40")
        self.connected = json.loads(self.receive().removeprefix("40"))
        self.acknowledgements = 0

    def emit(self, name: str, *arguments: object, ack: bool = True) -> int | None:
        """Sends an event; bytes travel as attachments. Returns the number of the acknowledgement it asks for."""
        number = None
        if ack:
            number = self.acknowledgements
            self.acknowledgements += 1
        attachments: list[bytes] = []
        text = json.dumps([name, *(detach(argument, attachments) for argument in arguments)])
        kind = f"5{len(attachments)}-" if attachments else "2"
        self.send(f"4{kind}{'' if number is None else number}{text}")
        for attachment in attachments:
            self.send(attachment)
        return number

    def next(self) -> Packet:
        """The next event or acknowledgement."""
        while True:
            packet = self.receive()
            if packet == "2":
                self.send("3")
                continue
            return parsed(packet)

    def take(self, count: int) -> list[Packet]:
        return [self.next() for _ in range(count)]

    def call(self, name: str, *arguments: object) -> dict:
        """Sends an event, checks that one `response` and then its acknowledgement come, equal; returns the object."""
        number = self.emit(name, *arguments)
        response, acknowledgement = self.take(2)
        assert response.kind == "event" and response.name == "response", response
        assert acknowledgement == Packet("ack", number=number, arguments=response.arguments)
        assert len(response.arguments) == 1
        return response.arguments[0]

    def rest(self) -> tuple[list[Packet], int | None]:
        """Everything that comes until the server closes, and the close code."""
        packets = []
        try:
            while True:
                packets.append(self.next())
        except Closed as closed:
            return packets, closed.code


def detach(value: object, attachments: list[bytes]) -> object:
    """The value with bytes replaced by placeholders; the bytes are appended to `attachments`."""
    if isinstance(value, bytes):
        attachments.append(value)
        return {"_placeholder": True, "num": len(attachments) - 1}
    if isinstance(value, dict):
        return {key: detach(item, attachments) for key, item in value.items()}
    if isinstance(value, list):
        return [detach(item, attachments) for item in value]
    return value


def parsed(packet: str | bytes) -> Packet:
    assert isinstance(packet, str), f"unexpected bytes: {packet!r}"
    kinds = {"42": "event", "43": "ack"}
    assert packet[:2] in kinds, f"unexpected packet: {packet}"
    body = packet[2:].lstrip("0123456789")
    digits = packet[2:len(packet) - len(body)]
    arguments = json.loads(body)
    name = arguments.pop(0) if packet[:2] == "42" else ""
    return Packet(kinds[packet[:2]], name, int(digits) if digits else None, arguments)


def messages(packets: list[Packet], kind: str = "event") -> list[str]:
    """Texts of the responses or acknowledgements among the packets."""
    return [p.arguments[0]["message"] for p in packets if p.kind == kind and p.name in ("response", "")]

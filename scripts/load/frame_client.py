"""A Socket.IO client that sends frames and checks that each gets exactly one response and one acknowledgement."""

import asyncio
import logging
import time
from dataclasses import dataclass, field

import socketio

from load.samples import Sample
from load.tally import Tally

TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"], "upgrade": ["polling", "websocket"]}
ALREADY = "Already in list"
SUPERSEDED = "Superseded by a newer frame"
FAILURE = "Failed to process image: "
REJECTIONS = ("overloaded", "deadline exceeded", "shutting down")


@dataclass
class PendingFrame:
    """A frame that was sent and not yet acknowledged."""
    sample: Sample
    sent: float
    responses: list[dict] = field(default_factory=list)
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)


class UnknownAcknowledgements(logging.Handler):
    """Counts the acknowledgements that python-socketio drops because nobody waits for them: second ones."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += "Unknown callback" in record.getMessage()


class FrameClient:
    """One client. Frames carry an id, so that every response can be matched with its frame."""

    def __init__(self, samples: list[Sample], first: int = 0):
        self.samples = samples
        self.next = first
        self.tally = Tally()
        self.pending: dict[int, PendingFrame] = {}
        self.idle = asyncio.Event()
        self.idle.set()
        self.last_label: str | None = None
        self.unknown = UnknownAcknowledgements()
        logger = logging.Logger("client")
        logger.addHandler(self.unknown)
        self.socket = socketio.AsyncClient(reconnection=False, logger=logger)
        self.socket.on("response", self.take_response)

    async def connect(self, url: str, transport: str) -> None:
        await self.socket.connect(url, transports=TRANSPORTS[transport], wait_timeout=30)

    @property
    def connected(self) -> bool:
        return self.socket.connected

    async def send(self) -> PendingFrame:
        """Sends the next sample; raises `socketio.exceptions.SocketIOError` when the connection has ended."""
        frame = PendingFrame(self.samples[self.next % len(self.samples)], time.perf_counter())
        self.next += 1
        number = self.tally.sent
        self.pending[number] = frame
        self.idle.clear()
        try:
            await self.socket.emit("frame", {"image": frame.sample.data, "id": number},
                                   callback=lambda *data: self.take_acknowledgement(number, data))
        except BaseException:
            self.remove(number)
            raise
        self.tally.sent += 1
        return frame

    async def finish(self, patience: float) -> None:
        """Waits for what is missing, disconnects and counts what never came."""
        ended = not self.connected
        if not ended:
            try:
                await asyncio.wait_for(self.idle.wait(), patience)
            except TimeoutError:
                pass
            ended = not self.connected
            await self.socket.disconnect()
        self.tally.disconnected += ended
        self.tally.lost += len(self.pending)
        self.tally.duplicates += self.unknown.count

    def take_response(self, data: dict) -> None:
        """Keeps a response until its acknowledgement comes. Answers to questions have no number."""
        number = data.get("id")
        if not isinstance(number, int):
            return
        frame = self.pending.get(number)
        if frame is None or frame.responses:
            self.tally.duplicates += 1
        else:
            frame.responses.append(data)

    def take_acknowledgement(self, number: int, data: tuple) -> None:
        """Judges one frame."""
        frame = self.pending[number]
        self.remove(number)
        frame.acknowledged.set()
        if not frame.responses:
            self.tally.lost += 1
            return
        if not data or data[0] != frame.responses[0]:
            self.tally.wrong += 1
            return
        self.judge(frame, data[0]["message"])

    def remove(self, number: int) -> None:
        del self.pending[number]
        if not self.pending:
            self.idle.set()

    def judge(self, frame: PendingFrame, message: str) -> None:
        """Counts what became of a frame, and whether its label is right given the label before it."""
        if message == SUPERSEDED:
            self.tally.superseded += 1
        elif message.startswith(FAILURE):
            reason = message.removeprefix(FAILURE)
            if reason in REJECTIONS:
                self.tally.rejected += 1
            else:
                self.tally.fail(reason)
        else:
            self.tally.answered += 1
            self.tally.latencies.append(time.perf_counter() - frame.sent)
            self.tally.wrong += not self.is_right(frame.sample.label, message)
            if message != ALREADY:
                self.last_label = message

    def is_right(self, label: str | None, message: str) -> bool:
        if label is None:
            return message != self.last_label and (message != ALREADY or self.last_label is not None)
        return message == (ALREADY if label == self.last_label else label)

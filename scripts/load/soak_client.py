"""A client that keeps a server busy until it stops and then tells whether it got all its answers."""

import asyncio
from dataclasses import dataclass

import aiohttp
import socketio

from load.connection import TRANSPORTS
from load.samples import Sample
from load.soak_server import SoakFailure

WINDOW = 6    # frames that wait for their acknowledgement at a time; with polling their packets go into one request
QUESTION = 5  # one question after so many frames


def transport_of(number: int) -> str:
    """A transport for client `number`: all of them in turn."""
    return list(TRANSPORTS)[number % len(TRANSPORTS)]


@dataclass
class SentFrame:
    """What came back for one frame."""
    responses: int = 0
    acknowledgements: int = 0


class SoakClient:
    """Sends frames, and a question now and then, as long as the connection lives."""

    def __init__(self, samples: list[Sample], first: int):
        self.samples = samples
        self.first = first
        self.frames: list[SentFrame] = []
        self.accepted = 0  # the server has read so many frames, because it answered something that was sent later
        self.answered = asyncio.Event()
        self.room = asyncio.Semaphore(WINDOW)
        self.closed = asyncio.Event()
        # of our own, since the client leaves one open when the server closes the connection
        self.http = aiohttp.ClientSession()
        self.socket = socketio.AsyncClient(reconnection=False, http_session=self.http)
        self.socket.on("response", self.take_response)
        self.socket.on("disconnect", self.take_disconnect)

    async def connect(self, url: str, transport: str) -> None:
        await self.socket.connect(url, transports=TRANSPORTS[transport], wait_timeout=30)

    async def run(self) -> None:
        """Returns when the connection has ended."""
        sender = asyncio.create_task(self.send_frames())
        await self.closed.wait()
        await self.http.close()
        sender.cancel()
        await asyncio.wait([sender])
        if not sender.cancelled() and sender.exception() is not None:
            raise sender.exception()

    async def send_frames(self) -> None:
        try:
            while True:
                await self.room.acquire()
                await self.send_frame()
                if len(self.frames) % QUESTION == 0:
                    await self.ask()
        except socketio.exceptions.SocketIOError:
            pass  # the connection has ended

    async def send_frame(self) -> None:
        number = len(self.frames)
        self.frames.append(SentFrame())
        image = self.samples[(self.first + number) % len(self.samples)].data
        await self.socket.emit("frame", {"image": image, "id": number},
                               callback=lambda *_: self.take_acknowledgement(number))

    async def ask(self) -> None:
        count = len(self.frames)
        await self.socket.emit("message", {"message": "What is Ocelli?"}, callback=lambda *_: self.know_accepted(count))

    def know_accepted(self, count: int) -> None:
        self.accepted = max(self.accepted, count)

    def take_response(self, data: dict) -> None:
        if isinstance(data.get("id"), int):
            self.frames[data["id"]].responses += 1

    def take_acknowledgement(self, number: int) -> None:
        self.frames[number].acknowledgements += 1
        self.know_accepted(number + 1)
        self.answered.set()
        self.room.release()

    def take_disconnect(self, *_: object) -> None:
        self.closed.set()

    def check(self) -> int:
        """The number of frames known to be accepted; raises `SoakFailure` when one of them had no answer or several."""
        for number, frame in enumerate(self.frames):
            if frame.responses > 1 or frame.acknowledgements > 1:
                raise SoakFailure(f"frame {number} of a client got several answers: {frame}")
            if number < self.accepted and (frame.responses == 0 or frame.acknowledgements == 0):
                raise SoakFailure(f"frame {number} of a client was accepted and never answered: {frame}, "
                                  f"{self.accepted} were accepted, {len(self.frames)} sent")
        return self.accepted

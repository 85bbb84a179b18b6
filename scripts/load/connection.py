"""A python-socketio client that tells when a frame has left: python-socketio itself only puts it into a queue."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import socketio

from load.payloads import FramePacket

TRANSPORTS = {"websocket": ["websocket"], "polling": ["polling"], "upgrade": ["polling", "websocket"]}
CONNECTING = 30.0  # seconds that a connection may take
FRAME = '["frame"'
BINARY = "45"            # first characters of a packet that has an attachment
SHORTEST, LONGEST = 0.001, 0.016  # seconds between looks at bytes that the operating system has not taken yet

CONNECTION_ERRORS = (OSError, ValueError, asyncio.TimeoutError, aiohttp.ClientError, socketio.exceptions.SocketIOError)


class UnknownAcknowledgements(logging.Handler):
    """Counts the acknowledgements that python-socketio drops because nobody waits for them: second ones."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += "Unknown callback" in record.getMessage()


class WatchedWebSocket(aiohttp.ClientWebSocketResponse):
    """Calls `frame_sent` when the operating system has taken the last byte of a frame."""

    def __init__(self, frame_sent: Callable[[], None], reader: Any, writer: Any, *arguments: Any, **options: Any):
        super().__init__(reader, writer, *arguments, **options)
        self.frame_sent = frame_sent
        self.transport = writer.transport
        self.transport.set_write_buffer_limits(high=0)  # long messages then wait until they are gone

    async def send_str(self, data: str, compress: int | None = None) -> None:
        await super().send_str(data, compress)
        if FRAME in data[:40] and not data.startswith(BINARY):
            await self.flush()

    async def send_bytes(self, data: bytes, compress: int | None = None) -> None:
        await super().send_bytes(data, compress)
        await self.flush()

    async def flush(self) -> None:
        """Waits for the bytes of short messages too, which is rarely needed."""
        pause = SHORTEST
        while self.transport.get_write_buffer_size() > 0 and not self.transport.is_closing():
            await asyncio.sleep(pause)
            pause = min(LONGEST, 2 * pause)
        self.frame_sent()


class Connection:
    """One client. Frames are sent one after the other: each only when the one before has left."""

    def __init__(self) -> None:
        """Needs a running event loop."""
        self.unknown = UnknownAcknowledgements()
        logger = logging.Logger("client", logging.WARNING)
        logger.addHandler(self.unknown)
        trace = aiohttp.TraceConfig()
        trace.on_request_chunk_sent.append(self.take_chunk)
        # of its own, because python-socketio leaves one open when the server closes the connection
        self.http = aiohttp.ClientSession(
            trace_configs=[trace],
            ws_response_class=lambda *arguments, **options: WatchedWebSocket(self.frame_sent, *arguments, **options))
        self.socket = socketio.AsyncClient(reconnection=False, logger=logger, serializer=FramePacket,
                                           handle_sigint=False, http_session=self.http)
        self.socket.on("disconnect", self.take_disconnect)
        self.left = asyncio.Event()
        self.ended = asyncio.Event()
        self.sent_at = 0.0

    async def connect(self, url: str, transport: str) -> None:
        """Raises one of `CONNECTION_ERRORS`; `close` is to be called then too."""
        await self.socket.connect(url, transports=TRANSPORTS[transport], wait_timeout=CONNECTING)

    @property
    def connected(self) -> bool:
        return self.socket.connected and not self.ended.is_set()

    async def send_frame(self, frame: object, callback: Callable[..., None] | None) -> float:
        """Emits a frame; returns the moment at which it had left, or at which the connection ended."""
        self.left.clear()
        await self.socket.emit("frame", frame, callback=callback)
        await self.left.wait()
        return self.sent_at

    async def close(self) -> None:
        try:
            await asyncio.wait_for(self.socket.shutdown(), CONNECTING)
        except CONNECTION_ERRORS:
            pass  # the connection is gone in any case
        await self.http.close()

    def frame_sent(self) -> None:
        self.sent_at = time.perf_counter()
        self.left.set()

    async def take_chunk(self, _: object, __: object, parameters: aiohttp.TraceRequestChunkSentParams) -> None:
        """With polling: the body of a request is handed to the operating system, and with it what was emitted."""
        if parameters.method == "POST":
            self.frame_sent()

    def take_disconnect(self, *_: object) -> None:
        self.ended.set()
        self.frame_sent()

"""One frame before the load begins: does the server answer, and how does it tell which frame an answer is for?"""

import asyncio
from dataclasses import dataclass
from typing import Any

from load.connection import CONNECTION_ERRORS, Connection
from load.payloads import Frame, OutgoingFrame, members

GRACE = 2.0  # seconds from the response to the acknowledgement, for a server that gives both


class ProbeError(Exception):
    """Why no load test is possible, in words."""


@dataclass(frozen=True)
class Findings:
    """What a server did with a frame."""
    message: str         # text of the answer
    acknowledged: bool   # the frame's acknowledgement came
    broadcast: bool      # another client got the response as well


async def first_answer(client: Connection, frame: OutgoingFrame, patience: float,
                       ask: bool) -> tuple[str | None, bool]:
    """Text of the response, if one came, and whether the acknowledgement came."""
    texts: list[str] = []
    responded, acknowledged = asyncio.Event(), asyncio.Event()

    def take_response(data: Any) -> None:
        texts.append(str(data.get("message", "")) if isinstance(data, dict) else str(data))
        responded.set()

    client.socket.on("response", take_response)
    await client.send_frame(frame, (lambda *_: acknowledged.set()) if ask else None)
    try:
        await asyncio.wait_for(responded.wait(), patience)
        if ask:
            await asyncio.wait_for(acknowledged.wait(), GRACE)
    except asyncio.TimeoutError:
        pass
    return (texts[0] if texts else None), acknowledged.is_set()


async def probe(url: str, transport: str, frame: Frame, deadline_ms: float | None, match: str,
                patience: float) -> Findings:
    """Sends one frame on a connection of its own; raises `ProbeError`."""
    sender, listener = Connection(), Connection()
    overheard = asyncio.Event()
    listener.socket.on("response", lambda *_: overheard.set())
    try:
        for client in (listener, sender):
            await client.connect(url, transport)
        outgoing = OutgoingFrame(frame, members(None, deadline_ms) if frame.is_object else "")
        message, acknowledged = await first_answer(sender, outgoing, patience, ask=match != "response")
        if message is None and sender.ended.is_set():
            raise ProbeError(f"{url} closed the connection when it got a frame")
        if message is None:
            raise ProbeError(f"{url} accepts connections but gave no response to a frame within {patience:g} s")
        findings = Findings(message, acknowledged, overheard.is_set())
    except CONNECTION_ERRORS as error:
        raise ProbeError(f"cannot connect to {url}: {error or type(error).__name__}") from error
    finally:
        await asyncio.gather(sender.close(), listener.close())
    if match == "acknowledgement" and not acknowledged:
        raise ProbeError(f"{url} does not acknowledge frames: use --match response")
    if findings.broadcast and not findings.acknowledged:
        raise ProbeError(f"{url} sends its responses to every client and acknowledges none: nobody can tell whose they "
                         "are")
    return findings

"""A client that sends frames and questions and notes what became of each."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import socketio

from load.connection import Connection
from load.payloads import Frame, OutgoingFrame, members
from load.tally import ALREADY, QUESTION_FAILURE, SUPERSEDED, Tally

UNMATCHED = 1000  # responses that a client keeps until their acknowledgement comes
QUESTIONS = ("What can you do?", "Which image formats can I send?", "What have you seen?", "How do I send a frame?")


@dataclass(slots=True)
class PendingFrame:
    """A frame that has no answer yet."""
    frame: Frame
    due: float
    has_id: bool
    ended: asyncio.Event | None  # when somebody waits for it
    sent: float | None = None
    response: dict | None = None


@dataclass(frozen=True)
class Behaviour:
    """How a client sends frames and recognises their answers."""
    frames: list[Frame]
    acknowledged: bool  # the server acknowledges frames
    ids: bool
    deadline_ms: float | None
    verify: bool        # judge labels
    tally_at: Callable[[float], Tally]  # where to count what happens at a moment


class FrameClient:
    """Moments are those of `time.perf_counter()`."""

    def __init__(self, behaviour: Behaviour, number: int, first: int):
        self.behaviour = behaviour
        self.number = number
        self.next = first
        self.count = 0
        self.answers = 0
        self.begin: float | None = None  # when it sent its first frame
        self.pending: dict[int, PendingFrame] = {}
        self.unmatched: deque[dict] = deque(maxlen=UNMATCHED)
        self.questions: dict[int, float] = {}
        self.asked = 0
        self.idle = asyncio.Event()
        self.idle.set()
        self.last_label: str | None = None
        self.connection = Connection()
        self.connection.socket.on("response", self.take_response)
        self.connection.socket.on("disconnect", self.take_disconnect)

    async def connect(self, url: str, transport: str) -> None:
        await self.connection.connect(url, transport)

    @property
    def connected(self) -> bool:
        return self.connection.connected

    async def send(self, due: float, waited_for: bool = False) -> PendingFrame:
        """Sends the next frame, which was to be sent at `due`; returns when it has left.

        Raises `socketio.exceptions.SocketIOError` when the connection has ended before.
        """
        behaviour = self.behaviour
        frame = behaviour.frames[self.next % len(behaviour.frames)]
        number = self.count
        if self.begin is None:
            self.begin = due
        self.next += 1
        self.count += 1
        identified = behaviour.ids and frame.is_object
        extra = members(number if identified else None, behaviour.deadline_ms) if frame.is_object else ""
        pending = PendingFrame(frame, due, identified, asyncio.Event() if waited_for else None)
        self.pending[number] = pending
        self.idle.clear()
        callback = (lambda *data: self.take_acknowledgement(number, data)) if behaviour.acknowledged else None
        try:
            sent = await self.connection.send_frame(OutgoingFrame(frame, extra), callback)
        except (socketio.exceptions.SocketIOError, asyncio.CancelledError):
            self.remove(number)
            raise
        pending.sent = sent
        tally = behaviour.tally_at(sent)
        tally.sent += 1
        tally.send_delay.record(sent - due)
        return pending

    async def ask(self) -> None:
        """Sends a question."""
        number = self.asked
        self.asked += 1
        now = time.perf_counter()
        self.questions[number] = now
        self.idle.clear()
        self.behaviour.tally_at(now).questions_sent += 1
        await self.connection.socket.emit(
            "message", {"message": QUESTIONS[number % len(QUESTIONS)], "id": f"question {number}"},
            callback=lambda *data: self.take_answer(number, data))

    async def finish(self, patience: float) -> None:
        """Waits for what is missing, disconnects, and counts what never came."""
        waiting = {asyncio.ensure_future(self.idle.wait()), asyncio.ensure_future(self.connection.ended.wait())}
        _, unfinished = await asyncio.wait(waiting, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        for task in unfinished:
            task.cancel()
        ended = self.connection.ended.is_set()
        await self.connection.close()
        tally = self.behaviour.tally_at(time.perf_counter())
        tally.disconnected += ended
        tally.lost += len(self.pending)
        tally.questions_lost += len(self.questions)
        tally.duplicates += self.connection.unknown.count + len(self.unmatched)

    def take_response(self, data: Any) -> None:
        """A response ends its frame where the server does not acknowledge; else the acknowledgement does."""
        if not isinstance(data, dict):
            return
        number = data.get("id")
        if isinstance(number, str):
            return  # of a question
        if self.behaviour.acknowledged:
            self.keep(number, data)
            return
        if number is None:
            number = next(iter(self.pending), None)
        if number in self.pending:
            self.end(number, data)
        else:
            self.behaviour.tally_at(time.perf_counter()).duplicates += 1

    def keep(self, number: int | None, data: dict) -> None:
        """Keeps a response until its acknowledgement comes."""
        if number is None:
            if len(self.unmatched) == UNMATCHED:
                self.behaviour.tally_at(time.perf_counter()).duplicates += 1
            self.unmatched.append(data)
        elif number in self.pending and self.pending[number].response is None:
            self.pending[number].response = data
        else:
            self.behaviour.tally_at(time.perf_counter()).duplicates += 1

    def take_acknowledgement(self, number: int, data: tuple) -> None:
        """Ends a frame by what its acknowledgement carries, or where that is nothing, by the response before it."""
        pending = self.pending[number]
        answer = data[0] if data and isinstance(data[0], dict) else None
        silent = answer is not None and answer.get("message") == SUPERSEDED and not pending.has_id
        response = pending.response
        if response is None and not silent and self.unmatched:
            response = self.unmatched.popleft()
        if response is None and not silent:
            self.remove(number)
            self.behaviour.tally_at(time.perf_counter()).lost += 1
            return
        if answer is not None and response is not None and answer != response:
            self.behaviour.tally_at(time.perf_counter()).wrong += 1
        self.end(number, answer or response)

    def take_answer(self, number: int, data: tuple) -> None:
        """Counts the answer to a question by its acknowledgement."""
        now = time.perf_counter()
        tally = self.behaviour.tally_at(now)
        tally.question_latency.record(now - self.questions.pop(number))
        message = data[0].get("message", "") if data and isinstance(data[0], dict) else ""
        if str(message).startswith(QUESTION_FAILURE):
            tally.questions_failed += 1
        else:
            tally.questions_answered += 1
        self.rest()

    def end(self, number: int, data: dict) -> None:
        """Counts how one frame ended."""
        now = time.perf_counter()
        pending = self.pending[number]
        self.remove(number)
        tally = self.behaviour.tally_at(now)
        message = str(data.get("message", ""))
        if tally.end(message) == "answered":
            self.answers += 1
            tally.latency.record(now - pending.due)
            # without a moment, the answer was quicker than the task that waits for the frame to leave
            left = max(self.connection.sent_at, pending.due) if pending.sent is None else pending.sent
            tally.age.record(now - left)
            if self.behaviour.verify:
                tally.wrong += not self.is_right(pending.frame.sample.label, message)
            if message != ALREADY:
                self.last_label = message

    def take_disconnect(self, *_: object) -> None:
        """Lets go who waits for an answer."""
        self.connection.take_disconnect()
        for pending in self.pending.values():
            if pending.ended is not None:
                pending.ended.set()

    def remove(self, number: int) -> None:
        pending = self.pending.pop(number)
        if pending.ended is not None:
            pending.ended.set()
        self.rest()

    def rest(self) -> None:
        if not self.pending and not self.questions:
            self.idle.set()

    def is_right(self, label: str | None, message: str) -> bool:
        """Whether this is the label that the image should have, given the one before it."""
        if label is None:
            return message != self.last_label and (message != ALREADY or self.last_label is not None)
        return message == (ALREADY if label == self.last_label else label)

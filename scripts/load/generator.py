"""One process of a swarm: its clients in one event loop."""

import asyncio
import gc
import itertools
import math
import random
import signal
import time
from argparse import Namespace
from collections.abc import Coroutine
from multiprocessing.connection import Connection as Pipe
from typing import Any

import socketio

from load.arrivals import arrivals
from load.connection import CONNECTION_ERRORS
from load.frame_client import Behaviour, FrameClient
from load.messages import ClientShare, Report
from load.payloads import Frame
from load.tally import Tally

AT_ONCE = 20      # clients of one process that connect at the same time
REPORTING = 0.25  # seconds between reports
LONGEST_SLEEP = 0.5  # seconds before a client looks again whether the run is to end early
COLLECTING = (5_000, 20, 100)  # allocations before garbage is collected; of young, of older, of all objects
LOOKING = 0.02    # seconds between looks at what the parent wants, and at how late the event loop is


class Generator:
    """The clients with the given numbers, of all those of the swarm."""

    def __init__(self, options: Namespace, frames: list[Frame], acknowledged: bool, numbers: range, start: Any,
                 stop: Any, pipe: Pipe):
        self.options = options
        self.start_value = start  # shared: moment at which the run starts, 0 until it is known
        self.stop_value = stop    # shared: an event, once nothing more is to be sent
        self.pipe = pipe
        self.numbers = numbers
        self.start = 0.0
        self.end = 0.0
        self.report = Report()
        self.connected = 0
        self.last_cpu, self.last_wall = time.process_time(), time.perf_counter()
        self.behaviour = Behaviour(frames, acknowledged, options.ids, options.deadline_ms, options.verify,
                                   self.tally_at)
        self.clients: list[FrameClient] = []

    def tally_at(self, moment: float) -> Tally:
        """Where to count what happens at this moment."""
        second = max(0, int(moment - self.start))
        if moment >= self.end:  # what comes when nothing more is sent never shares a second with what came before
            second = max(second, math.ceil(self.end - self.start))
        tally = self.report.seconds.get(second)
        if tally is None:
            tally = self.report.seconds[second] = Tally()
        return tally

    @property
    def stopping(self) -> bool:
        return time.perf_counter() >= self.end

    async def run(self) -> None:
        """Does everything and sends the final report."""
        spread = len(self.behaviour.frames) / self.options.clients  # no two clients send the same images in step
        self.clients = [FrameClient(self.behaviour, number, int(number * spread)) for number in self.numbers]
        if self.options.ramp == 0:
            await self.connect_all()
            gc.freeze()
        self.send_report()
        while (start := self.start_value.value) == 0:
            await asyncio.sleep(LOOKING)
        self.start, self.end = start, start + self.options.duration
        watchers = [asyncio.create_task(watcher) for watcher in (self.watch_loop(), self.report_regularly())]
        await asyncio.gather(*[self.live(client) for client in self.clients])
        for watcher in watchers:
            watcher.cancel()
        self.end = min(self.end, time.perf_counter())  # all connections may have ended before
        self.report.shares = [ClientShare(client.answers, self.end - client.begin) for client in self.clients
                              if client.begin is not None and client.begin < self.end]
        self.report.elapsed = self.end - self.start
        self.send_report(final=True)

    async def connect_all(self) -> None:
        limit = asyncio.Semaphore(AT_ONCE)

        async def connect(client: FrameClient) -> None:
            async with limit:
                await client.connect(self.options.url, self.options.transport)
                self.connected += 1

        await asyncio.gather(*[connect(client) for client in self.clients])

    async def live(self, client: FrameClient) -> None:
        """The whole life of a client from the start of the run."""
        begin = self.options.ramp * client.number / self.options.clients
        await asyncio.sleep(self.start + begin - time.perf_counter())
        if self.options.ramp > 0:
            if self.stopping:
                return
            try:
                await client.connect(self.options.url, self.options.transport)
            except CONNECTION_ERRORS:
                self.tally_at(time.perf_counter()).unconnected += 1
                await client.connection.close()
                return
            self.connected += 1
        seed = f"{self.options.seed} {client.number}"
        parts: list[Coroutine] = [self.send_closed(client) if self.options.mode == "closed" else
                                  self.send_scheduled(client, random.Random(seed), begin)]
        if self.options.questions_per_minute > 0:
            parts.append(self.ask_questions(client, random.Random(f"{seed} questions")))
        await self.run_until_end([asyncio.create_task(part) for part in parts])
        await client.finish(self.options.patience)
        self.connected -= 1

    async def run_until_end(self, tasks: list[asyncio.Task]) -> None:
        """Returns when the tasks are done; gives up what is stuck, as sending is to a server that does not read."""
        limit = self.end + self.options.patience - time.perf_counter()
        _, stuck = await asyncio.wait(tasks, timeout=limit)
        for task in stuck:
            task.cancel()
        await asyncio.wait(tasks)
        for task in tasks:
            if not task.cancelled():
                task.result()

    async def send_closed(self, client: FrameClient) -> None:
        """The next frame when the last one has its answer."""
        try:
            while client.connected and not self.stopping:
                now = time.perf_counter()
                self.tally_at(now).offered += 1
                frame = await client.send(now, waited_for=True)
                try:
                    async with asyncio.timeout(self.options.patience):
                        await frame.ended.wait()
                except TimeoutError:
                    pass  # it is still waited for at the end
        except socketio.exceptions.SocketIOError:
            pass  # the connection has ended, which is counted at the end

    async def send_scheduled(self, client: FrameClient, generator: random.Random, begin: float) -> None:
        """Frames at their moments, or as soon as possible after them. What is late beyond the end is not sent."""
        options = self.options
        times = arrivals(options.mode, options.fps, options.fps_to or options.fps, begin, options.duration, generator)
        try:
            for offset in times:
                due = self.start + offset
                while (delay := due - time.perf_counter()) > 0 and not self.stopping:
                    await asyncio.sleep(min(delay, LONGEST_SLEEP))
                if due > self.end:
                    return
                self.tally_at(due).offered += 1
                if self.stopping:
                    continue
                if not client.connected:
                    return
                await client.send(due)
        except socketio.exceptions.SocketIOError:
            pass  # the connection has ended, which is counted at the end

    async def ask_questions(self, client: FrameClient, generator: random.Random) -> None:
        """Questions at random moments."""
        rate = self.options.questions_per_minute / 60
        while True:
            delay = generator.expovariate(rate)
            await asyncio.sleep(min(delay, max(0.0, self.end - time.perf_counter())))
            if self.stopping or not client.connected:
                return
            try:
                await client.ask()
            except socketio.exceptions.SocketIOError:
                return

    async def watch_loop(self) -> None:
        """Measures how late the event loop is, and looks whether the run is to end early."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(LOOKING)
            now = time.perf_counter()
            self.report.lag.record(max(0.0, now - before - LOOKING))
            if self.stop_value.is_set():
                self.end = min(self.end, now)

    async def report_regularly(self) -> None:
        for count in itertools.count(1):
            await asyncio.sleep(max(0.0, self.start + count * REPORTING - time.perf_counter()))
            self.send_report()

    def send_report(self, final: bool = False) -> None:
        report, self.report = self.report, Report()
        report.final = final
        report.connected = self.connected
        report.in_work = sum(len(client.pending) for client in self.clients)
        cpu, wall = time.process_time(), time.perf_counter()
        report.cpu, report.wall = cpu - self.last_cpu, wall - self.last_wall
        self.last_cpu, self.last_wall = cpu, wall
        self.pipe.send(report)


def run_process(*arguments: Any) -> None:
    """Runs a `Generator`; its last argument is the pipe for reports, which also tells what went wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent tells when to stop
    pipe: Pipe = arguments[-1]
    # collecting garbage among thousands of clients takes a tenth of a second, which would be measured as latency
    gc.set_threshold(*COLLECTING)
    gc.freeze()
    try:
        asyncio.run(Generator(*arguments).run())
    except CONNECTION_ERRORS as error:
        try:
            pipe.send(Report(error=str(error) or type(error).__name__))
        except OSError:
            pass  # the parent has ended

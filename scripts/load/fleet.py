"""All processes of a swarm, seen by the one that started them."""

import multiprocessing
import time
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass, field
from multiprocessing import connection

from load.generator import run_process
from load.histogram import Histogram
from load.messages import ClientShare, Report
from load.payloads import Frame
from load.series import Series

FORK = multiprocessing.get_context("fork")  # the images are shared
HEAD_START = 0.1  # seconds from the decision to start to the start, for all processes to hear of it
TICK = 0.1        # seconds


class FleetError(Exception):
    """Why a run cannot go on, in words."""


@dataclass
class ProcessState:
    """What is known of one process."""
    connected: int = 0
    in_work: int = 0
    cpu: float = 0.0
    wall: float = 0.0
    recent_cores: float = 0.0  # of its last report
    heard: bool = False
    final: bool = False


@dataclass
class Fleet:
    """Starts the processes and collects what they report."""
    options: Namespace
    frames: list[Frame]
    acknowledged: bool
    series: Series = field(default_factory=Series)
    lag: Histogram = field(default_factory=Histogram)
    shares: list[ClientShare] = field(default_factory=list)
    elapsed: float = 0.0
    start: float = 0.0

    def __post_init__(self) -> None:
        count = self.options.processes
        self.start_value = FORK.Value("d", 0.0)
        self.stop_value = FORK.Event()
        self.states = [ProcessState() for _ in range(count)]
        pipes = [FORK.Pipe(duplex=False) for _ in range(count)]
        self.pipes = [receiver for receiver, _ in pipes]
        self.processes = [
            FORK.Process(target=run_process, daemon=True,
                         args=(self.options, self.frames, self.acknowledged,
                               range(number, self.options.clients, count), self.start_value, self.stop_value,
                               pipes[number][1]))
            for number in range(count)]
        for process in self.processes:
            process.start()

    def run(self) -> Iterator[float]:
        """Connects, starts and collects; yields the seconds since the start, negative before it, many times a second.

        Raises `FleetError` when a client cannot connect before the start, or a process ends early.
        """
        while not all(state.heard for state in self.states):
            self.collect()
            yield -1.0
        self.start = time.perf_counter() + HEAD_START
        self.start_value.value = self.start
        while not all(state.final for state in self.states):
            self.collect()
            yield time.perf_counter() - self.start
        for process in self.processes:
            process.join()

    def stop(self) -> None:
        """Nothing more is to be sent."""
        self.stop_value.set()

    def kill(self) -> None:
        """Ends the processes at once."""
        for process in self.processes:
            process.kill()
            process.join()

    def collect(self) -> None:
        """Takes the reports that come within a moment."""
        waiting = [number for number, state in enumerate(self.states) if not state.final]
        ready = connection.wait([self.pipes[number] for number in waiting]
                                + [self.processes[number].sentinel for number in waiting], TICK)
        for number in waiting:
            if self.pipes[number] in ready:
                self.take(number, self.pipes[number].recv())
            elif self.processes[number].sentinel in ready and not self.pipes[number].poll():
                raise FleetError(f"process {number} of the swarm ended early, with code "
                                 f"{self.processes[number].exitcode}")

    def take(self, number: int, report: Report) -> None:
        if report.error:
            raise FleetError(f"cannot connect to {self.options.url}: {report.error}")
        state = self.states[number]
        state.connected, state.in_work = report.connected, report.in_work
        state.final = report.final
        if state.heard:  # the first report is about the time before the start
            state.cpu += report.cpu
            state.wall += report.wall
            state.recent_cores = report.cpu / max(report.wall, 1e-9)
            self.lag.add(report.lag)
        state.heard = True
        self.series.add(report.seconds)
        self.shares += report.shares
        self.elapsed = max(self.elapsed, report.elapsed)

    @property
    def connected(self) -> int:
        return sum(state.connected for state in self.states)

    @property
    def in_work(self) -> int:
        return sum(state.in_work for state in self.states)

    @property
    def cores(self) -> float:
        """CPU of all processes in the last moments, in cores."""
        return sum(state.recent_cores for state in self.states)

    @property
    def busiest(self) -> float:
        """Share of one core that the busiest process used over the run."""
        return max(state.cpu / max(state.wall, 1e-9) for state in self.states)

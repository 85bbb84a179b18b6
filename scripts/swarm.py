#!/usr/bin/env python3
"""A swarm of Socket.IO clients that send images to a running server and check every answer.

Each client sends frames for the given time: the next one when the acknowledgement of the last has come, or at a fixed
rate. A line a second tells how it goes; the end tells how the frames ended and how long answers took. The exit code is
1 when an answer was lost, wrong or doubled, a frame failed, a client was disconnected, or (with --pid) the server's
memory in the last quarter was more than 5 % above that in the second. Makes its own Python environment on first use.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import python_environment  # noqa: E402

SAMPLES = python_environment.ROOT / "tests" / "data" / "fashion_mnist.zip"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clients", type=int, default=50, help="number of clients (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=60, help="time to send for (default: %(default)s)")
    parser.add_argument("--url", default="http://127.0.0.1:5000", help="of the server (default: %(default)s)")
    parser.add_argument("--images", type=Path, default=SAMPLES, metavar="FOLDER",
                        help="folder or zip file with images and perhaps expected.csv (default: Fashion-MNIST samples)")
    parser.add_argument("--transport", choices=["websocket", "polling", "upgrade"], default="websocket",
                        help="(default: %(default)s)")
    parser.add_argument("--rate", type=float, default=0,
                        help="frames per second of each client; 0 sends as fast as answers come (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=1, help="to spread the clients over (default: %(default)s)")
    parser.add_argument("--pid", type=int, help="process of the server, whose memory is watched")
    arguments = parser.parse_args()
    if arguments.clients < 1 or arguments.processes < 1 or arguments.seconds <= 0 or arguments.rate < 0:
        parser.error("--clients and --processes are at least 1, --seconds more than 0, --rate not negative")
    if arguments.pid is not None and arguments.seconds < 4:
        parser.error("--pid compares quarters of the run and needs at least --seconds 4")
    return arguments


ARGUMENTS = parse_arguments()  # before the environment is made, so that --help answers at once
python_environment.enter("client")

import asyncio  # noqa: E402
import multiprocessing  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
from multiprocessing.connection import Connection  # noqa: E402

import socketio  # noqa: E402
from rich.console import Console  # noqa: E402

from load.frame_client import FrameClient  # noqa: E402
from load.samples import Sample, read_samples  # noqa: E402
from load.server_memory import ServerMemory  # noqa: E402
from load.tally import Tally, percentile  # noqa: E402

PATIENCE = 30.0  # seconds for an acknowledgement
CONNECTING = 20  # clients of one process that connect at the same time
PROGRESS = ("sent", "answered", "superseded", "rejected", "failed")
FORK = multiprocessing.get_context("fork")


async def send_until(client: FrameClient, end: float) -> None:
    """Sends frames until `end`; returns early when the connection ends or an acknowledgement does not come."""
    due = time.perf_counter()
    try:
        while time.perf_counter() < end and client.connected:
            frame = await client.send()
            if ARGUMENTS.rate > 0:
                due += 1 / ARGUMENTS.rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
            else:
                await asyncio.wait_for(frame.acknowledged.wait(), PATIENCE)
    except (TimeoutError, socketio.exceptions.SocketIOError):
        pass  # what is missing is counted at the end


async def publish(clients: list[FrameClient], counts: "multiprocessing.Array") -> None:
    """Copies the counts of all clients to where the parent reads them, over and over."""
    while True:
        counts[:] = [sum(getattr(client.tally, name) for client in clients) for name in PROGRESS]
        await asyncio.sleep(0.25)


async def run_clients(samples: list[Sample], numbers: range, barrier: threading.Barrier,
                      counts: "multiprocessing.Array") -> Tally:
    """Connects clients, waits for those of the other processes, sends, and adds up what came back."""
    spread = len(samples) / ARGUMENTS.clients  # so that clients do not send the same images at the same time
    clients = [FrameClient(samples, int(number * spread)) for number in numbers]
    limit = asyncio.Semaphore(CONNECTING)

    async def connect(client: FrameClient) -> None:
        async with limit:
            await client.connect(ARGUMENTS.url, ARGUMENTS.transport)

    await asyncio.gather(*[connect(client) for client in clients])
    await asyncio.to_thread(barrier.wait)
    publisher = asyncio.create_task(publish(clients, counts))
    end = time.perf_counter() + ARGUMENTS.seconds
    await asyncio.gather(*[send_until(client, end) for client in clients])
    await asyncio.gather(*[client.finish(PATIENCE) for client in clients])
    publisher.cancel()
    total = Tally()
    for client in clients:
        total.add(client.tally)
    return total


def run_process(samples: list[Sample], numbers: range, barrier: threading.Barrier, counts: "multiprocessing.Array",
                result: Connection) -> None:
    """One process with its share of the clients; sends a tally, or what went wrong in words."""
    try:
        result.send(asyncio.run(run_clients(samples, numbers, barrier, counts)))
    except threading.BrokenBarrierError:
        result.send("another process could not connect")
    except (OSError, socketio.exceptions.SocketIOError) as error:
        barrier.abort()
        result.send(f"cannot connect to {ARGUMENTS.url}: {error}")


class Swarm:
    """All processes with their clients."""

    def __init__(self, samples: list[Sample]):
        count = min(ARGUMENTS.processes, ARGUMENTS.clients)
        self.barrier = FORK.Barrier(count + 1)
        self.counts = [FORK.Array("Q", len(PROGRESS)) for _ in range(count)]
        pipes = [FORK.Pipe(duplex=False) for _ in range(count)]
        self.results = [receiver for receiver, _ in pipes]
        self.processes = [
            FORK.Process(target=run_process, daemon=True,
                         args=(samples, range(number, ARGUMENTS.clients, count), self.barrier, self.counts[number],
                               pipes[number][1]))
            for number in range(count)]
        for process in self.processes:
            process.start()

    def progress(self) -> dict[str, int]:
        """Counts so far."""
        return {name: sum(counts[index] for counts in self.counts) for index, name in enumerate(PROGRESS)}

    def collect(self) -> Tally:
        """The sum over all processes; raises `ConnectionError` when one could not connect."""
        results = [receiver.recv() for receiver in self.results]
        total = Tally()
        for result in sorted(results, key=lambda result: "another" in str(result)):
            if isinstance(result, str):
                raise ConnectionError(result)
            total.add(result)
        return total


def watch(swarm: Swarm, memory: ServerMemory | None, console: Console) -> None:
    """Prints a line a second while frames are sent, and takes samples of the server's memory."""
    start = time.monotonic()
    answered = 0
    second = 1
    while second <= ARGUMENTS.seconds:
        time.sleep(max(0.0, start + second - time.monotonic()))
        counts = swarm.progress()
        line = f"{second:5d} s  {counts['answered'] - answered:6d} answers/s  " + "  ".join(
            f"{name} {count}" for name, count in counts.items())
        if memory is not None:
            memory.sample()
            line += f"  memory {memory.samples[-1] / 2**20:.1f} MiB"
        # a terminal shows one line that changes, a log keeps them all
        console.print(line, end="\r" if console.is_terminal else "\n", highlight=False, soft_wrap=True)
        answered = counts["answered"]
        second += 1
    if console.is_terminal:
        console.print()


def report(total: Tally, memory: ServerMemory | None) -> bool:
    """Prints the result; tells whether it is good."""
    for name in ("sent", "answered", "superseded", "rejected", "failed", "lost", "wrong", "duplicates", "disconnected"):
        print(f"{name:12s} {getattr(total, name)}")
    for reason, count in sorted(total.reasons.items()):
        print(f"  failed {count} times: {reason}")
    good = total.faults == 0 and total.answered > 0
    if total.latencies:
        ascending = sorted(total.latencies)
        values = {"p50": percentile(ascending, 0.5), "p90": percentile(ascending, 0.9),
                  "p99": percentile(ascending, 0.99), "max": ascending[-1]}
        print("latency      " + "  ".join(f"{name} {1000 * value:.1f} ms" for name, value in values.items()))
    if memory is not None:
        means = "  ".join(f"{mean / 2**20:.1f}" for mean in memory.quarters())
        print(f"memory       {means} MiB per quarter of the run: {'flat' if memory.is_flat else 'GROWING'}")
        good = good and memory.is_flat
    print("good" if good else "BAD")
    return good


def main() -> int:
    try:
        samples = read_samples(ARGUMENTS.images)
        memory = ServerMemory(ARGUMENTS.pid) if ARGUMENTS.pid is not None else None
        swarm = Swarm(samples)
        console = Console()
        try:
            swarm.barrier.wait()
            print(f"{ARGUMENTS.clients} clients are connected to {ARGUMENTS.url}, {len(samples)} images", flush=True)
            watch(swarm, memory, console)
        except threading.BrokenBarrierError:
            pass  # collect() tells why
        return 0 if report(swarm.collect(), memory) else 1
    except (OSError, EOFError) as error:
        print(f"error: {error or 'a process of clients ended early'}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

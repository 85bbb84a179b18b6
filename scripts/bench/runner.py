"""Carries out the measurements of a plan. Needs the Python environment `benchmark`."""

import subprocess
from pathlib import Path
from typing import Any

from bench import machine, prometheus
from bench.loads import put_load, warm_up
from bench.measurement import best_batch, cost_of_dropped, numbers_of
from bench.packages import run_engine
from bench.plan import BARE_SECONDS, Cell, overload_clients
from bench.servers import Server, ServerError
from bench.store import Results

LOOKING_SECONDS = 0.5    # before each measurement, at what else the machine does
CAPACITY_SECONDS = 6.0   # closed loop, before the overload
CAPACITY_CLIENTS = 32


class Runner:
    """Keeps servers from one measurement to the next. A context manager: what it has started ends with it."""

    def __init__(self, results: Results, images: dict[str, Path], packages: Path, onnx_models: Path, logs: Path):
        self.results = results
        self.images = images
        self.packages = packages
        self.onnx_models = onnx_models
        self.logs = logs
        self.architecture = ""
        self.servers: dict[str, Server] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> "Runner":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_servers()

    def stop_servers(self) -> None:
        while self.servers:
            self.servers.popitem()[1].stop()

    def run(self, cell: Cell) -> str:
        """Measures a cell, puts the numbers or the error into the results, and says in words what came out."""
        if cell.needs_fresh_server or cell.architecture != self.architecture:
            self.stop_servers()
        self.architecture = cell.architecture
        try:
            numbers = self.measure(cell)
        except (ServerError, OSError, subprocess.CalledProcessError) as error:
            if cell.system in self.servers:
                self.servers.pop(cell.system).stop()
            self.results.cells[cell.name] = {"error": str(error)}
            return f"FAILED: {error}"
        self.results.cells[cell.name] = numbers
        return in_words(numbers)

    def measure(self, cell: Cell) -> dict[str, Any]:
        if cell.scenario == "bare":
            busy = machine.busy_share(LOOKING_SECONDS)
            package = self.packages / f"{cell.architecture}-{cell.system.removeprefix('ocelli-')}"
            return run_engine(package, BARE_SECONDS) | {"busy_before": busy}
        if not cell.needs_fresh_server:
            return self.load(self.kept_server(cell), cell, cell.clients)
        with self.start(cell) as server:
            if cell.scenario == "cameras":
                warm_up(server, self.images[cell.size])
                return self.load(server, cell, cell.clients)
            return self.overload(server, cell)

    def start(self, cell: Cell) -> Server:
        models = self.onnx_models if cell.system == "node" else self.packages
        return Server(cell.system, cell.architecture, models, self.logs, cell.deadline_ms)

    def kept_server(self, cell: Cell) -> Server:
        if cell.system not in self.servers:
            self.servers[cell.system] = self.start(cell)
            warm_up(self.servers[cell.system], self.images[cell.size])
        return self.servers[cell.system]

    def load(self, server: Server, cell: Cell, clients: int) -> dict[str, Any]:
        """One load with its numbers, and the stages that Ocelli measures itself."""
        busy = machine.busy_share(LOOKING_SECONDS)
        before = prometheus.fetch(server.url) if cell.system.startswith("ocelli-") else {}
        numbers = numbers_of(put_load(server, self.images[cell.size], cell, clients), machine.cores())
        numbers |= {"clients": clients, "busy_before": busy}
        if before:
            numbers["stages_ms"] = prometheus.stage_means(before, prometheus.fetch(server.url))
        return numbers

    def overload(self, server: Server, cell: Cell) -> dict[str, Any]:
        """First what the server can, then four times as much."""
        closed = Cell(cell.architecture, "closed", cell.size, cell.system, CAPACITY_CLIENTS, CAPACITY_SECONDS)
        warm_up(server, self.images[cell.size])
        capacity = self.load(server, closed, CAPACITY_CLIENTS)
        numbers = self.load(server, cell, overload_clients(capacity["fps"]))
        cost = cost_of_dropped(numbers, capacity)
        return numbers | {"capacity_fps": capacity["fps"], "capacity_deducted_fps": capacity["deducted_fps"],
                          "offered_fps": numbers["sent"] / numbers["seconds"],
                          "dropped_microseconds": None if cost is None else 1e6 * cost[0],
                          "dropped_share": None if cost is None else cost[1]}


def in_words(numbers: dict[str, Any]) -> str:
    """The most important numbers of a measurement in one line."""
    if "batches" in numbers:
        batch, rate = best_batch([numbers])
        return f"{rate:.1f} images/s alone, batch {batch}"
    age, latency = numbers["age_ms"].get("p99"), numbers["latency_ms"].get("p50")
    return (f"{numbers['fps']:.1f} frames/s ({numbers['deducted_fps']:.1f} without the load generator)"
            + ("" if latency is None else f", latency {latency:.1f} ms")
            + ("" if age is None else f", age p99 {age:.1f} ms")
            + (f", {numbers['lost']} LOST" if numbers["lost"] else "")
            + (f", machine was {numbers['busy_before']:.0%} busy" if numbers["busy_before"] > 0.1 else ""))

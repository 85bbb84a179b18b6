"""Closed-loop load for the HTTP server of the comparison, with a report like that of scripts/swarm.py."""

import argparse
import asyncio
import base64
import json
import math
import time
from pathlib import Path

import aiohttp
import psutil


class Load:
    """All clients, in one process."""

    def __init__(self, arguments: argparse.Namespace):
        self.arguments = arguments
        self.bodies = [json.dumps({"image": "data:image/jpeg;base64," + base64.b64encode(path.read_bytes()).decode()})
                       .encode() for path in sorted(arguments.images.glob("*.jpg"))]
        self.sent = self.failed = 0
        self.latencies: list[tuple[float, float]] = []  # moment of the answer since the start, seconds it took
        self.answers = [0] * arguments.clients

    async def client(self, session: aiohttp.ClientSession, number: int, start: float) -> None:
        frame = number * len(self.bodies) // self.arguments.clients
        while (begin := time.perf_counter()) < start + self.arguments.duration:
            self.sent += 1
            async with session.post(self.arguments.url, data=self.bodies[frame % len(self.bodies)],
                                    headers={"Content-Type": "application/json"}) as answer:
                good = answer.status == 200 and "message" in await answer.json()
            now = time.perf_counter()
            if good:
                self.latencies.append((now - start, now - begin))
                self.answers[number] += now < start + self.arguments.duration
            else:
                self.failed += 1
            frame += 1

    async def run(self) -> dict:
        """Sends for the given time; returns the report."""
        server = psutil.Process(self.arguments.pid)
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector) as session:
            before, generator_before, start = cpu_of(server), time.process_time(), time.perf_counter()
            await asyncio.gather(*[self.client(session, number, start) for number in range(self.arguments.clients)])
            took = time.perf_counter() - start
        return self.report((cpu_of(server) - before) / took, (time.process_time() - generator_before) / took)

    def report(self, server_cores: float, generator_cores: float) -> dict:
        seconds = [{"second": second, "answered": sum(second <= moment < second + 1 for moment, _ in self.latencies)}
                   for second in range(math.ceil(self.arguments.duration))]
        ascending = sorted(latency for _, latency in self.latencies)
        times = {f"p{percent}": round(1000 * ascending[max(0, math.ceil(percent / 100 * len(ascending)) - 1)], 3)
                 for percent in (50, 95, 99)} if ascending else {}
        within = sum(self.answers)
        squares = sum(count * count for count in self.answers)
        return {"sent": self.sent, "answered": len(ascending), "superseded": 0, "expired": 0, "rejected": 0,
                "failed": self.failed, "lost": self.sent - len(ascending) - self.failed, "latency_ms": times,
                "age_ms": {}, "jain": within**2 / (len(self.answers) * squares) if squares else None,
                "throughput": {"seconds": self.arguments.duration,
                               "answered_fps": within / self.arguments.duration},
                "server": {"cpu_cores": server_cores}, "generator": {"cpu_cores": generator_cores}, "series": seconds}


def cpu_of(process: psutil.Process) -> float:
    """CPU seconds of a process and its children."""
    times = [member.cpu_times() for member in (process, *process.children(recursive=True))]
    return sum(one.user + one.system for one in times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--clients", type=int, required=True)
    parser.add_argument("--duration", type=float, required=True)
    parser.add_argument("--images", type=Path, required=True)
    parser.add_argument("--pid", type=int, required=True)
    parser.add_argument("--json", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.json.write_text(json.dumps(asyncio.run(Load(arguments).run())) + "\n")


if __name__ == "__main__":
    main()

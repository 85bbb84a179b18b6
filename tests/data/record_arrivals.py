#!/usr/bin/env python3
"""Records when the frames of a swarm of cameras are sent to a running server: arrivals.csv, for the simulation.

usage: tests/data/record_arrivals.py URL [FILE]

Twelve clients send 15 frames per second each for eight seconds, as far as their event loop keeps up, each as soon as it
is connected.
"""

import asyncio
import csv
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "scripts"))
import python_environment  # noqa: E402

if len(sys.argv) not in (2, 3) or sys.argv[1].startswith("-"):
    sys.exit(__doc__)
python_environment.enter("client")

import socketio  # noqa: E402

CLIENTS, RATE, SECONDS = 12, 15, 8
IMAGE = (HERE / "photographs" / "coffee.jpg").read_bytes()


async def camera(url: str, number: int, arrivals: list[tuple[float, int]]) -> None:
    """One client from its connection to the end."""
    client = socketio.AsyncClient()
    await asyncio.sleep(number / CLIENTS / RATE * 2)
    await client.connect(url, transports=["websocket"])
    due = time.perf_counter()
    end = due + SECONDS
    while due < end:
        await client.emit("frame", IMAGE)
        arrivals.append((time.perf_counter(), number))
        due += 1 / RATE
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    await client.disconnect()


async def main(url: str, path: Path) -> None:
    arrivals: list[tuple[float, int]] = []
    await asyncio.gather(*[camera(url, number, arrivals) for number in range(1, CLIENTS + 1)])
    arrivals.sort()
    start = arrivals[0][0]
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["seconds", "client"])
        writer.writerows((f"{when - start:.4f}", client) for when, client in arrivals)


asyncio.run(main(sys.argv[1], Path(sys.argv[2]) if len(sys.argv) == 3 else HERE / "arrivals.csv"))

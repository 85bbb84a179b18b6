"""A server that is started and stopped once."""

import asyncio
import re
import subprocess
import time
from collections.abc import Awaitable
from pathlib import Path
from signal import Signals

import aiohttp

PATIENCE = 30.0  # seconds; a server that takes longer hangs
LISTENING = re.compile(r"listening on (?:http://)?(\S+?):(\d+)")


class SoakFailure(Exception):
    """Something that must never happen; the text says what."""


class SoakServer:
    """One process of the server."""

    def __init__(self, process: subprocess.Popen):
        self.process = process
        self.url = ""

    @classmethod
    async def start(cls, program: Path, arguments: list[str], log: Path) -> "SoakServer":
        """Returns when the server is ready for clients."""
        command = [program, "--set", "server.port=0", "--set", "frames.policy=queue", *arguments]
        with log.open("wb") as output:
            server = cls(subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL))
        try:
            await server.while_running(server.become_ready(log), "readiness")
        except BaseException:
            server.kill()
            raise
        return server

    async def become_ready(self, log: Path) -> None:
        while (found := LISTENING.search(log.read_text(errors="replace"))) is None:
            await asyncio.sleep(0.02)
        self.url = f"http://127.0.0.1:{found.group(2)}"
        async with aiohttp.ClientSession() as session:
            while True:
                async with session.get(f"{self.url}/readyz") as answer:
                    if answer.status == 200:
                        return
                await asyncio.sleep(0.02)

    async def in_time(self, awaited: Awaitable, what: str) -> None:
        """Awaits what must not take long."""
        try:
            await asyncio.wait_for(awaited, PATIENCE)
        except TimeoutError:
            raise SoakFailure(f"waited {PATIENCE:.0f} s in vain for {what}") from None

    async def while_running(self, awaited: Awaitable, what: str) -> None:
        """Awaits what must come while the server runs."""
        task = asyncio.ensure_future(awaited)
        end = time.monotonic() + PATIENCE
        while not task.done():
            if self.process.poll() is not None:
                task.cancel()
                raise SoakFailure(f"the server ended with code {self.process.returncode} before {what}")
            if time.monotonic() > end:
                task.cancel()
                raise SoakFailure(f"waited {PATIENCE:.0f} s in vain for {what}")
            await asyncio.wait([task], timeout=0.05)
        task.result()

    async def stop(self, signal: Signals) -> float:
        """Sends the signal and returns the seconds until the process has ended; its exit code must be 0."""
        start = time.monotonic()
        self.process.send_signal(signal)
        while self.process.poll() is None:
            if time.monotonic() > start + PATIENCE:
                raise SoakFailure(f"the server hangs: {PATIENCE:.0f} s after {signal.name} it still runs")
            await asyncio.sleep(0.005)
        if self.process.returncode != 0:
            raise SoakFailure(f"the server ended with code {self.process.returncode} after {signal.name}")
        return time.monotonic() - start

    def kill(self) -> None:
        """Ends what is left."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

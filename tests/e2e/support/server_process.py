"""A server that tests start, watch and stop: the program ocelli, or the one with a fake engine."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = Path(os.environ.get("OCELLI_PROGRAM", ROOT / "build" / "release" / "bin" / "ocelli")).resolve()
FAKE_SERVER = Path(os.environ.get("OCELLI_FAKE_SERVER", ROOT / "build" / "release" / "bin" / "fake_server")).resolve()
CONFORMANCE_SERVER = Path(
    os.environ.get("OCELLI_CONFORMANCE_SERVER", ROOT / "build" / "release" / "bin" / "conformance_server")).resolve()

# Generous: a test never passes or fails by being quick or slow, it only gives up at some point.
PATIENCE = 60.0
LISTENING = re.compile(r"listening on (?:http://)?(\S+?):(\d+)")


def wait_until(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> object:
    """Returns the first true value of the condition; fails the test when there is none in time."""
    limit = time.monotonic() + patience
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < limit, f"waited {patience:.0f} s in vain: {what}"
        time.sleep(0.01)


class ServerProcess:
    """One running server. Its log is kept in a file, standard output and standard error together."""

    # Of the Engine.IO endpoint.
    path = "/socket.io/"

    def __init__(self, program: Path, arguments: Sequence[str], log: Path, port: int = 0):
        assert program.exists(), f"{program} is missing: build it first"
        self.log_file = log
        self.command = [str(program), *self.port_arguments(port), *arguments]
        with log.open("wb") as output:
            self.process = subprocess.Popen(self.command, stdout=output, stderr=subprocess.STDOUT,
                                            stdin=subprocess.DEVNULL, cwd=log.parent)
        self.port = 0

    def port_arguments(self, port: int) -> list[str]:
        return ["--set", f"server.port={port}"]

    def wait_until_ready(self) -> "ServerProcess":
        """Returns when frames can be answered."""
        self.port = int(self.wait_for_log(LISTENING.pattern).group(2))
        wait_until(lambda: self.status("/readyz") == 200, "the server becomes ready")
        return self

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace")

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def wait_for_log(self, pattern: str, count: int = 1) -> re.Match:
        """Returns match number `count` of the pattern in the log, as soon as it is there."""
        def find() -> re.Match | None:
            matches = list(re.finditer(pattern, self.log))
            if len(matches) < count:
                assert self.running, f"the server ended with code {self.process.returncode}:\n{self.log}"
                return None
            return matches[count - 1]
        return wait_until(find, f"the log says /{pattern}/ {count} times, but it is:\n{self.log}")

    def status(self, path: str) -> int:
        """HTTP status of a GET request; 0 when nobody answers."""
        try:
            return requests.get(self.url + path, timeout=PATIENCE).status_code
        except requests.ConnectionError:
            return 0

    def send_signal(self, number: signal.Signals = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def wait(self) -> int:
        """Exit code, once the process has ended."""
        return self.process.wait(PATIENCE)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.running:
            self.send_signal(number)
        return self.wait()

    def kill(self) -> None:
        if self.running:
            self.process.kill()
            self.process.wait()


def run_program(*arguments: str, cwd: Path, program: Path = PROGRAM) -> subprocess.CompletedProcess[str]:
    """Runs the program to its end and returns its exit code and what it wrote."""
    return subprocess.run([str(program), *arguments], cwd=cwd, capture_output=True, text=True, timeout=PATIENCE,
                          stdin=subprocess.DEVNULL)

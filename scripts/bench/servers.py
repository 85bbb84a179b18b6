"""Starts and stops the servers that are compared."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from python_environment import ROOT

PEERS = Path(__file__).resolve().parent / "peers"
NODE_FOLDER = PEERS / "node"
PATIENCE = 180.0  # seconds until a server must be ready: the first start reads gigabytes from a disk
READY_PATHS = {"ocelli": "/readyz", "flask": "/", "litserve": "/health", "node": "/"}


class ServerError(Exception):
    """Why a server cannot be measured, in one line."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def prepare_node() -> str:
    """Installs the Node.js peer as its lock file says, without running its packages' scripts; returns Node's path."""
    node = shutil.which("node")
    if node is None:
        raise ServerError("the Node.js server needs Node.js 20 or later")
    lock, installed = NODE_FOLDER / "package-lock.json", NODE_FOLDER / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=NODE_FOLDER,
                       check=True, stdout=sys.stderr)
    return node


def command_of(system: str, architecture: str, models: Path, port: int, deadline_ms: int) -> list[str]:
    """Starts a system with its defaults, as its users do."""
    if system.startswith("ocelli-"):
        package = models / f"{architecture}-{system.removeprefix('ocelli-')}"
        return [str(ROOT / "build" / "release" / "bin" / "ocelli"), "--set", f"server.port={port}",
                "--set", f"model.path={package}", "--set", f"frames.deadline_ms={deadline_ms}"]
    if system == "node":
        return [prepare_node(), str(NODE_FOLDER / "server.mjs"), str(models / f"{architecture}.onnx"),
                str(models / "labels.txt"), str(port)]
    program = {"flask": "flask_socketio_app.py", "litserve": "litserve_app.py"}[system]
    return [sys.executable, str(PEERS / program), "--architecture", architecture, "--port", str(port)]


class Server:
    """A process that serves frames on a port of its own until it is stopped."""

    def __init__(self, system: str, architecture: str, models: Path, logs: Path, deadline_ms: int = 0):
        self.system = system
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.log = logs / f"{system}-{architecture}.log"
        with self.log.open("wb") as output:
            # in a group of its own: LitServe's workers are processes that outlive a killed parent
            self.process = subprocess.Popen(command_of(system, architecture, models, port, deadline_ms), stdout=output,
                                            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                            start_new_session=True)
        try:
            self.wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def wait_until_ready(self) -> None:
        path = READY_PATHS[self.system.partition("-")[0]]
        end = time.monotonic() + PATIENCE
        while not self.answers(path):
            if not self.running:
                raise ServerError(f"{self.system} ended with code {self.process.returncode}: {self.last_line}")
            if time.monotonic() > end:
                raise ServerError(f"{self.system} was not ready after {PATIENCE:.0f} s: see {self.log}")
            time.sleep(0.1)

    def answers(self, path: str) -> bool:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    @property
    def last_line(self) -> str:
        """What the server said last."""
        lines = self.log.read_text(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "nothing was said")

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """Ends the process and its children."""
        if self.running:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)  # what is left of its group, also when it ended by itself
        except ProcessLookupError:
            pass
        self.process.wait()

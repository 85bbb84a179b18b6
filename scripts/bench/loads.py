"""Puts load on a server and returns what the load generator reports."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import python_environment
from bench.plan import Cell
from bench.servers import Server, ServerError

SWARM = python_environment.ROOT / "scripts" / "swarm.py"
HTTP_LOAD = Path(__file__).resolve().parent / "http_load.py"
PATIENCE = 30.0          # seconds for the last answers
CAMERAS_PATIENCE = 3.0   # the replaced application has minutes of work left by then
WARM_UP_SECONDS = 3.0
WARM_UP_CLIENTS = 8


def swarm_command(url: str, images: Path, clients: int, seconds: float, fps: float | None,
                  patience: float) -> list[str]:
    command = [str(python_environment.prepare("client")), str(SWARM), url, "--clients", str(clients), "--duration",
               str(seconds), "--images", str(images), "--patience", str(patience)]
    return command if fps is None else [*command, "--mode", "paced", "--fps", str(fps)]


def http_command(url: str, images: Path, clients: int, seconds: float) -> list[str]:
    return [sys.executable, str(HTTP_LOAD), f"{url}/predict", "--clients", str(clients), "--duration", str(seconds),
            "--images", str(images)]


def report_of(command: list[str], server: Server) -> dict[str, Any]:
    """Runs a load generator to its end; raises `ServerError` when it has no report."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "report.json"
        done = subprocess.run([*command, "--pid", str(server.process.pid), "--json", str(target)],
                              capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if not target.exists():
            said = (done.stderr.strip() or done.stdout.strip()).splitlines()
            raise ServerError(f"no report about {server.system}: {said[-1] if said else 'nothing was said'}")
        return json.loads(target.read_text())


def command_for(server: Server, images: Path, clients: int, seconds: float, fps: float | None,
                patience: float) -> list[str]:
    if server.system == "litserve":
        return http_command(server.url, images, clients, seconds)
    return swarm_command(server.url, images, clients, seconds, fps, patience)


def warm_up(server: Server, images: Path) -> None:
    """Some seconds of the same kind of load, whose report is of no interest."""
    report_of(command_for(server, images, WARM_UP_CLIENTS, WARM_UP_SECONDS, None, PATIENCE), server)


def put_load(server: Server, images: Path, cell: Cell, clients: int) -> dict[str, Any]:
    """The load of a cell; returns the report."""
    patience = CAMERAS_PATIENCE if cell.scenario == "cameras" else PATIENCE
    return report_of(command_for(server, images, clients, cell.seconds, cell.fps, patience), server)

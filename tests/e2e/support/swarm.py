"""The load test as users start it, and servers for it that are not Ocelli."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.server_process import PATIENCE, ROOT

PROGRAM = ROOT / "scripts" / "swarm.py"
ENDS = ("answered", "superseded", "expired", "rejected", "failed", "lost")


@dataclass(frozen=True)
class SwarmRun:
    """What a load test gave back."""
    code: int
    text: str
    report: dict

    def check_sum(self) -> None:
        """Every frame that was sent ended in one way."""
        assert self.report["sent"] == sum(self.report[name] for name in ENDS), self.text
        assert self.report["sent"] == sum(row["sent"] for row in self.report["series"])


def command_of(url: str, *arguments: object) -> list[str]:
    return [sys.executable, str(PROGRAM), url, *map(str, arguments)]


def run_swarm(url: str, folder: Path, *arguments: object, unchanged: bool = False) -> SwarmRun:
    """One second unless the arguments say otherwise: the later of two equal options holds. Small images, unless those
    of a folder are to go unchanged."""
    file = folder / "report.json"
    done = subprocess.run(
        command_of(url, "--duration", 1, "--frames", 12, *([] if unchanged else ["--size", "64x64"]), "--json", file,
                   *arguments),
        capture_output=True, text=True, timeout=2 * PATIENCE, stdin=subprocess.DEVNULL)
    report = json.loads(file.read_text()) if file.exists() else {}
    file.unlink(missing_ok=True)
    return SwarmRun(done.returncode, done.stdout + done.stderr, report)


@contextmanager
def replaced_server(*arguments: str) -> Iterator[str]:
    """The URL of a server like the replaced application."""
    program = Path(__file__).with_name("replaced_server.py")
    with subprocess.Popen([sys.executable, str(program), *arguments], stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline()
            found = re.fullmatch(r"listening on (\S+)\n", line)
            assert found, f"the server said {line!r}"
            yield f"http://{found.group(1)}"
        finally:
            process.kill()

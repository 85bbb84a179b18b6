"""Node.js with the pinned JavaScript client."""

import shutil
import subprocess
from functools import cache
from pathlib import Path

from support.server_process import PATIENCE, ROOT

FOLDER = ROOT / "tests" / "e2e" / "javascript"


@cache
def prepare() -> str:
    """Installs the client as the lock file says, unless it is there; returns Node's path."""
    node = shutil.which("node")
    assert node, "the JavaScript client needs Node.js 18 or later: install the Debian packages nodejs and npm"
    lock, installed = FOLDER / "package-lock.json", FOLDER / "node_modules" / ".package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < lock.stat().st_mtime:
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=FOLDER, check=True)
    return node


def run_tests(file: str, **environment: str) -> None:
    """Runs one file of tests and fails with its output when one of them fails."""
    done = subprocess.run([prepare(), "--test", file], cwd=FOLDER, env={**base_environment(), **environment},
                          capture_output=True, text=True, timeout=2 * PATIENCE)
    assert done.returncode == 0, done.stdout + done.stderr


def start(file: str, **environment: str) -> subprocess.Popen[str]:
    """Starts a program that tells by lines on its standard output what happens."""
    return subprocess.Popen([prepare(), file], cwd=FOLDER, env={**base_environment(), **environment}, text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def base_environment() -> dict[str, str]:
    return {"PATH": str(Path(prepare()).parent) + ":/usr/bin:/bin"}

"""Virtual environments for the scripts: made on first use, from pinned and hashed requirements.

A script that needs packages beyond the standard library calls `enter(NAME)` before it imports them. The call
returns at once when the script already runs inside the environment `build/environments/NAME`; otherwise it makes or
updates that environment from `scripts/requirements/NAME.txt` and starts the script again in it.
"""

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "scripts" / "requirements"


def prepare(name: str) -> Path:
    """Makes the environment NAME if it is missing or out of date and returns the path of its interpreter."""
    requirements = REQUIREMENTS / f"{name}.txt"
    folder = ROOT / "build" / "environments" / name
    interpreter = folder / "bin" / "python3"
    stamp = folder / "requirements.sha256"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if interpreter.exists() and stamp.exists() and stamp.read_text() == wanted:
        return interpreter
    source = requirements.relative_to(ROOT)
    print(f"-- making the Python environment '{name}' from {source}", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True, clear=True)
    subprocess.run(
        [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes",
         "-r", requirements],
        check=True, stdout=sys.stderr)
    stamp.write_text(wanted)
    return interpreter


def enter(name: str) -> None:
    """Makes sure that the running script runs inside the environment NAME; restarts it there when it does not."""
    folder = ROOT / "build" / "environments" / name
    if Path(sys.prefix) == folder:
        return
    interpreter = prepare(name)
    os.execv(interpreter, [str(interpreter), *sys.argv])


if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
        print(f"usage: {sys.argv[0]} NAME [NAME ...]")
        print("Makes the environments and prints their interpreters, one a line.")
        sys.exit(0 if len(sys.argv) > 1 else 2)
    for environment in sys.argv[1:]:
        print(prepare(environment))

#!/usr/bin/env python3
"""Locks the packages of the scripts' Python environments.

Reads scripts/requirements/NAME.in (the packages that are wanted) and writes scripts/requirements/NAME.txt (every
package with its dependencies, each with version and SHA-256). The lock holds for the interpreter it is made with, so
it is refused for any other than the one of Debian 12: CPython 3.11 on x86-64. Nothing is installed.
"""

import argparse
import json
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parent / "requirements"


def parse_arguments() -> argparse.Namespace:
    names = sorted(path.stem for path in REQUIREMENTS.glob("*.in"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", metavar="NAME", nargs="*", default=names,
                        help=f"environments to lock (default: all, {', '.join(names)})")
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in names:
            parser.error(f"there is no {REQUIREMENTS / name}.in")
    return arguments


def resolve(wanted: Path) -> list[dict]:
    """What pip would install for the requirements file `wanted` into an empty environment."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--dry-run",
             "--ignore-installed", "--only-binary=:all:", "--report", report, "-r", wanted],
            check=True)
        return json.loads(report.read_text())["install"]


def locked_line(item: dict) -> str:
    """`name==version --hash=sha256:...` for one entry of pip's report."""
    name = re.sub(r"[-_.]+", "-", item["metadata"]["name"]).lower()
    digest = item["download_info"]["archive_info"]["hashes"]["sha256"]
    return f"{name}=={item['metadata']['version']} --hash=sha256:{digest}"


def lock(name: str) -> None:
    """Writes NAME.txt for NAME.in."""
    lines = sorted(locked_line(item) for item in resolve(REQUIREMENTS / f"{name}.in"))
    target = REQUIREMENTS / f"{name}.txt"
    target.write_text(f"# CPython 3.11, x86-64. Written by scripts/lock_requirements.py from {name}.in.\n"
                      + "".join(f"{line}\n" for line in lines))
    print(f"{target}: {len(lines)} packages")


def main() -> int:
    arguments = parse_arguments()
    interpreter = (platform.python_implementation(), sys.version_info[:2], platform.machine())
    if interpreter != ("CPython", (3, 11), "x86_64"):
        print(f"error: locks are made with CPython 3.11 on x86-64, this is {interpreter}; run it on Debian 12",
              file=sys.stderr)
        return 1
    for name in arguments.names:
        lock(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())

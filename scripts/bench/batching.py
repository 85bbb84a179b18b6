#!/usr/bin/env python3
"""Compares adaptive batching with batching after a fixed delay, in simulated time, and writes docs/performance.md.

Builds the program batching_simulation (preset release) and lets it run the same arrivals with the same costs through
Ocelli's decisions and through queues with a fixed delay. Its tables take the place of what is between the markers in
docs/performance.md. Simulated time does not depend on the machine: every run gives the same tables.
"""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DOCUMENT = ROOT / "docs" / "performance.md"
TRACE = ROOT / "tests" / "data" / "arrivals.csv"
BEGIN, END = "<!-- batching: begin -->", "<!-- batching: end -->"


def build(jobs: int) -> Path:
    """Builds the program; returns where it is."""
    if not (ROOT / "build" / "release" / "CMakeCache.txt").exists():
        subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, check=True, stdout=sys.stderr)
    subprocess.run(["cmake", "--build", "build/release", "--target", "batching_simulation", "-j", str(jobs)], cwd=ROOT,
                   check=True, stdout=sys.stderr)
    return ROOT / "build" / "release" / "bin" / "batching_simulation"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--print", action="store_true", help="print the tables and leave the document as it is")
    parser.add_argument("--jobs", type=int, default=2, help="of the build (default: %(default)s)")
    arguments = parser.parse_args()
    program = build(arguments.jobs)
    tables = subprocess.run([program, "--trace", TRACE], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
    if arguments.print:
        print(tables)
        return 0
    text = DOCUMENT.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        print(f"error: no {BEGIN} and {END} in {DOCUMENT.relative_to(ROOT)}", file=sys.stderr)
        return 1
    DOCUMENT.write_text(f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

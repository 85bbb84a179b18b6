#!/usr/bin/env python3
"""Compares Ocelli with its own engine alone, with the application that it replaces, and with other servers.

All on this machine, with the same images and the same load, each measured after a warm-up and in turns. Prints ratios;
with --all or --tables the tables of docs/performance.md are written. Makes what is missing: programs, model packages
(some minutes each), Python environments (3 GB), the Node.js packages. Close everything else before you measure.
"""

import argparse
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # this script's own folder has no modules for others
import python_environment  # noqa: E402
from bench import plan  # noqa: E402

ROOT = python_environment.ROOT
FOLDER = ROOT / "build" / "bench"
DOCUMENT = ROOT / "docs" / "performance.md"


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--all", action="store_true",
                      help=f"everything ({plan.expected_seconds(plan.everything()) / 60:.0f} minutes), and write the "
                           "tables")
    what.add_argument("--quick", action="store_true",
                      help=f"a part of it ({plan.expected_seconds(plan.quick()) / 60:.0f} minutes); only prints")
    what.add_argument("--only", nargs="+", metavar="PATTERN",
                      help="measurements whose names match, as in 'resnet50/closed/224/*/8'; only prints")
    what.add_argument("--list", action="store_true", help="names of all measurements")
    what.add_argument("--tables", action="store_true", help="write the tables again from the last --all")
    return parser.parse_args()


ARGUMENTS = parse_arguments()  # before the environment is made, so that --help answers at once
if ARGUMENTS.list:
    print("\n".join(cell.name for cell in plan.everything()))
    sys.exit(0)
CELLS = plan.everything() if ARGUMENTS.all or ARGUMENTS.tables else (
    plan.quick() if ARGUMENTS.quick else plan.matching(plan.everything(), ARGUMENTS.only))
if not CELLS:
    sys.exit("error: no measurement has such a name: see --list")
python_environment.enter("benchmark")

import datetime  # noqa: E402
import signal  # noqa: E402
import subprocess  # noqa: E402
import time  # noqa: E402

from bench import machine, packages  # noqa: E402
from bench.documents import MarkerError, write_blocks  # noqa: E402
from bench.pictures import make_pictures  # noqa: E402
from bench.runner import Runner  # noqa: E402
from bench.servers import ServerError, prepare_node  # noqa: E402
from bench.serving_tables import (cameras, latencies, overload, ratios, shares, single, throughput)  # noqa: E402
from bench.serving_tables import machine as machine_table  # noqa: E402
from bench.store import Results, comparison_line  # noqa: E402
from bench.targets import all_targets, targets_table  # noqa: E402

MODELS = ROOT / "build" / "models"
ONNX_MODELS = FOLDER / "models"


def blocks_of(results: Results, before: Results | None) -> dict[str, str]:
    """Every table that the results fill, by the name of its place in the document."""
    repeated = comparison_line(before, results) if before is not None else "This is the first run."
    return {"serving machine": machine_table(results), "serving targets": targets_table(all_targets(results)),
            "serving throughput": throughput(results), "serving shares": shares(results),
            "serving ratios": ratios(results), "serving latency": latencies(results), "serving single": single(results),
            "serving overload": overload(results), "serving cameras": cameras(results), "serving repeated": repeated}


def prepare(cells: list[plan.Cell]) -> dict[str, Path]:
    """Makes all that the cells need; returns the folders with images."""
    packages.build_programs()
    for architecture, system in sorted({(cell.architecture, cell.system) for cell in cells}):
        if system in plan.OCELLI:
            packages.make_package(architecture, system.removeprefix("ocelli-"), MODELS)
        elif system == "node":
            packages.make_onnx(architecture, ONNX_MODELS)
            prepare_node()
    python_environment.prepare("client")
    return make_pictures(ROOT / "tests" / "data" / "photographs", FOLDER / "images")


def measure(cells: list[plan.Cell], target: Path) -> Results:
    """Runs the cells and keeps the results in a file after each."""
    results = Results("scripts/bench/serving.py " + " ".join(sys.argv[1:]), datetime.date.today().isoformat(),
                      machine.describe(), machine.cores())
    started = time.monotonic()
    with Runner(results, prepare(cells), MODELS, ONNX_MODELS, FOLDER / "logs") as runner:
        for index, cell in enumerate(cells):
            left = plan.expected_seconds(cells[index:]) / 60
            print(f"[{index + 1}/{len(cells)}] {cell.name} (about {left:.0f} min left)", flush=True)
            print(f"    {runner.run(cell)}", flush=True)
            results.save(target)
    print(f"measured in {(time.monotonic() - started) / 60:.1f} min: {target.relative_to(ROOT)}")
    return results


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the servers end then too
    kept, previous = FOLDER / "serving.json", FOLDER / "serving.previous.json"
    before = None
    if ARGUMENTS.tables:
        if not kept.exists():
            print("error: there are no results: run scripts/bench/serving.py --all first", file=sys.stderr)
            return 1
        results = Results.load(kept)
    elif ARGUMENTS.all:
        results = measure(CELLS, FOLDER / "serving.unfinished.json")
        if kept.exists():
            kept.replace(previous)
        results.save(kept)
    else:
        results = measure(CELLS, FOLDER / "serving-part.json")
    if (ARGUMENTS.tables or ARGUMENTS.all) and previous.exists():
        before = Results.load(previous)
    blocks = blocks_of(results, before)
    if ARGUMENTS.all or ARGUMENTS.tables:
        print("\n\n".join(blocks.values()))
        write_blocks(DOCUMENT, blocks)
        print(f"\nwrote {DOCUMENT.relative_to(ROOT)}")
    else:
        blocks["serving targets"] = targets_table([one for one in all_targets(results) if one.met is not None])
        print("\n\n".join(body for body in blocks.values() if body.count("\n|") > 1))  # more than a header
    for name, error in results.errors.items():
        print(f"error: {name}: {error}", file=sys.stderr)
    for name, count in results.lost.items():
        print(f"error: {name}: {count} frames were lost", file=sys.stderr)
    return 1 if results.errors or results.lost else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ServerError, MarkerError, OSError, subprocess.CalledProcessError) as problem:
        print(f"error: {problem}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)

#!/usr/bin/env python3
"""Compares the engine of Ocelli with OpenVINO, ONNX Runtime and eager PyTorch: the same model, no server around it.

Engines take turns over several rounds, each in a process of its own, so that a change of the machine's speed hits all;
the median of the rounds counts. Prints ratios and writes a table of docs/performance.md. Makes what is missing:
programs, model packages (some minutes each), the Python environment (3 GB). Close everything else before you measure.
"""

import argparse
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # this script's own folder has no modules for others
import python_environment  # noqa: E402

ROOT = python_environment.ROOT
FOLDER = ROOT / "build" / "bench"
DOCUMENT = ROOT / "docs" / "performance.md"
ARCHITECTURES = ("resnet18", "resnet50")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="(default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=2, metavar="S",
                        help="for each engine, precision and batch size of a round (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one round of ResNet-50; only prints")
    arguments = parser.parse_args()
    if arguments.rounds < 1 or arguments.seconds <= 0:
        parser.error("--rounds is at least 1, --seconds more than 0")
    return arguments


ARGUMENTS = parse_arguments()  # before the environment is made, so that --help answers at once
python_environment.enter("benchmark")

import datetime  # noqa: E402
import json  # noqa: E402
import subprocess  # noqa: E402
from typing import Any  # noqa: E402

from bench import machine, packages  # noqa: E402
from bench.documents import MarkerError, write_blocks  # noqa: E402
from bench.engine_tables import BATCHES, ENGINES, engines_table, in_words  # noqa: E402
from bench.quantized import make_quantized  # noqa: E402

ENGINE_LOOP = Path(__file__).resolve().parent / "engine_loop.py"
MODELS = ROOT / "build" / "models"


def model_of(engine: str, architecture: str) -> str:
    """What an engine of `ENGINES` loads; made when it is missing."""
    if engine.startswith("ocelli-"):
        return str(packages.make_package(architecture, engine.removeprefix("ocelli-"), MODELS))
    if engine == "eager":
        return architecture
    onnx_model = packages.make_onnx(architecture, FOLDER / "models")
    return str(make_quantized(onnx_model) if engine == "openvino-int8" else onnx_model)


def measure(engine: str, model: str) -> dict[str, Any]:
    """One engine in one round."""
    if engine.startswith("ocelli-"):
        return packages.run_engine(Path(model), ARGUMENTS.seconds)
    command = [sys.executable, str(ENGINE_LOOP), engine, model, "--seconds", str(ARGUMENTS.seconds), "--batches",
               *map(str, BATCHES)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def main() -> int:
    architectures = ARCHITECTURES[-1:] if ARGUMENTS.quick else ARCHITECTURES
    rounds = 1 if ARGUMENTS.quick else ARGUMENTS.rounds
    packages.build_programs()
    models = {(architecture, engine): model_of(engine, architecture)
              for architecture in architectures for engine in ENGINES}
    runs: dict[str, dict[str, list[Any]]] = {name: {engine: [] for engine in ENGINES} for name in architectures}
    for number in range(rounds):
        for (architecture, engine), model in models.items():
            found = measure(engine, model)
            runs[architecture][engine].append(found)
            print(f"[round {number + 1} of {rounds}] {architecture} {engine}: {in_words(found)}", flush=True)
    command = " ".join(["scripts/bench/engines.py", *sys.argv[1:]])
    body = (f"{engines_table(runs)}\n\nMedian of {rounds} rounds, {machine.cores()} cores, "
            f"{datetime.date.today().isoformat()}, `{command}`.")
    print(f"\n{body}")
    if not ARGUMENTS.quick:
        write_blocks(DOCUMENT, {"engines": body})
        print(f"\nwrote {DOCUMENT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (MarkerError, OSError) as problem:
        sys.exit(f"error: {problem}")
    except subprocess.CalledProcessError as problem:
        sys.exit(f"error: {problem}\n{problem.stderr or ''}")
    except KeyboardInterrupt:
        sys.exit(130)

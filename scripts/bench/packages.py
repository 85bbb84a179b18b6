"""Makes the programs and models that are compared, unless they are there. Needs the Python environment `benchmark`."""

import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import torch

from bench.weights import LABELS, make_model
from python_environment import ROOT

ENGINE_BENCHMARK = ROOT / "build" / "release" / "bin" / "engine_benchmark"
BUILD = """
set -euo pipefail
source scripts/shell/steps.sh
source scripts/shell/build.sh
configure release -DOCELLI_BUILD_TESTS=ON
build release "the server and its benchmark" ocelli engine_benchmark
"""


def build_programs() -> None:
    """Builds the release; raises `subprocess.CalledProcessError`, after the build has said why."""
    subprocess.run(["bash", "-c", BUILD], cwd=ROOT, check=True, stdout=sys.stderr)


def make_package(architecture: str, precision: str, models: Path) -> Path:
    """The model package ARCHITECTURE-PRECISION, made by scripts/export_model.py when it is missing."""
    package = models / f"{architecture}-{precision}"
    if not (package / "model.toml").exists():
        print(f"-- exporting {package.name}: some minutes, once", file=sys.stderr, flush=True)
        # its interpreter is that of the environment it makes for itself
        subprocess.run([str(ROOT / "scripts" / "export_model.py"), "--arch", architecture, "--random-weights",
                        "--format", "aotinductor", "--precision", precision, "--device", "cpu", "--no-speed",
                        "--output", str(package)], check=True, stdout=sys.stderr)
    return package


def make_onnx(architecture: str, models: Path) -> Path:
    """The same model as ONNX, float32, for any number of images, and the labels beside it."""
    path = models / f"{architecture}.onnx"
    if not path.exists():
        print(f"-- exporting {path.name}", file=sys.stderr, flush=True)
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=models) as folder, warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")  # the exporter without further dependencies is the older one
            made = Path(folder) / path.name
            torch.onnx.export(make_model(architecture), (torch.zeros(2, 3, 224, 224),), str(made),
                              input_names=["images"], output_names=["logits"], dynamo=False,
                              dynamic_axes={"images": {0: "batch"}, "logits": {0: "batch"}})
            made.replace(path)
    (models / "labels.txt").write_text("".join(f"{label}\n" for label in LABELS), encoding="utf-8")
    return path


def run_engine(package: Path, seconds: float) -> dict[str, Any]:
    """Images per second of a package in each of its batch sizes, by the server's own classes without a server."""
    done = subprocess.run([str(ENGINE_BENCHMARK), str(package), "--seconds", str(seconds), "--json"], check=True,
                          capture_output=True, text=True)
    return json.loads(done.stdout)

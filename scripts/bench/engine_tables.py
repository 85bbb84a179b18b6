"""The table of docs/performance.md that scripts/bench/engines.py writes."""

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from bench.documents import number, percent, table

BATCHES = (1, 8)
PRECISIONS = ("fp32", "bf16", "int8")
ENGINES = ("eager", "onnxruntime",
           *[f"{name}-{precision}" for precision in PRECISIONS for name in ("openvino", "ocelli")])
TITLES = {"eager": "PyTorch eager fp32", "onnxruntime": "ONNX Runtime fp32"} | {
    f"{name}-{precision}": f"{title} {precision}" for precision in PRECISIONS
    for name, title in (("openvino", "OpenVINO"), ("ocelli", "Ocelli"))}
NAMES = {"resnet18": "ResNet-18", "resnet50": "ResNet-50"}

Runs = Mapping[str, Mapping[str, Sequence[Mapping[str, Any]]]]  # architecture, engine, rounds


def middle_rate(rounds: Sequence[Mapping[str, Any]], batch: int) -> float:
    """Images per second at a batch size, the median of the rounds."""
    return median(row["images_per_second"] for run in rounds for row in run["batches"] if row["batch"] == batch)


def ratio(engines: Mapping[str, Sequence[Mapping[str, Any]]], precision: str, batch: int) -> float:
    """Ocelli's engine as a part of OpenVINO, from ratios within each round."""
    pairs = zip(engines[f"ocelli-{precision}"], engines[f"openvino-{precision}"])
    return median(middle_rate([ours], batch) / middle_rate([theirs], batch) for ours, theirs in pairs)


def engines_table(runs: Runs) -> str:
    """Images per second, then the ratios."""
    rows = [[TITLES[engine], *[number(middle_rate(engines[engine], batch))
                               for engines in runs.values() for batch in BATCHES]] for engine in ENGINES]
    rows += [[f"**Ocelli {precision} / OpenVINO {precision}**", *[percent(ratio(engines, precision, batch))
                                                                 for engines in runs.values() for batch in BATCHES]]
             for precision in PRECISIONS]
    header = ["images per second", *[f"{NAMES[name]}, batch {batch}" for name in runs for batch in BATCHES]]
    return table(header, rows)


def in_words(run: Mapping[str, Any]) -> str:
    """One engine in one round, in one line."""
    return ", ".join(f"{number(middle_rate([run], batch))} images/s at batch {batch}" for batch in BATCHES)

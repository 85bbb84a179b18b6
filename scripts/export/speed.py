"""The speed of the model and of the exported one, measured in turns. Needs PyTorch."""

import statistics
import time
from collections.abc import Sequence

import torch

from export.engines import Engine
from export.package import InputDescription
from export.progress import Progress

SECONDS = 4.0  # for one batch size, both together, the first runs not counted
LEAST_ROUNDS = 5
WARM_UP = 3  # TorchScript optimises in the first runs


def seconds_of(engine: Engine, pixels: torch.Tensor) -> float:
    begin = time.perf_counter()
    engine.logits(pixels)
    return time.perf_counter() - begin


def measure(model: Engine, exported: Engine, batch: int, input: InputDescription) -> tuple[float, float]:
    """Images per second of both: medians over runs that take turns, so that a busy machine slows both."""
    pixels = torch.randint(0, 256, (batch, input.height, input.width, input.channels), dtype=torch.uint8)
    for _ in range(WARM_UP):
        model.logits(pixels)
        exported.logits(pixels)
    before, after = [], []
    end = time.monotonic() + SECONDS
    while time.monotonic() < end or len(before) < LEAST_ROUNDS:
        before.append(seconds_of(model, pixels))
        after.append(seconds_of(exported, pixels))
    return batch / statistics.median(before), batch / statistics.median(after)


def table(model: Engine, exported: Engine, sizes: Sequence[int], input: InputDescription) -> str:
    """Images per second at every batch size, and how many times as fast the exported model is."""
    lines = ["batch   eager PyTorch   exported   ratio   (images per second)"]
    progress = Progress("measured batch sizes", len(sizes))
    for done, size in enumerate(sizes, start=1):
        before, after = measure(model, exported, size, input)
        lines.append(f"{size:5}   {before:13.1f}   {after:8.1f}   {after / before:5.2f}")
        progress.reach(done)
    return "\n".join(lines)

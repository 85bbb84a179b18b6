"""The speed of the model and of the exported module, measured in turns. Needs PyTorch."""

import statistics
import time

import torch
from torch import nn

from export.package import InputDescription

BATCHES = (1, 8)
SECONDS = 4.0  # for one batch size, both together, the first runs not counted
LEAST_ROUNDS = 5
WARM_UP = 3  # TorchScript optimises in the first runs


def seconds_of(model: nn.Module, images: torch.Tensor) -> float:
    begin = time.perf_counter()
    model(images)
    return time.perf_counter() - begin


def measure(model: nn.Module, exported: nn.Module, batch: int, input: InputDescription) -> tuple[float, float]:
    """Images per second of both: medians over runs that take turns, so that a busy machine slows both."""
    images = torch.rand(batch, input.channels, input.height, input.width)
    rows = images.contiguous(memory_format=torch.channels_last)  # as the server feeds it
    with torch.inference_mode():
        for _ in range(WARM_UP):
            model(images)
            exported(rows)
        eager, frozen = [], []
        end = time.monotonic() + SECONDS
        while time.monotonic() < end or len(eager) < LEAST_ROUNDS:
            eager.append(seconds_of(model, images))
            frozen.append(seconds_of(exported, rows))
    return batch / statistics.median(eager), batch / statistics.median(frozen)


def table(model: nn.Module, exported: nn.Module, input: InputDescription) -> str:
    """Images per second at every batch size, and how many times as fast the exported module is."""
    lines = ["batch   eager PyTorch   exported   ratio   (images per second)"]
    for batch in BATCHES:
        eager, frozen = measure(model, exported, batch, input)
        lines.append(f"{batch:5}   {eager:13.1f}   {frozen:8.1f}   {frozen / eager:5.2f}")
    return "\n".join(lines)

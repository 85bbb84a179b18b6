"""Compares the exported model with the model it was made from, on images. Needs PyTorch."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import skimage
import torch

from export.comparison import Comparison
from export.engines import Engine
from export.package import InputDescription
from export.preprocessing import pixels_of
from export.progress import Progress
from export.samples import Sample

BATCH = 8
PHOTOGRAPHS = ("astronaut.png", "camera.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg")


def photographs() -> list[Sample]:
    """Photographs that come with scikit-image."""
    return [Sample(Path(skimage.__file__).parent / "data" / name, None) for name in PHOTOGRAPHS]


def pixels_tensor(path: Path, input: InputDescription) -> torch.Tensor:
    """uint8 [height, width, channels]. Raises `ExportError`."""
    pixels = np.array(pixels_of(path, input), np.uint8)
    return torch.from_numpy(pixels.reshape(input.height, input.width, input.channels))


def batches(paths: Sequence[Path], input: InputDescription, what: str) -> Iterator[torch.Tensor]:
    """The pixels of images, some at a time. Raises `ExportError` when one cannot be read."""
    progress = Progress(what, len(paths))
    for first in range(0, len(paths), BATCH):
        yield torch.stack([pixels_tensor(path, input) for path in paths[first:first + BATCH]])
        progress.reach(first + BATCH)


def compare(model: Engine, exported: Engine, sizes: Sequence[int], samples: Sequence[Sample], input: InputDescription,
            labels: Sequence[str]) -> Comparison:
    """Runs both over the images, and the first of them through every batch size. Raises `ExportError` when an image
    cannot be read."""
    pairs = []
    first = None
    for pixels in batches([sample.path for sample in samples], input, "compared"):
        first = pixels if first is None else first
        pairs.append((model.logits(pixels), exported.logits(pixels)))
    wanted, found = (torch.cat(logits) for logits in zip(*pairs))
    # with a single output there is no range; the numbers themselves are the scale then
    scale = (wanted.max() - wanted.min()).item() or wanted.abs().max().item() or 1.0
    named = [(sample.label, labels[before], labels[after])
             for sample, before, after in zip(samples, wanted.argmax(1).tolist(), found.argmax(1).tolist())
             if sample.label is not None]
    return Comparison(
        images=len(samples),
        difference=(wanted - found).abs().max().item() / scale,
        agreeing=int((wanted.argmax(1) == found.argmax(1)).sum()),
        labelled=len(named),
        right_before=sum(label == before for label, before, _ in named),
        right=sum(label == after for label, _, after in named),
        finite=bool(wanted.isfinite().all() and found.isfinite().all()),
        between_sizes=difference_between_sizes(exported, sizes, first, found[:len(first)]) / scale)


def difference_between_sizes(exported: Engine, sizes: Sequence[int], pixels: torch.Tensor,
                             wanted: torch.Tensor) -> float:
    """The largest difference from the logits `wanted` of the images when they are run in other batches: as many as a
    size holds, one less (a row stays empty), and the first one in every row."""
    largest = 0.0
    for size in sizes:
        rows = [index % len(pixels) for index in range(size)]
        for chosen in (rows, rows[:-1], [0] * size):
            if chosen:
                difference = (exported.logits(pixels[chosen]) - wanted[chosen]).abs().max().item()
                largest = max(largest, difference)
    return largest

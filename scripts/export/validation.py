"""Compares the exported module with the model it was made from, on images. Needs PyTorch."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import skimage
import torch
from torch import nn

from export import ExportError
from export.package import InputDescription
from export.preprocessing import pixels_of
from export.progress import Progress
from export.samples import Sample

LARGEST_DIFFERENCE = 1e-3  # of the range of the logits
BATCH = 8
PHOTOGRAPHS = ("astronaut.png", "camera.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg")


@dataclass(frozen=True)
class Comparison:
    images: int
    difference: float  # largest one between two logits, in parts of the range of the model's logits
    agreeing: int  # images with the same top-1
    labelled: int  # images whose label is known
    right: int  # those of them that the exported module gets right
    finite: bool  # every logit of both is a finite number

    def __str__(self) -> str:
        lines = [f"images                      {self.images:,}",
                 f"largest logit difference    {self.difference:.1e} of the range",
                 f"same top-1                  {self.agreeing / self.images:.2%}"]
        if self.labelled:
            lines.append(f"accuracy                    {self.right / self.labelled:.2%}")
        return "\n".join(lines)

    def check(self) -> None:
        """Raises `ExportError` when the two disagree."""
        if not self.finite:
            raise ExportError("there are logits that are not finite numbers, nothing written: check the weights")
        if self.difference > LARGEST_DIFFERENCE or self.agreeing != self.images:
            raise ExportError(f"the exported module disagrees with the model (a difference of {LARGEST_DIFFERENCE} "
                              "of the range and the same top-1 are wanted), nothing written: "
                              "look for layers that behave differently in TorchScript")


def photographs() -> list[Sample]:
    """Photographs that come with scikit-image."""
    return [Sample(Path(skimage.__file__).parent / "data" / name, None) for name in PHOTOGRAPHS]


def tensor_of(path: Path, input: InputDescription) -> torch.Tensor:
    """[channels, height, width], scaled to 0..1 and normalised."""
    pixels = np.asarray(pixels_of(path, input), np.float32).reshape(input.height, input.width, input.channels)
    normalised = (pixels / 255 - np.asarray(input.mean, np.float32)) / np.asarray(input.std, np.float32)
    return torch.from_numpy(normalised.transpose(2, 0, 1).copy())


def batches(samples: list[Sample], input: InputDescription) -> Iterator[torch.Tensor]:
    progress = Progress("validated", len(samples))
    for first in range(0, len(samples), BATCH):
        yield torch.stack([tensor_of(sample.path, input) for sample in samples[first:first + BATCH]])
        progress.reach(first + BATCH)


def compare(model: nn.Module, exported: nn.Module, samples: list[Sample], input: InputDescription,
            labels: list[str]) -> Comparison:
    """Runs both over the images. Raises `ExportError` when one cannot be read."""
    with torch.inference_mode():
        pairs = [(model(x), exported(x.contiguous(memory_format=torch.channels_last)))
                 for x in batches(samples, input)]
    wanted, found = (torch.cat(logits) for logits in zip(*pairs))
    # with a single output there is no range; the numbers themselves are the scale then
    scale = (wanted.max() - wanted.min()).item() or wanted.abs().max().item() or 1.0
    named = [(sample.label, labels[index]) for sample, index in zip(samples, found.argmax(1).tolist())
             if sample.label is not None]
    return Comparison(
        images=len(samples),
        difference=(wanted - found).abs().max().item() / scale,
        agreeing=int((wanted.argmax(1) == found.argmax(1)).sum()),
        labelled=len(named),
        right=sum(label == name for label, name in named),
        finite=bool(wanted.isfinite().all() and found.isfinite().all()))

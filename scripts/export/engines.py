"""What runs a model on images, each from rows of bytes to logits. Needs PyTorch."""

from pathlib import Path
from typing import Protocol

import torch
from torch import nn

from export.package import InputDescription


class Engine(Protocol):
    def logits(self, pixels: torch.Tensor) -> torch.Tensor:
        """Takes uint8 [images, height, width, channels] on the CPU, gives float32 [images, labels] there."""


class FromPixels(nn.Module):
    """A network with the preprocessing of its input before it: normalises, lays out and casts."""

    def __init__(self, network: nn.Module, input: InputDescription, dtype: torch.dtype = torch.float32):
        super().__init__()
        self.network = network
        self.dtype = dtype
        std = torch.tensor(input.std).view(1, -1, 1, 1)
        self.register_buffer("scale", 1 / (255 * std))
        self.register_buffer("offset", torch.tensor(input.mean).view(1, -1, 1, 1) / std)

    def images(self, pixels: torch.Tensor) -> torch.Tensor:
        """float32 [images, channels, height, width], channels last in memory."""
        return pixels.permute(0, 3, 1, 2).to(torch.float32) * self.scale - self.offset

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        return self.network(self.images(pixels).to(self.dtype)).to(torch.float32)


class EagerEngine:
    """Runs a model in PyTorch, fed as torchvision's transforms would."""

    def __init__(self, model: nn.Module, input: InputDescription, device: str):
        self.device = device
        self.module = FromPixels(model, input).to(device)

    def logits(self, pixels: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode():
            images = self.module.images(pixels.to(self.device)).contiguous()
            return self.module.network(images).cpu()


class TorchScriptEngine:
    """Runs a TorchScript file as the server does: read back, frozen and optimised, channels last."""

    def __init__(self, path: Path, input: InputDescription):
        module = torch.jit.load(path, map_location="cpu").eval()
        self.module = FromPixels(torch.jit.optimize_for_inference(module), input)

    def logits(self, pixels: torch.Tensor) -> torch.Tensor:
        with torch.inference_mode():
            return self.module(pixels)


class CompiledEngine:
    """Runs the files of an AOTInductor package; a batch goes into the smallest size that holds it."""

    def __init__(self, files: dict[int, Path], device: str):
        self.device = device
        self.runners = {size: torch._inductor.aoti_load_package(str(path)) for size, path in sorted(files.items())}

    def logits(self, pixels: torch.Tensor) -> torch.Tensor:
        largest = max(self.runners)
        parts = [self.run(pixels[first:first + largest]) for first in range(0, len(pixels), largest)]
        return torch.cat(parts)

    def run(self, pixels: torch.Tensor) -> torch.Tensor:
        size = min(size for size in self.runners if size >= len(pixels))
        rows = torch.zeros(size, *pixels.shape[1:], dtype=torch.uint8)
        rows[:len(pixels)] = pixels
        with torch.inference_mode():
            return self.runners[size](rows.to(self.device))[:len(pixels)].cpu()

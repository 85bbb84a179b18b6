"""The models that can be exported. Needs PyTorch and torchvision."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError

import torch
import torchvision
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from export import ExportError, checkpoint
from export.labels import Labels
from export.package import InputDescription

SEED = 20151210  # of random weights
IMAGENET_CLASSES = 1000


@dataclass(frozen=True)
class Source:
    """A model to export, in evaluation mode on the CPU."""
    model: nn.Module
    outputs: int
    origin: str  # for people: goes into the description of the package


def source_of_architecture(architecture: str, path: Path | None) -> Source:
    """One of torchvision's ResNets with the weights in `path`, or random ones. Raises `ExportError`."""
    make = getattr(torchvision.models, architecture)
    if path is None:
        torch.manual_seed(SEED)
        origin = f"{architecture} with RANDOM WEIGHTS, for benchmarks only: its labels mean nothing"
        return Source(make(num_classes=IMAGENET_CLASSES).eval(), IMAGENET_CLASSES, origin)
    try:
        weights = checkpoint.unwrap(read_weights(path))
        if not all(isinstance(value, torch.Tensor) for value in weights.values()):
            raise ExportError("values that are not tensors: save model.state_dict() alone")
        # the number of classes is wanted first, so that the weights are compared with a model of that size
        head = weights.get("fc.weight")
        model = make(num_classes=head.shape[0] if head is not None and head.dim() == 2 else IMAGENET_CLASSES).eval()
        checkpoint.check_shapes(architecture, shapes_of(model.state_dict()), shapes_of(weights))
    except ExportError as error:
        raise ExportError(f"{path}: {error}") from None
    model.load_state_dict(weights)
    return Source(model, model.fc.out_features, f"{architecture}, weights of {path.name}")


def shapes_of(weights: dict[str, torch.Tensor]) -> dict[str, tuple]:
    return {name: tuple(tensor.shape) for name, tensor in weights.items()}


def read_weights(path: Path):
    """What is saved in the file, read without running code in it."""
    if path.suffix.lower() == ".safetensors":
        try:
            return load_file(path)
        except SafetensorError as error:
            raise ExportError(f"cannot be read as safetensors ({error}): copy or save it again") from None
    try:
        with warnings.catch_warnings():
            # about TorchScript files, for which there is an error below
            warnings.simplefilter("ignore", UserWarning)
            return torch.load(path, map_location="cpu", weights_only=True)
    except (UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        if "TorchScript" in str(error):
            raise ExportError("this is a TorchScript module, not a state dict: call with --module") from None
        raise ExportError("is damaged, or cannot be loaded without running code that may be in it: save the "
                          "weights alone with torch.save(model.state_dict(), ...)") from None


def source_of_module(path: Path, input: InputDescription) -> Source:
    """A scripted or traced module as torch.jit.save wrote it. Raises `ExportError`."""
    try:
        model = torch.jit.load(path, map_location="cpu").eval()
    except Exception:
        raise ExportError(f"{path} cannot be loaded as TorchScript: save it with "
                          "torch.jit.script(model.eval()).save(...)") from None
    return Source(model, outputs_of(model, path, input), f"module {path.name}")


def outputs_of(model: nn.Module, path: Path, input: InputDescription) -> int:
    """Runs black images and looks at what comes out."""
    for count in (1, 3):
        shape = [count, input.channels, input.height, input.width]
        try:
            with torch.inference_mode():
                logits = model(torch.zeros(shape))
        except Exception:
            raise ExportError(f"{path} does not take images {shape}: describe its input with --width, --height and "
                              "--color, and export it for any number of images") from None
        if not isinstance(logits, torch.Tensor) or logits.shape[:-1] != (count,) or logits.dtype != torch.float32:
            raise ExportError(f"{path} does not give float32 logits [images, labels]: export a classifier that does")
    return logits.shape[1]


def imagenet_labels() -> Labels:
    names = torchvision.models.ResNet50_Weights.DEFAULT.meta["categories"]
    return Labels(list(names), "ImageNet-1k, torchvision")


def save_scripted(model: nn.Module, path: Path) -> None:
    """Writes the model as TorchScript."""
    scripted = model if isinstance(model, torch.jit.ScriptModule) else torch.jit.script(model)
    scripted.save(str(path))


def load_exported(path: Path) -> torch.jit.ScriptModule:
    """The module as the server runs it: read back, frozen and optimised."""
    return torch.jit.optimize_for_inference(torch.jit.load(path, map_location="cpu").eval())

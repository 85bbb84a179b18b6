"""The names of the weights in checkpoints."""

import re
from collections.abc import Mapping
from typing import Any

from export import ExportError

WRAPPERS = ("state_dict", "model")
PREFIX = "module."  # of torch.nn.DataParallel and DistributedDataParallel

# by blocks in each of the four layers, and whether a block has three convolutions (He et al. 2015, table 1)
RESNETS = {
    ((2, 2, 2, 2), False): "resnet18",
    ((3, 4, 6, 3), False): "resnet34",
    ((3, 4, 6, 3), True): "resnet50",
    ((3, 4, 23, 3), True): "resnet101",
    ((3, 8, 36, 3), True): "resnet152",
}


def unwrap(saved: Any) -> dict[str, Any]:
    """The state dict in what was saved: without wrapping dictionaries, names without prefix."""
    for key in WRAPPERS:
        if isinstance(saved, Mapping) and isinstance(saved.get(key), Mapping):
            saved = saved[key]
    if not isinstance(saved, Mapping) or not all(isinstance(key, str) for key in saved):
        raise ExportError(f"a {type(saved).__name__} instead of a state dict: save model.state_dict()")
    return {key.removeprefix(PREFIX): value for key, value in saved.items()}


def architecture_of(names: set[str]) -> str | None:
    """The one of torchvision's ResNets that has weights of these names; None when there is none."""
    blocks = [set(), set(), set(), set()]
    for name in names:
        if match := re.match(r"layer([1-4])\.(\d+)\.", name):
            blocks[int(match[1]) - 1].add(int(match[2]))
    return RESNETS.get((tuple(len(layer) for layer in blocks), "layer1.0.conv3.weight" in names))


def check_shapes(architecture: str, wanted: Mapping[str, tuple], found: Mapping[str, tuple]) -> None:
    """Raises `ExportError` unless all weights that are wanted are there, in their shapes, and no others."""
    # the number of batches seen in training has no effect on the answers, and old checkpoints lack it
    missing = sorted(name for name in wanted if name not in found and not name.endswith(".num_batches_tracked"))
    unknown = sorted(found.keys() - wanted.keys())
    other = architecture_of(set(found))
    if (missing or unknown) and other is not None and other != architecture:
        raise ExportError(f"these are weights of {other}, not of {architecture}: call with --arch {other}")
    if missing:
        raise ExportError(f"{len(missing)} of the weights of {architecture} are missing, the first is {missing[0]}: "
                          "take another --arch, or export your model with torch.jit.script and call --module")
    if unknown:
        raise ExportError(f"{len(unknown)} weights are unknown to {architecture}, the first is {unknown[0]}: "
                          "export your model with torch.jit.script and call --module")
    for name in sorted(wanted.keys() & found.keys()):
        if wanted[name] != found[name]:
            raise ExportError(f"{name} has shape {list(found[name])}, {architecture} wants {list(wanted[name])}: "
                              "export your model with torch.jit.script and call --module")

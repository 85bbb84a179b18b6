"""State dicts of torchvision's ResNets: unwrapping, and telling which one it is."""

from typing import Any

import pytest

from export import ExportError
from export.checkpoint import RESNETS, architecture_of, check_shapes, unwrap

WEIGHTS = {"conv1.weight": 1, "fc.bias": 2}
PARALLEL = {"module.conv1.weight": 1, "module.fc.bias": 2}


def shapes(architecture: str) -> dict[str, tuple]:
    """Some of the weights of a ResNet: enough to tell it."""
    (blocks, deep), = [key for key, name in RESNETS.items() if name == architecture]
    result = {"conv1.weight": (64, 3, 7, 7), "bn1.num_batches_tracked": (), "fc.weight": (7, 512)}
    for layer, count in enumerate(blocks, start=1):
        for block in range(count):
            for convolution in range(1, 4 if deep else 3):
                result[f"layer{layer}.{block}.conv{convolution}.weight"] = (64, 64, 3, 3)
    return result


@pytest.mark.parametrize("saved", [
    WEIGHTS, PARALLEL, {"state_dict": WEIGHTS, "epoch": 3}, {"model": PARALLEL}, {"state_dict": {"model": PARALLEL}}])
def test_the_weights_are_found_in_their_wrappers(saved: dict) -> None:
    assert unwrap(saved) == WEIGHTS


def test_only_the_beginning_of_a_name_is_a_prefix() -> None:
    assert unwrap({"layer.module.weight": 1}) == {"layer.module.weight": 1}


@pytest.mark.parametrize("saved", [[1, 2], 7, None, {1: 2}])
def test_what_is_no_state_dict_is_refused(saved: Any) -> None:
    with pytest.raises(ExportError, match="instead of a state dict"):
        unwrap(saved)


@pytest.mark.parametrize("architecture", RESNETS.values())
def test_every_architecture_is_told_by_its_weights(architecture: str) -> None:
    assert architecture_of(set(shapes(architecture))) == architecture


def test_weights_of_something_else_are_of_no_architecture() -> None:
    assert architecture_of({"features.0.weight", "classifier.bias"}) is None


def test_the_right_architecture_is_named_for_weights_of_another() -> None:
    for wanted, found in (("resnet18", "resnet50"), ("resnet101", "resnet50"), ("resnet34", "resnet18")):
        with pytest.raises(ExportError, match=f"weights of {found}, not of {wanted}: .* --arch {found}"):
            check_shapes(wanted, shapes(wanted), shapes(found))


def test_weights_fit_with_and_without_counts_of_batches() -> None:
    wanted = shapes("resnet18")
    check_shapes("resnet18", wanted, wanted)
    found = {name: shape for name, shape in wanted.items() if name != "bn1.num_batches_tracked"}
    check_shapes("resnet18", wanted, found)


@pytest.mark.parametrize("change, message", [
    ({"fc.weight": None}, "1 of the weights of resnet18 are missing, the first is fc.weight"),
    ({"attention.weight": (3,)}, "1 weights are unknown to resnet18, the first is attention.weight"),
    ({"conv1.weight": (64, 1, 7, 7)}, r"conv1.weight has shape \[64, 1, 7, 7\], resnet18 wants \[64, 3, 7, 7\]")])
def test_what_does_not_fit_is_named(change: dict, message: str) -> None:
    found = {name: shape for name, shape in {**shapes("resnet18"), **change}.items() if shape is not None}
    with pytest.raises(ExportError, match=message):
        check_shapes("resnet18", shapes("resnet18"), found)

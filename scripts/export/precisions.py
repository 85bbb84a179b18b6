"""Numeric precisions: their names in model.toml, where they run, and how far each may be from the model."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Gate:
    """What a package must fulfil on the images that it is compared on, or it is not written."""
    difference: float | None  # largest one between two logits, in parts of the range of the logits; None: any
    agreement: float  # least part of the images with the same top-1
    accuracy_loss: float  # most of the accuracy that may be lost, where labels are known
    between_sizes: float  # as `difference`, between two batch sizes of one package


@dataclass(frozen=True)
class Precision:
    name: str  # in model.toml
    devices: tuple[str, ...]  # that AOTInductor compiles it for
    gate: Gate


# Differences are several times those seen with ResNet-50: bfloat16 keeps 8 bits of a number, float16 keeps 11. How far
# the logits move by quantisation says little, so that int8 is judged by its labels alone.
PRECISIONS = {
    "fp32": Precision("float32", ("cpu", "cuda"), Gate(1e-3, 1.0, 0.0, 1e-3)),
    "bf16": Precision("bfloat16", ("cpu", "cuda"), Gate(0.05, 0.98, 0.005, 0.05)),
    "fp16": Precision("float16", ("cuda",), Gate(0.01, 0.98, 0.005, 0.01)),
    "int8": Precision("int8", ("cpu",), Gate(None, 0.98, 0.005, 0.05)),
}

"""Compiles a model with AOTInductor: one file with a static graph for each batch size. Needs PyTorch."""

import copy
import logging
import os
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import nn

from export import ExportError
from export.cpu_features import CPUINFO, defined_macros, features_of, find_compiler, used_features
from export.engines import FromPixels
from export.package import CompiledModel, InputDescription, batch_file
from export.precisions import PRECISIONS
from export.progress import duration, say

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}

OPTIONS = {
    "freezing": True,  # folds batch normalisation into weights and lays these out once
    # else loops keep the number of threads of this machine, whatever the server is told
    "cpp.dynamic_threads": True,
}


def check_device(device: str) -> None:
    """Raises `ExportError` unless graphs can be compiled for the device here."""
    if device != "cuda":
        return
    if not torch.cuda.is_available():
        raise ExportError("--device cuda: PyTorch sees no CUDA device here: export on the machine that will serve, or "
                          "take --device cpu")
    from torch.utils.cpp_extension import CUDA_HOME  # slow to import
    if CUDA_HOME is None:
        raise ExportError("--device cuda: AOTInductor needs the headers of a CUDA toolkit, and there is none: install "
                          f"that of CUDA {torch.version.cuda}, or name its folder in the environment variable "
                          "CUDA_HOME")


def prepared(model: nn.Module, input: InputDescription, precision: str, device: str,
             calibration: Sequence[torch.Tensor]) -> FromPixels:
    """A copy of the model in the precision, with its preprocessing before it. `calibration` has batches of pixels, all
    of one size of at least two, for int8."""
    network = copy.deepcopy(model).to(memory_format=torch.channels_last)
    if precision == "int8":
        from export.quantization import quantized
        return FromPixels(quantized(network, calibration, FromPixels(nn.Identity(), input).images), input)
    dtype = DTYPES[precision]
    return FromPixels(network.to(dtype), input, dtype).to(device)


def compile_sizes(module: FromPixels, input: InputDescription, sizes: Sequence[int], device: str, folder: Path) -> None:
    """Writes a file for each batch size into `folder`. Raises `ExportError` when the compiler fails."""
    begin = time.monotonic()
    for done, size in enumerate(sizes, start=1):
        say(f"compiling batch size {size} ({done} of {len(sizes)})")
        pixels = torch.zeros(size, input.height, input.width, input.channels, dtype=torch.uint8, device=device)
        compile_one(module, pixels, folder / batch_file(size))
        elapsed = time.monotonic() - begin
        rest = f", about {duration(elapsed / done * (len(sizes) - done))} to go" if done < len(sizes) else ""
        say(f"compiled {done} of {len(sizes)} in {duration(elapsed)}{rest}")


def compile_one(module: FromPixels, pixels: torch.Tensor, path: Path) -> None:
    logging.getLogger("torch").setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), torch.no_grad():
            warnings.simplefilter("ignore")
            program = torch.export.export(module, (pixels,), strict=True)
            torch._inductor.aoti_compile_and_package(program, package_path=str(path), inductor_configs=OPTIONS)
    except Exception as error:
        reason = next((line.strip() for line in str(error).splitlines() if line.strip()), "no reason given")
        raise ExportError(f"AOTInductor cannot compile this model ({type(error).__name__}: {reason}): take --format "
                          "torchscript, or for --device cpu check that the compiler works") from error


def description_of(precision: str, device: str, sizes: Sequence[int]) -> CompiledModel:
    """What files that are compiled here can run on."""
    features: list[str] = []
    architecture = ""
    if device == "cpu":
        features = used_features(defined_macros(find_compiler()), features_of(CPUINFO.read_text()))
    else:
        architecture = "{}.{}".format(*torch.cuda.get_device_capability())
    version = torch.__version__.partition("+")[0]
    return CompiledModel(PRECISIONS[precision].name, device, version, tuple(features), architecture, tuple(sizes))


def keep_caches_in(folder: Path) -> None:
    """What compiling leaves behind goes into `folder`, instead of a cache that grows with every export."""
    os.environ["TORCHINDUCTOR_CACHE_DIR"] = str(folder)
    os.environ["TRITON_CACHE_DIR"] = str(folder / "triton")

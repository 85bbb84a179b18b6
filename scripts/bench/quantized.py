"""The model in int8 for OpenVINO. Needs the Python environment `benchmark`."""

import logging
import sys
from pathlib import Path

import nncf
import numpy as np
import openvino

from bench.model_input import MEAN, SEED, STD

IMAGES = 32


def noise(count: int) -> np.ndarray:
    """Normalised random pixels [count, 3, 224, 224], as scripts/export_model.py takes for random weights."""
    pixels = np.random.default_rng(SEED).integers(0, 256, (count, 224, 224, 3), dtype=np.uint8)
    normalised = (pixels.astype(np.float32) / 255 - np.asarray(MEAN, np.float32)) / np.asarray(STD, np.float32)
    return np.ascontiguousarray(normalised.transpose(0, 3, 1, 2))


def make_quantized(onnx_model: Path) -> Path:
    """The model quantised by NNCF with its defaults, beside the ONNX file; made when it is missing."""
    path = onnx_model.with_name(f"{onnx_model.stem}-int8.xml")
    if not path.exists():
        print(f"-- quantising {path.name}", file=sys.stderr, flush=True)
        logging.getLogger("nncf").setLevel(logging.ERROR)
        samples = nncf.Dataset([image[np.newaxis] for image in noise(IMAGES)])
        model = nncf.quantize(openvino.Core().read_model(onnx_model), samples, subset_size=IMAGES)
        openvino.save_model(model, path, compress_to_fp16=False)
    return path

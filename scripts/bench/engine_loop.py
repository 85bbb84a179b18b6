"""Runs one engine, as fast as it goes, in a process of its own; prints JSON like build/release/bin/engine_benchmark.

Every engine has its defaults for one request at a time, which use all cores for it.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path[0] = str(Path(__file__).resolve().parents[1])
from bench.model_input import MEAN, SEED, STD  # noqa: E402

WARM_UP = 3


def pixels(batch: int) -> np.ndarray:
    return np.random.default_rng(SEED).integers(0, 256, (batch, 224, 224, 3), dtype=np.uint8)


def images(batch: int) -> np.ndarray:
    """Normalised floats, made before the clock runs: only OpenVINO gets bytes, as Ocelli's packages do."""
    normalised = (pixels(batch).astype(np.float32) / 255 - np.asarray(MEAN, np.float32)) / np.asarray(STD, np.float32)
    return np.ascontiguousarray(normalised.transpose(0, 3, 1, 2))


def eager(architecture: str, batch: int) -> Callable[[], object]:
    import torch

    from bench.weights import make_model
    model, x = make_model(architecture), torch.from_numpy(images(batch))

    def run() -> object:
        with torch.inference_mode():
            return model(x)
    return run


def onnx_runtime(model: str, batch: int) -> Callable[[], object]:
    import onnxruntime
    session, x = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"]), images(batch)
    return lambda: session.run(None, {"images": x})


def open_vino(model: str, batch: int, precision: str) -> Callable[[], object]:
    import openvino
    from openvino.preprocess import PrePostProcessor
    core = openvino.Core()
    network = core.read_model(model)
    steps = PrePostProcessor(network)
    steps.input().tensor().set_element_type(openvino.Type.u8).set_layout(openvino.Layout("NHWC"))
    steps.input().model().set_layout(openvino.Layout("NCHW"))
    steps.input().preprocess().convert_element_type(openvino.Type.f32).mean([255 * value for value in MEAN]).scale(
        [255 * value for value in STD])
    network = steps.build()
    network.reshape([batch, 224, 224, 3])
    compiled = core.compile_model(network, "CPU", {"PERFORMANCE_HINT": "LATENCY",
                                                   "INFERENCE_PRECISION_HINT": precision})
    request, x = compiled.create_infer_request(), pixels(batch)
    return lambda: request.infer(x, share_inputs=True, share_outputs=True)


ENGINES: dict[str, Callable[[str, int], Callable[[], object]]] = {
    "eager": eager,
    "onnxruntime": onnx_runtime,
    "openvino-fp32": lambda model, batch: open_vino(model, batch, "f32"),
    "openvino-bf16": lambda model, batch: open_vino(model, batch, "bf16"),
    # what is not quantised, in the precision that OpenVINO itself chooses on this processor
    "openvino-int8": lambda model, batch: open_vino(model, batch, "bf16")}


def images_per_second(run: Callable[[], object], batch: int, seconds: float) -> float:
    for _ in range(WARM_UP):
        run()
    begin = now = time.perf_counter()
    batches = 0
    while now < begin + seconds:
        run()
        batches += 1
        now = time.perf_counter()
    return batch * batches / (now - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=list(ENGINES))
    parser.add_argument("model", help="ONNX or OpenVINO file; for eager the name of the architecture")
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--seconds", type=float, default=2, help="for each batch size")
    arguments = parser.parse_args()
    rows = [{"batch": batch, "images_per_second":
             images_per_second(ENGINES[arguments.engine](arguments.model, batch), batch, arguments.seconds)}
            for batch in arguments.batches]
    print(json.dumps({"batches": rows}))


if __name__ == "__main__":
    main()

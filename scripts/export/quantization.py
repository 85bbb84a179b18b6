"""Post-training quantisation to int8 for processors. Needs PyTorch and torchao."""

import warnings
from collections.abc import Callable, Sequence

import torch
from torch import nn
from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
from torchao.quantization.pt2e.quantizer.x86_inductor_quantizer import (
    X86InductorQuantizer, get_default_x86_inductor_quantization_config)

from export import ExportError
from export.progress import Progress, say

LARGEST_BATCH = 1024


def quantized(model: nn.Module, batches: Sequence[torch.Tensor],
              normalise: Callable[[torch.Tensor], torch.Tensor]) -> nn.Module:
    """A copy of the model with int8 convolutions and linear layers, for any number of images.

    `batches` has the pixels to calibrate with, all of one size of at least two images; `normalise` makes of them what
    the model takes. Raises `ExportError` when nothing can be quantised.
    """
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        shapes = ({0: torch.export.Dim("batch", min=2, max=LARGEST_BATCH)},)
        # without strict=True the quantizer recognises nothing
        program = torch.export.export(model, (normalise(batches[0]),), strict=True, dynamic_shapes=shapes)
        quantizer = X86InductorQuantizer().set_global(get_default_x86_inductor_quantization_config())
        prepared = prepare_pt2e(program.module(), quantizer)
        progress = Progress("calibrated batches", len(batches))
        for done, batch in enumerate(batches, start=1):
            prepared(normalise(batch))
            progress.reach(done)
        result = convert_pt2e(prepared)
    found, total = count_quantized(result)
    say(f"quantised {found:,} of {total:,} convolutions and linear layers")
    if found == 0:
        raise ExportError("nothing in this model could be quantised: take another --precision")
    return result


def count_quantized(graph: torch.fx.GraphModule) -> tuple[int, int]:
    """How many convolutions and linear layers take quantised input and weights, and how many there are."""
    layers = (torch.ops.aten.conv2d.default, torch.ops.aten.linear.default)
    nodes = [node for node in graph.graph.nodes if node.op == "call_function" and node.target in layers]
    found = sum(all("dequantize" in str(argument.target) for argument in node.args[:2]) for node in nodes)
    return found, len(nodes)

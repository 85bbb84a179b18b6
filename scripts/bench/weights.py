"""The model that every system in a comparison runs. Needs the Python environment `benchmark`."""

import torch
import torchvision
from torch import nn

from bench.model_input import SEED

LABELS = torchvision.models.ResNet50_Weights.DEFAULT.meta["categories"]


def make_model(architecture: str) -> nn.Module:
    """One of torchvision's ResNets with the weights that `scripts/export_model.py --random-weights` gives it."""
    torch.manual_seed(SEED)
    return getattr(torchvision.models, architecture)(num_classes=len(LABELS)).eval()

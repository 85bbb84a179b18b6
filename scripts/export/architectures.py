"""The architectures that scripts/export_model.py can build, and what their weights want to see."""

from dataclasses import dataclass

IMAGENET_MEAN = (0.485, 0.456, 0.406)  # red, green, blue
IMAGENET_STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Architecture:
    """Input values are those of the published weights; networks trained from them mostly keep them."""
    head: str  # the last layer: its weights tell the number of classes
    mean: tuple[float, float, float]  # on the scale 0..1
    std: tuple[float, float, float]
    published_resize: int  # pixels: shorter side before the crop of 224


ARCHITECTURES = {
    "resnet18": Architecture("fc", IMAGENET_MEAN, IMAGENET_STD, 256),
    "resnet34": Architecture("fc", IMAGENET_MEAN, IMAGENET_STD, 256),
    "resnet50": Architecture("fc", IMAGENET_MEAN, IMAGENET_STD, 232),
    "resnet101": Architecture("fc", IMAGENET_MEAN, IMAGENET_STD, 232),
    "resnet152": Architecture("fc", IMAGENET_MEAN, IMAGENET_STD, 232),
    # trained on (pixel - 127) / 128; on photographs its first normalisation layers see what they were trained on
    "efficientnet_lite0": Architecture("_fc", (127 / 255,) * 3, (128 / 255,) * 3, 256),
}

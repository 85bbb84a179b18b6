"""The pixels that a model gets to see, with Pillow alone: what the server does, and torchvision on Pillow's images."""

from pathlib import Path

from PIL import Image, ImageOps

from export import ExportError
from export.package import InputDescription

MODES = {"rgb": "RGB", "bgr": "RGB", "gray": "L"}


def pixels_of(path: Path, input: InputDescription) -> Image.Image:
    """Reads an image, turns it as its EXIF orientation says, resizes and crops it. Raises `ExportError`."""
    try:
        with Image.open(path) as image:
            return cropped(ImageOps.exif_transpose(image).convert(MODES[input.color]), input)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ExportError(f"{path} cannot be read as an image ({error}): take it out of the folder") from None


def cropped(image: Image.Image, input: InputDescription) -> Image.Image:
    """Shorter side to `input.resize`, then the centre, in the model's order of channels."""
    width, height = image.size
    shorter = min(width, height)
    # the longer side is rounded down, the corner of the crop to the nearest even number in a tie, as torchvision does
    size = (int(input.resize * width / shorter), int(input.resize * height / shorter))
    if size != image.size:
        image = image.resize(size, Image.Resampling.BILINEAR)
    left, top = round((size[0] - input.width) / 2), round((size[1] - input.height) / 2)
    image = image.crop((left, top, left + input.width, top + input.height))
    if input.color == "bgr":
        image = Image.merge("RGB", image.split()[::-1])
    return image

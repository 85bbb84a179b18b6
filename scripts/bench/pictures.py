"""The images that are sent. Needs the Python environment `benchmark`."""

import random
from pathlib import Path

from PIL import Image

SEED = 7
COUNT = 32  # so that no cache and no repetition helps anybody
SIZES = {"224": (224, 224), "640x480": (640, 480)}
LEAST_PART = 0.6  # of a photograph's width and height
QUALITIES = (80, 90)


def make_pictures(photographs: Path, folder: Path) -> dict[str, Path]:
    """Cuts parts out of the photographs and writes them as JPEG, each size into a folder of its own; the same every
    time. Returns the folders by the names of the sizes."""
    sources = sorted(photographs.glob("*.jpg"))
    if not sources:
        raise FileNotFoundError(f"no photographs in {photographs}")
    folders = {}
    for name, size in SIZES.items():
        generator = random.Random(SEED)
        folders[name] = folder / name
        folders[name].mkdir(parents=True, exist_ok=True)
        for number in range(COUNT):
            target = folders[name] / f"{number:02}.jpg"
            with Image.open(sources[number % len(sources)]) as photograph:
                part = cut(photograph.convert("RGB"), size[0] / size[1], generator)
            part.resize(size, Image.Resampling.LANCZOS).save(target, quality=generator.randint(*QUALITIES))
    return folders


def cut(photograph: Image.Image, aspect: float, generator: random.Random) -> Image.Image:
    """A random part with the given ratio of width to height, perhaps mirrored."""
    width = min(photograph.width, photograph.height * aspect) * generator.uniform(LEAST_PART, 1)
    height = width / aspect
    left = generator.uniform(0, photograph.width - width)
    top = generator.uniform(0, photograph.height - height)
    part = photograph.crop((round(left), round(top), round(left + width), round(top + height)))
    return part.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if generator.random() < 0.5 else part

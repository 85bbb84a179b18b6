#!/usr/bin/env python3
"""Compares how fast Ocelli and Pillow turn an image file into a model's input: decode, Resize(256), CenterCrop(224).

One thread each, in turns, so that whatever else the machine does slows both; the ratio is the median over the rounds.
Ocelli's part is the program preprocess_benchmark of the release build (scripts/test units builds it). Pillow's part is
what torchvision's transforms call. "difference" is the mean difference of the pixels, on the scale 0 to 255. The images
are photographs of the tests, side by side until the size is reached. Makes its own Python environment on first use.
"""

import argparse
import io
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import python_environment  # noqa: E402


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5, help="turns of both (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=0.5, help="length of a turn (default: %(default)s)")
    parser.add_argument("--program", type=Path, default=ROOT / "build" / "release" / "bin" / "preprocess_benchmark",
                        help="the benchmark program (default: that of the release build)")
    return parser.parse_args()


ARGUMENTS = parse_arguments()  # before the environment is made, so that --help answers at once
python_environment.enter("tests")

from PIL import Image, ImageChops, ImageStat  # noqa: E402

RESIZE = 256
SIDE = 224
PHOTOGRAPHS = ("china", "astronaut", "coffee", "chelsea")
CASES = [  # name, width, height, format, options
    ("224 px JPEG", 224, 224, "JPEG", {"quality": 85}),
    ("640x480 JPEG", 640, 480, "JPEG", {"quality": 85}),
    ("1280x720 JPEG", 1280, 720, "JPEG", {"quality": 85}),
    ("1920x1080 JPEG", 1920, 1080, "JPEG", {"quality": 85}),
    ("4000x3000 JPEG", 4000, 3000, "JPEG", {"quality": 85}),
    ("1280x720 progressive JPEG", 1280, 720, "JPEG", {"quality": 85, "progressive": True}),
    ("640x480 PNG", 640, 480, "PNG", {}),
    ("640x480 WebP", 640, 480, "WEBP", {"quality": 85}),
]


def picture(width: int, height: int) -> Image.Image:
    """Photographs side by side; smaller than one, that one scaled and cut."""
    tiles = [Image.open(ROOT / "tests" / "data" / "photographs" / f"{name}.jpg").convert("RGB") for name in PHOTOGRAPHS]
    tile_width, tile_height = tiles[0].size
    if height < tile_height:
        scaled = tiles[0].resize((tile_width * height // tile_height, height), Image.Resampling.BICUBIC)
        return scaled.crop((0, 0, width, height))
    result = Image.new("RGB", (width, height))
    for row, top in enumerate(range(0, height, tile_height)):
        for column, left in enumerate(range(0, width, tile_width)):
            result.paste(tiles[(row * 3 + column) % len(tiles)], (left, top))
    return result


def prepared(data: bytes) -> Image.Image:
    """torchvision's Resize(RESIZE) and CenterCrop(SIDE) of a decoded image."""
    image = Image.open(io.BytesIO(data)).convert("RGB")
    width, height = image.size
    scale = (RESIZE, RESIZE * height // width) if width <= height else (RESIZE * width // height, RESIZE)
    image = image.resize(scale, Image.Resampling.BILINEAR)
    left, top = round((image.width - SIDE) / 2), round((image.height - SIDE) / 2)
    return image.crop((left, top, left + SIDE, top + SIDE))


def measure_pillow(data: bytes) -> float:
    """Images per second."""
    count, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < ARGUMENTS.seconds:
        prepared(data).tobytes()
        count += 1
    return count / (time.perf_counter() - begin)


def measure_ocelli(file: Path, *options: str) -> float:
    """Images per second."""
    finished = subprocess.run(
        [ARGUMENTS.program, str(file), "--resize", str(RESIZE), "--width", str(SIDE), "--height", str(SIDE),
         "--seconds", str(ARGUMENTS.seconds), *options], check=True, capture_output=True, text=True)
    return float(finished.stdout)


def mean_difference(file: Path, data: bytes, folder: Path) -> float:
    output = folder / "pixels"
    measure_ocelli(file, "--output", str(output))
    found = Image.frombytes("RGB", (SIDE, SIDE), output.read_bytes())
    return statistics.mean(ImageStat.Stat(ImageChops.difference(found, prepared(data))).mean)


def main() -> int:
    if not ARGUMENTS.program.exists():
        print(f"error: no {ARGUMENTS.program}; scripts/test units builds it", file=sys.stderr)
        return 1
    print(f"{'image':<27}{'bytes':>10}{'Pillow/s':>10}{'Ocelli/s':>10}{'ratio':>8}{'difference':>12}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for case, width, height, kind, options in CASES:
            file = folder / f"image.{kind.lower()}"
            picture(width, height).save(file, kind, **options)
            data = file.read_bytes()
            prepared(data)  # loads the decoder
            difference = mean_difference(file, data, folder)
            rounds = [(measure_pillow(data), measure_ocelli(file)) for _ in range(ARGUMENTS.rounds)]
            pillow, ocelli = (statistics.median(values) for values in zip(*rounds))
            ratio = statistics.median(ours / theirs for theirs, ours in rounds)
            print(f"{case:<27}{len(data):>10}{pillow:>10.1f}{ocelli:>10.1f}{ratio:>8.2f}{difference:>12.3f}",
                  flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

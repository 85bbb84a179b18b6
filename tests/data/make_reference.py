#!/usr/bin/env python3
"""Makes what the tests compare with: images of every kind, and what Pillow, torchvision and PyTorch make of them.

Writes into the folder of this script:
  images/             one small picture in every kind of file that Ocelli reads, files that it refuses, expected.png
  photographs/        four photographs of 640x480 as JPEG, and what Resize and CenterCrop make of them as lossless WebP:
                      256 and 224, and less, where a JPEG is decoded at a reduced scale
  fashion_mnist/      64 Fashion-MNIST test images as PNG and JPEG, the JPEGs' pixels, and the logits of the model
  fashion_mnist.zip   600 test images with the labels that the Python pipeline gives, for the end-to-end tests

Needs the Debian package dataset-fashion-mnist and the embedded model; makes its own Python environment on first use.
"""

import argparse
import csv
import gzip
import io
import struct
import sys
import zipfile
import zlib
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "scripts"))
import python_environment  # noqa: E402


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("/usr/share/datasets/fashion-mnist"),
                        help="folder with the four .gz files (default: %(default)s)")
    parser.add_argument("--model", type=Path, default=python_environment.ROOT / "models" / "fashion-mnist",
                        help="folder of the embedded model package (default: models/fashion-mnist)")
    return parser.parse_args()


ARGUMENTS = parse_arguments()  # before the environment is made, so that --help answers at once
python_environment.enter("training")

import numpy as np  # noqa: E402
import skimage.data  # noqa: E402
import tomllib  # noqa: E402
import torch  # noqa: E402
from PIL import Image, ImageOps  # noqa: E402
from sklearn.datasets import load_sample_image  # noqa: E402
from torchvision import transforms  # noqa: E402

SIDE = 24  # of the thumbnails in images/expected.png
ORIENTATION = 274


# --- images -----------------------------------------------------------------------------------------------------------

def picture() -> np.ndarray:
    """40 wide, 28 high, smooth and different in every corner, so that no turned or mirrored copy looks the same."""
    y, x = np.mgrid[0:28, 0:40]
    red, green, blue = x * 6, y * 8, 128 + 100 * np.sin(x / 9) * np.cos(y / 5)
    return np.stack([red, green, blue], axis=2).clip(0, 255).astype(np.uint8)


def deep_gray() -> np.ndarray:
    return picture()[:, :, 0].astype(np.uint16) * 256 + 200


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(pixels: np.ndarray, bits: int, interlaced: bool = False) -> bytes:
    """A PNG of 8 or 16 bits, which Pillow writes neither interlaced nor with 16 bits per colour."""
    color_type = {1: 0, 2: 4, 3: 2, 4: 6}[pixels.shape[2]]
    passes = [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]
    rows = []
    for top, left, down, right in passes if interlaced else [(0, 0, 1, 1)]:
        for row in pixels[top::down, left::right]:
            rows.append(b"\0" + row.astype(">u2" if bits == 16 else "u1").tobytes())
    header = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], bits, color_type, 0, 0, int(interlaced))
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(b"".join(rows), 9))
            + png_chunk(b"IEND", b""))


def decompression_bomb() -> bytes:
    """12,000 by 10,000 black pixels of one bit in a few kilobytes."""
    packer = zlib.compressobj(9)
    row = bytes(1 + 12_000 // 8)
    data = b"".join(packer.compress(row) for _ in range(10_000)) + packer.flush()
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 12_000, 10_000, 1, 0, 0, 0, 0))
            + png_chunk(b"IDAT", data) + png_chunk(b"IEND", b""))


def top_down_bmp(pixels: np.ndarray) -> bytes:
    """A BMP whose negative height says that the first row is the top one; 40 pixels need no padding."""
    data = pixels[:, :, ::-1].tobytes()
    info = struct.pack("<IiiHHIIiiII", 40, pixels.shape[1], -pixels.shape[0], 1, 24, 0, len(data), 2835, 2835, 0, 0)
    return struct.pack("<2sIHHI", b"BM", 54 + len(data), 0, 0, 54) + info + data


def old_bmp(pixels: np.ndarray) -> bytes:
    """A BMP with the 12-byte header of OS/2 1.x."""
    data = pixels[::-1, :, ::-1].tobytes()
    info = struct.pack("<IHHHH", 12, pixels.shape[1], pixels.shape[0], 1, 24)
    return struct.pack("<2sIHHI", b"BM", 26 + len(data), 0, 0, 26) + info + data


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def accepted_images() -> dict[str, bytes]:
    pixels = picture()
    image = Image.fromarray(pixels)
    gray = image.convert("L")
    alpha = image.copy()
    alpha.putalpha(Image.fromarray((pixels[:, :, 0] // 2 + 100).astype(np.uint8)))
    files = {
        "gray.jpg": encoded(gray, "JPEG", quality=95),
        "rgb.jpg": encoded(image, "JPEG", quality=95),
        "rgb_444.jpg": encoded(image, "JPEG", quality=95, subsampling=0),
        "cmyk.jpg": encoded(image.convert("CMYK"), "JPEG", quality=95),
        "progressive.jpg": encoded(image, "JPEG", quality=95, progressive=True),
        "restart.jpg": encoded(image, "JPEG", quality=95, restart_marker_blocks=1),
        "gray_1.png": encoded(gray.convert("1"), "PNG"),
        "gray_8.png": encoded(gray, "PNG"),
        "gray_16.png": png(deep_gray()[:, :, np.newaxis], 16),
        "gray_alpha.png": encoded(alpha.convert("LA"), "PNG"),
        "palette.png": encoded(image.quantize(200), "PNG"),
        "palette_4.png": encoded(image.quantize(16), "PNG", bits=4),
        "palette_transparent.png": encoded(image.quantize(200), "PNG", transparency=3),
        "rgb.png": encoded(image, "PNG"),
        "rgb_16.png": png(pixels.astype(np.uint16) * 256 + 77, 16),
        "rgba.png": encoded(alpha, "PNG"),
        "interlaced.png": png(pixels, 8, interlaced=True),
        "lossy.webp": encoded(image, "WEBP", quality=95),
        "lossless.webp": encoded(image, "WEBP", lossless=True),
        "alpha.webp": encoded(alpha, "WEBP", lossless=True, exact=True),
        "gray_8.bmp": encoded(gray, "BMP"),
        "gray_1.bmp": encoded(gray.convert("1"), "BMP"),
        "palette.bmp": encoded(image.quantize(200), "BMP"),
        "rgb.bmp": encoded(image, "BMP"),
        "rgba.bmp": encoded(alpha, "BMP"),
        "top_down.bmp": top_down_bmp(pixels),
        "old.bmp": old_bmp(pixels),
    }
    for orientation in range(1, 9):
        files[f"exif_{orientation}.jpg"] = encoded(image, "JPEG", quality=95, exif=oriented(orientation))
    files["exif_6.png"] = encoded(image, "PNG", exif=oriented(6))
    files["exif_8.webp"] = encoded(image, "WEBP", lossless=True, exif=oriented(8))
    return files


def oriented(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return exif


def refused_images() -> dict[str, bytes]:
    image = Image.fromarray(picture())
    other = Image.fromarray(picture()[::-1])
    return {
        "empty.jpg": b"",
        "garbage.jpg": bytes((i * 37 + 11) % 256 for i in range(500)),
        "text.png": b"This is no picture at all.\n",
        "picture.gif": encoded(image, "GIF"),
        "picture.tiff": encoded(image, "TIFF"),
        "picture.jp2": encoded(image, "JPEG2000"),
        "picture.ppm": encoded(image, "PPM"),
        "document.pdf": encoded(image, "PDF"),
        "animated.webp": encoded(image, "WEBP", save_all=True, append_images=[other], duration=100),
        "bomb.png": decompression_bomb(),
    }


def opened(name: str, data: bytes) -> Image.Image:
    """The picture as a person expects it: upright, and of 16 bits the upper 8, which Pillow gives for colour only."""
    if name == "gray_16.png":
        return Image.fromarray((deep_gray() >> 8).astype(np.uint8)).convert("RGB")
    return ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")


def write_images(folder: Path) -> None:
    """Writes the files and expected.png, the thumbnails one below the other in the order of expected.txt."""
    files = accepted_images()
    thumbnail = transforms.Compose([transforms.Resize(SIDE), transforms.CenterCrop(SIDE)])
    for name, data in (files | refused_images()).items():
        (folder / name).write_bytes(data)
    thumbnails = [np.asarray(thumbnail(opened(name, data))) for name, data in files.items()]
    Image.fromarray(np.concatenate(thumbnails)).save(folder / "expected.png", optimize=True)
    (folder / "expected.txt").write_text("".join(f"{name}\n" for name in files))


# --- photographs ------------------------------------------------------------------------------------------------------

def write_photographs(folder: Path) -> None:
    photographs = {
        "astronaut": skimage.data.astronaut(),  # NASA, public domain
        "chelsea": skimage.data.chelsea(),      # Stefan van der Walt, CC0
        "coffee": skimage.data.coffee(),        # Rachel Michetti, CC0
        "china": load_sample_image("china.jpg"),  # Daniele Pellati, CC BY 2.0
    }
    for name, pixels in photographs.items():
        data = encoded(ImageOps.fit(Image.fromarray(pixels), (640, 480), Image.Resampling.BICUBIC), "JPEG", quality=90)
        (folder / f"{name}.jpg").write_bytes(data)
        for shorter, side in ((256, 224), (112, 96), (56, 48), (28, 24), (14, 12)):
            crop = transforms.Compose([transforms.Resize(shorter), transforms.CenterCrop(side)])
            expected = crop(Image.open(io.BytesIO(data)).convert("RGB"))
            expected.save(folder / f"{name}_{side}.webp", lossless=True, quality=100, method=6)


# --- Fashion-MNIST ----------------------------------------------------------------------------------------------------

def read_idx(path: Path) -> np.ndarray:
    """Reads one file in the IDX format of MNIST, unsigned bytes."""
    data = gzip.decompress(path.read_bytes())
    shape = [int.from_bytes(data[4 + 4 * i:8 + 4 * i], "big") for i in range(data[3])]
    return np.frombuffer(data, np.uint8, offset=4 + 4 * data[3]).reshape(shape)


class Pipeline:
    """What the replaced application does with the bytes of an image."""

    def __init__(self, package: Path):
        manifest = tomllib.loads((package / "model.toml").read_text())
        self.model = torch.jit.load(str(package / manifest["model"]["file"])).eval()
        self.labels = (package / manifest["labels"]["file"]).read_text().splitlines()
        self.prepare = transforms.Compose([
            transforms.ToTensor(), transforms.Normalize(manifest["input"]["mean"], manifest["input"]["std"])])

    def pixels(self, data: bytes) -> np.ndarray:
        return np.asarray(Image.open(io.BytesIO(data)).convert("L"))

    def logits(self, data: bytes) -> torch.Tensor:
        with torch.no_grad():
            return self.model(self.prepare(Image.open(io.BytesIO(data)).convert("L")).unsqueeze(0))[0]


def write_fashion(folder: Path, pipeline: Pipeline, images: np.ndarray) -> None:
    """64 images; the pixels of the JPEGs one below the other in jpeg_pixels.png, logits in logits.csv."""
    pixels = []
    with (folder / "logits.csv").open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for i, image in enumerate(images):
            for name, data in ((f"{i:02}.png", encoded(Image.fromarray(image), "PNG", optimize=True)),
                               (f"{i:02}.jpg", encoded(Image.fromarray(image), "JPEG", quality=90, optimize=True))):
                (folder / name).write_bytes(data)
                writer.writerow([name, *(f"{value:.6g}" for value in pipeline.logits(data).tolist())])
            pixels.append(pipeline.pixels(data))
    Image.fromarray(np.concatenate(pixels)).save(folder / "jpeg_pixels.png", optimize=True)


def encoded_sample(index: int, image: Image.Image) -> tuple[str, bytes]:
    """The first half as JPEG, every fifth in colour; the second half as PNG, every fifth in colour."""
    if index % 5 == 4:
        image = image.convert("RGB")
    if index < 300:
        return f"{index:04}.jpg", encoded(image, "JPEG", quality=90, optimize=True)
    return f"{index:04}.png", encoded(image, "PNG", optimize=True)


def write_archive(path: Path, pipeline: Pipeline, images: np.ndarray, classes: np.ndarray, names: list[str]) -> None:
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(["file", "label", "predicted", "probability"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        def add(name: str, data: bytes) -> None:
            archive.writestr(zipfile.ZipInfo(name, (2017, 8, 25, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)

        for i, image in enumerate(images):
            name, data = encoded_sample(i, Image.fromarray(image))
            probabilities = pipeline.logits(data).softmax(0)
            best = int(probabilities.argmax())
            writer.writerow([name, names[classes[i]], pipeline.labels[best], f"{probabilities[best]:.5f}"])
            add(name, data)
        add("expected.csv", table.getvalue().encode())


def main() -> int:
    names = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
    for folder in ("images", "photographs", "fashion_mnist"):
        (HERE / folder).mkdir(exist_ok=True)
    write_images(HERE / "images")
    write_photographs(HERE / "photographs")
    if not (ARGUMENTS.data / "t10k-images-idx3-ubyte.gz").exists():
        print(f"error: no Fashion-MNIST in {ARGUMENTS.data}; install the Debian package dataset-fashion-mnist",
              file=sys.stderr)
        return 1
    images = read_idx(ARGUMENTS.data / "t10k-images-idx3-ubyte.gz")
    classes = read_idx(ARGUMENTS.data / "t10k-labels-idx1-ubyte.gz")
    torch.set_num_threads(1)  # one small image at a time: more threads only wait for each other
    pipeline = Pipeline(ARGUMENTS.model)
    write_fashion(HERE / "fashion_mnist", pipeline, images[600:664])
    write_archive(HERE / "fashion_mnist.zip", pipeline, images[:600], classes, names)
    size = sum(path.stat().st_size for path in HERE.rglob("*") if path.is_file())
    print(f"wrote {HERE}: {size / 1e6:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

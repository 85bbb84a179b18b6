"""Pictures for tests: real samples of Fashion-MNIST, drawn ones, and broken ones of every kind."""

import base64
import csv
import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache

from PIL import Image

from support.server_process import ROOT

ARCHIVE = ROOT / "tests" / "data" / "fashion_mnist.zip"


@dataclass(frozen=True)
class Sample:
    """One test image of Fashion-MNIST with what it is and what the Python pipeline says about these very bytes."""
    name: str
    data: bytes
    truth: str
    python_label: str

    @property
    def media_type(self) -> str:
        return "image/png" if self.name.endswith(".png") else "image/jpeg"


@cache
def samples() -> tuple[Sample, ...]:
    """All stored samples, in the order of the table that comes with them."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        table = next(name for name in archive.namelist() if name.endswith("expected.csv"))
        folder = table.removesuffix("expected.csv")
        with archive.open(table) as file:
            rows = list(csv.reader(io.TextIOWrapper(file, "utf-8")))[1:]
        return tuple(Sample(row[0], archive.read(folder + row[0]), row[1], row[2]) for row in rows)


@cache
def sample_of(label: str) -> Sample:
    """A sample that is what its label says and about which the Python pipeline agrees."""
    return next(s for s in samples() if s.truth == s.python_label == label)


def data_url(data: bytes, media_type: str = "image/png") -> str:
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def bare_base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


# Every form in which the contract takes an image.
PAYLOAD_FORMS = {
    "data URL": lambda sample: data_url(sample.data, sample.media_type),
    "bare base64": lambda sample: bare_base64(sample.data),
    "object with data URL": lambda sample: {"image": data_url(sample.data, sample.media_type)},
    "object with base64": lambda sample: {"image": bare_base64(sample.data)},
    "object with bytes": lambda sample: {"image": sample.data},
    "bytes": lambda sample: sample.data,
}


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def plain(brightness: int = 128, size: int = 28, kind: str = "PNG") -> bytes:
    """A square of one grey."""
    return encoded(Image.new("L", (size, size), brightness), kind)


def noise(size: int) -> bytes:
    """A PNG of `size` by `size` random pixels, one byte each, because nothing is compressed."""
    return encoded(Image.effect_noise((size, size), 100).convert("L"), "PNG", compress_level=0)


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_header(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))


def broken_images() -> dict[str, bytes]:
    """Bytes that are no usable image, by what is wrong with them."""
    picture = Image.effect_noise((64, 64), 80)
    jpeg, png, webp, bmp = (encoded(picture, kind) for kind in ("JPEG", "PNG", "WEBP", "BMP"))
    middle = len(png) // 2
    return {
        "no bytes": b"",
        "one byte": b"\xff",
        "text": b"this is no image",
        "zeros": bytes(1000),
        "GIF": encoded(picture, "GIF"),
        "TIFF": encoded(picture, "TIFF"),
        "SVG": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        "portable grey map": b"P5 2 2 255\n\0\0\0\0",
        "JPEG's first bytes": jpeg[:3],
        "JPEG's header": jpeg[:30],
        "truncated JPEG": jpeg[: len(jpeg) // 2],
        "truncated progressive JPEG": encoded(picture, "JPEG", progressive=True)[: len(jpeg) // 2],
        "PNG's first bytes": png[:8],
        "truncated PNG": png[:middle],
        "PNG with wrong pixels": png[:middle] + bytes(40) + png[middle + 40:],
        "PNG without pixels": png_header(8, 8) + png_chunk(b"IEND", b""),
        "PNG of size zero": png_header(0, 0) + png_chunk(b"IDAT", zlib.compress(b"")) + png_chunk(b"IEND", b""),
        "PNG of 3.6 gigapixels":
            png_header(60_000, 60_000) + png_chunk(b"IDAT", zlib.compress(bytes(1000))) + png_chunk(b"IEND", b""),
        "PNG of largest size": png_header(0x7FFFFFFF, 0x7FFFFFFF) + png_chunk(b"IDAT", b"") + png_chunk(b"IEND", b""),
        "truncated WebP": webp[: len(webp) // 2],
        "WebP's first bytes": webp[:12],
        "truncated BMP": bmp[: len(bmp) // 2],
        "BMP of largest size": bmp[:18] + struct.pack("<ii", 0x7FFFFFFF, 0x7FFFFFFF) + bmp[26:],
        "BMP of negative size": bmp[:18] + struct.pack("<ii", -5, -(2 ** 31)) + bmp[26:],
    }

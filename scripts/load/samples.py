"""Images to send, from a folder or a zip file, with the labels that they should get where these are known."""

import csv
import dataclasses
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

MEDIA_TYPES = {".bmp": "image/bmp", ".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".png": "image/png",
               ".webp": "image/webp"}
QUALITY = 80  # of JPEG, where images are encoded here
TABLE = "expected.csv"

# Rounding may tip an image about which the Python pipeline itself is unsure: no load test can tell from such an image
# whether the server is right.
SURE = 0.6


@dataclass(frozen=True)
class Sample:
    """One image and the label it should get; None where nobody knows."""
    name: str
    data: bytes
    label: str | None

    @property
    def media_type(self) -> str:
        return MEDIA_TYPES[Path(self.name).suffix.lower()]


def encoded(image: Image.Image, size: tuple[int, int] | None = None) -> bytes:
    """The image as JPEG in colour, scaled to the size if there is one."""
    image = ImageOps.exif_transpose(image).convert("RGB")
    if size is not None and image.size != size:
        image = image.resize(size, Image.Resampling.BILINEAR)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


def resized(sample: Sample, size: tuple[int, int]) -> Sample:
    """The sample in another size; raises `OSError` when it is no image."""
    with Image.open(io.BytesIO(sample.data)) as image:
        return dataclasses.replace(sample, name=f"{Path(sample.name).stem}.jpg", data=encoded(image, size))


def read_samples(source: Path, limit: int | None = None) -> list[Sample]:
    """Images of a folder or a zip file, at most `limit`, in the order of their names; `OSError` when there are none.

    A table expected.csv beside them (name, truth, label of the Python pipeline, its confidence; one header line) tells
    the wanted labels. Images that are in no row of the table, or of which it is unsure, are then left out.
    """
    if source.is_dir():
        names = sorted(path.name for path in source.iterdir() if path.is_file())
        samples = select(names, lambda name: (source / name).read_bytes(), limit)
    elif zipfile.is_zipfile(source):
        with zipfile.ZipFile(source) as archive:
            samples = select(sorted(archive.namelist()), archive.read, limit)
    else:
        raise FileNotFoundError(f"{source} is neither a folder nor a zip file")
    if not samples:
        raise FileNotFoundError(f"no images in {source} (wanted: {', '.join(MEDIA_TYPES)})")
    return samples


def select(names: list[str], read: Callable[[str], bytes], limit: int | None) -> list[Sample]:
    """Samples among the files of one source."""
    images = [name for name in names if Path(name).suffix.lower() in MEDIA_TYPES]
    table = next((name for name in names if Path(name).name == TABLE), None)
    if table is None:
        return [Sample(name, read(name), None) for name in images[:limit]]
    labels = read_table(read(table).decode())
    images = [name for name in images if Path(name).name in labels]
    return [Sample(name, read(name), labels[Path(name).name]) for name in images[:limit]]


def read_table(text: str) -> dict[str, str]:
    """Wanted label by file name, of the images that the Python pipeline is sure about."""
    rows = list(csv.reader(io.StringIO(text)))[1:]
    return {row[0]: row[2] for row in rows if len(row) < 4 or float(row[3]) >= SURE}

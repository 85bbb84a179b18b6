"""Images to validate with: files, and the labels that the names of their folders tell."""

from dataclasses import dataclass
from pathlib import Path

from export import ExportError

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp")  # what the server reads


@dataclass(frozen=True)
class Sample:
    path: Path
    label: str | None  # None: unknown


def images_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in SUFFIXES)


def read_samples(folder: Path, labels: list[str]) -> list[Sample]:
    """The images in `folder`; labelled when it has a folder per class. Raises `ExportError`."""
    loose = images_in(folder)
    classes = {path: images_in(path) for path in sorted(folder.iterdir()) if path.is_dir()}
    classes = {path: images for path, images in classes.items() if images}
    if loose and classes:
        raise ExportError(f"{folder} has images beside folders with images: put every image into the folder of its "
                          "class, or all into one folder")
    for path in classes:
        if path.name not in labels:
            raise ExportError(f"{path}: the model has no label \"{path.name}\": name the folders as the labels")
    if not loose and not classes:
        raise ExportError(f"{folder} has no images ({', '.join(SUFFIXES)}), nor folders with images")
    return ([Sample(path, None) for path in loose]
            + [Sample(path, folder.name) for folder, images in classes.items() for path in images])


def calibration_images(folder: Path, most: int) -> list[Path]:
    """Up to `most` images, evenly spread over those in `folder` and the folders in it. Raises `ExportError`."""
    paths = images_in(folder)
    for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
        paths += images_in(inner)
    if not paths:
        raise ExportError(f"{folder} has no images ({', '.join(SUFFIXES)}), nor folders with images")
    count = min(most, len(paths))
    return [paths[index * len(paths) // count] for index in range(count)]

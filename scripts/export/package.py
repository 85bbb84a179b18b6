"""Model packages: the folder with model.pt, labels.txt and model.toml that docs/models.md describes."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

MODEL_FILE = "model.pt"
LABELS_FILE = "labels.txt"
MANIFEST_FILE = "model.toml"
FILES = (MODEL_FILE, LABELS_FILE, MANIFEST_FILE)  # the manifest last: it names the hashes of the others


@dataclass(frozen=True)
class InputDescription:
    """What the preprocessing makes of an image; lengths in pixels, mean and std per channel on the scale 0..1."""
    width: int
    height: int
    color: str  # "rgb", "bgr" or "gray"
    resize: int  # shorter side before the centre crop
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @property
    def channels(self) -> int:
        return channels_of(self.color)


def channels_of(color: str) -> int:
    return 1 if color == "gray" else 3


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def quoted(text: str) -> str:
    """A basic string of TOML 1.0. It escapes what JSON does, and DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def number(value: float) -> str:
    """Four decimals, more only when the value has more."""
    text = f"{value:.4f}"
    return text if float(text) == value else repr(float(value))


def numbers(values: tuple[float, ...]) -> str:
    return f"[{', '.join(number(value) for value in values)}]"


def manifest(name: str, description: str, input: InputDescription, label_source: str, model_sha256: str,
             labels_sha256: str) -> str:
    """The text of model.toml."""
    return f"""# Model package; every key is explained in docs/models.md.
schema = 1
name = {quoted(name)}
description = {quoted(description)}

[model]
format = "torchscript"
file = "{MODEL_FILE}"
sha256 = "{model_sha256}"
precision = "float32"

[input]
width = {input.width}
height = {input.height}
color = "{input.color}"
resize = {input.resize}
mean = {numbers(input.mean)}
std = {numbers(input.std)}

[labels]
file = "{LABELS_FILE}"
sha256 = "{labels_sha256}"
source = {quoted(label_source)}
"""


def complete_package(folder: Path, name: str, description: str, input: InputDescription, labels: list[str],
                     label_source: str) -> None:
    """Writes labels.txt and model.toml beside the model.pt that is in `folder` already."""
    (folder / LABELS_FILE).write_text("".join(f"{label}\n" for label in labels), encoding="utf-8", newline="\n")
    text = manifest(name, description, input, label_source, sha256(folder / MODEL_FILE), sha256(folder / LABELS_FILE))
    (folder / MANIFEST_FILE).write_text(text, encoding="utf-8", newline="\n")

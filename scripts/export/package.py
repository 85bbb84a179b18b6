"""Model packages: the folder with model.toml, labels.txt and the model's files that docs/models.md describes."""

import hashlib
import json
import os
import re
from dataclasses import dataclass
from pathlib import Path

MODEL_FILE = "model.pt"
LABELS_FILE = "labels.txt"
MANIFEST_FILE = "model.toml"
BATCH_FILE = re.compile(r"batch_[0-9]+\.pt2")


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


@dataclass(frozen=True)
class CompiledModel:
    """What an AOTInductor package was compiled for."""
    precision: str  # as in model.toml
    device: str  # "cpu" or "cuda"
    torch: str  # version of LibTorch
    cpu_features: tuple[str, ...]  # for device "cpu": names in /proc/cpuinfo
    gpu_architecture: str  # for device "cuda": compute capability, "9.0"
    sizes: tuple[int, ...]  # batch sizes, ascending

    @property
    def files(self) -> list[str]:
        return [batch_file(size) for size in self.sizes]


def batch_file(size: int) -> str:
    return f"batch_{size}.pt2"


def torchscript_section(model_sha256: str) -> str:
    """The table [model] of a TorchScript package."""
    return f"""[model]
format = "torchscript"
file = "{MODEL_FILE}"
sha256 = "{model_sha256}"
precision = "float32"
"""


def aotinductor_section(model: CompiledModel, sha256s: list[str]) -> str:
    """The table [model] of an AOTInductor package; one hash for each batch size."""
    if model.device == "cpu":
        made_for = f"cpu_features = [{', '.join(quoted(feature) for feature in model.cpu_features)}]"
    else:
        made_for = f"gpu_architecture = {quoted(model.gpu_architecture)}"
    text = f"""[model]
format = "aotinductor"
precision = {quoted(model.precision)}
device = {quoted(model.device)}
torch = {quoted(model.torch)}
{made_for}
"""
    for size, digest in zip(model.sizes, sha256s, strict=True):
        text += f"""
[[model.batches]]
size = {size}
file = "{batch_file(size)}"
sha256 = "{digest}"
"""
    return text


def manifest(name: str, description: str, model_section: str, input: InputDescription, label_source: str,
             labels_sha256: str) -> str:
    """The text of model.toml."""
    return f"""# Model package; every key is explained in docs/models.md.
schema = 1
name = {quoted(name)}
description = {quoted(description)}

{model_section}
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
                     label_source: str, compiled: CompiledModel | None = None) -> None:
    """Writes labels.txt and model.toml beside what is in `folder` already: the files of `compiled`, or model.pt."""
    (folder / LABELS_FILE).write_text("".join(f"{label}\n" for label in labels), encoding="utf-8", newline="\n")
    if compiled is None:
        section = torchscript_section(sha256(folder / MODEL_FILE))
    else:
        section = aotinductor_section(compiled, [sha256(folder / file) for file in compiled.files])
    text = manifest(name, description, section, input, label_source, sha256(folder / LABELS_FILE))
    (folder / MANIFEST_FILE).write_text(text, encoding="utf-8", newline="\n")


def move_package(source: Path, target: Path) -> None:
    """Moves a package to `target` and removes what an older one there leaves over. The manifest comes last: it names
    the hashes of the others, so that a half moved package is never taken for a whole one."""
    target.mkdir(exist_ok=True)
    new = sorted((path.name for path in source.iterdir()), key=lambda name: name == MANIFEST_FILE)
    for name in new:
        os.replace(source / name, target / name)
    for path in target.iterdir():
        if path.name not in new and (path.name == MODEL_FILE or BATCH_FILE.fullmatch(path.name)):
            path.unlink()

"""model.toml as the server reads it."""

import tomllib
from pathlib import Path

import pytest

from export.package import (CompiledModel, InputDescription, complete_package, manifest, move_package, number,
                            sha256, torchscript_section)

EMBEDDED = Path(__file__).resolve().parents[2] / "models" / "fashion-mnist"
IMAGENET = InputDescription(224, 192, "rgb", 256, (0.485, 0.456, 0.406), (0.229, 0.224, 0.22512345))


def test_the_manifest_of_the_embedded_model_is_written_byte_by_byte() -> None:
    text = manifest("fashion-mnist-resnet14",
                    "ResNet-14 (He et al. 2015) trained on Fashion-MNIST by scripts/train_embedded_model.py",
                    torchscript_section(sha256(EMBEDDED / "model.pt")),
                    InputDescription(28, 28, "gray", 28, (0.2860,), (0.3530,)), "scikit-learn LabelEncoder",
                    sha256(EMBEDDED / "labels.txt"))
    assert text.encode() == (EMBEDDED / "model.toml").read_bytes()


def test_every_value_comes_back_from_a_package(tmp_path: Path) -> None:
    (tmp_path / "model.pt").write_bytes(b"model")
    complete_package(tmp_path, "birds", "resnet50", IMAGENET, ["crane", "Gänsegeier"], "text, birds.txt")
    assert (tmp_path / "labels.txt").read_bytes() == "crane\nGänsegeier\n".encode()
    assert tomllib.loads((tmp_path / "model.toml").read_text(encoding="utf-8")) == {
        "schema": 1,
        "name": "birds",
        "description": "resnet50",
        "model": {"format": "torchscript", "file": "model.pt", "sha256": sha256(tmp_path / "model.pt"),
                  "precision": "float32"},
        "input": {"width": 224, "height": 192, "color": "rgb", "resize": 256, "mean": [0.485, 0.456, 0.406],
                  "std": [0.229, 0.224, 0.22512345]},
        "labels": {"file": "labels.txt", "sha256": sha256(tmp_path / "labels.txt"), "source": "text, birds.txt"},
    }


@pytest.mark.parametrize("device, made_for", [
    ("cpu", {"cpu_features": ["avx2", "avx512f"]}), ("cuda", {"gpu_architecture": "9.0"})])
def test_a_compiled_package_tells_what_it_was_compiled_for(tmp_path: Path, device: str, made_for: dict) -> None:
    for size in (1, 16):
        (tmp_path / f"batch_{size}.pt2").write_bytes(b"batch %d" % size)
    compiled = CompiledModel("bfloat16", device, "2.11.0", ("avx2", "avx512f"), "9.0", (1, 16))
    complete_package(tmp_path, "birds", "resnet50", IMAGENET, ["crane"], "text, birds.txt", compiled)
    assert tomllib.loads((tmp_path / "model.toml").read_text(encoding="utf-8"))["model"] == {
        "format": "aotinductor", "precision": "bfloat16", "device": device, "torch": "2.11.0", **made_for,
        "batches": [{"size": size, "file": f"batch_{size}.pt2", "sha256": sha256(tmp_path / f"batch_{size}.pt2")}
                    for size in (1, 16)]}


def test_odd_labels_come_back_from_a_package(tmp_path: Path) -> None:
    labels = ['a "quoted" \\ name', "tab\there", "\u2028", "Vögel 鳥 🐦", " space ", "<b>&amp;</b>", "'; --", "\x00"]
    (tmp_path / "model.pt").write_bytes(b"model")
    complete_package(tmp_path, "birds", "resnet50", IMAGENET, labels, "JSON, birds.json")
    assert (tmp_path / "labels.txt").read_bytes().decode().split("\n") == [*labels, ""]


def test_a_package_replaces_another_and_leaves_nothing_of_it(tmp_path: Path) -> None:
    new, old = tmp_path / "new", tmp_path / "old"
    for folder, names in ((new, ["batch_1.pt2", "labels.txt", "model.toml"]),
                          (old, ["model.pt", "batch_1.pt2", "batch_64.pt2", "model.toml", "notes.txt"])):
        folder.mkdir()
        for name in names:
            (folder / name).write_text(f"{name} of {folder.name}")
    move_package(new, old)
    assert {path.name: path.read_text() for path in old.iterdir()} == {
        "batch_1.pt2": "batch_1.pt2 of new", "labels.txt": "labels.txt of new", "model.toml": "model.toml of new",
        "notes.txt": "notes.txt of old"}


@pytest.mark.parametrize("text", ['a "quoted" \\ name', "tab\tand\nline", "\x00\x1f\x7f", "Vögel 鳥 🐦"])
def test_any_text_comes_back_from_the_manifest(text: str) -> None:
    data = tomllib.loads(manifest(text, text, torchscript_section("0" * 64), IMAGENET, text, "0" * 64))
    assert (data["name"], data["description"], data["labels"]["source"]) == (text, text, text)


@pytest.mark.parametrize("value, text", [(0.286, "0.2860"), (1, "1.0000"), (-0.5, "-0.5000"), (0.48501, "0.48501"),
                                         (1e-7, "1e-07"), (1 / 3, "0.3333333333333333")])
def test_a_number_has_four_decimals_or_as_many_as_it_needs(value: float, text: str) -> None:
    assert number(value) == text
    assert tomllib.loads(f"value = {text}")["value"] == value

"""model.toml as the server reads it."""

import tomllib
from pathlib import Path

import pytest

from export.package import InputDescription, complete_package, manifest, number, sha256

EMBEDDED = Path(__file__).resolve().parents[2] / "models" / "fashion-mnist"
IMAGENET = InputDescription(224, 192, "rgb", 256, (0.485, 0.456, 0.406), (0.229, 0.224, 0.22512345))


def test_the_manifest_of_the_embedded_model_is_written_byte_by_byte() -> None:
    text = manifest("fashion-mnist-resnet14",
                    "ResNet-14 (He et al. 2015) trained on Fashion-MNIST by scripts/train_embedded_model.py",
                    InputDescription(28, 28, "gray", 28, (0.2860,), (0.3530,)), "scikit-learn LabelEncoder",
                    sha256(EMBEDDED / "model.pt"), sha256(EMBEDDED / "labels.txt"))
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


@pytest.mark.parametrize("text", ['a "quoted" \\ name', "tab\tand\nline", "\x00\x1f\x7f", "Vögel 鳥 🐦"])
def test_any_text_comes_back_from_the_manifest(text: str) -> None:
    data = tomllib.loads(manifest(text, text, IMAGENET, text, "0" * 64, "0" * 64))
    assert (data["name"], data["description"], data["labels"]["source"]) == (text, text, text)


@pytest.mark.parametrize("value, text", [(0.286, "0.2860"), (1, "1.0000"), (-0.5, "-0.5000"), (0.48501, "0.48501"),
                                         (1e-7, "1e-07"), (1 / 3, "0.3333333333333333")])
def test_a_number_has_four_decimals_or_as_many_as_it_needs(value: float, text: str) -> None:
    assert number(value) == text
    assert tomllib.loads(f"value = {text}")["value"] == value

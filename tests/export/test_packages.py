"""scripts/export_model.py from beginning to end. By hand only, since PyTorch has 3 GB: see CONTRIBUTING.md."""

import hashlib
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, str(ROOT / "scripts" / "export_model.py"), "--no-speed"]
RANDOM = ["--arch", "resnet18", "--random-weights"]
COMPILED = ["--format", "aotinductor", "--batch-sizes", "1", "2"]


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "packages" / "package"


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    """Two photographs in the folders of their ImageNet labels."""
    for label, name in (("espresso", "coffee.jpg"), ("Egyptian cat", "chelsea.jpg")):
        folder = tmp_path / "photographs" / label
        folder.mkdir(parents=True)
        shutil.copy(ROOT / "tests" / "data" / "photographs" / name, folder)
    return tmp_path / "photographs"


def export(output: Path, *words: str) -> subprocess.CompletedProcess:
    return subprocess.run([*COMMAND, "--output", str(output), *words], capture_output=True, text=True)


def manifest_of(package: Path) -> dict:
    """The manifest, whose files are all there with the right hashes."""
    manifest = tomllib.loads((package / "model.toml").read_text(encoding="utf-8"))
    model = manifest["model"]
    for entry in [manifest["labels"], *model.get("batches", [model])]:
        assert hashlib.sha256((package / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    return manifest


@pytest.mark.parametrize("precision, name", [("fp32", "float32"), ("bf16", "bfloat16"), ("int8", "int8")])
def test_a_compiled_package_has_a_file_for_each_batch_size(output: Path, precision: str, name: str) -> None:
    done = export(output, *RANDOM, *COMPILED, "--precision", precision)
    assert done.returncode == 0, done.stderr
    model = manifest_of(output)["model"]
    assert (model["precision"], model["device"], [entry["size"] for entry in model["batches"]]) == (name, "cpu", [1, 2])
    flags = Path("/proc/cpuinfo").read_text().split()
    assert model["cpu_features"] and set(model["cpu_features"]) <= set(flags)
    assert sorted(path.name for path in output.parent.iterdir()) == ["package"]


def test_a_torchscript_package_has_one_file(output: Path) -> None:
    done = export(output, *RANDOM)
    assert done.returncode == 0, done.stderr
    assert manifest_of(output)["model"]["file"] == "model.pt"


@pytest.mark.parametrize("words", [[], COMPILED], ids=["torchscript", "aotinductor"])
def test_published_weights_tell_what_is_on_photographs(output: Path, photographs: Path, words: list[str]) -> None:
    done = export(output, "--arch", "efficientnet_lite0", "--pretrained", "--validation", str(photographs), *words)
    assert done.returncode == 0, done.stderr
    assert "accuracy                    100.00% (PyTorch 100.00%)" in done.stdout


def test_labels_give_random_weights_their_number_of_classes(output: Path, tmp_path: Path) -> None:
    (tmp_path / "labels.txt").write_text("a\nb\nc\n")
    done = export(output, *RANDOM, "--labels", str(tmp_path / "labels.txt"))
    assert done.returncode == 0, done.stderr
    assert (output / "labels.txt").read_text() == "a\nb\nc\n"


def test_a_package_that_answers_differently_is_written_only_on_demand(output: Path, tmp_path: Path) -> None:
    (tmp_path / "black").mkdir()
    Image.new("RGB", (256, 256)).save(tmp_path / "black" / "black.png")
    words = ["--arch", "efficientnet_lite0", "--pretrained", *COMPILED, "--precision", "int8", "--calibration",
             str(tmp_path / "black"), "--validation", str(ROOT / "tests" / "data" / "fashion_mnist")]
    done = export(output, *words)
    assert done.returncode == 1
    assert "nothing written: the exported model disagrees with the model" in done.stderr
    assert list(output.parent.iterdir()) == []
    done = export(output, *words, "--accept-disagreement")
    assert done.returncode == 0, done.stderr
    assert "WARNING: the exported model disagrees" in done.stderr
    assert manifest_of(output)["model"]["precision"] == "int8"


def test_an_export_that_is_ended_leaves_nothing_behind(output: Path) -> None:
    words = [*COMMAND, "--output", str(output), *RANDOM, *COMPILED]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        assert any("compiling batch size" in line for line in process.stderr)
        process.send_signal(signal.SIGTERM)
        assert "interrupted" in process.stderr.read()
    assert process.returncode == 130
    assert list(output.parent.iterdir()) == []

"""The command line of scripts/export_model.py."""

from pathlib import Path

import pytest

from export import ExportError
from export import arguments
from export.arguments import check_surroundings, parse
from export.package import InputDescription

RESNET = ["--arch", "resnet18", "--checkpoint", "c.pth", "--output", "package"]
RANDOM = ["--arch", "resnet18", "--random-weights", "--output", "package"]
PRETRAINED = ["--arch", "resnet50", "--pretrained", "--output", "package"]
MODULE = ["--module", "model.pt", "--output", "package"]
COMPILED = ["--format", "aotinductor"]
INT8 = [*COMPILED, "--precision", "int8"]


def test_the_input_is_imagenets_by_default() -> None:
    for words in (RESNET, MODULE):
        assert parse("", words)[1] == InputDescription(
            224, 224, "rgb", 256, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225))


def test_the_defaults_follow_the_order_of_the_channels() -> None:
    description = parse("", [*MODULE, "--color", "bgr"])[1]
    assert (description.mean, description.std) == ((0.406, 0.456, 0.485), (0.225, 0.224, 0.229))


def test_the_input_of_a_module_is_described() -> None:
    words = "--width 28 --height 32 --resize 32 --color gray --mean 0.1307 --std 0.3081".split()
    assert parse("", [*MODULE, *words])[1] == InputDescription(28, 32, "gray", 32, (0.1307,), (0.3081,))


def test_published_weights_come_with_their_own_input() -> None:
    assert parse("", PRETRAINED)[1].resize == 232
    assert parse("", [*PRETRAINED, "--resize", "256"])[1].resize == 256
    description = parse("", ["--arch", "efficientnet_lite0", "--pretrained", "--output", "package"])[1]
    assert (description.mean, description.std) == ((127 / 255,) * 3, (128 / 255,) * 3)


def test_batch_sizes_are_sorted_and_each_is_compiled_once() -> None:
    assert parse("", [*RANDOM, *COMPILED])[0].batch_sizes == (1, 2, 4, 8, 16, 32)
    assert parse("", [*RANDOM, *COMPILED, "--batch-sizes", "8", "1", "8"])[0].batch_sizes == (1, 8)


@pytest.mark.parametrize("words", [
    [*RANDOM, *INT8], [*RESNET, *INT8, "--calibration", "photos"], [*PRETRAINED, *COMPILED, "--precision", "bf16"],
    [*RESNET, *COMPILED, "--precision", "fp16", "--device", "cuda"], [*RESNET, *COMPILED, "--device", "cuda"]],
    ids=" ".join)
def test_what_can_be_made_is_accepted(words: list[str]) -> None:
    parse("", words)


@pytest.mark.parametrize("words, wanted", [
    (["--output", "package"], "is required"),
    (RESNET[:-2], "--output"),
    ([*RESNET, "--module", "model.pt"], "not allowed with"),
    ([*RESNET, "--random-weights"], "not allowed with"),
    ([*MODULE, "--checkpoint", "c.pth"], "--checkpoint goes with --arch"),
    ([*MODULE, "--pretrained"], "--pretrained goes with --arch"),
    (["--arch", "resnet18", "--output", "package"], "--arch needs weights"),
    ([*RESNET, "--color", "gray"], "three channels"),
    ([*RANDOM, "--validation", "photos"], "--validation says nothing about --random-weights"),
    ([*MODULE, *COMPILED], "--module goes with --format torchscript"),
    ([*RESNET, "--precision", "bf16"], "--precision bf16 goes with --format aotinductor"),
    ([*RESNET, "--device", "cuda"], "--device cuda goes with --format aotinductor"),
    ([*RESNET, "--batch-sizes", "1"], "--batch-sizes goes with --format aotinductor"),
    ([*RESNET, *COMPILED, "--batch-sizes", "0"], "must be 1 to 1024"),
    ([*RESNET, *COMPILED, "--precision", "fp16"], "--precision fp16 goes with --device cuda"),
    ([*RANDOM, *INT8, "--device", "cuda"], "--precision int8 goes with --device cpu"),
    ([*RESNET, *INT8], "--precision int8 needs --calibration"),
    ([*RANDOM, *INT8, "--calibration", "photos"], "calibrated on noise"),
    ([*RESNET, *COMPILED, "--calibration", "photos"], "--calibration goes with --precision int8"),
    ([*MODULE, "--color", "gray"], "--color gray needs --mean"),
    ([*MODULE, "--mean", "0.5"], "--mean takes 3 numbers"),
    ([*MODULE, "--std", "0.5", "0", "0.5"], "--std must be finite and above 0"),
    ([*MODULE, "--std", "nan", "1", "1"], "--std must be finite and above 0"),
    ([*MODULE, "--mean", "0", "0", "inf"], "--mean must be finite"),
    ([*MODULE, "--width", "257"], "--resize must be at least"),
    ([*MODULE, "--height", "0"], "must be 1 to 4096"),
    ([*RESNET[2:], "--arch", "resnet19"], "invalid choice")])
def test_a_contradiction_ends_with_2_and_says_what_is_wrong(
        words: list[str], wanted: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse("", words)
    assert caught.value.code == 2
    assert wanted in capsys.readouterr().err


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        parse("", ["--help"])
    assert caught.value.code == 0
    assert "--arch resnet18 --checkpoint flowers.pth" in capsys.readouterr().out


def surroundings_checked(folder: Path, *words: str) -> None:
    check_surroundings(parse("", ["--arch", "resnet18", "--output", str(folder / "package"), *words])[0])


@pytest.mark.parametrize("words", [
    ["--checkpoint", "missing"], ["--random-weights", "--labels", "missing"],
    ["--pretrained", "--validation", "missing"],
    ["--pretrained", *INT8, "--calibration", "missing"]], ids=lambda words: words[-2])
def test_a_missing_file_is_named(tmp_path: Path, words: list[str]) -> None:
    with pytest.raises(ExportError, match=f"{words[-2]}: there is no (file|folder) .*missing"):
        surroundings_checked(tmp_path, *words[:-1], str(tmp_path / words[-1]))


def test_a_package_is_replaced_only_by_force(tmp_path: Path) -> None:
    surroundings_checked(tmp_path, "--random-weights")
    (tmp_path / "package").mkdir()
    surroundings_checked(tmp_path, "--random-weights")
    (tmp_path / "package" / "model.toml").touch()
    with pytest.raises(ExportError, match="is not empty: .* --force"):
        surroundings_checked(tmp_path, "--random-weights")
    surroundings_checked(tmp_path, "--random-weights", "--force")


def test_a_file_is_never_replaced_by_a_package(tmp_path: Path) -> None:
    (tmp_path / "package").touch()
    for words in (["--force"], ["--output", str(tmp_path / "package" / "inside")]):
        with pytest.raises(ExportError, match="package is not a folder"):
            surroundings_checked(tmp_path, "--random-weights", *words)


def test_what_only_aotinductor_needs_is_wanted_of_no_other_format(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", str(tmp_path / "no-compiler"))
    surroundings_checked(tmp_path, "--random-weights")
    with pytest.raises(ExportError, match="there is no compiler .*no-compiler: install one"):
        surroundings_checked(tmp_path, "--random-weights", *COMPILED)


def test_a_precision_that_the_processor_does_not_have_is_refused(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "true")
    monkeypatch.setattr(arguments, "CPUINFO", tmp_path / "cpuinfo")
    (tmp_path / "cpuinfo").write_text("processor : 0\nflags : fpu sse2 avx2 avx_vnni\n")
    surroundings_checked(tmp_path, "--random-weights", *INT8)
    with pytest.raises(ExportError, match="--precision bf16: this processor has none of avx512_bf16, amx_bf16"):
        surroundings_checked(tmp_path, "--random-weights", *COMPILED, "--precision", "bf16")
    surroundings_checked(
        tmp_path, "--random-weights", *COMPILED, "--precision", "bf16", "--device", "cuda")

"""The command line of scripts/export_model.py."""

from pathlib import Path

import pytest

from export import ExportError
from export.arguments import check_paths, parse
from export.package import InputDescription

RESNET = ["--architecture", "resnet18", "--output", "package"]
MODULE = ["--module", "model.pt", "--output", "package"]


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


@pytest.mark.parametrize("words, wanted", [
    (["--output", "package"], "is required"),
    (["--architecture", "resnet18"], "--output"),
    ([*RESNET, "--module", "model.pt"], "not allowed with"),
    ([*MODULE, "--checkpoint", "c.pth"], "--checkpoint goes with --architecture"),
    ([*RESNET, "--color", "gray"], "three channels"),
    ([*MODULE, "--color", "gray"], "--color gray needs --mean"),
    ([*MODULE, "--mean", "0.5"], "--mean takes 3 numbers"),
    ([*MODULE, "--std", "0.5", "0", "0.5"], "--std must be finite and above 0"),
    ([*MODULE, "--std", "nan", "1", "1"], "--std must be finite and above 0"),
    ([*MODULE, "--mean", "0", "0", "inf"], "--mean must be finite"),
    ([*MODULE, "--width", "257"], "--resize must be at least"),
    ([*MODULE, "--height", "0"], "must be 1 to 4096"),
    ([*RESNET[2:], "--architecture", "resnet19"], "invalid choice")])
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
    assert "--architecture resnet18 --checkpoint flowers.pth" in capsys.readouterr().out


def paths_checked(folder: Path, *words: str) -> None:
    check_paths(parse("", ["--architecture", "resnet18", "--output", str(folder / "package"), *words])[0])


@pytest.mark.parametrize("option", ["--checkpoint", "--labels", "--validation"])
def test_a_missing_file_is_named(tmp_path: Path, option: str) -> None:
    with pytest.raises(ExportError, match=f"{option}: there is no (file|folder) .*missing"):
        paths_checked(tmp_path, option, str(tmp_path / "missing"))


def test_a_package_is_replaced_only_by_force(tmp_path: Path) -> None:
    paths_checked(tmp_path)
    (tmp_path / "package").mkdir()
    paths_checked(tmp_path)
    (tmp_path / "package" / "model.toml").touch()
    with pytest.raises(ExportError, match="is not empty: .* --force"):
        paths_checked(tmp_path)
    paths_checked(tmp_path, "--force")


def test_a_file_is_never_replaced_by_a_package(tmp_path: Path) -> None:
    (tmp_path / "package").touch()
    for words in (["--force"], ["--output", str(tmp_path / "package" / "inside")]):
        with pytest.raises(ExportError, match="package is not a folder"):
            paths_checked(tmp_path, *words)

"""The images that a package is validated with: which files, and which pixels of them."""

from pathlib import Path

import pytest
from PIL import Image

from export import ExportError
from export.package import InputDescription
from export.preprocessing import cropped, pixels_of
from export.samples import Sample, calibration_images, read_samples

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def described(width: int, height: int, resize: int, color: str = "rgb") -> InputDescription:
    channels = 1 if color == "gray" else 3
    return InputDescription(width, height, color, resize, (0.5,) * channels, (0.5,) * channels)


def halves(width: int, height: int) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def saved(path: Path, image: Image.Image | None = None, **options) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    (image or halves(8, 8)).save(path, **options)
    return path


@pytest.mark.parametrize("size", [(640, 480), (480, 640), (224, 224), (256, 256), (257, 1999), (5, 3)])
def test_every_image_gets_the_size_of_the_input(size: tuple[int, int]) -> None:
    assert cropped(halves(*size), described(224, 192, 256)).size == (224, 192)


def test_the_centre_is_kept_and_nothing_is_resized_without_need() -> None:
    image = Image.new("RGB", (9, 6), RED)
    image.paste(GREEN, (2, 1, 6, 5))  # (9 - 4) / 2 is rounded to 2, the even number
    assert cropped(image, described(4, 4, 6)).getcolors() == [(16, GREEN)]


def test_channels_of_a_bgr_model_are_in_its_order() -> None:
    assert cropped(Image.new("RGB", (8, 8), RED), described(8, 8, 8, "bgr")).getpixel((0, 0)) == BLUE


def test_a_gray_model_gets_one_channel(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.new("RGB", (8, 8), GREEN))
    assert pixels_of(path, described(8, 8, 8, "gray")).mode == "L"


def test_the_orientation_is_applied_first(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[274] = 6  # the camera was held upright: left becomes top
    path = saved(tmp_path / "a.png", halves(16, 8), exif=exif)
    image = pixels_of(path, described(8, 16, 16))
    assert cropped(image, described(8, 8, 8)).size == (8, 8)
    turned = pixels_of(path, described(8, 8, 8))
    assert (turned.getpixel((4, 0)), turned.getpixel((4, 7))) == (RED, BLUE)


def test_alpha_is_dropped(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.new("RGBA", (8, 8), (*RED, 0)))
    assert pixels_of(path, described(8, 8, 8)).getcolors() == [(64, RED)]


@pytest.mark.parametrize("data", [b"", b"no image", b"\x89PNG\r\n\x1a\n"])
def test_a_broken_image_is_named(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "broken.png"
    path.write_bytes(data)
    with pytest.raises(ExportError, match="broken.png cannot be read as an image"):
        pixels_of(path, described(8, 8, 8))


def test_half_an_image_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path / "half.jpg", Image.effect_noise((256, 256), 50))
    path.write_bytes(path.read_bytes()[:-4000])
    with pytest.raises(ExportError, match="half.jpg cannot be read as an image"):
        pixels_of(path, described(8, 8, 8))


def test_images_without_folders_have_no_labels(tmp_path: Path) -> None:
    paths = [saved(tmp_path / name) for name in ("a.JPG", "b.png", "c.webp")]
    (tmp_path / "notes.txt").write_text("no image")
    (tmp_path / "empty").mkdir()
    assert read_samples(tmp_path, ["daisy"]) == [Sample(path, None) for path in paths]


def test_folders_are_the_labels(tmp_path: Path) -> None:
    daisy, rose = saved(tmp_path / "daisy" / "1.jpg"), saved(tmp_path / "rose" / "1.jpg")
    assert read_samples(tmp_path, ["rose", "daisy"]) == [Sample(daisy, "daisy"), Sample(rose, "rose")]


@pytest.mark.parametrize("files, wanted", [
    ([], "has no images"),
    (["tulip/1.jpg"], 'the model has no label "tulip"'),
    (["daisy/1.jpg", "2.jpg"], "images beside folders")])
def test_a_folder_that_cannot_be_used_is_refused(tmp_path: Path, files: list[str], wanted: str) -> None:
    for name in files:
        saved(tmp_path / name)
    with pytest.raises(ExportError, match=wanted):
        read_samples(tmp_path, ["daisy"])


def test_calibration_images_are_spread_over_the_folders(tmp_path: Path) -> None:
    paths = [saved(tmp_path / name) for name in ("0.jpg", "any/1.png", "any/2.png", "other/3.png")]
    assert calibration_images(tmp_path, 10) == paths
    assert calibration_images(tmp_path, 2) == [paths[0], paths[2]]


def test_a_folder_without_calibration_images_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no image")
    with pytest.raises(ExportError, match="has no images"):
        calibration_images(tmp_path, 10)

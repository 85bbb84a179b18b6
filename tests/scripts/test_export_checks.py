"""Whether a package may be written: how far it is from the model, by precision."""

from dataclasses import replace

import pytest

from export import ExportError
from export.comparison import Comparison
from export.precisions import PRECISIONS
from export.progress import Progress, duration

GOOD = Comparison(images=1000, difference=1e-6, agreeing=1000, labelled=1000, right_before=800, right=800, finite=True,
                  between_sizes=1e-6)


@pytest.mark.parametrize("precision", PRECISIONS)
def test_an_equal_package_passes(precision: str) -> None:
    gate = PRECISIONS[precision].gate
    GOOD.check_finite()
    GOOD.check_sizes(gate)
    GOOD.check_model(gate)


@pytest.mark.parametrize("precision, change", [
    ("fp32", {"difference": 1e-3}),
    ("bf16", {"difference": 0.05, "agreeing": 980}),
    ("int8", {"difference": 0.9, "agreeing": 980, "right": 795})])
def test_the_limits_themselves_pass(precision: str, change: dict) -> None:
    replace(GOOD, **change).check_model(PRECISIONS[precision].gate)


@pytest.mark.parametrize("precision, change, wanted", [
    ("fp32", {"difference": 1.1e-3}, "logits differ by 1.1e-03"),
    ("fp32", {"agreeing": 999}, "the same top-1 for 999 of 1,000 images, at least 100%"),
    ("fp16", {"difference": 0.011}, "logits differ"),
    ("bf16", {"difference": 0.051}, "logits differ"),
    ("bf16", {"agreeing": 979}, "at least 98%"),
    ("int8", {"agreeing": 979}, "the same top-1 for 979 of 1,000 images, at least 98% is wanted"),
    ("int8", {"right": 794}, "0.6 points of accuracy lost, at most 0.5 is wanted")])
def test_what_is_too_far_away_is_refused_with_the_numbers(precision: str, change: dict, wanted: str) -> None:
    with pytest.raises(ExportError, match=wanted) as caught:
        replace(GOOD, **change).check_model(PRECISIONS[precision].gate)
    assert "--accept-disagreement" in str(caught.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ExportError, match="logits differ.*top-1.*accuracy lost"):
        replace(GOOD, difference=1, agreeing=0, right=0).check_model(PRECISIONS["bf16"].gate)


def test_better_than_the_model_is_no_loss() -> None:
    replace(GOOD, right=900).check_model(PRECISIONS["int8"].gate)


def test_unlabelled_images_have_no_accuracy() -> None:
    unlabelled = replace(GOOD, labelled=0, right_before=0, right=0)
    unlabelled.check_model(PRECISIONS["int8"].gate)
    assert "accuracy" not in str(unlabelled)
    assert "accuracy                    79.50% (PyTorch 80.00%)" in str(replace(GOOD, right=795))


def test_logits_that_are_no_numbers_are_refused() -> None:
    with pytest.raises(ExportError, match="not finite"):
        replace(GOOD, finite=False).check_finite()


def test_batch_sizes_that_disagree_are_refused() -> None:
    with pytest.raises(ExportError, match="batch sizes or rows disagree by 6.0e-02"):
        replace(GOOD, between_sizes=0.06).check_sizes(PRECISIONS["int8"].gate)


@pytest.mark.parametrize("seconds, text", [(0.4, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (125, "2 min 5 s")])
def test_durations_are_told_in_minutes_and_seconds(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_progress_tells_how_far_it_came_but_not_the_end(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress("compared", 2000, interval=0)
    progress.reach(1000)
    progress.reach(2000)
    assert capsys.readouterr().err == "-- compared: 1,000 of 2,000, about 0 s to go\n"

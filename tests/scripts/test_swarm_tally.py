"""Counting what became of frames, and how long it took."""

import random

import pytest

from load.histogram import Histogram, milliseconds
from load.series import COUNTS, OPEN_SECONDS, Series
from load.tally import OTHER_REASONS, REASONS, Tally, jain, outcome_of


def histogram(values: list[float]) -> Histogram:
    result = Histogram()
    for value in values:
        result.record(value)
    return result


def test_percentiles_are_those_of_the_sorted_values_to_a_quarter_of_a_percent() -> None:
    generator = random.Random(3)
    values = [generator.lognormvariate(-4, 1.5) for _ in range(5000)]
    found = histogram(values)
    ordered = sorted(values)
    for percent in (1, 25, 50, 95, 99, 99.9):
        rank = -(-percent * len(ordered) // 100)
        assert found.percentile(percent / 100) == pytest.approx(ordered[int(rank) - 1], rel=0.0026)
    assert found.percentile(1) == found.maximum == ordered[-1]


@pytest.mark.parametrize("count", [1, 2, 3, 100])
def test_a_percentile_is_a_value_that_was_there(count: int) -> None:
    found = histogram([0.001 * (index + 1) for index in range(count)])
    assert found.percentile(0.99) == pytest.approx(0.001 * -(-99 * count // 100), rel=0.003)
    assert found.percentile(0) == pytest.approx(0.001, rel=0.003)


def test_without_values_there_are_no_percentiles() -> None:
    assert Histogram().percentile(0.5) is None
    assert milliseconds(Histogram()) == {"p50": None, "p95": None, "p99": None, "max": None}


def test_times_of_zero_and_less_are_kept() -> None:
    assert histogram([0.0, -1.0, 0.5]).count == 3


def test_adding_histograms_is_recording_all_their_values() -> None:
    first, second = [0.01, 0.02, 0.4], [0.003, 0.02]
    added = histogram(first)
    added.add(histogram(second))
    together = histogram(first + second)
    assert (added.buckets, added.count, added.maximum) == (together.buckets, together.count, together.maximum)
    assert added.total == pytest.approx(together.total)


@pytest.mark.parametrize(("message", "outcome"), [
    ("Sneaker", "answered"), ("Already in list", "answered"), ("", "answered"),
    ("Superseded by a newer frame", "superseded"), ("Failed to process image: deadline exceeded", "expired"),
    ("Failed to process image: overloaded", "rejected"), ("Failed to process image: shutting down", "rejected"),
    ("Failed to process image: unsupported format", "failed")])
def test_the_text_of_an_answer_tells_how_a_frame_ended(message: str, outcome: str) -> None:
    tally = Tally()
    assert tally.end(message) == outcome == outcome_of(message)
    assert {name: getattr(tally, name) for name in COUNTS if getattr(tally, name)} == {outcome: 1}


def test_adding_tallies_adds_every_count_and_distribution() -> None:
    first, second = Tally(sent=2, lost=1, questions_sent=4), Tally(sent=3, wrong=1)
    first.end("Failed to process image: odd")
    second.end("Failed to process image: odd")
    second.latency.record(0.25)
    first.add(second)
    assert (first.sent, first.lost, first.wrong, first.failed, first.questions_sent) == (5, 1, 1, 2, 4)
    assert first.reasons == {"odd": 2} and first.latency.count == 1


def test_a_server_with_endless_reasons_does_not_fill_the_memory() -> None:
    tally = Tally()
    for number in range(REASONS + 30):
        tally.end(f"Failed to process image: number {number}")
    assert len(tally.reasons) == REASONS + 1 and tally.reasons[OTHER_REASONS] == 30


@pytest.mark.parametrize(("shares", "index"), [
    ([5, 5, 5, 5], 1), ([1], 1), ([8, 0, 0, 0], 0.25), ([1, 2, 3], 36 / 42), ([], None), ([0, 0], None)])
def test_fairness_is_jains_index(shares: list[float], index: float | None) -> None:
    assert jain(shares) == (None if index is None else pytest.approx(index))


def test_a_series_has_every_second_and_its_sum_is_the_total() -> None:
    series = Series()
    for second in (0, 1, 1, 4, 30):
        tally = Tally(sent=2, answered=1)
        tally.latency.record(0.001 * (second + 1))
        series.add({second: tally})
    late = Tally(sent=7, answered=7)
    series.add({1: late})  # its second is closed already
    assert 1 in series.rows and 30 - OPEN_SECONDS > 1
    rows = series.finished()
    assert [row["second"] for row in rows] == list(range(31))
    assert [rows[second]["sent"] for second in (0, 1, 2, 4, 30)] == [2, 11, 0, 2, 2]
    assert sum(row["sent"] for row in rows) == series.total.sent == 17
    assert rows[4]["latency_ms"]["p99"] == pytest.approx(5, rel=0.003) and rows[2]["latency_ms"]["p50"] is None
    assert series.answered_within(4.5) == 1 + 9 + 1


def test_an_empty_series_has_no_seconds() -> None:
    assert Series().finished() == []

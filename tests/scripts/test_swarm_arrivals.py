"""When the clients of a load test send their frames."""

import random
from statistics import fmean, pstdev

import pytest

from load.arrivals import arrivals, moment


def times(mode: str, first: float, last: float, begin: float = 0, duration: float = 10, seed: int = 1) -> list[float]:
    return list(arrivals(mode, first, last, begin, duration, random.Random(seed)))


def test_paced_frames_come_at_even_intervals_with_a_phase_of_their_own() -> None:
    found = times("paced", 20, 20)
    assert len(found) == 200 and 0 <= found[0] < 1 / 20
    assert all(later - earlier == pytest.approx(1 / 20) for earlier, later in zip(found, found[1:]))
    assert found[0] != times("paced", 20, 20, seed=2)[0]


def test_poisson_gaps_have_the_mean_and_the_spread_of_an_exponential_distribution() -> None:
    found = times("poisson", 50, 50, duration=200)
    gaps = [later - earlier for earlier, later in zip(found, found[1:])]
    assert fmean(gaps) == pytest.approx(1 / 50, rel=0.05)
    assert pstdev(gaps) == pytest.approx(1 / 50, rel=0.05)


@pytest.mark.parametrize("mode", ["paced", "poisson"])
@pytest.mark.parametrize(("first", "last"), [(1, 40), (40, 1), (20, 20.000001)])
def test_a_rate_that_changes_gives_as_many_frames_as_its_mean_over_each_half(mode: str, first: float,
                                                                             last: float) -> None:
    found = times(mode, first, last, duration=400)
    assert found == sorted(found) and 0 <= found[0] and found[-1] < 400
    middle = (first + last) / 2
    early = sum(time < 200 for time in found)
    assert early == pytest.approx(200 * (first + middle) / 2, rel=0.06)
    assert len(found) - early == pytest.approx(200 * (middle + last) / 2, rel=0.06)


@pytest.mark.parametrize("mode", ["paced", "poisson"])
def test_a_client_that_begins_later_goes_on_at_the_rate_of_that_time(mode: str) -> None:
    found = times(mode, 10, 30, begin=60, duration=120)
    assert found[0] >= 60
    assert len(found) == pytest.approx(60 * 25, rel=0.08)


def test_the_same_seed_repeats_a_run() -> None:
    assert times("poisson", 5, 9, seed=7) == times("poisson", 5, 9, seed=7) != times("poisson", 5, 9, seed=8)


def test_a_moment_beyond_what_a_falling_rate_ever_reaches_is_never() -> None:
    assert moment(100, 10, 0, 10) > 10

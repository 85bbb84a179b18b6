"""When a client sends its frames, if it does not wait for answers."""

import math
import random
from collections.abc import Iterator


def moment(count: float, first: float, last: float, duration: float) -> float:
    """Seconds until `count` frames are due, at a rate (per second) that goes evenly from `first` to `last`.

    Beyond the duration the result is only known to be larger than it.
    """
    slope = (last - first) / (2 * duration)  # count = first * t + slope * t²
    if slope == 0:
        return count / first
    root = first * first + 4 * slope * count
    # this form does not cancel where the slope is small
    return math.inf if root < 0 else 2 * count / (first + math.sqrt(root))


def arrivals(mode: str, first: float, last: float, begin: float, duration: float,
             generator: random.Random) -> Iterator[float]:
    """Moments from `begin` to `duration` in seconds, ascending, as mode `paced` or `poisson` wants them.

    The rate goes evenly from `first` at 0 to `last` at `duration`. Clients with generators of different seeds are not
    in step.
    """
    share = begin / duration
    count = begin * (first + (first + (last - first) * share)) / 2  # frames that were due before it began
    count += generator.random() if mode == "paced" else generator.expovariate(1)
    while (time := moment(count, first, last, duration)) < duration:
        yield time
        count += 1 if mode == "paced" else generator.expovariate(1)

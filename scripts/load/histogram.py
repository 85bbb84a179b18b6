"""Distributions of times, small enough to keep for every second and to send between processes."""

import math

STEP = 1.005  # each bucket is so many times as wide as the one before: values are exact to 0.25 %
LOWEST = 1e-6
SCALE = 1 / math.log(STEP)


class Histogram:
    """Counts of values in buckets of equal relative width. Values are seconds; what is below 1 µs counts as 1 µs."""

    __slots__ = ("buckets", "count", "total", "maximum")

    def __init__(self) -> None:
        self.buckets: dict[int, int] = {}
        self.count = 0
        self.total = 0.0
        self.maximum = 0.0

    def record(self, value: float) -> None:
        bucket = int(math.log(value / LOWEST) * SCALE) if value > LOWEST else 0
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1
        self.count += 1
        self.total += value
        if value > self.maximum:
            self.maximum = value

    def add(self, other: "Histogram") -> None:
        """Adds all values of `other`."""
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count
        self.count += other.count
        self.total += other.total
        self.maximum = max(self.maximum, other.maximum)

    def percentile(self, share: float) -> float | None:
        """The value that `share` (0 to 1) of the values do not exceed, by nearest rank; None when there are none."""
        if self.count == 0:
            return None
        rank = max(1, math.ceil(round(share * self.count, 6)))  # 0.999 times 5000 is 4995, not a little more
        if rank == self.count:
            return self.maximum
        seen = 0
        for bucket in sorted(self.buckets):
            seen += self.buckets[bucket]
            if seen >= rank:
                return min(self.maximum, middle(bucket))
        raise AssertionError("counts do not add up")

    def values(self) -> list[tuple[float, int]]:
        """Middle of every bucket that is not empty, with its count, ascending."""
        return [(middle(bucket), self.buckets[bucket]) for bucket in sorted(self.buckets)]


def middle(bucket: int) -> float:
    """The value in the middle of a bucket, in relative terms."""
    return LOWEST * STEP ** (bucket + 0.5)


def milliseconds(histogram: Histogram) -> dict[str, float | None]:
    """Percentiles as reports give them; None where there is no value."""
    values = {f"p{percent}": histogram.percentile(percent / 100) for percent in (50, 95, 99)}
    values["max"] = histogram.maximum if histogram.count else None
    return {name: None if value is None else round(1000 * value, 3) for name, value in values.items()}

"""A run second by second, from what the processes of a swarm report."""

import math
from dataclasses import dataclass, field
from typing import Any

from load.histogram import milliseconds
from load.tally import Tally

OPEN_SECONDS = 10  # so long a report may be late and still count in its second's percentiles
COUNTS = ("offered", "sent", "answered", "superseded", "expired", "rejected", "failed")


@dataclass
class Series:
    """Adds up tallies; distributions are kept for the last seconds and for all of them together."""
    total: Tally = field(default_factory=Tally)
    open: dict[int, Tally] = field(default_factory=dict)
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)  # of seconds that are complete

    def add(self, seconds: dict[int, Tally]) -> None:
        """Adds what happened in the given seconds."""
        for second, tally in seconds.items():
            self.total.add(tally)
            if second in self.rows:
                for name in COUNTS:
                    self.rows[second][name] += getattr(tally, name)
            else:
                self.open.setdefault(second, Tally()).add(tally)
        newest = max(self.open, default=0)
        for second in [second for second in self.open if second < newest - OPEN_SECONDS]:
            self.close(second)

    def close(self, second: int) -> None:
        tally = self.open.pop(second)
        self.rows[second] = {"second": second, **{name: getattr(tally, name) for name in COUNTS},
                             "latency_ms": milliseconds(tally.latency), "age_ms": milliseconds(tally.age)}

    def counts(self, second: int) -> Tally:
        """What happened in one of the last seconds."""
        return self.open.get(second, Tally())

    def finished(self) -> list[dict[str, Any]]:
        """All seconds, without gaps."""
        for second in list(self.open):
            self.close(second)
        for second in range(max(self.rows, default=-1) + 1):
            if second not in self.rows:
                self.open[second] = Tally()
                self.close(second)
        return [self.rows[second] for second in sorted(self.rows)]

    def answered_within(self, elapsed: float) -> int:
        """Frames that were answered while frames were still sent. Only for a finished series."""
        return sum(row["answered"] for row in self.rows.values() if row["second"] < math.ceil(elapsed))

"""How the frames of a load test ended."""

import math
from array import array
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts over any number of clients."""
    sent: int = 0
    answered: int = 0    # a label or "Already in list"
    superseded: int = 0  # replaced by a newer frame
    rejected: int = 0    # overloaded, deadline exceeded, shutting down
    failed: int = 0      # any other failure
    lost: int = 0        # no response, or no acknowledgement
    wrong: int = 0       # not the label that it should have been, or acknowledgement and response differ
    duplicates: int = 0  # more than one response or acknowledgement
    disconnected: int = 0
    reasons: dict[str, int] = field(default_factory=dict)  # failure text -> how often
    latencies: array = field(default_factory=lambda: array("d"))  # seconds from sending to the answer's acknowledgement

    def add(self, other: "Tally") -> None:
        """Adds the counts of `other`."""
        for name in ("sent", "answered", "superseded", "rejected", "failed", "lost", "wrong", "duplicates",
                     "disconnected"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for reason, count in other.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + count
        self.latencies.extend(other.latencies)

    def fail(self, reason: str) -> None:
        """Counts one frame that failed for `reason`."""
        self.failed += 1
        self.reasons[reason] = self.reasons.get(reason, 0) + 1

    @property
    def faults(self) -> int:
        """Everything that must not happen under load."""
        return self.lost + self.wrong + self.duplicates + self.failed + self.disconnected


def percentile(ascending: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed (nearest rank)."""
    return ascending[max(0, math.ceil(share * len(ascending)) - 1)]

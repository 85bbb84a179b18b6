"""What became of frames: counts and times, over any number of clients and any stretch of time."""

from dataclasses import dataclass, field

from load.histogram import Histogram

SUPERSEDED = "Superseded by a newer frame"
ALREADY = "Already in list"
FAILURE = "Failed to process image: "
QUESTION_FAILURE = "Failed to receive a response: "
OUTCOMES = {"deadline exceeded": "expired", "overloaded": "rejected", "shutting down": "rejected"}
REASONS = 20  # different texts of failures that are kept apart
OTHER_REASONS = "other reasons"


def outcome_of(message: str) -> str:
    """How a frame ended whose answer has this text: `answered`, `superseded`, `expired`, `rejected` or `failed`."""
    if message == SUPERSEDED:
        return "superseded"
    if message.startswith(FAILURE):
        return OUTCOMES.get(message.removeprefix(FAILURE), "failed")
    return "answered"


@dataclass
class Tally:
    """Counts and distributions that can be added up."""
    offered: int = 0       # frames that were to be sent
    sent: int = 0
    answered: int = 0      # a label or "Already in list"
    superseded: int = 0    # replaced by a newer frame
    expired: int = 0       # deadline exceeded
    rejected: int = 0      # overloaded, shutting down
    failed: int = 0        # any other failure
    lost: int = 0          # no response, or no acknowledgement
    wrong: int = 0         # not the label that it should have been, or acknowledgement and response differ
    duplicates: int = 0    # responses and acknowledgements that belong to no frame of the client
    disconnected: int = 0  # clients whose connection the server ended
    unconnected: int = 0   # clients that could not connect
    questions_sent: int = 0
    questions_answered: int = 0
    questions_failed: int = 0
    questions_lost: int = 0
    reasons: dict[str, int] = field(default_factory=dict)  # text of a failure -> how often
    latency: Histogram = field(default_factory=Histogram)
    age: Histogram = field(default_factory=Histogram)
    send_delay: Histogram = field(default_factory=Histogram)
    question_latency: Histogram = field(default_factory=Histogram)

    def add(self, other: "Tally") -> None:
        """Adds everything that `other` holds."""
        for name, value in vars(other).items():
            if isinstance(value, int):
                setattr(self, name, getattr(self, name) + value)
            elif isinstance(value, Histogram):
                getattr(self, name).add(value)
        for reason, count in other.reasons.items():
            self.count_reason(reason, count)

    def end(self, message: str) -> str:
        """Counts one frame by the text of its answer; returns how it ended."""
        outcome = outcome_of(message)
        setattr(self, outcome, getattr(self, outcome) + 1)
        if outcome == "failed":
            self.count_reason(message.removeprefix(FAILURE), 1)
        return outcome

    def count_reason(self, reason: str, count: int) -> None:
        if reason not in self.reasons and len(self.reasons) >= REASONS:
            reason = OTHER_REASONS
        self.reasons[reason] = self.reasons.get(reason, 0) + count


def jain(shares: list[float]) -> float | None:
    """Jain's index of fairness: 1 when all shares are equal, 1/n when one of n gets everything; None when all are 0.

    R. Jain, D. Chiu, W. Hawe: A quantitative measure of fairness and discrimination for resource allocation in shared
    computer systems, DEC-TR-301, 1984.
    """
    squares = sum(share * share for share in shares)
    return sum(shares) ** 2 / (len(shares) * squares) if squares else None

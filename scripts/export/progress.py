"""What the user sees while it works."""

import sys
import time


def say(text: str) -> None:
    print(f"-- {text}", file=sys.stderr, flush=True)


class Progress:
    """Says every few seconds how far a long loop has come."""

    INTERVAL = 3.0  # seconds

    def __init__(self, what: str, total: int):
        self.what = what
        self.total = total
        self.said = time.monotonic()

    def reach(self, done: int) -> None:
        if time.monotonic() - self.said >= self.INTERVAL and done < self.total:
            self.said = time.monotonic()
            say(f"{self.what}: {done:,} of {self.total:,}")

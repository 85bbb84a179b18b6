"""What the user sees while it works."""

import contextlib
import sys
import time
from collections.abc import Iterator


def say(text: str) -> None:
    print(f"-- {text}", file=sys.stderr, flush=True)


def duration(seconds: float) -> str:
    """`59 s` or `2 min 5 s`."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Says what begins, and how long it took."""
    say(text)
    begin = time.monotonic()
    yield
    say(f"{text}: done in {duration(time.monotonic() - begin)}")


class Progress:
    """Says every few seconds how far a long loop has come and how long the rest will take."""

    def __init__(self, what: str, total: int, interval: float = 3.0):  # seconds; 0: at every step
        self.what = what
        self.total = total
        self.interval = interval
        self.began = self.said = time.monotonic()

    def reach(self, done: int) -> None:
        now = time.monotonic()
        if now - self.said >= self.interval and done < self.total:
            self.said = now
            rest = (now - self.began) * (self.total - done) / done
            say(f"{self.what}: {done:,} of {self.total:,}, about {duration(rest)} to go")

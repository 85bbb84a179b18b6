"""Reads the text format of Prometheus, as far as benchmarks need it."""

import re
import urllib.request

LINE = re.compile(r"^(?P<name>[a-zA-Z_:][\w:]*(?:\{[^}]*\})?)\s+(?P<value>\S+)")
STAGES = ("read", "queue", "decode", "wait", "infer", "reply")


def parse(text: str) -> dict[str, float]:
    """Value of every time series, by its name with labels."""
    return {match["name"]: float(match["value"]) for match in map(LINE.match, text.splitlines()) if match}


def fetch(url: str) -> dict[str, float]:
    """What the server at `url` says at `/metrics`; raises `OSError`."""
    with urllib.request.urlopen(f"{url}/metrics", timeout=10) as answer:
        return parse(answer.read().decode())


def mean(before: dict[str, float], after: dict[str, float], name: str, labels: str = "") -> float | None:
    """Mean of what a histogram took in between two moments; None when that is nothing."""
    count, total = (after.get(key, 0) - before.get(key, 0) for key in (f"{name}_count{labels}", f"{name}_sum{labels}"))
    return total / count if count > 0 else None


def stage_means(before: dict[str, float], after: dict[str, float]) -> dict[str, float | None]:
    """Means over the frames between two moments: milliseconds in each stage, age in milliseconds, frames per batch."""
    seconds = {stage: mean(before, after, "ocelli_frame_stage_seconds", f'{{stage="{stage}"}}') for stage in STAGES}
    seconds["age"] = mean(before, after, "ocelli_answer_age_seconds")
    means = {name: None if value is None else 1000 * value for name, value in seconds.items()}
    return means | {"batch": mean(before, after, "ocelli_batch_size_frames")}

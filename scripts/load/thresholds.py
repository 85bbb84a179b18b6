"""What decides whether a run was good."""

from argparse import Namespace
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Threshold:
    """A bound and the value that it is for; `value` None means that nothing was measured."""
    name: str
    value: float | None
    limit: float
    is_minimum: bool = False

    @property
    def met(self) -> bool:
        if self.value is None:
            return False
        return self.value >= self.limit if self.is_minimum else self.value <= self.limit

    def __str__(self) -> str:
        value = "nothing measured" if self.value is None else f"{self.value:.6g}"
        return f"{self.name}: {value}, wanted at {'least' if self.is_minimum else 'most'} {self.limit:g}"


def thresholds(options: Namespace, report: dict[str, Any]) -> list[Threshold]:
    """All that apply to a run with these options and this report."""
    found = [
        Threshold("answered", report["answered"], 1, is_minimum=True),
        Threshold("lost", report["lost"] + report["questions"]["lost"], options.max_lost),
        Threshold("failed", report["failed"], options.max_failed),
        Threshold("disconnected", report["disconnected"], 0),
        Threshold("unconnected", report["unconnected"], 0)]
    if options.verify:
        found += [Threshold(name, report[name], 0) for name in ("wrong", "duplicates")]
    for limit, name, value, is_minimum in (
            (options.max_p99_ms, "latency p99 in ms", report["latency_ms"]["p99"], False),
            (options.max_age_ms, "age p99 in ms", report["age_ms"]["p99"], False),
            (options.min_fps, "answers per second", report["throughput"]["answered_fps"], True),
            (options.min_jain, "jain", report["jain"], True),
            (options.max_memory_growth, "memory growth in percent", report["server"].get("memory_growth_percent"),
             False)):
        if limit is not None:
            found.append(Threshold(name, value, limit, is_minimum))
    return found

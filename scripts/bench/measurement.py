"""Numbers of one measurement, from the report of a load generator."""

from collections.abc import Mapping, Sequence
from typing import Any

OUTCOMES = ("sent", "answered", "superseded", "expired", "rejected", "failed", "lost")
LEAST_SECONDS = 3  # of a series, without its first one, to be worth more than the mean over everything


def steady_rate(report: Mapping[str, Any]) -> float:
    """Answers per second without the first second, in which the load begins, and without the end, in which it stops."""
    whole = int(report["throughput"]["seconds"])
    rows = [row for row in report["series"] if 1 <= row["second"] < whole]
    if len(rows) < LEAST_SECONDS:
        return report["throughput"]["answered_fps"]
    return sum(row["answered"] for row in rows) / len(rows)


def deducted(rate: float, generator_cores: float, cores: int) -> float:
    """What the server would have answered if the load generator had run on another machine: the rate over the share
    of the CPUs that the generator left to it. Only right where server and generator together use all CPUs."""
    return rate / (1 - generator_cores / cores)


def numbers_of(report: Mapping[str, Any], cores: int) -> dict[str, Any]:
    """What is kept of a report."""
    rate = steady_rate(report)
    server, generator = report["server"], report["generator"]["cpu_cores"]
    ages = [row.get("age_ms", {}).get("p50") for row in report["series"]]
    return {
        **{name: report[name] for name in OUTCOMES},
        "fps": rate,
        "deducted_fps": deducted(rate, generator, cores),
        "latency_ms": report["latency_ms"],
        "age_ms": report["age_ms"],
        "last_age_ms": next((age for age in reversed(ages) if age is not None), None),
        "jain": report["jain"],
        "server_cores": server.get("cpu_cores"),
        "generator_cores": generator,
        "memory_mib": server.get("memory_mib"),
        "memory_growth_percent": server.get("memory_growth_percent"),
        "seconds": report["throughput"]["seconds"]}


def best_batch(runs: Sequence[Mapping[str, Any]]) -> tuple[int, float]:
    """The batch size with the most images per second in the mean over several runs of the engine alone."""
    rates: dict[int, list[float]] = {}
    for run in runs:
        for row in run["batches"]:
            rates.setdefault(row["batch"], []).append(row["images_per_second"])
    means = {batch: sum(values) / len(values) for batch, values in rates.items()}
    best = max(means, key=means.__getitem__)
    return best, means[best]


def rate_of_batch(runs: Sequence[Mapping[str, Any]], batch: int) -> float | None:
    """Images per second of the engine alone at one batch size, in the mean."""
    values = [row["images_per_second"] for run in runs for row in run["batches"] if row["batch"] == batch]
    return sum(values) / len(values) if values else None


def cost_of_dropped(overloaded: Mapping[str, Any], saturated: Mapping[str, Any]) -> tuple[float, float] | None:
    """CPU of a frame that got no label, in seconds, and the share of the server's CPU that such frames took together.

    An answer costs as much under overload as it costs when the server is just saturated; the rest of the CPU is what
    the other frames cost. None when there were no such frames.
    """
    dropped = overloaded["sent"] - overloaded["answered"]
    if dropped <= 0 or not overloaded["server_cores"]:
        return None
    spent = overloaded["server_cores"] * overloaded["seconds"]
    answer = saturated["server_cores"] / saturated["fps"]
    rest = spent - answer * overloaded["fps"] * overloaded["seconds"]
    return rest / dropped, rest / spent

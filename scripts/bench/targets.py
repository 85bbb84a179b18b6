"""The targets that docs/performance.md compares the results with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.documents import number, percent, table
from bench.plan import ARCHITECTURES, CAMERAS, CAMERAS_FPS, CLIENTS, SIZES
from bench.serving_tables import (NAMES, OVERLOADS, added_milliseconds, bare_rate, closed, overload_bound,
                                  share_of_bare, times_flask)
from bench.store import Results

SHARES = {("resnet50", "bf16"): 0.95, ("resnet50", "int8"): 0.90, ("resnet18", "bf16"): 0.90,
          ("resnet18", "int8"): 0.90}
TIMES_FLASK = {"bf16": 4.0, "int8": 7.0}
LEAST_JAIN = 0.98
MOST_GROWTH = 5.0          # percent of memory from the second quarter of the run to the last
MOST_DROPPED_SHARE = 0.05  # of the server's CPU
MOST_ADDED_MS = 1.0
MOST_CAMERA_AGE_MS = 500.0
AT_ENGINES_RATE = 0.9      # of what is offered or the engine alone gives, whichever is less


@dataclass(frozen=True)
class Target:
    """One comparison; `met` is None where something was not measured."""
    name: str
    wanted: str
    measured: str
    met: bool | None


def least(values: Iterable[float | None]) -> float | None:
    """The least value; None when one is missing."""
    found = list(values)
    return None if not found or None in found else min(found)


def at_least(name: str, value: float | None, limit: float, show=percent) -> Target:
    return Target(name, f"at least {show(limit)}", show(value), None if value is None else value >= limit)


def at_most(name: str, value: float | None, limit: float | None, unit: str, decimals: int | None = None) -> Target:
    met = None if value is None or limit is None else value <= limit
    return Target(name, f"at most {number(limit, decimals)} {unit}", f"{number(value, decimals)} {unit}", met)


def of_saturation(results: Results) -> list[Target]:
    return [at_least(f"{NAMES[architecture]} {precision}, 224×224, 8 to 128 clients: least part of the engine alone, "
                     "load generator deducted",
                     least(share_of_bare(results, architecture, "224", f"ocelli-{precision}", clients, "deducted_fps")
                           for clients in CLIENTS[1:]), limit)
            for (architecture, precision), limit in SHARES.items()]


def of_single_client(results: Results) -> list[Target]:
    added: dict[str, list[float | None]] = {"age": [], "latency": []}
    for architecture in ARCHITECTURES:
        for size in SIZES:
            for precision in ("bf16", "int8"):
                cell = closed(results, architecture, size, f"ocelli-{precision}", 1)
                for key, values in added.items():
                    values.append(None if cell is None else added_milliseconds(cell, key))
    names = {"age": "One client: largest time added to decode and forward pass, by the server's clock",
             "latency": "the same with the client and the network"}
    return [at_most(names[key], None if None in values else max(values), MOST_ADDED_MS, "ms", 2)
            for key, values in added.items()]


def of_peers(results: Results) -> list[Target]:
    return [at_least(f"ResNet-50 {precision}, 8 clients, {size}: times the replaced application",
                     times_flask(results, "resnet50", size, f"ocelli-{precision}", 8), limit,
                     lambda value: number(value, 1))
            for precision, limit in TIMES_FLASK.items() for size in SIZES]


def of_cameras(results: Results) -> list[Target]:
    targets = []
    for precision in ("bf16", "int8"):
        cell = results.get(f"resnet50/cameras/640x480/ocelli-{precision}/{CAMERAS}")
        alone = bare_rate(results, "resnet50", f"ocelli-{precision}")
        name = f"{CAMERAS} cameras × {CAMERAS_FPS:.0f} per second, {precision}"
        targets.append(at_most(f"{name}: age, 99th percentile", cell and cell["age_ms"]["p99"], MOST_CAMERA_AGE_MS,
                               "ms"))
        rate = None if cell is None or alone is None else cell["deducted_fps"] / min(alone, CAMERAS * CAMERAS_FPS)
        targets.append(at_least(f"{name}: answers, as a part of what the engine can or what comes", rate,
                                AT_ENGINES_RATE))
    return targets


def of_overload(results: Results) -> list[Target]:
    targets = []
    for precision, deadline in OVERLOADS:
        cell = results.get(f"resnet50/overload/224/ocelli-{precision}/{deadline}ms")
        name = f"Overload, {precision}, {f'deadline {deadline} ms' if deadline else 'no deadline'}"
        targets += [
            at_most(f"{name}: age, 99th percentile", cell and cell["age_ms"]["p99"],
                    cell and overload_bound(cell, deadline), "ms"),
            at_least(f"{name}: fairness (Jain)", cell and cell["jain"], LEAST_JAIN, lambda value: number(value, 3)),
            at_most(f"{name}: growth of memory", cell and cell["memory_growth_percent"], MOST_GROWTH, "%", 1),
            at_most(f"{name}: server's CPU for frames without answer",
                    None if cell is None or cell["dropped_share"] is None else 100 * cell["dropped_share"],
                    100 * MOST_DROPPED_SHARE, "%", 1)]
    return targets


def of_losses(results: Results) -> list[Target]:
    measured = [cell["lost"] for name, cell in results.cells.items() if "/ocelli-" in name and "lost" in cell]
    return [at_most("Frames lost, all scenarios together", sum(measured) if measured else None, 0, "frames", 0)]


def all_targets(results: Results) -> list[Target]:
    return [target for part in (of_saturation, of_single_client, of_peers, of_cameras, of_overload, of_losses)
            for target in part(results)]


def targets_table(targets: Sequence[Target]) -> str:
    words = {True: "met", False: "**missed**", None: "not measured"}
    return table(["target", "wanted", "measured", ""],
                 [[target.name, target.wanted, target.measured, words[target.met]] for target in targets])

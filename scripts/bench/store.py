"""Results of a run, kept as JSON so that tables can be made again, and compared with those of the run before."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

COMPARED = ("closed", "overload")  # scenarios whose throughput must be the same in every run


@dataclass
class Results:
    """What one run of scripts/bench/serving.py has measured."""
    command: str
    date: str
    machine: dict[str, str]
    cores: int
    cells: dict[str, dict[str, Any]] = field(default_factory=dict)  # by name; "error" where there are no numbers

    def save(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(vars(self), indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> "Results":
        return cls(**json.loads(path.read_text()))

    def get(self, name: str) -> dict[str, Any] | None:
        """Numbers of a cell; None when it was not measured or could not be."""
        cell = self.cells.get(name)
        return None if cell is None or "error" in cell else cell

    def under(self, prefix: str) -> list[dict[str, Any]]:
        """Numbers of all cells whose name begins so."""
        return [cell for name, cell in self.cells.items() if name.startswith(prefix) and "error" not in cell]

    @property
    def errors(self) -> dict[str, str]:
        """What went wrong, by cell."""
        return {name: cell["error"] for name, cell in self.cells.items() if "error" in cell}

    @property
    def lost(self) -> dict[str, int]:
        """Frames of Ocelli without an answer, by cell, where there are any."""
        return {name: cell["lost"] for name, cell in self.cells.items() if "/ocelli-" in name and cell.get("lost")}


def differences(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> list[float]:
    """By how much answers per second differ between two runs, cell by cell, as parts of the first one's, ascending."""
    common = [name for name in before.keys() & after.keys() if name.split("/")[1] in COMPARED]
    pairs = [(before[name].get("fps"), after[name].get("fps")) for name in common]
    return sorted(abs(second / first - 1) for first, second in pairs if first and second)


def comparison_line(before: Results, after: Results) -> str:
    """In words."""
    found = differences(before.cells, after.cells)
    if not found:
        return "No run before to compare with."
    return (f"The run before ({before.date}) gave the same {len(found)} throughputs within {median(found):.1%} in the "
            f"median and {found[-1]:.1%} at most.")

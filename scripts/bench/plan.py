"""What scripts/bench/serving.py measures, and in which order."""

import fnmatch
import math
from collections.abc import Sequence
from dataclasses import dataclass

ARCHITECTURES = ("resnet18", "resnet50")
SIZES = ("224", "640x480")
CLIENTS = (1, 8, 32, 128)
PRECISIONS = ("fp32", "bf16", "int8")
OCELLI = tuple(f"ocelli-{precision}" for precision in PRECISIONS)
PEERS = ("flask", "litserve", "node")
OTHERS_CLIENTS = (1, 8, 32)  # of LitServe and Node.js, with the small images only

CLOSED_SECONDS = 7.0
OVERLOAD_SECONDS = 60.0
OVERLOAD_FPS = 30.0
OVERLOAD_FACTOR = 4
OVERLOAD_DEADLINE_MS = 100
CAMERAS_SECONDS = 15.0  # the replaced application starts a thread for each frame: longer, and memory runs out
CAMERAS = 4
CAMERAS_FPS = 15.0

OVERHEAD_SECONDS = 4.0  # of a measurement: to start the load, to connect, to end
START_SECONDS = 10.0    # of a server with its warm-up
BARE_SECONDS = 0.7      # for each batch size


@dataclass(frozen=True)
class Cell:
    """One measurement."""
    architecture: str
    scenario: str            # "closed", "overload", "cameras" or "bare"
    size: str
    system: str
    clients: int = 0         # "overload": as many as its load needs
    seconds: float = CLOSED_SECONDS
    fps: float | None = None
    deadline_ms: int = 0     # "overload": configured in the server
    round: int = 0           # "bare": which of several

    @property
    def name(self) -> str:
        """Of the result, and what --only compares with."""
        last = {"closed": str(self.clients), "cameras": str(self.clients), "overload": f"{self.deadline_ms}ms",
                "bare": f"round{self.round}"}[self.scenario]
        return f"{self.architecture}/{self.scenario}/{self.size}/{self.system}/{last}"

    @property
    def expected_seconds(self) -> float:
        return self.seconds + OVERHEAD_SECONDS

    @property
    def needs_fresh_server(self) -> bool:
        """Whether a server that has done nothing before is wanted, for its memory or for its settings."""
        return self.scenario in ("overload", "cameras")


def bare(architecture: str, precision: str, round: int) -> Cell:
    """The engine alone; its name says which package."""
    return Cell(architecture, "bare", "-", f"ocelli-{precision}", seconds=6 * BARE_SECONDS, round=round)


def closed(architecture: str, size: str, clients: int, others: bool) -> list[Cell]:
    """All systems with the same load, one after the other."""
    systems = [*OCELLI, "flask"]
    if others and size == "224" and clients in OTHERS_CLIENTS:
        systems += ["litserve", "node"]
    return [Cell(architecture, "closed", size, system, clients) for system in systems]


def overload(precision: str, deadline_ms: int, seconds: float = OVERLOAD_SECONDS) -> Cell:
    return Cell("resnet50", "overload", "224", f"ocelli-{precision}", seconds=seconds, fps=OVERLOAD_FPS,
                deadline_ms=deadline_ms)


def cameras(system: str, seconds: float = CAMERAS_SECONDS) -> Cell:
    return Cell("resnet50", "cameras", "640x480", system, CAMERAS, seconds, CAMERAS_FPS)


def everything() -> list[Cell]:
    """The tables of docs/performance.md. Systems take turns, so that a change of the machine's speed hits all."""
    cells: list[Cell] = []
    for architecture in ARCHITECTURES:
        for round, size in enumerate(SIZES):
            cells += [bare(architecture, precision, round) for precision in PRECISIONS]
            for clients in CLIENTS:
                cells += closed(architecture, size, clients, others=True)
        cells += [bare(architecture, precision, len(SIZES)) for precision in PRECISIONS]
    cells += [cameras(system) for system in ("flask", "ocelli-fp32", "ocelli-bf16", "ocelli-int8")]
    return cells + [overload("bf16", 0), overload("int8", 0), overload("int8", OVERLOAD_DEADLINE_MS)]


def quick() -> list[Cell]:
    """A look at everything in some minutes: ResNet-50, small images."""
    cells = [bare("resnet50", precision, 0) for precision in PRECISIONS]
    for clients in (1, 8):
        cells += closed("resnet50", "224", clients, others=False)
    return cells + [cameras("flask", 8.0), cameras("ocelli-int8", 8.0), overload("int8", 0, 15.0)]


def matching(cells: Sequence[Cell], patterns: Sequence[str]) -> list[Cell]:
    """Cells whose name matches one of the patterns (`*` stands for anything, also across slashes)."""
    return [cell for cell in cells if any(fnmatch.fnmatchcase(cell.name, pattern) for pattern in patterns)]


def overload_clients(capacity: float) -> int:
    """How many clients at `OVERLOAD_FPS` offer four times what can be served."""
    return math.ceil(OVERLOAD_FACTOR * capacity / OVERLOAD_FPS)


def server_starts(cells: Sequence[Cell]) -> int:
    """How many servers are started for the cells."""
    kept = {(cell.architecture, cell.system) for cell in cells if cell.scenario == "closed"}
    return len(kept) + sum(cell.needs_fresh_server for cell in cells)


def expected_seconds(cells: Sequence[Cell]) -> float:
    """How long the cells take together, about."""
    return sum(cell.expected_seconds for cell in cells) + START_SECONDS * server_starts(cells)

"""The resident memory of a server process while a load test runs."""

from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean

QUARTERS = 4
GROWTH = 1.05  # of the last quarter over the second: the first one still warms up


@dataclass
class ServerMemory:
    """Samples of one process, taken at equal intervals."""
    process: int
    samples: list[int] = field(default_factory=list)  # bytes

    def sample(self) -> None:
        """Takes a sample; raises `OSError` or `ProcessLookupError` when the process has ended."""
        for line in Path(f"/proc/{self.process}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                self.samples.append(int(line.split()[1]) * 1024)
                return
        raise ProcessLookupError(f"process {self.process} has ended")

    def quarters(self) -> list[float]:
        """Mean of every quarter of the run in bytes; needs at least four samples."""
        bounds = [len(self.samples) * quarter // QUARTERS for quarter in range(QUARTERS + 1)]
        return [fmean(self.samples[first:last]) for first, last in zip(bounds, bounds[1:])]

    @property
    def is_flat(self) -> bool:
        """Whether the last quarter is at most 5 % above the second."""
        means = self.quarters()
        return means[3] <= GROWTH * means[1]

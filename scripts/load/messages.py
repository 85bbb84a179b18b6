"""What the processes of a swarm tell the one that started them."""

from dataclasses import dataclass, field

from load.histogram import Histogram
from load.tally import Tally


@dataclass
class ClientShare:
    """What one client got."""
    answers: int
    seconds: float  # that it has been sending for


@dataclass
class Report:
    """What has happened since the report before; `final` in the last one."""
    connected: int = 0          # clients that are connected now
    in_work: int = 0            # frames that have no answer now
    cpu: float = 0.0            # seconds since the report before
    wall: float = 0.0           # seconds since the report before
    seconds: dict[int, Tally] = field(default_factory=dict)  # by the second of the run in which it happened
    lag: Histogram = field(default_factory=Histogram)        # by how much the event loop was late
    shares: list[ClientShare] = field(default_factory=list)  # in the last one only
    elapsed: float = 0.0        # seconds that frames were sent for; in the last one only
    final: bool = False
    error: str = ""             # why this process gives up, in words

"""CPU and memory of a server, with the processes that it has started."""

import ipaddress
import socket
from dataclasses import dataclass, field
from statistics import fmean
from urllib.parse import urlsplit

import psutil

QUARTERS = 4
MEBIBYTE = 2**20


def is_local(host: str) -> bool:
    """Whether the name stands for this machine."""
    try:
        found = {ipaddress.ip_address(item[4][0]) for item in socket.getaddrinfo(host, None)}
    except (OSError, ValueError):
        return False
    own = {item.address for items in psutil.net_if_addrs().values() for item in items}
    return any(address.is_loopback or str(address) in own for address in found)


def find_server(url: str) -> int | None:
    """The process that listens at the URL; None when it is on another machine or belongs to another user.

    Of several, as a server with worker processes has them, the one that started the others.
    """
    parts = urlsplit(url)
    if parts.hostname is None or not is_local(parts.hostname):
        return None
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        listening = {connection.pid for connection in psutil.net_connections("tcp")
                     if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid}
        return min((pid for pid in listening if psutil.Process(pid).ppid() not in listening), default=None)
    except psutil.Error:
        return None


@dataclass
class ServerUsage:
    """Samples of a process and its children, taken at about equal intervals. Stops quietly when the process ends."""
    pid: int
    memory: list[int] = field(default_factory=list)   # resident bytes; memory that processes share counts for each
    cores: list[float] = field(default_factory=list)  # CPU seconds per second since the sample before
    name: str = ""
    seconds: dict[int, float] = field(default_factory=dict)  # CPU of each process, also of those that have ended
    last: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        """Raises `psutil.Error` when there is no such process."""
        self.process = psutil.Process(self.pid)
        self.name = self.process.name()

    def sample(self, now: float) -> None:
        """Takes a sample at time `now` in seconds; the first one is only the beginning for the CPU."""
        resident = 0
        try:
            for process in [self.process, *self.process.children(recursive=True)]:
                try:
                    with process.oneshot():
                        resident += process.memory_info().rss
                        times = process.cpu_times()
                        self.seconds[process.pid] = times.user + times.system
                except psutil.Error:
                    pass  # a child that has just ended
        except psutil.Error:
            return
        if resident == 0:
            return
        used = sum(self.seconds.values())
        if self.last is not None:
            self.memory.append(resident)
            self.cores.append((used - self.last[1]) / (now - self.last[0]))
        self.last = now, used

    def quarters(self) -> list[float]:
        """Mean memory of every quarter of the run in bytes; nothing with less than four samples."""
        if len(self.memory) < QUARTERS:
            return []
        bounds = [len(self.memory) * quarter // QUARTERS for quarter in range(QUARTERS + 1)]
        return [fmean(self.memory[first:last]) for first, last in zip(bounds, bounds[1:])]

    @property
    def growth(self) -> float | None:
        """Of the last quarter over the second in percent, as the first one still warms up."""
        means = self.quarters()
        return 100 * (means[3] / means[1] - 1) if means else None

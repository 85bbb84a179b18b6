"""How a run is going: a table that changes on a terminal, a line a second elsewhere."""

from argparse import Namespace

from rich.console import Console
from rich.live import Live
from rich.table import Table

from load.fleet import Fleet
from load.server_usage import MEBIBYTE, ServerUsage

REFRESHING = 0.25  # seconds


def shown(value: float | None) -> str:
    return "-" if value is None else f"{1000 * value:.1f}"


class Progress:
    """Use as a context; call `update` often."""

    def __init__(self, options: Namespace, console: Console):
        self.options = options
        self.console = console
        self.live = Live(console=console, auto_refresh=False, transient=True) if console.is_terminal else None
        self.next = 0.0

    def __enter__(self) -> "Progress":
        if self.live is not None:
            self.live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.live is not None:
            self.live.stop()

    def update(self, time: float, fleet: Fleet, usage: ServerUsage | None) -> None:
        """Shows where the run is `time` seconds after its start, when it is time to."""
        if time < self.next:
            return
        if self.live is not None:
            self.next = time + REFRESHING
            self.live.update(self.table(time, fleet, usage), refresh=True)
        else:
            self.next = int(time) + 1.0
            if time >= 1:
                self.console.print(self.line(time, fleet, usage), highlight=False, soft_wrap=True)

    def values(self, time: float, fleet: Fleet, usage: ServerUsage | None) -> dict[str, str]:
        """What there is to tell. Rates are those of the last full second."""
        total = fleet.series.total
        last = fleet.series.counts(int(time) - 1)
        values = {
            "clients": f"{fleet.connected}/{self.options.clients}",
            "sent/s": str(last.sent), "answered/s": str(last.answered),
            "p50": shown(total.latency.percentile(0.5)), "p99": shown(total.latency.percentile(0.99)),
            "age p99": shown(total.age.percentile(0.99)),
            "in work": str(fleet.in_work), "superseded": str(total.superseded),
            "expired": str(total.expired), "rejected": str(total.rejected), "failed": str(total.failed),
            "lost": str(total.lost)}
        if usage is not None and usage.memory:
            values["server"] = f"{usage.cores[-1]:.2f} cores {usage.memory[-1] / MEBIBYTE:.0f} MiB"
        values["swarm"] = f"{fleet.cores:.2f} cores"
        return values

    def line(self, time: float, fleet: Fleet, usage: ServerUsage | None) -> str:
        return f"{int(time):5d} s  " + "  ".join(
            f"{name} {value}" for name, value in self.values(time, fleet, usage).items())

    def table(self, time: float, fleet: Fleet, usage: ServerUsage | None) -> Table:
        phase = "waiting for answers" if time >= self.options.duration else "sending"
        table = Table(title=f"{time:.0f} of {self.options.duration:g} s, {phase}; times in ms", title_justify="left",
                      title_style="", show_header=False)
        values = list(self.values(time, fleet, usage).items())
        half = (len(values) + 1) // 2
        for index in range(half):
            cells = list(values[index])
            cells += values[half + index] if half + index < len(values) else ("", "")
            table.add_row(*cells)
        return table

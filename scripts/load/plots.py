"""Plots of a run as PNG files."""

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter  # noqa: E402

from load.histogram import Histogram  # noqa: E402

BLUE, ORANGE, GREEN, RED, PURPLE, GREY = "#2563a8", "#e07b24", "#3a9057", "#c43d3d", "#7d5ba6", "#8a8f98"
OUTCOMES = (("answered", BLUE), ("superseded", "#a9c6e3"), ("expired", ORANGE), ("rejected", PURPLE), ("failed", RED))
STYLE = {"figure.figsize": (9, 4.8), "figure.dpi": 110, "font.size": 10, "axes.spines.top": False,
         "axes.spines.right": False, "axes.grid": True, "axes.axisbelow": True, "grid.color": "#e4e6ea",
         "axes.titlelocation": "left", "axes.titleweight": "bold", "legend.frameon": False, "lines.linewidth": 1.8,
         "axes.edgecolor": GREY, "figure.constrained_layout.use": True}
SPREAD = 20  # a logarithmic axis where the largest value is so many times the smallest
BINS = 80
CONNECTED = 40  # seconds whose points are connected by a line; more of them would be a scribble


def times_axis(axes: Axes, values: list[float]) -> None:
    """Makes the vertical axis logarithmic where that shows more."""
    if values and max(values) > SPREAD * min(values):
        axes.set_yscale("log")
        plain_numbers(axes.yaxis)
    else:
        axes.set_ylim(bottom=0)


def plain_numbers(axis: Any) -> None:
    """Numbers as 0.5, 20 and 1000 instead of powers, on a logarithmic axis."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def legend_above(axes: Axes) -> None:
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(handles, labels, loc="lower right", bbox_to_anchor=(1, 1), ncols=len(labels), borderaxespad=0.2,
                columnspacing=1.2, handlelength=1.4)


def latency_over_time(report: dict[str, Any]) -> Figure:
    figure, axes = pyplot.subplots()
    lines = (("latency", "latency_ms", "p50", BLUE, "-"), ("latency", "latency_ms", "p95", GREEN, "-"),
             ("latency", "latency_ms", "p99", ORANGE, "-"), ("age", "age_ms", "p99", GREY, "--"))
    shown: list[float] = []
    for name, key, percentile, color, style in lines:
        points = [(row["second"] + 0.5, row[key][percentile]) for row in report["series"]
                  if row[key][percentile] is not None]
        shown += [value for _, value in points if value > 0]
        axes.plot([time for time, _ in points], [value for _, value in points], style, color=color,
                  label=f"{name} {percentile}", marker="o" if len(points) < 30 else None, markersize=3.5)
    times_axis(axes, shown)
    axes.set(title="Latency of answered frames", xlabel="seconds", ylabel="ms", xlim=(0, len(report["series"])))
    legend_above(axes)
    return figure


def rebinned(histogram: Histogram, edges: list[float]) -> list[float]:
    """Percent of the values between each two edges."""
    counts = [0] * (len(edges) - 1)
    index = 0
    for value, count in histogram.values():
        while index < len(counts) - 1 and value >= edges[index + 1]:
            index += 1
        counts[index] += count
    return [100 * count / histogram.count for count in counts]


def distribution(report: dict[str, Any], latency: Histogram, age: Histogram) -> Figure:
    figure, axes = pyplot.subplots()
    values = [value for histogram in (latency, age) for value, _ in histogram.values()]
    lowest, highest = min(values) / 1.1, max(values) * 1.1
    edges = [lowest * (highest / lowest) ** (step / BINS) for step in range(BINS + 1)]
    scaled = [1000 * edge for edge in edges]
    axes.stairs(rebinned(latency, edges), scaled, fill=True, color="#a9c6e3", label="latency")
    axes.stairs(rebinned(age, edges), scaled, color=GREY, linewidth=1.2, label="age")
    top = axes.get_ylim()[1]
    for step, percentile in enumerate(("p50", "p95", "p99")):
        value = report["latency_ms"][percentile]
        axes.axvline(value, color=ORANGE, linewidth=1.2)
        far_right = value > scaled[0] * (scaled[-1] / scaled[0]) ** 0.8  # where the text has no room beside the line
        axes.annotate(f" {percentile} {value:.4g} ms ", (value, top * (0.97 - 0.07 * step)), color="#8c4a10", va="top",
                      ha="right" if far_right else "left")
    axes.set_xscale("log")
    plain_numbers(axes.xaxis)
    axes.set(title="Distribution of latency and age", xlabel="ms", ylabel="% of answered frames",
             xlim=(scaled[0], scaled[-1]), ylim=(0, top))
    legend_above(axes)
    return figure


def throughput_over_time(report: dict[str, Any]) -> Figure:
    figure, axes = pyplot.subplots()
    rows = report["series"]
    edges = list(range(len(rows) + 1))
    below = [0] * len(rows)
    for name, color in OUTCOMES:
        above = [start + row[name] for start, row in zip(below, rows)]
        if above != below:
            axes.stairs(above, edges, baseline=below, fill=True, color=color, label=name)
        below = above
    axes.stairs([row["offered"] for row in rows], edges, baseline=None, color="#222222", linewidth=1.4, label="offered")
    axes.set(title="How frames ended", xlabel="seconds", ylabel="frames per second", xlim=(0, len(rows)))
    axes.set_ylim(bottom=0)
    legend_above(axes)
    return figure


def throughput_against_load(report: dict[str, Any]) -> Figure | None:
    """Only where the load changes by itself: with a rising rate, or with clients that come one by one."""
    options = report["configuration"]
    if options["mode"] == "closed":
        if options["ramp"] == 0:
            return None
        key, label = "clients", "clients connected"
    else:
        if options["ramp"] == 0 and options["fps_to"] is None:
            return None
        key, label = "offered", "offered frames per second"
    complete = int(report["throughput"]["seconds"])
    rows = sorted((row for row in report["series"] if row[key] and row["second"] < complete), key=lambda row: row[key])
    if len(rows) < 2:
        return None
    figure, (upper, lower) = pyplot.subplots(2, 1, sharex=True, figsize=(9, 7))
    load = [row[key] for row in rows]
    if key == "offered":
        upper.plot([0, load[-1]], [0, load[-1]], color=GREY, linewidth=1, linestyle="--", label="everything answered")
    style = "o-" if len(rows) <= CONNECTED else "o"
    upper.plot(load, [row["answered"] for row in rows], style, color=BLUE, markersize=4, label="answered per second")
    upper.set(title="Throughput against load", ylabel="frames per second")
    upper.set_ylim(bottom=0)
    legend_above(upper)
    shown: list[float] = []
    for percentile, color in (("p50", BLUE), ("p99", ORANGE)):
        points = [(row[key], row["latency_ms"][percentile]) for row in rows
                  if row["latency_ms"][percentile] is not None]
        shown += [value for _, value in points]
        lower.plot([x for x, _ in points], [y for _, y in points], style, color=color, markersize=4,
                   label=f"latency {percentile}")
    times_axis(lower, shown)
    lower.set(xlabel=label, ylabel="ms")
    lower.set_xlim(left=0)
    legend_above(lower)
    return figure


def server_over_time(report: dict[str, Any]) -> Figure | None:
    """CPU and memory, where the server was watched."""
    rows = [row for row in report["series"] if row.get("server_cores") is not None]
    if len(rows) < 2:
        return None
    times = [row["second"] + 0.5 for row in rows]
    figure, (upper, lower) = pyplot.subplots(2, 1, sharex=True, figsize=(9, 7))
    upper.plot(times, [row["server_cores"] for row in rows], color=BLUE, label="server")
    upper.plot(times, [row["swarm_cores"] for row in rows], "--", color=GREY, label="this program")
    upper.set(title=f"CPU and memory of {report['server'].get('name', 'the server')}", ylabel="cores")
    upper.set_ylim(bottom=0)
    legend_above(upper)
    lower.plot(times, [row["server_memory_mib"] for row in rows], color=PURPLE)
    lower.set(xlabel="seconds", ylabel="MiB resident", xlim=(0, len(report["series"])))
    lower.set_ylim(0, 1.15 * max(row["server_memory_mib"] for row in rows))
    return figure


def write_plots(report: dict[str, Any], latency: Histogram, age: Histogram, folder: Path) -> list[Path]:
    """Writes what there is something to show for; returns the files."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with matplotlib.rc_context(STYLE):
        figures = {"throughput": throughput_over_time(report), "load": throughput_against_load(report),
                   "server": server_over_time(report)}
        if latency.count:
            figures |= {"latency": latency_over_time(report), "distribution": distribution(report, latency, age)}
        for name, figure in figures.items():
            if figure is None:
                continue
            written.append(folder / f"{name}.png")
            figure.savefig(written[-1])
            pyplot.close(figure)
    return written

#!/usr/bin/env python3
"""Load test for a Socket.IO server that labels camera frames: see --help. Makes its own Python environment."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import python_environment  # noqa: E402
from load import options as command_line  # noqa: E402

OPTIONS = command_line.parse()  # before the environment is made, so that --help answers at once
python_environment.enter("client")

import asyncio  # noqa: E402
import json  # noqa: E402
import resource  # noqa: E402
import signal  # noqa: E402
import time  # noqa: E402
from typing import Any  # noqa: E402

import psutil  # noqa: E402
from rich.console import Console  # noqa: E402

from load.fleet import Fleet, FleetError  # noqa: E402
from load.payloads import make_frames  # noqa: E402
from load.probe import Findings, ProbeError, probe  # noqa: E402
from load.progress import Progress  # noqa: E402
from load.report import as_text, make_report  # noqa: E402
from load.samples import Sample, read_samples, resized  # noqa: E402
from load.scenes import make_scenes  # noqa: E402
from load.server_usage import MEBIBYTE, ServerUsage, find_server  # noqa: E402
from load.thresholds import thresholds  # noqa: E402
from load.video import read_video  # noqa: E402

GENERATED_SIZE = (640, 480)
GOOD, MISSED, USAGE, UNREACHABLE, INTERRUPTED = 0, 1, 2, 3, 130


def read_images() -> list[Sample]:
    """What the options name; raises `OSError`."""
    if OPTIONS.video is not None:
        return read_video(OPTIONS.video, OPTIONS.frames, OPTIONS.size, OPTIONS.fps)
    if OPTIONS.images is None:
        return make_scenes(OPTIONS.frames, OPTIONS.size or GENERATED_SIZE, OPTIONS.seed)
    samples = read_samples(OPTIONS.images, OPTIONS.frames)
    return samples if OPTIONS.size is None else [resized(sample, OPTIONS.size) for sample in samples]


class Interruption:
    """The first Ctrl-C or SIGTERM lets the run end early and be reported, the second one ends everything at once."""

    def __init__(self, fleet: Fleet):
        self.fleet = fleet
        self.asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.take)

    def take(self, *_: object) -> None:
        if self.asked or self.fleet.start == 0:
            self.fleet.kill()
            raise KeyboardInterrupt
        self.asked = True
        self.fleet.stop()


def watch(fleet: Fleet, usage: ServerUsage | None, console: Console) -> dict[int, dict[str, Any]]:
    """Runs the load; returns what was seen in each second."""
    seen: dict[int, dict[str, Any]] = {}
    next_second = 1.0
    with Progress(OPTIONS, console) as progress:
        for moment in fleet.run():
            if moment < 0:
                continue
            if usage is not None and usage.last is None:
                usage.sample(time.perf_counter())
            if next_second <= moment < OPTIONS.duration + 1:
                seen[int(moment) - 1] = look(fleet, usage)
                next_second = int(moment) + 1.0
            progress.update(moment, fleet, usage)
    if usage is not None and not usage.memory:  # the run was shorter than the time between samples
        usage.sample(time.perf_counter())
    return seen


def look(fleet: Fleet, usage: ServerUsage | None) -> dict[str, Any]:
    """The values of one second that are not counts."""
    row: dict[str, Any] = {"clients": fleet.connected, "swarm_cores": round(fleet.cores, 3)}
    if usage is not None:
        usage.sample(time.perf_counter())
        if usage.memory:
            row |= {"server_cores": round(usage.cores[-1], 3),
                    "server_memory_mib": round(usage.memory[-1] / MEBIBYTE, 1)}
    return row


def run(samples: list[Sample], findings: Findings, usage: ServerUsage | None) -> int:
    """The load test itself; returns the exit code."""
    frames = make_frames(samples, OPTIONS.payload)
    _, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))  # one for each client
    fleet = Fleet(OPTIONS, frames, findings.acknowledged)
    interruption = Interruption(fleet)
    seen = watch(fleet, usage, Console())
    empty = {"clients": None, "swarm_cores": None}
    seconds = [row | seen.get(row["second"], empty) for row in fleet.series.finished()]
    report = make_report(fleet, findings, usage, seconds, len(samples))
    checked = thresholds(OPTIONS, report)
    good = all(threshold.met for threshold in checked)
    report["thresholds"] = [{"name": threshold.name, "value": threshold.value, "limit": threshold.limit,
                             "met": threshold.met} for threshold in checked]
    report["good"] = good
    print(as_text(report, checked, OPTIONS.verify))
    if OPTIONS.json is not None:
        OPTIONS.json.write_text(json.dumps(report, indent=1) + "\n")
    if OPTIONS.plots is not None:
        from load.plots import write_plots  # takes half a second to import
        written = write_plots(report, fleet.series.total.latency, fleet.series.total.age, OPTIONS.plots)
        print("plots         " + "  ".join(str(file) for file in written))
    return INTERRUPTED if interruption.asked else GOOD if good else MISSED


def main() -> int:
    try:
        samples = read_images()
        pid = OPTIONS.pid or find_server(OPTIONS.url)
        usage = None if pid is None else ServerUsage(pid)
    except (OSError, psutil.Error) as error:
        print(f"error: {error}", file=sys.stderr)
        return USAGE
    try:
        findings = asyncio.run(probe(OPTIONS.url, OPTIONS.transport, make_frames(samples[:1], OPTIONS.payload)[0],
                                     OPTIONS.deadline_ms, OPTIONS.match, OPTIONS.patience))
        if OPTIONS.questions_per_minute and not findings.acknowledged:
            print("error: --questions-per-minute needs a server that acknowledges events", file=sys.stderr)
            return USAGE
        print(f"{OPTIONS.url} answers '{findings.message}' and " + (
            "acknowledges frames" if findings.acknowledged else "does not acknowledge frames: answers are matched by "
            "ids or in order") + f"; {OPTIONS.clients} clients, {len(samples)} images", flush=True)
        return run(samples, findings, usage)
    except (ProbeError, FleetError) as error:
        print(f"error: {error}", file=sys.stderr)
        return UNREACHABLE
    except KeyboardInterrupt:
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())

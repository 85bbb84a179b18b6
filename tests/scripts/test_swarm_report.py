"""The report of a load test and what decides about its exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from load.histogram import Histogram
from load.messages import ClientShare
from load.options import parse
from load.plots import write_plots
from load.probe import Findings
from load.report import as_text, make_report
from load.series import Series
from load.server_usage import MEBIBYTE, ServerUsage, find_server
from load.tally import Tally
from load.thresholds import thresholds

PERCENTILES = {"p50", "p95", "p99", "max"}


def finished(options, *, cpu: float = 1.0, lost: int = 0, shares=(10.0, 10.0)) -> SimpleNamespace:
    """A swarm of one process that has run for ten seconds: 20 frames in each, 18 answered within 10 to 27 ms."""
    series = Series()
    for second in range(10):
        tally = Tally(offered=20, sent=20)
        for index in range(18):
            tally.end("Sneaker")
            tally.latency.record(0.010 + 0.001 * index)
            tally.age.record(0.008 + 0.001 * index)
        tally.end("Superseded by a newer frame")
        tally.end("Failed to process image: overloaded")
        series.add({second: tally})
    series.add({9: Tally(lost=lost)})
    state = SimpleNamespace(cpu=cpu, wall=10.0)
    return SimpleNamespace(options=options, series=series, states=[state], lag=Histogram(), busiest=cpu / 10,
                           shares=[ClientShare(int(share), 10.0) for share in shares], elapsed=10.0)


def report_of(arguments: list[str], **fleet: object) -> tuple[dict, list, SimpleNamespace]:
    options = parse(arguments)
    swarm = finished(options, **fleet)
    seconds = [row | {"clients": 2, "swarm_cores": 0.1} for row in swarm.series.finished()]
    report = make_report(swarm, Findings("Sneaker", True, False), None, seconds, 100)
    return report, thresholds(options, report), swarm


def missed(arguments: list[str], **fleet: object) -> list[str]:
    return [threshold.name for threshold in report_of(arguments, **fleet)[1] if not threshold.met]


def test_the_report_is_json_with_the_promised_members() -> None:
    report = json.loads(json.dumps(report_of(["--images", "folder", "--json", "file"])[0]))
    expected = {"sent": 200, "answered": 180, "superseded": 10, "expired": 0, "rejected": 10, "failed": 0, "lost": 0}
    assert {name: report[name] for name in expected} == expected
    for name in ("latency_ms", "age_ms", "send_delay_ms"):
        assert report[name].keys() == PERCENTILES
    assert report["latency_ms"]["p50"] == pytest.approx(18, rel=0.003) and report["latency_ms"]["max"] == 27
    assert report["jain"] == 1 and len(report["series"]) == 10
    assert report["throughput"] == {"seconds": 10, "offered_fps": 20, "sent_fps": 20, "answered_fps": 18}
    assert report["configuration"]["images"] == "folder" and report["configuration"]["clients"] == 8


def test_a_good_run_misses_nothing() -> None:
    report, checked, _ = report_of([])
    assert all(threshold.met for threshold in checked)
    assert as_text(report, checked, verify=False).endswith("good")


@pytest.mark.parametrize(("arguments", "name"), [
    (["--max-p99-ms", "26"], "latency p99 in ms"), (["--max-age-ms", "20"], "age p99 in ms"),
    (["--min-fps", "18.5"], "answers per second"), (["--max-memory-growth", "5"], "memory growth in percent")])
def test_each_threshold_can_be_missed(arguments: list[str], name: str) -> None:
    assert missed(arguments) == [name]
    report, checked, _ = report_of(arguments)
    assert f"missed: {name}" in as_text(report, checked, verify=False)


def test_thresholds_that_are_met_are_not_missed() -> None:
    assert missed(["--max-p99-ms", "28", "--max-age-ms", "26", "--min-fps", "18", "--min-jain", "0.99"]) == []


def test_a_lost_frame_is_a_miss_unless_it_is_allowed() -> None:
    assert missed([], lost=1) == ["lost"] and missed(["--max-lost", "1"], lost=1) == []


def test_unequal_shares_lower_the_fairness() -> None:
    assert missed(["--min-jain", "0.98"], shares=(10.0, 5.0)) == ["jain"]


def test_a_busy_load_generator_is_said() -> None:
    assert "this program was late itself" in as_text(*report_of([], cpu=9.5)[:2], verify=False)
    assert "this program was late itself" not in as_text(*report_of([], cpu=5.0)[:2], verify=False)


def test_nothing_answered_is_no_good_run() -> None:
    options = parse([])
    swarm = finished(options)
    swarm.series, swarm.shares = Series(), []
    report = make_report(swarm, Findings("", True, False), None, [], 1)
    assert [threshold.name for threshold in thresholds(options, report) if not threshold.met] == ["answered"]
    assert "BAD" in as_text(report, thresholds(options, report), verify=False)


@pytest.mark.parametrize(("arguments", "names"), [
    ([], {"throughput", "latency", "distribution"}),
    (["--ramp", "5"], {"throughput", "latency", "distribution", "load"}),
    (["--mode", "paced", "--fps-to", "30"], {"throughput", "latency", "distribution", "load"})])
def test_plots_are_drawn_where_there_is_something_to_show(arguments: list[str], names: set[str],
                                                          tmp_path: Path) -> None:
    report, _, swarm = report_of(arguments)
    files = write_plots(report, swarm.series.total.latency, swarm.series.total.age, tmp_path / "plots")
    assert {file.stem for file in files} == names
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)


def test_a_server_is_watched_with_its_children() -> None:
    child = "x = bytes(range(256)) * 400000; input()"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE) as process:
        usage = ServerUsage(process.pid)
        for moment in range(1, 2000):
            usage.sample(float(moment))
            if usage.memory and usage.memory[-1] > 100 * MEBIBYTE:
                break
        process.communicate(b"\n")
    assert usage.memory[-1] > 100 * MEBIBYTE and sum(usage.cores) > 0
    samples = len(usage.memory)
    usage.sample(1e6)  # it has ended
    assert len(usage.memory) == samples


def test_growth_compares_the_last_quarter_with_the_second() -> None:
    usage = ServerUsage(os.getpid())
    usage.memory = [50, 60, 100, 100, 100, 100, 110, 110]
    assert usage.quarters() == [55, 100, 100, 110] and usage.growth == pytest.approx(10)
    usage.memory = [1, 2, 3]
    assert usage.growth is None


def test_only_a_server_of_this_machine_is_found() -> None:
    assert find_server("http://127.0.0.1:1") is None
    assert find_server("http://192.0.2.1:80") is None

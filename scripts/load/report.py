"""The report of a run: as a structure for JSON and as text."""

from argparse import Namespace
from pathlib import Path
from statistics import fmean
from typing import Any

from load.fleet import Fleet
from load.histogram import milliseconds
from load.probe import Findings
from load.server_usage import MEBIBYTE, ServerUsage
from load.tally import jain
from load.thresholds import Threshold

BUSY = 0.9        # share of a core at which a process of the swarm limits what it measures
LATE_MS = 20.0    # 99th percentile of the event loop's lateness, likewise
UNSENT = 0.01     # share of frames that may be left over at the end, because the last ones were a little late
COUNTS = ("offered", "sent", "answered", "superseded", "expired", "rejected", "failed", "lost")
FAULTS = ("wrong", "duplicates", "disconnected", "unconnected")


def configuration(options: Namespace, findings: Findings, images: int) -> dict[str, Any]:
    """What was run, in types that JSON has."""
    plain = {name: str(value) if isinstance(value, Path) else value for name, value in vars(options).items()}
    return plain | {"different_images": images, "acknowledged": findings.acknowledged,
                    "broadcast": findings.broadcast}


def server_part(usage: ServerUsage | None) -> dict[str, Any]:
    """CPU and memory of the server; empty when it was not watched."""
    if usage is None or not usage.memory:
        return {}
    return {
        "pid": usage.pid, "name": usage.name,
        "cpu_cores": round(fmean(usage.cores), 3),
        "memory_mib": {"first": round(usage.memory[0] / MEBIBYTE, 1), "max": round(max(usage.memory) / MEBIBYTE, 1),
                       "last": round(usage.memory[-1] / MEBIBYTE, 1),
                       "quarters": [round(mean / MEBIBYTE, 1) for mean in usage.quarters()]},
        "memory_growth_percent": None if usage.growth is None else round(usage.growth, 2)}


def generator_part(fleet: Fleet) -> dict[str, Any]:
    """What the swarm itself used, and whether it may have been the bottleneck."""
    cpu = sum(state.cpu for state in fleet.states)
    wall = max(state.wall for state in fleet.states)
    lag = milliseconds(fleet.lag)
    return {"processes": len(fleet.states), "cpu_seconds": round(cpu, 3), "cpu_cores": round(cpu / max(wall, 1e-9), 3),
            "busiest_process": round(fleet.busiest, 3), "loop_lag_ms": lag,
            "is_bottleneck": fleet.busiest >= BUSY or (lag["p99"] or 0) >= LATE_MS}


def make_report(fleet: Fleet, findings: Findings, usage: ServerUsage | None, seconds: list[dict[str, Any]],
                images: int) -> dict[str, Any]:
    """Everything about a run whose series is finished."""
    total = fleet.series.total
    elapsed = max(fleet.elapsed, 1e-9)
    fairness = jain([share.answers / share.seconds for share in fleet.shares])
    return {
        **{name: getattr(total, name) for name in (*COUNTS, *FAULTS)},
        "reasons": dict(sorted(total.reasons.items())),
        "latency_ms": milliseconds(total.latency),
        "age_ms": milliseconds(total.age),
        "send_delay_ms": milliseconds(total.send_delay),
        "jain": None if fairness is None else round(fairness, 5),
        "throughput": {"seconds": round(fleet.elapsed, 3),
                       "offered_fps": round(total.offered / elapsed, 2),
                       "sent_fps": round(total.sent / elapsed, 2),
                       "answered_fps": round(fleet.series.answered_within(fleet.elapsed) / elapsed, 2)},
        "questions": {"sent": total.questions_sent, "answered": total.questions_answered,
                      "failed": total.questions_failed, "lost": total.questions_lost,
                      "latency_ms": milliseconds(total.question_latency)},
        "server": server_part(usage),
        "generator": generator_part(fleet),
        "configuration": configuration(fleet.options, findings, images),
        "series": seconds}


def times_line(times: dict[str, float | None]) -> str:
    return "  ".join(f"{name} -" if value is None else f"{name} {value:.1f}" for name, value in times.items()) + "  ms"


def server_lines(server: dict[str, Any]) -> list[str]:
    if not server:
        return ["server        not watched: it is on another machine, or ended within a second, or use --pid"]
    memory = server["memory_mib"]
    growth = server["memory_growth_percent"]
    changed = "" if growth is None else f", {growth:+.1f} % from the second quarter to the last"
    return [f"server        process {server['pid']} ({server['name']})  {server['cpu_cores']:.2f} cores",
            f"memory        {memory['first']:.1f} MiB at first, {memory['max']:.1f} at most, {memory['last']:.1f} at "
            f"last{changed}"]


def as_text(report: dict[str, Any], checked: list[Threshold], verify: bool) -> str:
    """For people; missed thresholds at the end."""
    lines = [f"{name:<14}{report[name]}" for name in COUNTS if name != "offered" or report["offered"] != report["sent"]]
    lines += [f"{name:<14}{report[name]}" for name in FAULTS
              if report[name] or name == "disconnected" or (verify and name != "unconnected")]
    lines += [f"  failed {count} times: {reason}" for reason, count in report["reasons"].items()]
    throughput, questions, generator = report["throughput"], report["questions"], report["generator"]
    lines += [f"throughput    {throughput['answered_fps']:.1f} answered per second, {throughput['sent_fps']:.1f} sent, "
              f"over {throughput['seconds']:.1f} s",
              f"latency       {times_line(report['latency_ms'])}",
              f"age           {times_line(report['age_ms'])}",
              f"send delay    {times_line(report['send_delay_ms'])}",
              "fairness      " + ("-" if report["jain"] is None else f"{report['jain']:.4f} (Jain)")]
    if questions["sent"]:
        lines += [f"questions     sent {questions['sent']}  answered {questions['answered']}  failed "
                  f"{questions['failed']}  lost {questions['lost']}",
                  f"              {times_line(questions['latency_ms'])}"]
    lines += server_lines(report["server"])
    lines.append(f"this program  {generator['cpu_cores']:.2f} cores in {generator['processes']} processes, the busiest "
                 f"{100 * generator['busiest_process']:.0f} % of one, event loop late by "
                 f"{generator['loop_lag_ms']['p99'] or 0:.1f} ms (p99)")
    notes = []
    if generator["is_bottleneck"]:
        notes.append("this program was late itself, so that latencies contain its own delay: use more --processes, "
                     "fewer clients, or another machine")
    if report["sent"] < (1 - UNSENT) * report["offered"]:
        notes.append(f"{report['offered'] - report['sent']} frames could not be sent in time: the server does not read "
                     "as fast as they come, or this program is too slow")
    if report["configuration"]["broadcast"]:
        notes.append("the server sends every response to all clients; acknowledgements tell them apart")
    lines += [f"note: {note}" for note in notes]
    missed = [threshold for threshold in checked if not threshold.met]
    lines += [f"missed: {threshold}" for threshold in missed]
    lines.append("BAD" if missed else "good")
    return "\n".join(lines)

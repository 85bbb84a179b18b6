"""The tables of docs/performance.md that scripts/bench/serving.py writes."""

from collections.abc import Sequence
from typing import Any

from bench.documents import number, percent, table
from bench.measurement import best_batch, rate_of_batch
from bench.plan import (ARCHITECTURES, CLIENTS, OCELLI, OVERLOAD_DEADLINE_MS, OVERLOAD_FPS, PEERS,
                        SIZES)
from bench.store import Results

TITLES = {"ocelli-fp32": "Ocelli fp32", "ocelli-bf16": "Ocelli bf16", "ocelli-int8": "Ocelli int8",
          "flask": "Flask-SocketIO + PyTorch", "litserve": "LitServe (HTTP)", "node": "Node.js + ONNX Runtime"}
NAMES = {"resnet18": "ResNet-18", "resnet50": "ResNet-50"}
SIZE_NAMES = {"224": "224×224", "640x480": "640×480"}
OVERLOADS = (("bf16", 0), ("int8", 0), ("int8", OVERLOAD_DEADLINE_MS))


def closed(results: Results, architecture: str, size: str, system: str, clients: int) -> dict[str, Any] | None:
    return results.get(f"{architecture}/closed/{size}/{system}/{clients}")


def bare_runs(results: Results, architecture: str, system: str) -> list[dict[str, Any]]:
    return results.under(f"{architecture}/bare/-/{system}/")


def bare_rate(results: Results, architecture: str, system: str) -> float | None:
    """Images per second of the engine alone, in its best batch size."""
    runs = bare_runs(results, architecture, system)
    return best_batch(runs)[1] if runs else None


def share_of_bare(results: Results, architecture: str, size: str, system: str, clients: int,
                  key: str) -> float | None:
    """Throughput (`fps` or `deducted_fps`) as a part of the engine's alone."""
    cell, rate = closed(results, architecture, size, system, clients), bare_rate(results, architecture, system)
    return None if cell is None or rate is None else cell[key] / rate


def times_flask(results: Results, architecture: str, size: str, system: str, clients: int) -> float | None:
    """Throughput as a multiple of the replaced application's."""
    ours = closed(results, architecture, size, system, clients)
    theirs = closed(results, architecture, size, "flask", clients)
    return None if ours is None or not theirs or not theirs["fps"] else ours["fps"] / theirs["fps"]


def added_milliseconds(cell: dict[str, Any], key: str) -> float | None:
    """What one client waits beyond decoding and forward pass: by the server's clock (`age`) or by the client's."""
    stages = cell["stages_ms"]
    whole = stages["age"] if key == "age" else cell["latency_ms"]["p50"]
    if None in (whole, stages["decode"], stages["infer"]):
        return None
    return whole - stages["decode"] - stages["infer"]


def case(architecture: str, size: str, system: str) -> str:
    """What a row is about."""
    return f"{NAMES[architecture]}, {SIZE_NAMES[size]}, {TITLES[system].removeprefix('Ocelli ')}"


def measured(text: str) -> bool:
    """Whether a cell of a table has a number."""
    return text != number(None)


def clients_header(counts: Sequence[int]) -> list[str]:
    return [f"{count} client{'s' if count > 1 else ''}" for count in counts]


def throughput(results: Results) -> str:
    parts = []
    for architecture in ARCHITECTURES:
        for size in SIZES:
            rows = []
            for system in (*OCELLI, *PEERS):
                cells = [closed(results, architecture, size, system, clients) for clients in CLIENTS]
                if not any(cells):
                    continue
                runs = bare_runs(results, architecture, system)
                alone = "" if not runs else "{1} ({0})".format(best_batch(runs)[0], number(best_batch(runs)[1]))
                rows.append([TITLES[system], alone, *[number(cell and cell["fps"]) for cell in cells]])
            if rows:
                header = ["frames per second", "engine alone (batch)", *clients_header(CLIENTS)]
                parts.append(f"### {NAMES[architecture]}, {SIZE_NAMES[size]} JPEG\n\n{table(header, rows)}")
    return "\n\n".join(parts)


def shares(results: Results) -> str:
    rows = []
    for architecture in ARCHITECTURES:
        for size in SIZES:
            for system in OCELLI:
                row = [case(architecture, size, system)]
                for clients in CLIENTS[1:]:
                    raw, net = (share_of_bare(results, architecture, size, system, clients, key)
                                for key in ("fps", "deducted_fps"))
                    row.append(percent(raw) if raw is None else f"{percent(raw)} → {percent(net)}")
                cell = closed(results, architecture, size, system, CLIENTS[-1])
                row.append(number(cell and cell["generator_cores"], 2))
                if any(map(measured, row[1:])):
                    rows.append(row)
    return table(["part of the engine alone", *clients_header(CLIENTS[1:]), "cores of the load generator"], rows)


def ratios(results: Results) -> str:
    rows = [[case(architecture, size, system),
             *[number(times_flask(results, architecture, size, system, clients), 1) for clients in CLIENTS]]
            for architecture in ARCHITECTURES for size in SIZES for system in OCELLI]
    return table(["times the replaced application's", *clients_header(CLIENTS)],
                 [row for row in rows if any(map(measured, row[1:]))])


def latencies(results: Results) -> str:
    rows = []
    for system in (*OCELLI, *PEERS):
        cells = [closed(results, "resnet50", "224", system, clients) for clients in CLIENTS]
        if any(cells):
            rows.append([TITLES[system], *[f"{number(cell['latency_ms'].get('p50'))} / "
                                           f"{number(cell['latency_ms'].get('p99'))}" if cell else "–"
                                           for cell in cells]])
    return table(["ms, median / 99th percentile", *clients_header(CLIENTS)], rows)


def single(results: Results) -> str:
    rows = []
    for architecture in ARCHITECTURES:
        for size in SIZES:
            for system in OCELLI:
                cell = closed(results, architecture, size, system, 1)
                if cell is None:
                    continue
                alone = rate_of_batch(bare_runs(results, architecture, system), 1)
                stages = cell["stages_ms"]
                rows.append([case(architecture, size, system),
                             number(alone and 1000 / alone), number(stages["infer"]), number(stages["decode"]),
                             number(stages["age"]), number(added_milliseconds(cell, "age")),
                             number(cell["latency_ms"]["p50"]), number(added_milliseconds(cell, "latency"))])
    return table(["ms", "engine alone, batch 1", "forward pass", "decode", "age", "added by the server",
                  "client's latency", "added in all"], rows)


def overload_bound(cell: dict[str, Any], deadline_ms: int) -> float | None:
    """How old an answer may be: two service times, and the deadline or, without one, a frame interval, as a waiting
    frame is replaced by the next one."""
    service = cell["stages_ms"]["infer"]
    return None if service is None else 2 * service + (deadline_ms or 1000 / OVERLOAD_FPS)


def overload_values(cell: dict[str, Any], deadline_ms: int) -> dict[str, str]:
    """A column of the table, by the names of its rows."""
    memory = cell["memory_mib"] or {}
    growth = cell["memory_growth_percent"]
    return {
        f"clients, {OVERLOAD_FPS:.0f} frames per second each": number(cell["clients"], 0),
        "capacity just before, closed loop, per second": number(cell["capacity_fps"]),
        "offered, per second": number(cell["offered_fps"]),
        "answered, per second": number(cell["fps"]),
        "answered, as a part of the capacity, load generator deducted": percent(
            cell["deducted_fps"] / cell["capacity_deducted_fps"]),
        "superseded": f"{cell['superseded']:,}",
        "expired": f"{cell['expired']:,}",
        "rejected": f"{cell['rejected']:,}",
        "lost": f"{cell['lost']:,}",
        "service time of a batch, ms": number(cell["stages_ms"]["infer"]),
        "frames per batch": number(cell["stages_ms"]["batch"]),
        "age of answers, ms: median / 99th percentile / largest": " / ".join(
            number(cell["age_ms"][name]) for name in ("p50", "p99", "max")),
        "bound for the 99th percentile, ms": number(overload_bound(cell, deadline_ms)),
        "fairness (Jain)": number(cell["jain"], 4),
        "memory, MiB: first / last": f"{number(memory.get('first'))} / {number(memory.get('last'))}",
        "memory, last quarter over the second": number(None) if growth is None else f"{growth:+.1f} %",
        "CPU of a frame without answer, µs": number(cell["dropped_microseconds"], 0),
        "part of the server's CPU for all of them": percent(cell["dropped_share"])}


def overload(results: Results) -> str:
    columns = {}
    for precision, deadline in OVERLOADS:
        cell = results.get(f"resnet50/overload/224/ocelli-{precision}/{deadline}ms")
        if cell is not None:
            title = f"{precision}, {f'deadline {deadline} ms' if deadline else 'no deadline'}"
            columns[title] = overload_values(cell, deadline)
    names = next(iter(columns.values()), {})
    return table(["ResNet-50, 224×224", *columns],
                 [[name, *[column[name] for column in columns.values()]] for name in names])


def cameras(results: Results) -> str:
    rows = []
    for system in ("flask", *OCELLI):
        cell = results.get(f"resnet50/cameras/640x480/{system}/4")
        if cell is not None:
            rows.append([TITLES[system], number(cell["fps"], 1),
                         *[number(cell["age_ms"][name]) for name in ("p50", "p99")], number(cell["last_age_ms"]),
                         f"{cell['superseded']:,}", f"{cell['lost']:,}"])
    return table(["4 clients × 15 frames per second", "answered per second", "age, median, ms",
                  "99th percentile", "median in the last second", "superseded", "no answer in time"], rows)


def machine(results: Results) -> str:
    rows = [[name, value] for name, value in results.machine.items()]
    quiet = max((cell["busy_before"] for cell in results.cells.values() if "busy_before" in cell), default=None)
    rows += [["date and command", f"{results.date}, `{results.command}`"],
             ["busy with other things before a measurement", f"{percent(quiet)} of the CPUs at most"]]
    text = table(["", ""], rows).replace("---:", "---")
    errors = [f"- `{name}`: {error}" for name, error in results.errors.items()]
    return "\n".join([text, *(["", "Not measured:", "", *errors] if errors else [])])

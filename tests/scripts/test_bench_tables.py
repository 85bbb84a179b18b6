"""The tables of docs/performance.md."""

from pathlib import Path

import pytest

from bench import plan
from bench.documents import markers
from bench.engine_tables import ENGINES, engines_table, ratio
from bench.serving_tables import (added_milliseconds, cameras, latencies, machine, overload, ratios, share_of_bare,
                                  shares, single, throughput, times_flask)
from bench.store import Results, comparison_line, differences
from bench.targets import all_targets, targets_table

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
STAGES = {"read": 0.1, "queue": 0.2, "decode": 2.0, "wait": 0.1, "infer": 9.0, "reply": 0.1, "age": 11.5, "batch": 4.0}


def targets(results: Results) -> str:
    return targets_table(all_targets(results))


SERVING = (machine, targets, throughput, shares, ratios, latencies, single, overload, cameras)


def cell(fps: float, **values) -> dict:
    return {"sent": 400, "answered": 100, "superseded": 290, "expired": 10, "rejected": 0, "failed": 0, "lost": 0,
            "fps": fps, "deducted_fps": fps / 0.9, "latency_ms": {"p50": 12.0, "p99": 20.0},
            "age_ms": {"p50": 11.0, "p99": 45.0, "max": 60.0}, "last_age_ms": 12.0, "jain": 0.999,
            "server_cores": 1.8, "generator_cores": 0.2, "memory_mib": {"first": 300.0, "last": 301.0},
            "memory_growth_percent": 0.3, "seconds": 60.0, "clients": 8, "busy_before": 0.02,
            "stages_ms": STAGES} | values


def complete() -> Results:
    """A run in which everything was measured and met."""
    cells = {}
    for one in plan.everything():
        if one.scenario == "bare":
            cells[one.name] = {"batches": [{"batch": 1, "images_per_second": 90.0},
                                           {"batch": 8, "images_per_second": 100.0}]}
        elif one.scenario == "overload":
            cells[one.name] = cell(98.0, capacity_fps=100.0, capacity_deducted_fps=110.0, offered_fps=400.0,
                                   dropped_microseconds=50.0, dropped_share=0.01)
        else:
            cells[one.name] = cell(10.0 if one.system == "flask" else 95.0)
    return Results("scripts/bench/serving.py --all", "2026-01-01", {"processor": "some"}, 2, cells)


def test_a_share_of_the_engine_is_told_with_and_without_the_load_generator() -> None:
    results = complete()
    assert share_of_bare(results, "resnet50", "224", "ocelli-int8", 8, "fps") == pytest.approx(0.95)
    assert share_of_bare(results, "resnet50", "224", "ocelli-int8", 8, "deducted_fps") == pytest.approx(95 / 90)
    assert "95 % → 106 %" in shares(results)


def test_the_replaced_application_is_compared_without_deduction() -> None:
    assert times_flask(complete(), "resnet50", "224", "ocelli-bf16", 8) == pytest.approx(9.5)


def test_what_one_client_waits_beyond_decoding_and_the_forward_pass() -> None:
    assert added_milliseconds(cell(1.0), "age") == pytest.approx(0.5)
    assert added_milliseconds(cell(1.0), "latency") == pytest.approx(1.0)


def test_every_target_is_compared() -> None:
    found = all_targets(complete())
    assert all(target.met for target in found), [target for target in found if not target.met]
    assert targets_table(found).count("| met |") == len(found)


def test_a_target_that_is_missed_is_said_to_be_missed() -> None:
    results = complete()
    results.cells["resnet50/overload/224/ocelli-int8/0ms"]["age_ms"]["p99"] = 52.0  # two times 9, and 33
    results.cells["resnet50/closed/224/ocelli-int8/8"]["lost"] = 1
    missed = [target for target in all_targets(results) if target.met is False]
    assert [target.name for target in missed] == ["Overload, int8, no deadline: age, 99th percentile",
                                                  "Frames lost, all scenarios together"]
    assert results.lost == {"resnet50/closed/224/ocelli-int8/8": 1}


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    results = complete()
    results.cells["resnet50/closed/224/ocelli-int8/32"] = {"error": "ended with code 1"}
    unknown = [target for target in all_targets(results) if target.met is None]
    assert len(unknown) == 1 and "ResNet-50 int8" in unknown[0].name
    assert "`resnet50/closed/224/ocelli-int8/32`: ended with code 1" in machine(results)


@pytest.mark.parametrize("write", SERVING, ids=lambda write: write.__name__)
def test_a_run_without_any_number_still_gives_tables(write) -> None:
    assert "None" not in write(Results("", "", {}, 2))


@pytest.mark.parametrize("write", SERVING, ids=lambda write: write.__name__)
def test_all_rows_of_a_table_have_equally_many_cells(write) -> None:
    blocks = [[line for line in block.splitlines() if line.startswith("|")]
              for block in write(complete()).split("\n\n")]
    assert any(blocks)
    for rows in filter(None, blocks):
        assert len({row.count("|") for row in rows}) == 1


def test_results_come_back_from_their_file(tmp_path: Path) -> None:
    complete().save(tmp_path / "folder" / "results.json")
    assert Results.load(tmp_path / "folder" / "results.json") == complete()


def test_two_runs_are_compared_by_their_throughputs() -> None:
    before, after = complete(), complete()
    after.cells["resnet50/closed/224/ocelli-int8/8"]["fps"] = 104.5
    after.cells["resnet50/closed/224/flask/8"] = {"error": "gone"}
    assert differences(before.cells, after.cells)[-1] == pytest.approx(0.1)
    assert "0.0% in the median and 10.0% at most" in comparison_line(before, after)
    assert comparison_line(before, Results("", "", {}, 2)) == "No run before to compare with."


def engine_runs() -> dict:
    """Two rounds, in the second of which the machine is half as fast."""
    rounds = [1.0, 0.5]
    return {"resnet50": {engine: [
        {"batches": [{"batch": batch, "images_per_second": factor * (90 if engine.startswith("ocelli") else 100)}
                     for batch in (1, 8)]} for factor in rounds] for engine in ENGINES}}


def test_engines_are_compared_within_each_round() -> None:
    assert ratio(engine_runs()["resnet50"], "int8", 8) == pytest.approx(0.9)
    assert engines_table(engine_runs()).count("90 %") == 6


def test_the_document_has_a_place_for_every_table() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    names = ["machine", "targets", "throughput", "shares", "ratios", "latency", "single", "overload", "cameras",
             "repeated"]
    for name in [*(f"serving {name}" for name in names), "engines"]:
        assert all(text.count(marker) == 1 for marker in markers(name)), name

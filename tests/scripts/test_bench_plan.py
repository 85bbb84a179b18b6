"""What is measured, and that it belongs to the same models as the packages."""

import re
from pathlib import Path

from bench import plan
from bench.model_input import SEED

ROOT = Path(__file__).resolve().parents[2]


def test_every_measurement_has_a_name_of_its_own() -> None:
    names = [cell.name for cell in plan.everything()]
    assert len(set(names)) == len(names)


def test_all_systems_get_the_same_load_one_after_the_other() -> None:
    cells = plan.closed("resnet50", "224", 8, others=True)
    assert [cell.system for cell in cells] == [*plan.OCELLI, *plan.PEERS]
    assert {(cell.clients, cell.seconds, cell.size) for cell in cells} == {(8, plan.CLOSED_SECONDS, "224")}
    assert [cell.system for cell in plan.closed("resnet50", "640x480", 8, others=True)] == [*plan.OCELLI, "flask"]


def test_everything_and_the_quick_look_end_in_time() -> None:
    assert plan.expected_seconds(plan.everything()) <= 25 * 60
    assert plan.expected_seconds(plan.quick()) <= 5 * 60


def test_a_pattern_selects_by_name() -> None:
    found = plan.matching(plan.everything(), ["resnet50/closed/224/*/8", "*/overload/*int8*"])
    assert {cell.scenario for cell in found} == {"closed", "overload"}
    assert len(found) == 6 + 2
    assert plan.matching(plan.everything(), ["nothing"]) == []


def test_the_overload_is_four_times_the_capacity() -> None:
    assert plan.overload_clients(200) == 27
    assert plan.overload_clients(1) == 1


def test_the_weights_are_those_of_the_exported_packages() -> None:
    exported = (ROOT / "scripts" / "export" / "models.py").read_text()
    assert re.search(r"^SEED = (\d+)", exported, re.MULTILINE).group(1) == str(SEED)

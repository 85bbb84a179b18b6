"""Tables that are written into documents."""

from pathlib import Path

import pytest

from bench.documents import MarkerError, markers, number, percent, table, with_block, write_blocks

BEGIN, END = markers("speed")
TEXT = f"# Title\n\n{BEGIN}\n\nold\n\n{END}\n\nafter\n"


def test_only_what_is_between_the_markers_changes() -> None:
    assert with_block(TEXT, "speed", "| new |\n") == f"# Title\n\n{BEGIN}\n\n| new |\n\n{END}\n\nafter\n"


def test_writing_twice_gives_the_same_document() -> None:
    once = with_block(TEXT, "speed", "| new |")
    assert with_block(once, "speed", "| new |") == once


@pytest.mark.parametrize("text", ["", BEGIN, END, f"{END}\n{BEGIN}", f"{TEXT}{TEXT}"])
def test_a_document_without_one_pair_of_markers_is_refused(text: str) -> None:
    with pytest.raises(MarkerError, match="speed"):
        with_block(text, "speed", "new")


def test_no_block_is_written_when_one_has_no_place(tmp_path: Path) -> None:
    document = tmp_path / "document.md"
    document.write_text(TEXT)
    with pytest.raises(MarkerError):
        write_blocks(document, {"speed": "new", "missing": "new"})
    assert document.read_text() == TEXT


def test_a_table_has_a_rule_and_numbers_to_the_right() -> None:
    assert table(["what", "a", "b"], [["x", "1", "2"]]) == "| what | a | b |\n| --- | ---: | ---: |\n| x | 1 | 2 |"


@pytest.mark.parametrize("value, text", [(None, "–"), (1234.5, "1,234"), (99.94, "99.9"), (1.234, "1.23"),
                                         (-250, "-250")])
def test_a_number_has_three_digits(value: float | None, text: str) -> None:
    assert number(value) == text


def test_a_share_is_told_in_percent() -> None:
    assert (percent(0.949), percent(None)) == ("95 %", "–")

"""Writes tables into documents, between markers."""

from collections.abc import Mapping, Sequence
from pathlib import Path


class MarkerError(Exception):
    """A document does not have the markers of a block, or has them twice."""


def markers(name: str) -> tuple[str, str]:
    return f"<!-- {name}: begin, written by a script -->", f"<!-- {name}: end -->"


def with_block(text: str, name: str, body: str) -> str:
    """The text with `body` between the markers of the block; the same again when that is done twice."""
    begin, end = markers(name)
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(end) < text.index(begin):
        raise MarkerError(f"one line {begin} and then one {end} are wanted")
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    return f"{head}{begin}\n\n{body.strip()}\n\n{end}{tail}"


def write_blocks(path: Path, blocks: Mapping[str, str]) -> None:
    """Puts every block into the document."""
    text = path.read_text(encoding="utf-8")
    for name, body in blocks.items():
        text = with_block(text, name, body)
    path.write_text(text, encoding="utf-8")


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """In Markdown; the first column is text, the others are numbers."""
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(cells) + " |"

    rule = "| --- |" + " ---: |" * (len(header) - 1)
    return "\n".join([line(header), rule, *map(line, rows)])


def number(value: float | None, decimals: int | None = None) -> str:
    """Three digits at least, a dash for nothing."""
    if value is None:
        return "–"
    if decimals is None:
        decimals = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{decimals}f}"


def percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.0f} %"

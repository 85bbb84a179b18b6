"""Labels for model packages: what is read, and what is refused with what to do."""

import json
from pathlib import Path

import pytest

from export import ExportError
from export.labels import Labels, check_count, read_labels


def written(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def names_in(folder: Path, name: str, data: bytes) -> list[str]:
    return read_labels(written(folder, name, data), trust_pickle=False).names


@pytest.mark.parametrize("data", [
    "daisy\nGänseblümchen\nrose hip\n".encode(),
    "daisy\nGänseblümchen\nrose hip".encode(),
    "daisy\r\nGänseblümchen\r\nrose hip\r\n\r\n".encode(),
    b"\xef\xbb\xbf" + "daisy\nGänseblümchen\nrose hip\n".encode()],
    ids=["plain", "no last line end", "Windows", "byte order mark"])
def test_a_text_file_has_one_label_a_line(tmp_path: Path, data: bytes) -> None:
    assert names_in(tmp_path, "labels.txt", data) == ["daisy", "Gänseblümchen", "rose hip"]


def test_a_line_separator_of_unicode_does_not_end_a_label(tmp_path: Path) -> None:
    assert names_in(tmp_path, "labels.txt", "a\u2028b\nc\x85d\n".encode()) == ["a\u2028b", "c\x85d"]


def test_a_json_list_keeps_its_order(tmp_path: Path) -> None:
    assert names_in(tmp_path, "labels.json", b'["rose", "daisy"]') == ["rose", "daisy"]


def test_a_json_object_is_ordered_by_its_indices_as_numbers(tmp_path: Path) -> None:
    names = {str(index): f"class {index}" for index in reversed(range(12))}
    assert names_in(tmp_path, "labels.json", json.dumps(names).encode()) == [f"class {index}" for index in range(12)]


def test_labels_may_repeat_as_those_of_imagenet_do(tmp_path: Path) -> None:
    assert names_in(tmp_path, "labels.txt", b"crane\ncrane\n") == ["crane", "crane"]


def test_the_source_names_the_kind_and_the_file(tmp_path: Path) -> None:
    assert read_labels(written(tmp_path, "a.json", b'["x"]'), trust_pickle=False).source == "JSON, a.json"


@pytest.mark.parametrize("name, data, wanted", [
    ("labels.txt", b"daisy\n\nrose\n", "label 2 is empty"),
    ("labels.txt", b"daisy\n \t\n", "label 2 is empty"),
    ("labels.txt", b"", "label 1 is empty"),
    ("labels.txt", b"\x80\x04\x95", "is not UTF-8 text"),
    ("labels.txt", b"daisy\nro\rse\n", "label 2 has a line break"),
    ("labels.json", b"[", "is not JSON"),
    ("labels.json", b"[]", "has no labels"),
    ("labels.json", b"{}", "has no labels"),
    ("labels.json", b"7", "must be a list of names"),
    ("labels.json", b'["daisy", 7]', "must be a list of names"),
    ("labels.json", b'["daisy\\nrose"]', "label 1 has a line break"),
    ("labels.json", b'["\\ud800"]', "half of a surrogate pair"),
    ("labels.json", b'{"1": "daisy", "2": "rose"}', 'from "0" to "1"'),
    ("labels.json", b'{"daisy": 0, "rose": 1}', 'from "0" to "1"'),
    ("labels.json", b'{"0": "daisy", "01": "rose"}', 'from "0" to "1"')])
def test_what_the_server_would_refuse_is_said_in_one_line(tmp_path: Path, name: str, data: bytes, wanted: str) -> None:
    with pytest.raises(ExportError) as caught:
        names_in(tmp_path, name, data)
    assert wanted in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["encoder.pkl", "encoder.pickle", "encoder.joblib", "ENCODER.PKL"])
def test_a_pickle_is_not_opened_unless_it_is_trusted(tmp_path: Path, name: str) -> None:
    with pytest.raises(ExportError, match="runs whatever code .* --trust-pickle"):
        read_labels(tmp_path / name, trust_pickle=False)  # there is no such file: opening it would be another error


def test_as_many_labels_as_outputs_are_wanted() -> None:
    labels = Labels(["daisy", "rose"], "text, flowers.txt")
    check_count(labels, 2)
    for outputs in (1, 3):
        with pytest.raises(ExportError, match=f"{outputs} outputs, but there are 2 labels .text, flowers.txt."):
            check_count(labels, outputs)

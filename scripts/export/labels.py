"""Labels in the order of a model's outputs, from a text file, JSON, or a scikit-learn LabelEncoder."""

import json
import warnings
from dataclasses import dataclass
from pathlib import Path

from export import ExportError

PICKLES = (".pkl", ".pickle", ".joblib")


@dataclass(frozen=True)
class Labels:
    names: list[str]
    source: str  # for people: goes into the package


def read_labels(path: Path, trust_pickle: bool) -> Labels:
    """Reads labels; the ending of the file's name tells how. Raises `ExportError`."""
    suffix = path.suffix.lower()
    if suffix in PICKLES:
        if not trust_pickle:
            raise ExportError(f"{path} is a pickle, and loading a pickle runs whatever code its author put into it: "
                              "add --trust-pickle if you trust it, or write encoder.classes_ to a text file")
        names, kind = encoder_labels(path), "scikit-learn LabelEncoder"
    elif suffix == ".json":
        names, kind = json_labels(path), "JSON"
    else:
        names, kind = text_labels(path), "text"
    for index, name in enumerate(names):
        check(path, index, name)
    if not names:
        raise ExportError(f"{path} has no labels: one for each output of the model is wanted")
    return Labels(names, f"{kind}, {path.name}")


def check_count(labels: Labels, outputs: int) -> None:
    """Raises `ExportError` unless there is one label for each output."""
    if len(labels.names) != outputs:
        raise ExportError(f"the model has {outputs:,} outputs, but there are {len(labels.names):,} labels "
                          f"({labels.source}): take the labels that the model was trained with")


def check(path: Path, index: int, name: str) -> None:
    """What the server would refuse, said before anything is written."""
    if not name.strip():
        raise ExportError(f"{path}: label {index + 1} is empty: give every output of the model a label")
    if "\n" in name or "\r" in name:
        raise ExportError(f"{path}: label {index + 1} has a line break in it: labels are kept one a line")
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise ExportError(f"{path}: label {index + 1} has half of a surrogate pair: correct it") from None


def read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ExportError(f"{path} is not UTF-8 text: save it as UTF-8; LabelEncoders are wanted as .pkl, .pickle "
                          "or .joblib") from None


def text_labels(path: Path) -> list[str]:
    """One label a line; empty lines only at the end."""
    return [line.removesuffix("\r") for line in read_text(path).rstrip("\r\n").split("\n")]


def json_labels(path: Path) -> list[str]:
    """A list of names, or an object whose keys are the indices: `{"0": "daisy", "1": "rose"}`."""
    try:
        data = json.loads(read_text(path))
    except ValueError as error:
        raise ExportError(f"{path} is not JSON ({error}): correct it") from None
    if isinstance(data, dict):
        wanted = [str(index) for index in range(len(data))]
        if set(data) != set(wanted):
            raise ExportError(f"{path}: the keys must be the indices of the model's outputs, "
                              f"each from \"0\" to \"{len(data) - 1}\" once")
        data = [data[index] for index in wanted]
    if not isinstance(data, list) or not all(isinstance(name, str) for name in data):
        raise ExportError(f"{path} must be a list of names, or an object from index to name")
    return data


def encoder_labels(path: Path) -> list[str]:
    """The classes of a LabelEncoder that pickle or joblib wrote. Runs the code in the file."""
    import joblib
    from sklearn.exceptions import InconsistentVersionWarning
    from sklearn.preprocessing import LabelEncoder

    try:
        with warnings.catch_warnings():
            # only the classes are read, which all versions keep alike
            warnings.simplefilter("ignore", InconsistentVersionWarning)
            encoder = joblib.load(path)
    except Exception as error:
        reason = str(error).strip().partition("\n")[0]
        raise ExportError(f"{path} cannot be loaded ({type(error).__name__}: {reason}): write encoder.classes_ to a "
                          "text file instead") from None
    if not isinstance(encoder, LabelEncoder) or not hasattr(encoder, "classes_"):
        raise ExportError(f"{path} holds a {type(encoder).__name__}, not a fitted LabelEncoder: write the labels to a "
                          "text file instead")
    return [str(name) for name in encoder.classes_]

#!/usr/bin/env python3
"""Makes a model package for Ocelli from a ResNet checkpoint or a scripted module.

Compares the package with the model on images and refuses to write one that disagrees, then tells the speed of both.
Makes its own Python environment on first use, which fetches about 3 GB.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import python_environment  # noqa: E402
from export import ExportError  # noqa: E402
from export.arguments import check_paths, parse  # noqa: E402


def failed(error: Exception) -> int:
    print(f"error: {error}", file=sys.stderr)
    return 1


ARGUMENTS, INPUT = parse(__doc__)  # before the environment is made, so that --help and what is missing come at once
try:
    check_paths(ARGUMENTS)
except (ExportError, OSError) as problem:
    sys.exit(failed(problem))
python_environment.enter("training")

from export.progress import say  # noqa: E402

say("loading PyTorch")

import os  # noqa: E402
import tempfile  # noqa: E402

from export import models, speed, validation  # noqa: E402
from export.labels import Labels, check_count, read_labels  # noqa: E402
from export.package import FILES, MODEL_FILE, complete_package  # noqa: E402
from export.samples import read_samples  # noqa: E402


def read_source() -> models.Source:
    if ARGUMENTS.module is not None:
        return models.source_of_module(ARGUMENTS.module, INPUT)
    if ARGUMENTS.checkpoint is None:
        print("WARNING: no --checkpoint, so the weights are RANDOM: good for benchmarks, its labels mean nothing",
              file=sys.stderr)
    return models.source_of_architecture(ARGUMENTS.architecture, ARGUMENTS.checkpoint)


def labels_for(outputs: int) -> Labels:
    if ARGUMENTS.labels is not None:
        labels = read_labels(ARGUMENTS.labels, ARGUMENTS.trust_pickle)
    elif outputs == models.IMAGENET_CLASSES:
        labels = models.imagenet_labels()
    else:
        raise ExportError(f"the model has {outputs:,} outputs: name them with --labels FILE (only with "
                          f"{models.IMAGENET_CLASSES:,} ImageNet's names are taken)")
    check_count(labels, outputs)
    return labels


def export(output: Path) -> None:
    """Makes the package beside `output` and moves its files there when all is well."""
    source = read_source()
    labels = labels_for(source.outputs)
    samples = validation.photographs()
    if ARGUMENTS.validation is not None:
        samples = read_samples(ARGUMENTS.validation, labels.names)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as name:
        folder = Path(name)
        say("exporting")
        models.save_scripted(source.model, folder / MODEL_FILE)
        complete_package(folder, output.name, f"{source.origin}; {source.outputs:,} labels", INPUT, labels.names,
                         labels.source)
        exported = models.load_exported(folder / MODEL_FILE)
        say(f"comparing on {len(samples):,} images")
        comparison = validation.compare(source.model, exported, samples, INPUT, labels.names)
        print(comparison, flush=True)
        comparison.check()
        output.mkdir(exist_ok=True)
        for file in FILES:
            os.replace(folder / file, output / file)
    print(f"wrote {output}: {source.origin}", flush=True)
    if not ARGUMENTS.no_speed:
        say("measuring the speed (--no-speed skips it)")
        print(speed.table(source.model, exported, INPUT), flush=True)


def main() -> int:
    try:
        export(ARGUMENTS.output.resolve())
    except (ExportError, OSError) as error:
        return failed(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())

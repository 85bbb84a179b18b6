#!/usr/bin/env python3
"""Makes a model package for Ocelli from weights and an architecture, or from a scripted module.

Compares the package with the model on images and refuses to write one that disagrees, then tells the speed of both.
Makes its own Python environment on first use, which fetches about 3 GB.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import python_environment  # noqa: E402
from export import ExportError  # noqa: E402
from export.arguments import check_surroundings, parse  # noqa: E402


def failed(error: Exception) -> int:
    print(f"error: {error}", file=sys.stderr)
    return 1


ARGUMENTS, INPUT = parse(__doc__)  # before the environment is made, so that --help and what is missing come at once
try:
    check_surroundings(ARGUMENTS)
except (ExportError, OSError) as problem:
    sys.exit(failed(problem))
python_environment.enter("training")

from export.progress import say, step  # noqa: E402

say("loading PyTorch")

import signal  # noqa: E402
import tempfile  # noqa: E402

import torch  # noqa: E402

from export import aotinductor, models, speed, validation  # noqa: E402
from export.comparison import Comparison  # noqa: E402
from export.engines import CompiledEngine, EagerEngine, Engine, TorchScriptEngine  # noqa: E402
from export.labels import Labels, check_count, read_labels  # noqa: E402
from export.package import MODEL_FILE, batch_file, complete_package, move_package  # noqa: E402
from export.precisions import PRECISIONS  # noqa: E402
from export.samples import Sample, calibration_images, read_samples  # noqa: E402

MOST_CALIBRATION_IMAGES = 512
TORCHSCRIPT_SIZES = (1, 8)  # to compare and to measure: a TorchScript file takes any


def given_labels() -> Labels | None:
    return read_labels(ARGUMENTS.labels, ARGUMENTS.trust_pickle) if ARGUMENTS.labels is not None else None


def read_source(labels: Labels | None) -> models.Source:
    if ARGUMENTS.module is not None:
        return models.source_of_module(ARGUMENTS.module, INPUT)
    if ARGUMENTS.checkpoint is not None:
        return models.with_weights_of(ARGUMENTS.arch, ARGUMENTS.checkpoint, INPUT)
    if ARGUMENTS.pretrained:
        return models.with_published_weights(ARGUMENTS.arch, INPUT)
    return models.with_random_weights(ARGUMENTS.arch, len(labels.names) if labels else models.IMAGENET_CLASSES, INPUT)


def labels_for(outputs: int, given: Labels | None) -> Labels:
    if given is not None:
        check_count(given, outputs)
        return given
    if outputs == models.IMAGENET_CLASSES:
        return models.imagenet_labels()
    raise ExportError(f"the model has {outputs:,} outputs: name them with --labels FILE (only with "
                      f"{models.IMAGENET_CLASSES:,} ImageNet's names are taken)")


def calibration_paths() -> list[Path]:
    if ARGUMENTS.calibration is None:
        return []
    return calibration_images(ARGUMENTS.calibration, MOST_CALIBRATION_IMAGES)


def samples_to_compare(labels: Labels, calibration: list[Path]) -> list[Sample]:
    if ARGUMENTS.validation is not None:
        return read_samples(ARGUMENTS.validation, labels.names)
    if calibration:
        return [Sample(path, None) for path in calibration]
    return validation.photographs()


def calibration_batches(paths: list[Path]) -> list[torch.Tensor]:
    """All of one size, the last one filled up with the first images; noise for random weights."""
    if ARGUMENTS.precision != "int8":
        return []
    if not paths:
        generator = torch.Generator().manual_seed(models.SEED)
        shape = (validation.BATCH, INPUT.height, INPUT.width, INPUT.channels)
        return [torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator) for _ in range(4)]
    filled = [paths[index % len(paths)] for index in range(-(-len(paths) // validation.BATCH) * validation.BATCH)]
    return list(validation.batches(filled, INPUT, "read to calibrate"))


def write_package(folder: Path, source: models.Source, labels: Labels, calibration: list[Path]) -> Engine:
    """Writes a package into `folder` and loads what will run."""
    description = f"{source.origin}; {source.outputs:,} labels"
    name = ARGUMENTS.output.resolve().name
    if ARGUMENTS.format == "torchscript":
        with step("exporting"):
            models.save_torchscript(source.model, INPUT, folder / MODEL_FILE)
        complete_package(folder, name, description, INPUT, labels.names, labels.source)
        return TorchScriptEngine(folder / MODEL_FILE, INPUT)
    sizes, device = ARGUMENTS.batch_sizes, ARGUMENTS.device
    with step(f"preparing {ARGUMENTS.precision}"):
        module = aotinductor.prepared(source.model, INPUT, ARGUMENTS.precision, device,
                                      calibration_batches(calibration))
    aotinductor.compile_sizes(module, INPUT, sizes, device, folder)
    complete_package(folder, name, description, INPUT, labels.names, labels.source,
                     aotinductor.description_of(ARGUMENTS.precision, device, sizes))
    with step("loading what was compiled"):
        return CompiledEngine({size: folder / batch_file(size) for size in sizes}, device)


def check(comparison: Comparison) -> None:
    """Raises `ExportError` when the package must not be written."""
    gate = PRECISIONS[ARGUMENTS.precision].gate
    try:
        comparison.check_finite()
        comparison.check_sizes(gate)
        # in lower precision, random weights say nothing about the answers of trained ones
        if not ARGUMENTS.random_weights or ARGUMENTS.precision == "fp32":
            comparison.check_model(gate)
    except ExportError as error:
        if not ARGUMENTS.accept_disagreement or not comparison.finite:
            raise ExportError(f"nothing written: {error}") from None
        print(f"WARNING: {error}", file=sys.stderr)


def export(output: Path) -> None:
    """Makes the package beside `output` and moves its files there when all is well."""
    aotinductor.check_device(ARGUMENTS.device)
    given = given_labels()
    source = read_source(given)
    labels = labels_for(source.outputs, given)
    calibration = calibration_paths()
    samples = samples_to_compare(labels, calibration)
    sizes = ARGUMENTS.batch_sizes if ARGUMENTS.format == "aotinductor" else TORCHSCRIPT_SIZES
    eager = EagerEngine(source.model, INPUT, ARGUMENTS.device)
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="ocelli-export-", ignore_cleanup_errors=True) as caches, \
            tempfile.TemporaryDirectory(prefix=f".{output.name}-", dir=output.parent) as name:
        aotinductor.keep_caches_in(Path(caches))
        folder = Path(name)
        exported = write_package(folder, source, labels, calibration)
        with step(f"comparing on {len(samples):,} images"):
            comparison = validation.compare(eager, exported, sizes, samples, INPUT, labels.names)
        print(comparison, flush=True)
        check(comparison)
        move_package(folder, output)
    print(f"wrote {output}: {source.origin}", flush=True)
    if not ARGUMENTS.no_speed:
        say("measuring the speed (--no-speed skips it)")
        print(speed.table(eager, exported, sizes, INPUT), flush=True)


def main() -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # temporary folders go then too
    try:
        export(ARGUMENTS.output.resolve())
    except (ExportError, OSError) as error:
        return failed(error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())

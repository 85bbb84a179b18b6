"""The command line of scripts/export_model.py."""

import argparse
import os
from pathlib import Path

from export import ExportError
from export.architectures import ARCHITECTURES, IMAGENET_MEAN, IMAGENET_STD
from export.cpu_features import CPUINFO, check_precision, features_of, find_compiler
from export.package import InputDescription, channels_of
from export.precisions import PRECISIONS

LARGEST_SIDE = 4096  # what the server takes
LARGEST_BATCH = 1024
BATCH_SIZES = (1, 2, 4, 8, 16, 32)
RESIZE = 256

EXAMPLES = """examples:
  scripts/export_model.py --arch resnet18 --checkpoint flowers.pth --labels flowers.txt --output flowers
  scripts/export_model.py --arch resnet50 --checkpoint birds.safetensors --labels encoder.pkl --trust-pickle \\
      --format aotinductor --precision bf16 --validation photos/ --output birds
  scripts/export_model.py --arch resnet50 --checkpoint birds.pth --labels birds.json \\
      --format aotinductor --precision int8 --calibration some-photos/ --validation photos/ --output birds-int8
  scripts/export_model.py --module digits.pt --labels digits.json --width 28 --height 28 --resize 28 --color gray \\
      --mean 0.1307 --std 0.3081 --output digits
  scripts/export_model.py --arch efficientnet_lite0 --pretrained --output imagenet
  scripts/export_model.py --arch resnet50 --random-weights --output random-resnet50     # for benchmarks

then: scripts/run --set model.path=flowers
"""


def whole_number(text: str, most: int) -> int:
    value = int(text)
    if not 1 <= value <= most:
        raise argparse.ArgumentTypeError(f"must be 1 to {most}")
    return value


def side(text: str) -> int:
    return whole_number(text, LARGEST_SIDE)


def batch_size(text: str) -> int:
    return whole_number(text, LARGEST_BATCH)


def make_parser(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description, epilog=EXAMPLES, allow_abbrev=False,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--arch", choices=list(ARCHITECTURES), help="an architecture, with one of the next three")
    source.add_argument("--module", type=Path, metavar="FILE",
                        help="a scripted or traced module; loading it can run code of whoever wrote it")
    weights = parser.add_mutually_exclusive_group()
    weights.add_argument("--checkpoint", type=Path, metavar="FILE",
                         help="weights for --arch: .safetensors, or a state dict saved by torch.save, which may "
                              "be wrapped as \"state_dict\" or \"model\"; never runs code")
    weights.add_argument("--pretrained", action="store_true",
                         help="the published ImageNet weights: those of a ResNet are downloaded unless they are in "
                              "PyTorch's cache")
    weights.add_argument("--random-weights", action="store_true",
                         help="seeded random weights, for benchmarks: no accuracy to check, no calibration images")
    parser.add_argument("--labels", type=Path, metavar="FILE",
                        help="in the order of the outputs: text (one a line), .json (list, or object from index to "
                             "name), or a LabelEncoder (.pkl, .pickle, .joblib); default with 1,000 outputs: "
                             "ImageNet's")
    parser.add_argument("--trust-pickle", action="store_true",
                        help="load a LabelEncoder, which runs whatever code is in its file")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER",
                        help="the package; its last part is the name of the model")
    parser.add_argument("--force", action="store_true", help="replace the package in --output")
    add_format(parser.add_argument_group("format"))
    add_input(parser.add_argument_group("input of the model"))
    add_checks(parser.add_argument_group("checks"))
    return parser


def add_format(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--format", choices=["torchscript", "aotinductor"], default="torchscript",
                       help="torchscript runs on any processor; aotinductor is compiled for one kind of processor or "
                            "GPU and faster (default: %(default)s)")
    group.add_argument("--precision", choices=list(PRECISIONS), default="fp32",
                       help="aotinductor: bf16, fp16 (cuda) or int8 (cpu) instead of fp32")
    group.add_argument("--device", choices=["cpu", "cuda"], default="cpu",
                       help="what aotinductor compiles for (default: %(default)s)")
    group.add_argument("--batch-sizes", type=batch_size, nargs="+", metavar="N",
                       help="aotinductor: one file is compiled for each, in some ten seconds (default: "
                            f"{' '.join(map(str, BATCH_SIZES))})")
    group.add_argument("--calibration", type=Path, metavar="FOLDER",
                       help="int8: images, some hundreds of the kind that will come; folders in it count too")


def add_input(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--width", type=side, default=224, metavar="PIXELS", help="default: %(default)s")
    group.add_argument("--height", type=side, default=224, metavar="PIXELS", help="default: %(default)s")
    group.add_argument("--resize", type=side, metavar="PIXELS",
                       help=f"shorter side before the centre crop (default: {RESIZE}; with --pretrained that of the "
                            "weights)")
    group.add_argument("--color", choices=["rgb", "bgr", "gray"], default="rgb", help="default: %(default)s")
    group.add_argument("--mean", type=float, nargs="+", metavar="NUMBER",
                       help="per channel, on the scale 0..1 (default: that of the architecture's published weights)")
    group.add_argument("--std", type=float, nargs="+", metavar="NUMBER", help="the same for the standard deviation")


def add_checks(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--validation", type=Path, metavar="FOLDER",
                       help="images to compare the package with the model on; with a folder per class also the "
                            "accuracy is told (default: those of --calibration, else six photographs)")
    group.add_argument("--accept-disagreement", action="store_true",
                       help="write the package although it disagrees with the model or loses accuracy")
    group.add_argument("--no-speed", action="store_true", help="do not measure the speed")


def parse(description: str, words: list[str] | None = None) -> tuple[argparse.Namespace, InputDescription]:
    """The arguments and the input that they describe. Exits with 2 when they contradict each other."""
    parser = make_parser(description)
    arguments = parser.parse_args(words)
    check_source(parser, arguments)
    check_format(parser, arguments)
    arguments.batch_sizes = tuple(sorted(set(arguments.batch_sizes or BATCH_SIZES)))
    return arguments, described_input(parser, arguments)


def check_source(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    weights = [option for option, given in (("--checkpoint", arguments.checkpoint is not None),
                                            ("--pretrained", arguments.pretrained),
                                            ("--random-weights", arguments.random_weights)) if given]
    if arguments.arch is None and weights:
        parser.error(f"{weights[0]} goes with --arch")
    if arguments.arch is not None and not weights:
        parser.error("--arch needs weights: --checkpoint FILE, --pretrained, or --random-weights for benchmarks")
    if arguments.arch is not None and arguments.color == "gray":
        parser.error(f"{arguments.arch} takes three channels: --color gray goes with --module")
    if arguments.random_weights and arguments.validation is not None:
        parser.error("--validation says nothing about --random-weights: leave it out")


def check_format(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    if arguments.format == "torchscript":
        for option, given in (("--batch-sizes", arguments.batch_sizes is not None),
                              (f"--precision {arguments.precision}", arguments.precision != "fp32"),
                              ("--device cuda", arguments.device != "cpu")):
            if given:
                parser.error(f"{option} goes with --format aotinductor")
    elif arguments.module is not None:
        parser.error("--module goes with --format torchscript: AOTInductor compiles models of PyTorch, a scripted "
                     "module is one no more")
    devices = PRECISIONS[arguments.precision].devices
    if arguments.device not in devices:
        parser.error(f"--precision {arguments.precision} goes with --device {' or '.join(devices)}")
    if arguments.precision != "int8" and arguments.calibration is not None:
        parser.error("--calibration goes with --precision int8")
    if arguments.precision == "int8" and arguments.random_weights and arguments.calibration is not None:
        parser.error("--random-weights is calibrated on noise: leave --calibration out")
    if arguments.precision == "int8" and not arguments.random_weights and arguments.calibration is None:
        parser.error("--precision int8 needs --calibration FOLDER: some hundreds of images of the kind that will come")


def described_input(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> InputDescription:
    architecture = ARCHITECTURES.get(arguments.arch)
    if arguments.resize is None:
        arguments.resize = architecture.published_resize if arguments.pretrained else RESIZE
    if arguments.resize < max(arguments.width, arguments.height):
        parser.error("--resize must be at least --width and --height: the crop is cut from it")
    mean, std = (architecture.mean, architecture.std) if architecture else (IMAGENET_MEAN, IMAGENET_STD)
    return InputDescription(
        arguments.width, arguments.height, arguments.color, arguments.resize,
        channel_values(parser, arguments, "mean", mean), channel_values(parser, arguments, "std", std))


def channel_values(parser: argparse.ArgumentParser, arguments: argparse.Namespace, option: str,
                   default: tuple[float, ...]) -> tuple[float, ...]:
    """The values of --mean or --std, in the order of the channels. `default` is for red, green and blue."""
    channels = channels_of(arguments.color)
    values = getattr(arguments, option)
    if values is None:
        if channels == 1:
            parser.error(f"--color gray needs --{option}: there is no default for one channel")
        return default if arguments.color == "rgb" else default[::-1]
    if len(values) != channels:
        parser.error(f"--{option} takes {channels} number{'s' if channels > 1 else ''} with --color {arguments.color}")
    if not all(abs(value) <= 1e6 for value in values) or option == "std" and min(values) <= 0:
        parser.error(f"--{option} must be finite{' and above 0' if option == 'std' else ''}")
    return tuple(values)


def check_surroundings(arguments: argparse.Namespace) -> None:
    """Raises `ExportError` for what is missing on this machine or in the way, before anything slow begins."""
    for option in ("checkpoint", "module", "labels"):
        path = getattr(arguments, option)
        if path is not None and not path.is_file():
            raise ExportError(f"--{option}: there is no file {path}")
    for option in ("calibration", "validation"):
        path = getattr(arguments, option)
        if path is not None and not path.is_dir():
            raise ExportError(f"--{option}: there is no folder {path}")
    check_output(arguments.output.resolve(), arguments.force)
    if arguments.format == "aotinductor":
        find_compiler()
        if arguments.device == "cpu":
            check_precision(arguments.precision, features_of(CPUINFO.read_text()))


def check_output(output: Path, force: bool) -> None:
    """Raises `ExportError` unless a package can be written there."""
    present = next(path for path in (output, *output.parents) if path.exists())
    if not present.is_dir():
        raise ExportError(f"--output: {present} is not a folder: take another name")
    if not os.access(present, os.W_OK):
        raise ExportError(f"--output: {present} cannot be written to: take another name, or change its permissions")
    if present == output and any(output.iterdir()) and not force:
        raise ExportError(f"--output: {output} is not empty: take another name, or --force to replace the package in "
                          "it")

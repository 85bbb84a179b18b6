"""The command line of scripts/export_model.py."""

import argparse
import os
from pathlib import Path

from export import ExportError
from export.checkpoint import ARCHITECTURES
from export.package import InputDescription, channels_of

IMAGENET_MEAN = (0.485, 0.456, 0.406)  # red, green, blue
IMAGENET_STD = (0.229, 0.224, 0.225)
LARGEST_SIDE = 4096  # what the server takes

EXAMPLES = """examples:
  scripts/export_model.py --architecture resnet18 --checkpoint flowers.pth --labels flowers.txt --output flowers
  scripts/export_model.py --architecture resnet50 --checkpoint birds.safetensors --labels encoder.pkl --trust-pickle \\
      --validation photos/ --output birds
  scripts/export_model.py --module digits.pt --labels digits.json --width 28 --height 28 --resize 28 --color gray \\
      --mean 0.1307 --std 0.3081 --output digits
  scripts/export_model.py --architecture resnet50 --output random-resnet50     # random weights, for benchmarks

then: scripts/run --set model.path=flowers
"""


def side(text: str) -> int:
    value = int(text)
    if not 1 <= value <= LARGEST_SIDE:
        raise argparse.ArgumentTypeError(f"must be 1 to {LARGEST_SIDE}")
    return value


def make_parser(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description, epilog=EXAMPLES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--architecture", choices=list(ARCHITECTURES.values()),
                        help="one of torchvision's ResNets; without --checkpoint with random weights, for benchmarks")
    source.add_argument("--module", type=Path, metavar="FILE",
                        help="a scripted or traced module; loading it can run code of whoever wrote it")
    parser.add_argument("--checkpoint", type=Path, metavar="FILE",
                        help="weights for --architecture: .safetensors, or a state dict saved by torch.save, which may "
                             "be wrapped as \"state_dict\" or \"model\"; never runs code")
    parser.add_argument("--labels", type=Path, metavar="FILE",
                        help="in the order of the outputs: text (one a line), .json (list, or object from index to "
                             "name), or a LabelEncoder (.pkl, .pickle, .joblib); default with 1,000 outputs: "
                             "ImageNet's")
    parser.add_argument("--trust-pickle", action="store_true",
                        help="load a LabelEncoder, which runs whatever code is in its file")
    parser.add_argument("--output", type=Path, required=True, metavar="FOLDER",
                        help="the package; its last part is the name of the model")
    parser.add_argument("--force", action="store_true", help="replace the package in --output")
    parser.add_argument("--validation", type=Path, metavar="FOLDER",
                        help="images to compare the package with the model on; with a folder per class also the "
                             "accuracy is told (default: six photographs)")
    parser.add_argument("--no-speed", action="store_true", help="do not measure the speed")
    group = parser.add_argument_group("input of the model")
    group.add_argument("--width", type=side, default=224, metavar="PIXELS", help="default: %(default)s")
    group.add_argument("--height", type=side, default=224, metavar="PIXELS", help="default: %(default)s")
    group.add_argument("--resize", type=side, default=256, metavar="PIXELS",
                       help="shorter side before the centre crop (default: %(default)s)")
    group.add_argument("--color", choices=["rgb", "bgr", "gray"], default="rgb", help="default: %(default)s")
    group.add_argument("--mean", type=float, nargs="+", metavar="NUMBER",
                       help="per channel, on the scale 0..1 (default: ImageNet's)")
    group.add_argument("--std", type=float, nargs="+", metavar="NUMBER", help="the same for the standard deviation")
    return parser


def parse(description: str, words: list[str] | None = None) -> tuple[argparse.Namespace, InputDescription]:
    """The arguments and the input that they describe. Exits with 2 when they contradict each other."""
    parser = make_parser(description)
    arguments = parser.parse_args(words)
    if arguments.checkpoint is not None and arguments.architecture is None:
        parser.error("--checkpoint goes with --architecture")
    if arguments.architecture is not None and arguments.color == "gray":
        parser.error("torchvision's ResNets take three channels: --color gray goes with --module")
    if arguments.resize < max(arguments.width, arguments.height):
        parser.error("--resize must be at least --width and --height: the crop is cut from it")
    return arguments, InputDescription(
        arguments.width, arguments.height, arguments.color, arguments.resize,
        channel_values(parser, arguments, "mean", IMAGENET_MEAN),
        channel_values(parser, arguments, "std", IMAGENET_STD))


def channel_values(parser: argparse.ArgumentParser, arguments: argparse.Namespace, option: str,
                   imagenet: tuple[float, ...]) -> tuple[float, ...]:
    """The values of --mean or --std, in the order of the channels."""
    channels = channels_of(arguments.color)
    values = getattr(arguments, option)
    if values is None:
        if channels == 1:
            parser.error(f"--color gray needs --{option}: there is no default for one channel")
        return imagenet if arguments.color == "rgb" else imagenet[::-1]
    if len(values) != channels:
        parser.error(f"--{option} takes {channels} number{'s' if channels > 1 else ''} with --color {arguments.color}")
    if not all(abs(value) <= 1e6 for value in values) or option == "std" and min(values) <= 0:
        parser.error(f"--{option} must be finite{' and above 0' if option == 'std' else ''}")
    return tuple(values)


def check_paths(arguments: argparse.Namespace) -> None:
    """Raises `ExportError` for what is missing or in the way, before anything slow begins."""
    for option in ("checkpoint", "module", "labels"):
        path = getattr(arguments, option)
        if path is not None and not path.is_file():
            raise ExportError(f"--{option}: there is no file {path}")
    if arguments.validation is not None and not arguments.validation.is_dir():
        raise ExportError(f"--validation: there is no folder {arguments.validation}")
    output = arguments.output.resolve()
    present = next(path for path in (output, *output.parents) if path.exists())
    if not present.is_dir():
        raise ExportError(f"--output: {present} is not a folder: take another name")
    if not os.access(present, os.W_OK):
        raise ExportError(f"--output: {present} cannot be written to: take another name, or change its permissions")
    if present == output and any(output.iterdir()) and not arguments.force:
        raise ExportError(f"--output: {output} is not empty: take another name, or --force to replace the package in "
                          "it")

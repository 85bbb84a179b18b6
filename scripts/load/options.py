"""The command line of scripts/swarm.py. Needs nothing beyond the standard library."""

import argparse
import math
import os
from pathlib import Path

PAYLOADS = ("data-url", "base64", "binary", "object-data-url", "object-base64", "object-binary")
OBJECTS = tuple(name for name in PAYLOADS if name.startswith("object-"))
CLIENTS_PER_PROCESS = 4  # fewer do not pay for another process

DESCRIPTION = """\
Puts a Socket.IO server that labels camera frames under load and tells whether it bears it.

Many clients (python-socketio, in several processes) connect to URL and send images as event `frame`. One frame is sent
beforehand, to see that the server answers and how. Progress is shown meanwhile; at the end comes a report, as text and,
if wanted, as JSON and as plots.

modes
  closed    every client sends its next frame when the last one has been answered
  paced     every client sends --fps frames per second, at even intervals, whether answers come or not
  poisson   the same on average, at random moments
"""

DEFINITIONS = """\
what the numbers mean
  answered, superseded, expired, rejected, failed
               a label or "Already in list"; replaced by a newer frame; "deadline exceeded"; "overloaded" or "shutting
               down"; any other "Failed to process image"
  lost         frames and questions that had no answer --patience seconds after the end, or before the connection ended
  latency      of answered frames: from the moment at which the frame was to be sent to the answer. In modes paced and
               poisson that moment is the schedule's, so that a server that stalls cannot hide it by making the
               clients late
  age          of answered frames: from the moment at which the operating system had taken the last byte of the frame to
               the answer
  send delay   latency without age: a large one says that the network, the server's reading or this program is too slow
  jain         fairness over the clients' answers per second: 1 when all get the same, 1/N when one of N gets everything

exit codes
  0  every threshold was met, and every client stayed connected
  1  a threshold was missed, or nothing was answered
  2  wrong arguments, or images that cannot be read
  3  cannot connect, or the server did not answer the first frame
  130  interrupted; the report tells what was measured until then
"""


def available_processors() -> int:
    """CPUs that this process may use, by affinity and by the quota of its control group."""
    count = len(os.sched_getaffinity(0))
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        if quota != "max":
            count = min(count, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):
        pass  # no such control group
    return max(1, count)


def default_processes(clients: int, processors: int) -> int:
    """Half of the processors, so that a server on the same machine has the others."""
    return max(1, min(processors // 2, math.ceil(clients / CLIENTS_PER_PROCESS)))


def size(text: str) -> tuple[int, int]:
    """Width and height of `640x480`."""
    width, cross, height = text.partition("x")
    if not (cross and width.isdigit() and height.isdigit() and int(width) and int(height)):
        raise argparse.ArgumentTypeError(f"{text} is no size like 640x480")
    return int(width), int(height)


def positive(text: str) -> float:
    value = float(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is not more than 0")
    return value


def not_negative(text: str) -> float:
    value = float(text)
    if not 0 <= value < math.inf:
        raise argparse.ArgumentTypeError(f"{text} is less than 0")
    return value


def count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"{text} is less than 1")
    return value


def make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=DESCRIPTION, epilog=DEFINITIONS,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url", metavar="URL", nargs="?", default="http://127.0.0.1:5000",
                        help="of the server (default: %(default)s)")

    load = parser.add_argument_group("load")
    load.add_argument("--clients", type=count, default=8, metavar="N", help="number of clients (default: %(default)s)")
    load.add_argument("--duration", type=positive, default=30, metavar="S",
                      help="seconds to send for (default: %(default)s)")
    load.add_argument("--mode", choices=["closed", "paced", "poisson"], default="closed", help="(default: %(default)s)")
    load.add_argument("--fps", type=positive, metavar="F",
                      help="frames per second of each client in modes paced and poisson (default: 10)")
    load.add_argument("--fps-to", type=positive, metavar="F",
                      help="let the rate of each client go evenly from --fps to this one over the duration")
    load.add_argument("--ramp", type=not_negative, default=0, metavar="S",
                      help="let the clients connect one by one over the first S seconds of the duration, and begin at "
                      "once (default: 0, the duration begins when all are connected)")
    load.add_argument("--questions-per-minute", type=not_negative, default=0, metavar="Q",
                      help="questions of each client, as event `message` at random moments (default: 0)")
    load.add_argument("--seed", type=int, default=1,
                      help="of everything random, to repeat a run (default: %(default)s)")

    frames = parser.add_argument_group("frames")
    source = frames.add_mutually_exclusive_group()
    source.add_argument("--images", type=Path, metavar="FOLDER", help="folder or zip file with images to send")
    source.add_argument("--video", type=Path, metavar="FILE",
                        help="video file with images to send, at the pace of --fps")
    frames.add_argument("--size", type=size, metavar="WIDTHxHEIGHT",
                        help="of the images (default: 640x480 for generated ones; images of a folder go as they are, "
                        "unless this is given: then they are scaled and encoded as JPEG)")
    frames.add_argument("--frames", type=count, default=100, metavar="N",
                        help="number of different images to hold, and to generate when there is neither --images nor "
                        "--video (default: %(default)s)")
    frames.add_argument("--payload", choices=[*PAYLOADS, "mixed"], metavar="FORM",
                        help=f"form of the frames: {', '.join(PAYLOADS)}, or mixed, which is all of them in turn "
                        "(default: data-url, or object-data-url with --ids or --deadline-ms)")
    frames.add_argument("--ids", action="store_true", help="send an id with every frame that is an object")
    frames.add_argument("--deadline-ms", type=positive, metavar="MS", help="to send with every frame that is an object")
    frames.add_argument("--verify", action="store_true",
                        help="check every label: against expected.csv beside the images where there is one, that no "
                        "label is repeated, that acknowledgement and response agree, and that there is one response "
                        "per frame")

    how = parser.add_argument_group("connections")
    how.add_argument("--transport", choices=["websocket", "polling", "upgrade"], default="websocket",
                     help="(default: %(default)s)")
    how.add_argument("--match", choices=["auto", "acknowledgement", "response"], default="auto",
                     help="how to tell which frame an answer is for. acknowledgement: by the acknowledgement of the "
                     "frame. response: by the id in the response, or the first response is for the first frame, the "
                     "second for the second and so on, for servers that never acknowledge. auto: see what the server "
                     "does with the first frame (default: %(default)s)")
    how.add_argument("--patience", type=positive, default=30, metavar="S",
                     help="seconds to wait for missing answers (default: %(default)s)")
    how.add_argument("--processes", type=count, metavar="N",
                     help="to spread the clients over (default: half of the processors)")
    how.add_argument("--pid", type=count,
                     help="process of the server, whose CPU and memory are watched with that of its children (default: "
                     "the process that listens at URL, if it is on this machine)")

    output = parser.add_argument_group("output")
    output.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
    output.add_argument("--plots", type=Path, metavar="FOLDER", help="write plots as PNG")

    limits = parser.add_argument_group("thresholds")
    limits.add_argument("--max-lost", type=int, default=0, metavar="N", help="(default: %(default)s)")
    limits.add_argument("--max-failed", type=int, default=0, metavar="N", help="(default: %(default)s)")
    limits.add_argument("--max-p99-ms", type=positive, metavar="MS", help="99th percentile of the latency")
    limits.add_argument("--max-age-ms", type=positive, metavar="MS", help="99th percentile of the age")
    limits.add_argument("--min-fps", type=positive, metavar="F", help="answers per second of all clients together")
    limits.add_argument("--min-jain", type=positive, metavar="J", help="fairness")
    limits.add_argument("--max-memory-growth", type=not_negative, metavar="PERCENT",
                        help="of the server: mean of the last quarter of the run over that of the second")
    return parser


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """The options, complete and consistent; ends the program with code 2 when they are not."""
    parser = make_parser()
    options = parser.parse_args(arguments)
    if not options.url.startswith(("http://", "https://")):
        parser.error("URL begins with http:// or https://")
    if options.mode == "closed" and (options.fps or options.fps_to):
        parser.error("--fps and --fps-to are for the modes paced and poisson")
    if options.mode != "closed":
        options.fps = options.fps or 10.0
    if options.ramp > options.duration:
        parser.error("--ramp is part of --duration and cannot be longer")
    if options.json is not None and not options.json.absolute().parent.is_dir():
        parser.error(f"there is no folder {options.json.parent} for --json")
    extra = options.ids or options.deadline_ms is not None
    options.payload = options.payload or ("object-data-url" if extra else "data-url")
    if extra and options.payload not in (*OBJECTS, "mixed"):
        parser.error("--ids and --deadline-ms need a payload that is an object: " + ", ".join((*OBJECTS, "mixed")))
    if options.max_memory_growth is not None and options.duration < 8:
        parser.error("--max-memory-growth compares quarters of the run and needs at least --duration 8")
    if options.processes is None:
        options.processes = default_processes(options.clients, available_processors())
    options.processes = min(options.processes, options.clients)
    return options

#!/usr/bin/env python3
"""Counts the instructions that metrics add to a frame, with valgrind's callgrind, and fails when they are 1 % or more.

The server runs under callgrind with the embedded model, one thread of each kind and batches of one; a Socket.IO client
sends frames one after the other. Counting begins when the server is warm. What metrics add is what their recording
functions execute, with all that these call, and the readings of the clock that only metrics need; it is compared with
what the engine alone executes for a frame. Instructions do not depend on what else the machine does. Needs valgrind
(Debian package valgrind) and a release build; takes some minutes. Makes its own Python environment on first use.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import python_environment  # noqa: E402

ROOT = python_environment.ROOT
LIMIT = 0.01

# One by SESSION for each answer, one by INFERENCE POOL for each batch. valgrind makes system calls of them, so that
# they cannot be measured; without it they are fewer instructions than this.
CLOCK_READINGS = 2
INSTRUCTIONS_OF_A_CLOCK_READING = 100

RECORDING = re.compile(r"ocelli::actors::metrics::(frame_received|frame_answered|batch_ended)\(")
ENGINE = re.compile(r"ocelli::inference::\w+_engine::run\(")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=100, help="frames that are counted (default: %(default)s)")
    parser.add_argument("--images", type=Path, default=ROOT / "tests" / "data" / "fashion_mnist.zip", metavar="ZIP",
                        help="zip file with JPEG images (default: Fashion-MNIST samples)")
    parser.add_argument("--program", type=Path, default=ROOT / "build" / "release" / "bin" / "ocelli",
                        help="the server (default: build/release/bin/ocelli)")
    return parser.parse_args()


ARGUMENTS = parse_arguments()  # before the environment is made, so that --help answers at once
python_environment.enter("client")

import socketio  # noqa: E402

SETTINGS = {"server.port": "0", "server.io_threads": "1", "server.actor_threads": "1", "inference.workers": "1",
            "inference.intra_op_threads": "1", "inference.decode_threads": "1", "inference.batch_sizes": "[1]",
            # whatever waits meanwhile, valgrind is slow
            "server.ping_timeout_ms": "600000"}
PATIENCE = 1800.0  # seconds
WARM_UP = 20  # frames


def start(profile: Path, log: Path) -> subprocess.Popen:
    """The server under callgrind, which does not count yet."""
    settings = [argument for name, value in SETTINGS.items() for argument in ("--set", f"{name}={value}")]
    with log.open("wb") as output:
        return subprocess.Popen(
            ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={profile}",
             str(ARGUMENTS.program), *settings], stdout=output, stderr=subprocess.STDOUT)


def wait_for_port(server: subprocess.Popen, log: Path) -> int:
    limit = time.monotonic() + PATIENCE
    while time.monotonic() < limit:
        found = re.search(r"listening on http://127\.0\.0\.1:(\d+)", log.read_text(errors="replace"))
        if found:
            return int(found.group(1))
        if server.poll() is not None:
            break
        time.sleep(0.5)
    raise RuntimeError(f"the server did not start:\n{log.read_text(errors='replace')}")


def send(client: socketio.Client, images: list[bytes], count: int) -> None:
    for number in range(count):
        answer = client.call("frame", images[number % len(images)], timeout=PATIENCE)
        if answer["message"].startswith("Failed"):
            raise RuntimeError(f"a frame was not answered: {answer['message']}")


def instructions(profile: Path) -> dict[str, int]:
    """Instructions of every function, with all that it calls."""
    report = subprocess.run(["callgrind_annotate", "--inclusive=yes", "--threshold=100", str(profile)],
                            check=True, capture_output=True, text=True).stdout
    rows = re.findall(r"(?m)^ *([\d,]+) \( *[\d.]+%\) +\S*?:(.+?)(?: \[[^\]]*\])?$", report)
    return {name: int(count.replace(",", "")) for count, name in rows}


def share_of(counts: dict[str, int], wanted: re.Pattern[str]) -> dict[str, float]:
    """Instructions per frame of the functions whose name matches."""
    found = {name: count / ARGUMENTS.frames for name, count in counts.items() if wanted.match(name)}
    if not found:
        raise RuntimeError(f"the profile has no function {wanted.pattern}")
    return found


def measure(folder: Path) -> dict[str, int]:
    with zipfile.ZipFile(ARGUMENTS.images) as archive:
        images = [archive.read(name) for name in sorted(archive.namelist()) if name.endswith(".jpg")]
    profile, log = folder / "profile", folder / "log"
    server = start(profile, log)
    try:
        client = socketio.Client()
        port = wait_for_port(server, log)
        client.connect(f"http://127.0.0.1:{port}", transports=["websocket"], wait_timeout=PATIENCE)
        send(client, images, WARM_UP)
        subprocess.run(["callgrind_control", "--instr=on", str(server.pid)], check=True, capture_output=True)
        send(client, images, ARGUMENTS.frames)
        subprocess.run(["callgrind_control", "--instr=off", str(server.pid)], check=True, capture_output=True)
        client.disconnect()
        server.terminate()
        if server.wait(PATIENCE) != 0:
            raise RuntimeError(f"the server ended badly:\n{log.read_text(errors='replace')}")
    finally:
        server.kill()
        server.wait()
    return instructions(profile)


def main() -> int:
    if shutil.which("valgrind") is None:
        print("error: valgrind is missing (Debian package valgrind)", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        counts = measure(Path(folder))
    recording = share_of(counts, RECORDING)
    engine = max(share_of(counts, ENGINE).values())
    clock = CLOCK_READINGS * INSTRUCTIONS_OF_A_CLOCK_READING
    added = sum(recording.values()) + clock
    for name, count in sorted(recording.items(), key=lambda row: -row[1]):
        print(f"{count:14,.0f}  {name.split('(')[0]}")
    print(f"{clock:14,.0f}  {CLOCK_READINGS} readings of the clock")
    print(f"{added:14,.0f}  instructions that metrics add to a frame")
    print(f"{engine:14,.0f}  instructions of the engine for a frame")
    print(f"{added / engine:14.5%}  of the engine's (the limit is {LIMIT:.0%})")
    return int(added >= LIMIT * engine)


if __name__ == "__main__":
    sys.exit(main())

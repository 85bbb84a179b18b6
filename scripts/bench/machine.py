"""The machine that a benchmark runs on. Needs the Python environment `benchmark`."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path

import psutil

# what decides the speed of a model on an x86-64 processor
FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_bf16", "amx_int8")
PACKAGES = ("torch", "torchvision", "flask", "flask-socketio", "simple-websocket", "litserve", "openvino", "nncf",
            "onnxruntime")


def cores() -> int:
    """CPUs that this process may use."""
    return len(os.sched_getaffinity(0))


def processor() -> tuple[str, list[str]]:
    """Name of the processor, and which of `FEATURES` it has."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    values = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    flags = values.get("flags", "").split()
    family = f", family {values['cpu family']}, model {values['model']}" if "cpu family" in values else ""
    return values.get("model name", platform.machine()) + family, [name for name in FEATURES if name in flags]


def node_version() -> str | None:
    """Of Node.js, when it is there."""
    node = shutil.which("node")
    return None if node is None else subprocess.run([node, "--version"], capture_output=True, text=True,
                                                    check=True).stdout.strip()


def describe() -> dict[str, str]:
    """What a reader needs to know to compare numbers, for a table."""
    name, features = processor()
    virtual = " (virtual machine)" if "hypervisor" in Path("/proc/cpuinfo").read_text() else ""
    rows = {
        "processor": f"{name}{virtual}",
        "instruction sets": ", ".join(features),
        "cores used": f"{cores()}, for servers and load together",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"Linux {platform.release().split('-')[0]}, Python {platform.python_version()}",
        "packages": ", ".join(f"{package} {version(package)}" for package in PACKAGES)}
    node = node_version()
    return rows if node is None else rows | {"Node.js": node}


def busy_share(seconds: float) -> float:
    """How busy all CPUs together are for so long, 0 to 1. Time that the host gave to others counts as busy."""
    before = psutil.cpu_times()
    psutil.cpu_percent(interval=seconds)
    after = psutil.cpu_times()
    total = sum(after) - sum(before)
    return 1 - (after.idle + after.iowait - before.idle - before.iowait) / total if total > 0 else 0.0

"""Instruction sets of this processor that compiled code may use, by their names in /proc/cpuinfo."""

import os
import shutil
import subprocess
from pathlib import Path

from export import ExportError

CPUINFO = Path("/proc/cpuinfo")

# By the macro that GCC and Clang define when they may use one. Sets that compilers use only where the source asks for
# them, as for cryptography, are left out: a package does not need them.
MACROS = {
    "__AVX__": "avx", "__AVX2__": "avx2", "__FMA__": "fma", "__F16C__": "f16c", "__BMI__": "bmi1",
    "__BMI2__": "bmi2", "__LZCNT__": "abm", "__MOVBE__": "movbe", "__POPCNT__": "popcnt", "__AVXVNNI__": "avx_vnni",
    "__AVX512F__": "avx512f", "__AVX512CD__": "avx512cd", "__AVX512DQ__": "avx512dq", "__AVX512BW__": "avx512bw",
    "__AVX512VL__": "avx512vl", "__AVX512VBMI__": "avx512vbmi", "__AVX512VBMI2__": "avx512_vbmi2",
    "__AVX512VNNI__": "avx512_vnni", "__AVX512BITALG__": "avx512_bitalg",
    "__AVX512VPOPCNTDQ__": "avx512_vpopcntdq", "__AVX512BF16__": "avx512_bf16", "__AVX512FP16__": "avx512_fp16",
    "__AMX_TILE__": "amx_tile", "__AMX_INT8__": "amx_int8", "__AMX_BF16__": "amx_bf16",
}

# of which a processor must have one to gain by the precision; without them int8 also overflows
NEEDED = {"bf16": ("avx512_bf16", "amx_bf16"), "int8": ("avx512_vnni", "avx_vnni", "amx_int8")}


def features_of(cpuinfo: str) -> set[str]:
    """The flags of the first processor in the text of /proc/cpuinfo."""
    for line in cpuinfo.splitlines():
        name, _, value = line.partition(":")
        if name.strip() == "flags":
            return set(value.split())
    return set()


def check_precision(precision: str, features: set[str]) -> None:
    """Raises `ExportError` when the processor is made for another precision."""
    needed = NEEDED.get(precision)
    if needed is not None and features.isdisjoint(needed):
        raise ExportError(f"--precision {precision}: this processor has none of {', '.join(needed)} and would be "
                          "slower or wrong: take --precision fp32, or export on the machine that will serve")


def find_compiler() -> str:
    """The C++ compiler that AOTInductor calls. Raises `ExportError` when there is none."""
    name = os.environ.get("CXX", "g++")
    if shutil.which(name) is None:
        raise ExportError(f"--format aotinductor compiles C++, and there is no compiler {name}: install one "
                          "(scripts/setup --packages build), or name yours in the environment variable CXX")
    return name


def defined_macros(compiler: str) -> set[str]:
    """The macros that the compiler defines when it compiles for this very processor, as AOTInductor calls it."""
    words = [compiler, "-march=native", "-dM", "-E", "-x", "c++", os.devnull]
    output = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    return {line.split()[1] for line in output.splitlines() if line.startswith("#define ")}


def used_features(macros: set[str], features: set[str]) -> list[str]:
    """What a package that is compiled with these macros needs of a processor, in a fixed order."""
    return [feature for macro, feature in MACROS.items() if macro in macros and feature in features]

"""What a compiled package is recorded to need of a processor."""

import pytest

from export import ExportError
from export.cpu_features import MACROS, check_precision, defined_macros, features_of, find_compiler, used_features

CPUINFO = "processor\t: 0\nflags\t\t: fpu sse2 avx2 avx512f\nbugs\t\t: none\n\nprocessor\t: 1\nflags\t\t: fpu\n"


def test_the_flags_are_those_of_the_first_processor() -> None:
    assert features_of(CPUINFO) == {"fpu", "sse2", "avx2", "avx512f"}
    assert features_of("Features : fp asimd\n") == set()


def test_only_what_the_compiler_may_use_is_needed() -> None:
    macros = {"__AVX512F__", "__AVX2__", "__AVX512BF16__", "__VAES__", "__x86_64__"}
    assert used_features(macros, {"avx2", "avx512f", "vaes", "fma"}) == ["avx2", "avx512f"]


def test_every_feature_has_one_macro() -> None:
    assert len(set(MACROS.values())) == len(MACROS)


def test_the_compiler_tells_its_macros() -> None:
    assert "__x86_64__" in defined_macros(find_compiler())


def test_a_compiler_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CXX", raising=False)
    with pytest.raises(ExportError, match="there is no compiler g\\+\\+: install one"):
        find_compiler()


@pytest.mark.parametrize("precision, features", [
    ("fp32", set()), ("fp16", set()), ("bf16", {"avx512_bf16"}), ("bf16", {"amx_bf16"}), ("int8", {"avx512_vnni"}),
    ("int8", {"avx_vnni"})])
def test_a_precision_is_taken_where_the_processor_has_instructions_for_it(precision: str, features: set) -> None:
    check_precision(precision, features)


@pytest.mark.parametrize("precision", ["bf16", "int8"])
def test_a_precision_is_refused_where_the_processor_has_none(precision: str) -> None:
    with pytest.raises(ExportError, match=f"--precision {precision}: this processor has none of .*--precision fp32"):
        check_precision(precision, {"avx2", "fma", "avx512f"})

"""The command line, the configuration, and everything that can be wrong at a start."""

import hashlib
import re
import shutil
import socket
import tomllib
from pathlib import Path

import pytest

from support.images import sample_of
from support.raw_client import RawClient
from support.server_process import ROOT, run_program

WRONG = """\
[server]
port = 70000
pong = 1

[frames]
policy = "fastest"

[limits]
image_pixels = "many"

[colours]
red = 1
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the embedded model package, to be spoilt."""
    return Path(shutil.copytree(ROOT / "models" / "fashion-mnist", tmp_path / "package"))


def refuses(tmp_path: Path, *arguments: str, code: int = 1) -> str:
    """Starts the program, which must end with this code; returns what it said."""
    done = run_program("--set", "server.port=0", *arguments, cwd=tmp_path)
    assert done.returncode == code, done.stdout + done.stderr
    assert "terminate called" not in done.stderr
    return done.stderr


def errors(text: str) -> list[str]:
    return [line for line in text.splitlines() if "error" in line.lower()]


def test_the_version_is_printed(tmp_path: Path) -> None:
    done = run_program("--version", cwd=tmp_path)
    assert done.returncode == 0
    assert re.search(r"\b\d+\.\d+\.\d+\b", done.stdout)


def test_the_help_names_every_option(tmp_path: Path) -> None:
    done = run_program("--help", cwd=tmp_path)
    assert done.returncode == 0
    for option in ("--config", "--set", "--check-config", "--version", "--help"):
        assert option in done.stdout


def test_an_unknown_option_is_refused(tmp_path: Path) -> None:
    assert "--colour" in refuses(tmp_path, "--colour", code=2)


def test_five_errors_are_told_at_once_with_line_and_column(tmp_path: Path) -> None:
    (tmp_path / "ocelli.toml").write_text(WRONG)
    text = refuses(tmp_path, "--config", "ocelli.toml", code=2)
    for line, word in ((2, "port"), (3, "pong"), (6, "fastest"), (9, "image_pixels"), (11, "colours")):
        found = [entry for entry in text.splitlines() if re.search(rf"ocelli\.toml:{line}:\d+: ", entry)]
        # an unknown section may be told where it begins or where it is used
        found += [entry for entry in text.splitlines() if word in entry and re.search(r"ocelli\.toml:\d+:\d+: ", entry)]
        assert found and any(word in entry for entry in found), f"line {line} is not named in:\n{text}"
    assert len(re.findall(r"ocelli\.toml:\d+:\d+: ", text)) == 5


def test_what_is_no_toml_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "ocelli.toml").write_text("[server]\nport = = 5\n")
    assert "ocelli.toml:2:" in refuses(tmp_path, "--config", "ocelli.toml", code=2)


def test_a_missing_configuration_is_refused(tmp_path: Path) -> None:
    assert "missing.toml" in refuses(tmp_path, "--config", "missing.toml", code=2)


@pytest.mark.parametrize("setting", ["server.colour=1", "colours.red=1", "server.port=x", "server.port=-1", "server",
                                     "=", "server.port=", "frames.policy=fastest", "limits.message_bytes=5",
                                     "log.level=loud"])
def test_a_wrong_setting_on_the_command_line_is_refused(tmp_path: Path, setting: str) -> None:
    assert setting.split("=")[0].split(".")[-1] in refuses(tmp_path, "--set", setting, code=2)


def test_the_effective_settings_are_printed_and_can_be_read_again(tmp_path: Path) -> None:
    changed = ["--set", "server.port=1234", "--set", "frames.policy=queue", "--set", "response.details=true",
               "--set", 'server.cors_origins=["https://a.example","https://b.example"]']
    first = run_program("--check-config", *changed, cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    settings = tomllib.loads(first.stdout)
    assert settings["server"]["port"] == 1234
    assert settings["frames"]["policy"] == "queue"
    assert settings["response"]["details"] is True
    assert settings["server"]["cors_origins"] == ["https://a.example", "https://b.example"]
    (tmp_path / "printed.toml").write_text(first.stdout)
    again = run_program("--config", "printed.toml", "--check-config", cwd=tmp_path)
    assert (again.returncode, again.stdout) == (0, first.stdout)


def test_the_sample_configuration_equals_the_defaults(tmp_path: Path) -> None:
    default = run_program("--check-config", cwd=tmp_path)
    sample = run_program("--config", str(ROOT / "config" / "ocelli.toml"), "--check-config", cwd=tmp_path)
    assert default.returncode == sample.returncode == 0
    assert default.stdout == sample.stdout


def test_checking_a_wrong_configuration_fails(tmp_path: Path) -> None:
    (tmp_path / "ocelli.toml").write_text(WRONG)
    assert run_program("--config", "ocelli.toml", "--check-config", cwd=tmp_path).returncode == 2


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        done = run_program("--set", f"server.port={port}", cwd=tmp_path)
    assert done.returncode == 1
    assert str(port) in done.stderr and "in use" in done.stderr


def test_an_address_that_is_not_ours_is_told(tmp_path: Path) -> None:
    assert "192.0.2.1" in refuses(tmp_path, "--set", "server.host=192.0.2.1")


def test_a_missing_model_is_told(tmp_path: Path) -> None:
    assert str(tmp_path / "nowhere") in refuses(tmp_path, "--set", f"model.path={tmp_path / 'nowhere'}")


def test_a_model_without_its_file_is_told(tmp_path: Path, package: Path) -> None:
    (package / "model.pt").unlink()
    assert "model.pt" in refuses(tmp_path, "--set", f"model.path={package}")


@pytest.mark.parametrize("file", ["model.pt", "labels.txt"])
def test_a_wrong_hash_is_told(tmp_path: Path, package: Path, file: str) -> None:
    with (package / file).open("ab") as stream:
        stream.write(b"x")
    text = refuses(tmp_path, "--set", f"model.path={package}")
    assert file in text and "sha256" in text.lower().replace("-", "")


def rehash(package: Path, file: str) -> None:
    """Writes the hash of the changed file into the manifest."""
    manifest = package / "model.toml"
    digest = hashlib.sha256((package / file).read_bytes()).hexdigest()
    text = re.sub(rf'(file = "{re.escape(file)}"\nsha256 = ")[0-9a-f]+', rf"\g<1>{digest}", manifest.read_text())
    manifest.write_text(text)


def test_a_label_count_that_does_not_match_the_model_is_told(tmp_path: Path, package: Path) -> None:
    labels = (package / "labels.txt").read_text().splitlines()[:-1]
    (package / "labels.txt").write_text("".join(f"{label}\n" for label in labels))
    rehash(package, "labels.txt")
    text = refuses(tmp_path, "--set", f"model.path={package}")
    assert "9" in text and "10" in text and "label" in text


def test_a_file_that_is_no_model_is_told(tmp_path: Path, package: Path) -> None:
    (package / "model.pt").write_bytes(b"no model")
    rehash(package, "model.pt")
    text = refuses(tmp_path, "--set", f"model.path={package}")
    assert "model.pt" in text
    assert len(errors(text)) <= 2 and all(len(line) < 1_000 for line in text.splitlines())


@pytest.mark.parametrize("old, new, word", [
    ('color = "gray"', 'color = "purple"', "color"), ("width = 28", "width = 0", "width"),
    ("schema = 1", "schema = 99", "schema"), ("resize = 28", "resize = 28\nshape = 5", "shape"),
    ("mean = ", "mean = 5 #", "mean"),
    ('format = "', 'format = "x', "format")])
def test_a_wrong_manifest_is_told_with_its_line(tmp_path: Path, package: Path, old: str, new: str, word: str) -> None:
    manifest = package / "model.toml"
    text = manifest.read_text()
    assert old in text
    manifest.write_text(text.replace(old, new, 1))
    told = refuses(tmp_path, "--set", f"model.path={package}")
    assert "model.toml" in told and word in told


def test_a_model_package_of_ones_own_is_served(start_server, package: Path) -> None:
    labels = (package / "labels.txt").read_text().splitlines()
    (package / "labels.txt").write_text("".join(f"my {label}\n" for label in labels))
    rehash(package, "labels.txt")
    client = RawClient(start_server("--set", f"model.path={package}"))
    assert client.call("frame", sample_of("Bag").data) == {"message": "my Bag"}
    client.close()


COMPILED = """\
format = "aotinductor"
precision = "float32"
{needs}
[[model.batches]]
size = 1
file = "model.pt"
sha256 = "{digest}"
"""
HERE = 'torch = "2.11.0"\ndevice = "cpu"\ncpu_features = []'


def compile_for(package: Path, needs: str) -> None:
    """Makes the package one that says it was compiled, with a file that was not."""
    manifest = package / "model.toml"
    section = COMPILED.format(needs=needs, digest=hashlib.sha256((package / "model.pt").read_bytes()).hexdigest())
    text = re.sub(r"\[model\]\n.*?\n(?=\[input\])", f"[model]\n{section}", manifest.read_text(), flags=re.DOTALL)
    manifest.write_text(text)


@pytest.mark.parametrize("needs, words", [
    (HERE.replace("2.11.0", "2.6.0"), ("torch 2.6.0", "LibTorch 2.11", "export it again")),
    (HERE.replace("[]", '["sse2", "avx9000"]'), ("processors with avx9000", "export it on a host like this one")),
    ('torch = "2.11.0"\ndevice = "cuda"\ngpu_architecture = "1.1"', ("compute capability 1.1", "--device cpu")),
    (HERE, ("no complete AOTInductor package", "export it again"))])
def test_a_compiled_package_that_cannot_run_here_is_told(tmp_path: Path, package: Path, needs: str,
                                                         words: tuple[str, ...]) -> None:
    compile_for(package, needs)
    text = refuses(tmp_path, "--set", f"model.path={package}")
    for word in words:
        assert word in text


def test_a_compiled_package_for_the_processor_is_not_run_on_a_gpu(tmp_path: Path, package: Path) -> None:
    compile_for(package, HERE)
    text = refuses(tmp_path, "--set", f"model.path={package}", "--set", "inference.device=cuda")
    assert "compiled for the processor" in text and "inference.device" in text


def test_a_device_that_makes_no_sense_is_told(tmp_path: Path) -> None:
    text = refuses(tmp_path, "--set", "inference.device=gpu", "--check-config", code=2)
    assert 'inference.device holds "gpu"' in text


def environment_of(process_id: int) -> dict[str, str]:
    entries = Path(f"/proc/{process_id}/environ").read_bytes().split(b"\0")
    return dict(entry.decode().split("=", 1) for entry in entries if entry)


def test_the_threads_of_the_engine_do_not_spin_for_long(start_server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    process = start_server().process
    assert environment_of(process.pid)["GOMP_SPINCOUNT"] == "1000"
    assert Path(f"/proc/{process.pid}/comm").read_text() == "ocelli\n"


def test_how_the_threads_of_the_engine_wait_can_be_chosen(start_server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    monkeypatch.setenv("OMP_WAIT_POLICY", "passive")
    assert "GOMP_SPINCOUNT" not in environment_of(start_server().process.pid)


@pytest.mark.parametrize("odd", [
    '"quoted" \\back\\slash\\', "tab\there", "<b>&amp;</b>", "Gänse 鳥 🐦", "a\u2028b\x85c", "nul\x00nul", " spaces "])
def test_odd_labels_reach_the_client_as_they_are(start_server, package: Path, odd: str) -> None:
    labels = (package / "labels.txt").read_text().splitlines()
    (package / "labels.txt").write_bytes("".join(f"{odd}{label}{odd}\n" for label in labels).encode())
    rehash(package, "labels.txt")
    client = RawClient(start_server("--set", f"model.path={package}"))
    assert client.call("frame", sample_of("Bag").data) == {"message": f"{odd}Bag{odd}"}
    client.close()


@pytest.mark.parametrize("value", ["/nonexistent/folder", "/dev/null"])
def test_a_missing_knowledge_base_is_told(tmp_path: Path, value: str) -> None:
    assert value in refuses(tmp_path, "--set", f"chat.knowledge_path={value}")


def test_the_start_tells_address_model_device_and_workers(start_server) -> None:
    server = start_server("--set", "inference.workers=1", "--set", "inference.device=cpu")
    line = server.wait_for_log(r".*listening on.*").group()
    assert str(server.port) in line
    for word in ("fashion-mnist", "cpu", "1 worker"):
        assert word in server.log.lower()

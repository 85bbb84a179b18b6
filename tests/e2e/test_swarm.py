"""The load test against servers that behave well and badly."""

import json
import signal
import subprocess
from pathlib import Path

import pytest

from support.images import ARCHIVE, plain, sample_of
from support.server_process import PATIENCE, ServerProcess
from support.swarm import command_of, replaced_server, run_swarm

PAYLOADS = ("data-url", "base64", "binary", "object-data-url", "object-base64", "object-binary", "mixed")


@pytest.mark.parametrize("arguments", [
    ["--mode", "closed"], ["--mode", "paced", "--fps", 20], ["--mode", "poisson", "--fps", 20],
    ["--mode", "paced", "--fps", 2, "--fps-to", 40], ["--mode", "closed", "--ramp", 0.8, "--clients", 8],
    ["--processes", 3]])
def test_every_mode_ends_without_a_loss(fake_server: ServerProcess, tmp_path: Path, arguments: list) -> None:
    run = run_swarm(fake_server.url, tmp_path, "--clients", 5, *arguments)
    assert run.code == 0 and "good" in run.text, run.text
    run.check_sum()
    assert run.report["answered"] > 20 and run.report["lost"] == run.report["failed"] == 0
    for name in ("latency_ms", "age_ms"):
        values = run.report[name]
        assert 0 < values["p50"] <= values["p95"] <= values["p99"] <= values["max"]
    assert run.report["age_ms"]["p50"] <= run.report["latency_ms"]["p50"]
    assert 0.3 < run.report["jain"] <= 1
    assert run.report["server"]["pid"] == fake_server.process.pid
    assert run.report["server"]["memory_mib"]["max"] > 1


def test_paced_clients_send_at_their_rate(fake_server: ServerProcess, tmp_path: Path) -> None:
    run = run_swarm(fake_server.url, tmp_path, "--clients", 4, "--mode", "paced", "--fps", 10, "--duration", 2)
    assert run.code == 0 and run.report["offered"] == run.report["sent"] == 80, run.text


@pytest.mark.parametrize(("payload", "transport"), [*((payload, "websocket") for payload in PAYLOADS),
                                                    ("mixed", "polling"), ("mixed", "upgrade")])
def test_every_form_of_payload_is_answered(fake_server: ServerProcess, tmp_path: Path, payload: str,
                                           transport: str) -> None:
    run = run_swarm(fake_server.url, tmp_path, "--clients", 2, "--duration", 0.4, "--payload", payload, "--transport",
                    transport, "--verify")
    assert run.code == 0 and run.report["answered"] > 0, run.text
    run.check_sum()


@pytest.mark.parametrize("match", ["acknowledgement", "response"])
def test_ids_and_deadlines_travel_with_objects(fake_server: ServerProcess, tmp_path: Path, match: str) -> None:
    run = run_swarm(fake_server.url, tmp_path, "--payload", "mixed", "--ids", "--deadline-ms", 60_000, "--match", match,
                    "--verify")
    assert run.code == 0 and run.report["duplicates"] == 0, run.text


def test_questions_are_asked_beside_the_frames(fake_server: ServerProcess, tmp_path: Path) -> None:
    run = run_swarm(fake_server.url, tmp_path, "--questions-per-minute", 600, "--verify")
    questions = run.report["questions"]
    assert run.code == 0, run.text
    assert questions["sent"] == questions["answered"] > 0 and questions["latency_ms"]["p50"] > 0


@pytest.mark.parametrize("extra", [[], ["--ids"]])
def test_under_overload_frames_are_superseded_and_none_is_lost(start_fake, tmp_path: Path, extra: list[str]) -> None:
    server = start_fake("--fake-delay-ms", "50")
    run = run_swarm(server.url, tmp_path, "--clients", 4, "--mode", "paced", "--fps", 60, *extra)
    assert run.code == 0 and run.report["superseded"] > 0 and run.report["lost"] == 0, run.text
    run.check_sum()


def test_deadlines_that_pass_are_counted_apart(start_fake, tmp_path: Path) -> None:
    server = start_fake("--fake-delay-ms", "100", "--set", "frames.policy=queue")
    run = run_swarm(server.url, tmp_path, "--clients", 4, "--mode", "paced", "--fps", 30, "--deadline-ms", 20)
    assert run.report["expired"] + run.report["rejected"] > 0 and run.report["failed"] == 0, run.text
    run.check_sum()


def test_frames_that_fail_are_told_with_their_reason(start_fake, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    for brightness in (60, 130):
        (folder / f"{brightness}.png").write_bytes(plain(brightness))
    server = start_fake("--fake-fail-on", "8")
    arguments = ("--images", folder, "--clients", 3)
    run = run_swarm(server.url, tmp_path, *arguments, unchanged=True)
    assert run.code == 1 and "missed: failed" in run.text, run.text
    run.check_sum()
    assert run.report["answered"] > 0 and sum(run.report["reasons"].values()) == run.report["failed"] > 0
    assert run_swarm(server.url, tmp_path, *arguments, "--max-failed", 1_000_000, unchanged=True).code == 0


def test_labels_are_checked_against_the_table_beside_the_images(server: ServerProcess, tmp_path: Path) -> None:
    run = run_swarm(server.url, tmp_path, "--images", ARCHIVE, "--frames", 1000, "--verify", unchanged=True)
    assert run.code == 0 and run.report["answered"] > 0 and run.report["wrong"] == 0, run.text


def test_a_wrong_label_is_found(server: ServerProcess, tmp_path: Path) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    for label in ("Bag", "Sneaker"):
        (folder / f"{label}.png").write_bytes(sample_of(label).data)
    (folder / "expected.csv").write_text("name,truth,label,confidence\nBag.png,a,Bag,1\nSneaker.png,a,Sandal,1\n")
    run = run_swarm(server.url, tmp_path, "--images", folder, "--verify", unchanged=True)
    assert run.code == 1 and 0 < run.report["wrong"] < run.report["answered"], run.text


@pytest.mark.parametrize("arguments", [["--max-p99-ms", 0.001], ["--max-age-ms", 0.001], ["--min-fps", 1e9]])
def test_a_missed_threshold_is_code_1(fake_server: ServerProcess, tmp_path: Path, arguments: list) -> None:
    run = run_swarm(fake_server.url, tmp_path, "--duration", 0.5, *arguments)
    assert run.code == 1 and "missed:" in run.text and run.report["good"] is False, run.text


def test_plots_are_written(fake_server: ServerProcess, tmp_path: Path) -> None:
    run = run_swarm(fake_server.url, tmp_path, "--duration", 3, "--mode", "paced", "--fps", 5, "--fps-to", 50,
                    "--plots", tmp_path / "plots")
    assert run.code == 0, run.text
    assert {file.name for file in (tmp_path / "plots").iterdir()} == {
        "latency.png", "distribution.png", "throughput.png", "load.png", "server.png"}


def test_nobody_there_is_code_3(tmp_path: Path) -> None:
    run = run_swarm("http://127.0.0.1:1", tmp_path)
    assert run.code == 3 and "cannot connect" in run.text and not run.report


def test_images_that_are_not_there_are_code_2(fake_server: ServerProcess, tmp_path: Path) -> None:
    run = run_swarm(fake_server.url, tmp_path, "--images", tmp_path / "none")
    assert run.code == 2 and "none is neither a folder" in run.text


def test_a_process_that_is_not_there_is_code_2(fake_server: ServerProcess, tmp_path: Path) -> None:
    run = run_swarm(fake_server.url, tmp_path, "--pid", 2**22)  # no process has a number as large as this
    assert run.code == 2 and "error:" in run.text and not run.report


def test_an_interrupted_run_is_reported(fake_server: ServerProcess, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    command = command_of(fake_server.url, "--duration", 600, "--frames", 2, "--size", "64x64", "--json", file)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        while " 2 s" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        text, _ = process.communicate(timeout=PATIENCE)
    report = json.loads(file.read_text())
    assert process.returncode == 130 and report["answered"] > 0 and report["lost"] == 0, text
    assert report["throughput"]["seconds"] < 60


def test_a_server_that_acknowledges_with_nothing_is_measured(tmp_path: Path) -> None:
    with replaced_server() as url:
        run = run_swarm(url, tmp_path, "--clients", 4)
    assert run.code == 0 and run.report["answered"] > 0 and run.report["configuration"]["acknowledged"], run.text
    run.check_sum()


@pytest.mark.parametrize("mode", [["--mode", "closed"], ["--mode", "paced", "--fps", 30]])
def test_a_server_that_never_acknowledges_is_measured_by_the_order_of_responses(tmp_path: Path, mode: list) -> None:
    with replaced_server("--no-acknowledgements") as url:
        run = run_swarm(url, tmp_path, "--clients", 4, *mode)
    assert run.code == 0 and not run.report["configuration"]["acknowledged"], run.text
    assert run.report["answered"] == run.report["sent"] > 0 and run.report["duplicates"] == 0


def test_questions_need_acknowledgements(tmp_path: Path) -> None:
    with replaced_server("--no-acknowledgements") as url:
        run = run_swarm(url, tmp_path, "--questions-per-minute", 60)
    assert run.code == 2 and "acknowledges" in run.text


def test_a_server_that_sends_its_responses_to_everybody_is_told(tmp_path: Path) -> None:
    with replaced_server("--broadcast") as url:
        run = run_swarm(url, tmp_path, "--clients", 3)
    assert run.code == 0 and "to all clients" in run.text and run.report["duplicates"] > 0, run.text
    run.check_sum()


def test_nobody_can_tell_broadcast_responses_apart_without_acknowledgements(tmp_path: Path) -> None:
    with replaced_server("--broadcast", "--no-acknowledgements") as url:
        run = run_swarm(url, tmp_path)
    assert run.code == 3 and "every client" in run.text


def test_acknowledgements_that_were_asked_for_must_be_given(tmp_path: Path) -> None:
    with replaced_server("--no-acknowledgements") as url:
        run = run_swarm(url, tmp_path, "--match", "acknowledgement")
    assert run.code == 3 and "--match response" in run.text


def test_a_server_that_answers_no_frame_is_code_3(tmp_path: Path) -> None:
    with replaced_server("--silent") as url:
        run = run_swarm(url, tmp_path, "--patience", 0.5)
    assert run.code == 3 and "no response to a frame" in run.text


@pytest.mark.parametrize("arguments", [[], ["--no-acknowledgements"]])
def test_frames_without_an_answer_are_lost(tmp_path: Path, arguments: list[str]) -> None:
    with replaced_server("--forget-every", "10", *arguments) as url:
        run = run_swarm(url, tmp_path, "--mode", "paced", "--fps", 20, "--clients", 2, "--patience", 1)
    assert run.code == 1 and run.report["lost"] > 0 and "missed: lost" in run.text, run.text
    run.check_sum()
    assert run.report["disconnected"] == 0


def test_a_server_that_vanishes_is_told(tmp_path: Path) -> None:
    with replaced_server("--vanish-after", "60") as url:
        run = run_swarm(url, tmp_path, "--clients", 5, "--duration", 30, "--patience", 5)
    assert run.code == 1 and run.report["disconnected"] == 5 and run.report["lost"] > 0, run.text
    run.check_sum()


def test_a_server_that_refuses_clients_before_the_start_is_code_3(tmp_path: Path) -> None:
    with replaced_server("--refuse-after", "4") as url:
        run = run_swarm(url, tmp_path, "--clients", 5)
    assert run.code == 3 and "cannot connect" in run.text


def test_clients_that_a_ramp_cannot_connect_are_counted(tmp_path: Path) -> None:
    with replaced_server("--refuse-after", "5") as url:  # two of them see how the server answers
        run = run_swarm(url, tmp_path, "--clients", 5, "--ramp", 0.5)
    assert run.code == 1 and run.report["unconnected"] == 2 and run.report["answered"] > 0, run.text

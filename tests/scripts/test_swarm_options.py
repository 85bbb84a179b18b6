"""The command line of the load test."""

import pytest

from load.options import default_processes, parse


def test_without_arguments_eight_clients_wait_for_answers() -> None:
    options = parse([])
    assert (options.url, options.clients, options.mode, options.fps) == ("http://127.0.0.1:5000", 8, "closed", None)
    assert (options.payload, options.max_lost, options.max_failed) == ("data-url", 0, 0)


def test_paced_clients_have_a_rate() -> None:
    assert parse(["--mode", "paced"]).fps == 10 and parse(["--mode", "poisson", "--fps", "2.5"]).fps == 2.5


@pytest.mark.parametrize("extra", [["--ids"], ["--deadline-ms", "100"]])
def test_what_only_objects_can_carry_makes_frames_objects(extra: list[str]) -> None:
    assert parse(extra).payload == "object-data-url"
    assert parse([*extra, "--payload", "mixed"]).payload == "mixed"


def test_there_are_never_more_processes_than_clients() -> None:
    assert parse(["--processes", "8", "--clients", "3"]).processes == 3


@pytest.mark.parametrize(("clients", "processors", "processes"), [(1, 64, 1), (8, 2, 1), (8, 1, 1), (8, 64, 2),
                                                                 (1000, 16, 8)])
def test_half_of_the_processors_are_left_to_the_server(clients: int, processors: int, processes: int) -> None:
    assert default_processes(clients, processors) == processes


@pytest.mark.parametrize("arguments", [
    ["ws://127.0.0.1"], ["127.0.0.1:5000"], ["--clients", "0"], ["--clients", "many"], ["--duration", "0"],
    ["--duration", "inf"], ["--fps", "5"], ["--fps-to", "5"], ["--mode", "paced", "--fps", "0"], ["--mode", "open"],
    ["--ramp", "40"], ["--payload", "gif"], ["--ids", "--payload", "data-url"],
    ["--deadline-ms", "5", "--payload", "binary"], ["--deadline-ms", "-1"], ["--size", "640"], ["--size", "0x4"],
    ["--images", "a", "--video", "b"], ["--max-memory-growth", "5", "--duration", "5"], ["--unknown"],
    ["--json", "/no/such/folder/report.json"]])
def test_wrong_arguments_end_with_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments)
    assert ended.value.code == 2 and "error:" in capsys.readouterr().err

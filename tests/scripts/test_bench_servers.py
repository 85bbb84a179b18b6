"""How the servers of the comparison are started."""

from pathlib import Path

from bench.servers import command_of

MODELS = Path("models")


def test_ocelli_gets_its_model_and_nothing_that_makes_it_faster() -> None:
    command = command_of("ocelli-int8", "resnet50", MODELS, 5000, 0)
    assert command[1:] == ["--set", "server.port=5000", "--set", f"model.path={MODELS / 'resnet50-int8'}",
                           "--set", "frames.deadline_ms=0"]


def test_the_other_servers_get_the_same_architecture() -> None:
    for system, program in (("flask", "flask_socketio_app.py"), ("litserve", "litserve_app.py")):
        command = command_of(system, "resnet18", MODELS, 5001, 0)
        assert Path(command[1]).name == program and Path(command[1]).exists()
        assert command[2:] == ["--architecture", "resnet18", "--port", "5001"]

"""Servers for the tests: each is stopped by SIGTERM at the end and must have ended with exit code 0."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.fake_engine import Gate
from support.server_process import FAKE_SERVER, PROGRAM, ServerProcess
from support.starter import Starter


@contextmanager
def starter(program: Path, folder: Path) -> Iterator[Starter]:
    start = Starter(program, folder)
    try:
        yield start
    finally:
        start.stop()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Starter]:
    """Starts the program ocelli with the given arguments."""
    with starter(PROGRAM, tmp_path) as start:
        yield start


@pytest.fixture
def start_fake(tmp_path: Path) -> Iterator[Starter]:
    """Starts the server with the fake engine with the given arguments."""
    with starter(FAKE_SERVER, tmp_path) as start:
        yield start


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The program ocelli with its default settings, shared by tests that leave nothing behind."""
    with starter(PROGRAM, tmp_path_factory.mktemp("server")) as start:
        yield start()


@pytest.fixture(scope="session")
def detailed_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The program ocelli with `response.details`, shared as well."""
    with starter(PROGRAM, tmp_path_factory.mktemp("detailed_server")) as start:
        yield start("--set", "response.details=true", "--set", "response.top=3")


@pytest.fixture(scope="session")
def fake_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The server with the fake engine and default settings, shared as well."""
    with starter(FAKE_SERVER, tmp_path_factory.mktemp("fake_server")) as start:
        yield start()


@pytest.fixture(scope="module")
def beating_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    """The server with the fake engine whose heart beats quickly."""
    with starter(FAKE_SERVER, tmp_path_factory.mktemp("beating_server")) as start:
        yield start("--set", "server.ping_interval_ms=300", "--set", "server.ping_timeout_ms=200")


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    """A gate for the fake engine, closed at first and open at the end, so that a server can always stop."""
    gate = Gate(tmp_path / "gate")
    yield gate
    gate.open()

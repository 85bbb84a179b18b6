"""What the JavaScript client's own test suite checks, against the server that the suite is run against."""

from pathlib import Path

import pytest

from support.conformance import conformance_server
from support.javascript import run_tests


@pytest.mark.parametrize("threads", ["1", "2"])
def test_the_javascript_client_finds_what_its_suite_expects(tmp_path: Path, threads: str) -> None:
    with conformance_server(tmp_path, "client", "--threads", threads) as server:
        run_tests("client_suite.test.js", OCELLI_URL=server.url)

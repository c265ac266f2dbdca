"""The schema says what is true: schemathesis asks by it, all phases, with right and wrong data."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.serve.running import SERIES, TEXTS, running

pytest.importorskip("schemathesis")

CONFIG = """
# what a schema cannot say: that data has as many elements as shape says, that a text has a word
# which the model knows, that columns are a series, that bytes are a state, that a stream is open
[[operations]]
include-path-regex = "/(infer|explain|streams|feed)$|forecast"
checks.positive_data_acceptance.enabled = false
"""


@pytest.fixture(scope="module")
def service():
    with running(TEXTS, SERIES) as service:
        yield service


@pytest.mark.parametrize("examples", [4, pytest.param(100, marks=pytest.mark.slow)])
def test_schemathesis_finds_nothing(service, tmp_path, examples):
    (tmp_path / "schemathesis.toml").write_text(CONFIG)
    command = [sys.executable, "-m", "schemathesis.cli", "run"]
    command += [f"http://127.0.0.1:{service.port}/openapi.json", "-n", str(examples), "--seed", "3"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert re.search(rf"✅ {phase}", done.stdout), done.stdout[-3000:]
    assert not [one for one in service.log if one["event"] == "failure"]


def test_every_answer_that_may_come_is_described(service):
    paths = service.ask("GET", "/openapi.json")[2]["paths"]
    assert "/v1/models/reviews/predict" in paths
    assert {"/v1/streams/{stream}"} <= paths.keys()
    assert not [path for path in paths if "{name}" in path]
    for path, operations in paths.items():
        for method, operation in operations.items():
            described = set(operation["responses"])
            for status, response in operation["responses"].items():
                waits = status in ("429", "503") and "/health/" not in path
                assert ("Retry-After" in response.get("headers", {})) == waits, (path, status)
            if "/health/" not in path:
                assert {"401", "403"} <= described, path
            if method == "post":
                wanted = {"408", "413", "415", "422", "429", "500", "503"}
                assert wanted <= described, path

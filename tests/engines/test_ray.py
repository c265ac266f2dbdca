"""Every task on Ray, on this machine: the answers of the plain command."""

from __future__ import annotations

import logging

import pytest

ray = pytest.importorskip("ray", reason="Ray is not installed: make engines")
pa = pytest.importorskip("pyarrow")

from elman.ray import Predictor, shipped  # noqa: E402
from tests.engines.conftest import as_lines  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def _engine():
    # logical processors: with two, the actors leave none for those that read
    ray.init(num_cpus=4, include_dashboard=False, logging_level=logging.ERROR)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.default_hash_shuffle_parallelism = 2
    yield
    ray.shutdown()


def test_answers_are_those_of_the_plain_command(case):
    rows = ray.data.from_arrow(pa.Table.from_pylist(case.rows))
    one = ray.data.ActorPoolStrategy(size=1)
    if case.by is None:
        how = {"batch_format": "pyarrow", "batch_size": 64, "compute": one}
        sent = (shipped(case.model),)
        found = rows.repartition(4).map_batches(Predictor, fn_constructor_args=sent, **how)
        answers = found.take_all()
        assert sorted(row["id"] for row in answers) == [row["id"] for row in case.rows]
        assert not any(row["reason"] for row in answers)
    else:
        how = {"fn_constructor_args": (case.model, None, case.by), "batch_format": "pyarrow"}
        answers = rows.groupby(case.by).map_groups(Predictor, compute=one, **how).take_all()
        assert {row[case.by] for row in answers} == {str(row[case.by]) for row in case.rows}
    assert as_lines(answers) == case.answers

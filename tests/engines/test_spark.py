"""Every task on Spark, on this machine: the answers of the plain command."""

from __future__ import annotations

import os
import shutil
import sys

import pytest

pytest.importorskip("pyspark", reason="Spark is not installed: make engines")
pa = pytest.importorskip("pyarrow")
if not shutil.which("java"):
    pytest.skip(
        "Spark needs Java: apt-get install openjdk-17-jre-headless", allow_module_level=True
    )

from elman.errors import InputError  # noqa: E402
from elman.spark import predict  # noqa: E402
from tests.engines.conftest import as_lines  # noqa: E402


@pytest.fixture(scope="session")
def spark():
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "100")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def test_answers_are_those_of_the_plain_command(spark, case):
    frame = spark.createDataFrame(pa.Table.from_pylist(case.rows))
    found = predict(frame, case.model, by=case.by)
    answers = [row.asDict(recursive=True) for row in found.collect()]
    if case.by is None:
        assert found.columns[: len(frame.columns)] == frame.columns
        assert sorted(row["id"] for row in answers) == [row["id"] for row in case.rows]
    else:
        assert {row[case.by] for row in answers} == {str(row[case.by]) for row in case.rows}
    assert not any(row["reason"] for row in answers)
    assert as_lines(answers) == case.answers


def test_rows_without_an_answer_have_a_reason(spark, case):
    if case.by is not None or "text" not in case.rows[0]:
        pytest.skip("one kind of rows is enough")
    column = next(name for name in case.rows[0] if name != "id")
    schema = spark.createDataFrame(pa.Table.from_pylist(case.rows)).schema
    rows = [case.rows[0], case.rows[1] | {column: None}]
    found = (
        predict(spark.createDataFrame(rows, schema), case.model, keep="id").orderBy("id").collect()
    )
    assert [row["reason"] is None for row in found] == [True, False]
    with pytest.raises(InputError, match='--keep "nothing": the input has no such column'):
        predict(spark.createDataFrame(rows, schema), case.model, keep="nothing")

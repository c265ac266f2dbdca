"""The files that answers are written to."""

import pytest


def test_the_file_that_is_full_is_the_one_that_is_named(tmp_path, monkeypatch):
    from elman.errors import WorkError
    from elman.workflow.scoring import records
    from elman.workflow.scoring.records import writer

    def full(file):
        def write(record):
            raise OSError(28, "No space left on device")

        return write

    monkeypatch.setitem(records._WRITERS, ".csv", full)
    (tmp_path / "o.csv").write_text("as it was")
    with (
        pytest.raises(WorkError, match=r"o\.csv: could not be written \(No space"),
        writer(tmp_path / "o.csv") as write,
        writer(tmp_path / "rejects.jsonl"),
    ):
        write({"line": 1})
    with (
        pytest.raises(OSError, match="of something else"),
        writer(tmp_path / "o.csv") as write,
        writer(tmp_path / "rejects.jsonl"),
    ):
        raise OSError("of something else")
    assert [path.name for path in tmp_path.iterdir()] == ["o.csv"]
    assert (tmp_path / "o.csv").read_text() == "as it was"

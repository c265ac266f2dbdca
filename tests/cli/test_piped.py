"""`elman predict` in a pipe, and the columns that go with its answers."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import threading
from unittest import mock

import pytest

import elman as package
from elman.data.tables.piped import Piped
from elman.errors import DataError, InputError
from tests.attribution.models import saved
from tests.cli.command import elman
from tests.tasks.classify.small import reviews, write_csv

ROWS = '{"text": "good film", "id": 7, "tags": ["a"]}\n{"text": null, "id": 8}\n{"id": 9}\n'


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("piped")
    saved(folder / "m")
    write_csv(folder / "r.csv", reviews(60))
    series = [f"2024-01-{day:02d},{50 + (day * 7) % 11}" for day in range(1, 32)]
    (folder / "s.csv").write_text("\n".join(["day,sales", *series]))
    package.train(folder / "s.csv", folder / "f", task="forecast", epochs=2, threads=1)
    return folder


def answers(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("dash", [[], ["--input", "-"]])
def test_lines_are_texts(place, dash):
    done = elman("predict", "m", *dash, input="a good film\n\nbad, dull", cwd=place)
    found = answers(done)
    assert [row["line"] for row in found] == [1, 2, 3]
    (place / "lines.txt").write_text("a good film\n\nbad, dull")
    assert answers(elman("predict", "m", "--input", "lines.txt", cwd=place)) == found
    typed = elman("predict", "m", "a good film", "", "bad, dull", "--json", cwd=place)
    for row, alone in zip(found, json.loads(typed.stdout)["predictions"], strict=True):
        assert row["probability"] == alone["probability"]


def test_a_first_line_with_the_columns_of_the_model_makes_it_csv(place):
    text = (place / "r.csv").read_text()
    whole = answers(elman("predict", "m", "--input", "r.csv", cwd=place))
    assert answers(elman("predict", "m", input=text, cwd=place)) == whole
    tabs = "id\ttext\n1\tgood, very\n2\ta\tb\n"
    done = elman("predict", "m", "--keep", "id", input=tabs, cwd=place)
    assert [row["id"] for row in answers(done)] == ["1"]
    assert "3 fields where the header has 2" in done.stderr
    other = "id,body\n1,good\n"
    assert len(answers(elman("predict", "m", input=other, cwd=place))) == 2  # lines of text
    named = elman("predict", "m", "--text", "body", input=other, cwd=place)
    assert len(answers(named)) == 1
    done = elman("predict", "m", "--format", "csv", input=other, cwd=place, code=2)
    assert 'standard input is csv and has no column "text"' in done.stderr
    rows = elman(
        "predict", "m", "--format=csv", "--no-header", "--text", "2", input=other, cwd=place
    )
    assert len(answers(rows)) == 2


def test_kept_columns_stand_before_the_answer_and_with_what_is_rejected(place):
    done = elman("predict", "m", "--keep", "id,tags", input=ROWS, cwd=place)
    (row,) = answers(done)
    assert list(row)[:5] == ["line", "id", "tags", "label", "probability"]
    assert (row["id"], row["tags"]) == (7, ["a"])
    rejected = [json.loads(line) for line in done.stderr.splitlines()]
    assert [row["id"] for row in rejected] == [8, 9]
    assert list(rejected[0]) == ["line", "id", "tags", "reason"]


def test_a_kept_column_of_an_answers_name_is_called_of_the_input(place):
    elman("predict", "m", "--input", "r.csv", "--keep", "all", "--out", "o.csv", cwd=place)
    with open(place / "o.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:5] == ["line", "text", "input.label", "label", "probability"]
    with open(place / "r.csv", newline="") as file:
        given = list(csv.DictReader(file))
    assert [row["text"] for row in rows] == [row["text"] for row in given]
    assert [row["input.label"] for row in rows] == [row["label"] for row in given]
    (place / "odd.jsonl").write_text(ROWS)
    elman("predict", "m", "--input", "odd.jsonl", "--keep", "tags", "--out", "o.csv", cwd=place)
    assert '"[""a""]"' in (place / "o.csv").read_text()  # a list is one cell of JSON


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["m", "--input", "r.csv", "--keep", "lbel"], 'no such column. Did you mean "label"'),
        (["m", "a film", "--keep", "id"], "--keep needs --input FILE"),
        (["m", "a film", "--format", "csv"], "--format is of standard input"),
        (["m", "--input", "r.csv", "--format", "csv"], "--format is of standard input"),
        (["m", "--input", "-", "--format", "cvs"], 'Did you mean "csv"'),
        (["m", "--input", "-", "--keep", "id"], "--keep id: this input has no columns"),
        (["f", "--input", "s.csv", "--keep", "day"], "reads the input as a whole"),
        (["f", "--input", "-", "--format", "lines"], '"a" is not a number'),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(place, arguments, message):
    done = elman("predict", *arguments, input="a line\n", cwd=place, code=2)
    assert message in done.stderr


def test_nothing_in_the_pipe_is_nothing_typed(place):
    assert "nothing to predict" in elman("predict", "m", cwd=place, code=2).stderr
    done = elman("predict", "m", "--input", "-", cwd=place, code=2)
    assert "standard input is empty" in done.stderr
    assert "\n2024-02-01\t" in elman("predict", "f", cwd=place).stdout


def test_a_forecaster_reads_numbers_or_a_table(place):
    values = elman("predict", "f", 50, 57, 53, cwd=place).stdout
    for piped in ("50\n57\n53\n", "50 57 53", "sales\n50\n57\n53\n"):
        assert elman("predict", "f", input=piped, cwd=place).stdout == values
    file = elman("predict", "f", "--input", "s.csv", cwd=place).stdout
    assert elman("predict", "f", input=(place / "s.csv").read_text(), cwd=place).stdout == file
    done = elman("predict", "f", input="a,b\nx,y\n", cwd=place, code=2)
    assert done.stderr.startswith("error: standard input: ")


def piped_of(content, **how):
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    with os.fdopen(reading) as stdin, mock.patch.object(sys, "stdin", stdin):
        piped = Piped(**how)
        return piped.first, list(piped.lines())


def test_bytes_become_lines_whatever_pieces_they_come_in():
    first, lines = piped_of(b"\xef\xbb\xbfone\r\ntwo\n\nlast")
    assert first == "one\r\n"
    assert lines == [(1, "one\r\n"), (2, "two\n"), (3, "\n"), (4, "last")]
    assert piped_of("grün".encode("cp1252"), encoding="cp1252")[0] == "grün"
    assert piped_of(b"") == ("", [])
    for packed in (b"\x1f\x8b\x08", b"\xff\xfea\0", b"PAR1"):
        with pytest.raises(DataError, match="packed, parquet or UTF-16"):
            piped_of(packed)


def test_what_is_no_text_is_rejected_by_line(place):
    script = "import sys; from elman.cli.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", script, "predict", "m"],
        input=b"good\n\xff\xfe bad\nfilm\n", cwd=place, capture_output=True,
    )  # fmt: skip
    assert [json.loads(line)["line"] for line in done.stdout.splitlines()] == [1, 3]
    assert json.loads(done.stderr)["reason"].startswith("not UTF-8; name the encoding")


def test_answers_come_before_the_next_line_does(place):
    script = "import sys; from elman.cli.main import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", script, "predict", "m"],
        cwd=place, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    ) as running:  # fmt: skip
        late = threading.Timer(20, running.kill)
        late.start()
        for number, text in enumerate(["good", "bad"], 1):
            running.stdin.write(f"{text}\n")
            assert json.loads(running.stdout.readline())["line"] == number
        running.stdin.close()
        assert running.stdout.read() == ""
        late.cancel()
    assert running.returncode == 0


def test_a_closed_standard_input_is_missed_only_where_it_was_asked_for(place):
    script = "import sys; from elman.cli.main import main; main()"
    for more, code in ([], 0), (["--input", "-"], 2):
        words = [sys.executable, "-c", script, "predict", "f", *more]
        done = subprocess.run(
            ["sh", "-c", 'exec "$@" <&-', "sh", *words], cwd=place, capture_output=True
        )
        assert done.returncode == code, done.stderr


def test_standard_input_that_cannot_be_read_is_said():
    broken = io.StringIO()
    broken.readline = mock.Mock(side_effect=OSError(5, "Input/output error"))
    with mock.patch.object(sys, "stdin", broken), pytest.raises(InputError, match="Input/output"):
        Piped()

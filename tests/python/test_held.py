"""What a Python program holds is taken as it is: lists, frames, columns, records, (X, y)."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

import elman
from elman.data.tables.held import table_of
from elman.data.text.reader import read_corpus
from elman.errors import DataError, InputError, OptionError
from elman.tasks.choose import choose
from elman.tasks.options import Options
from elman.training.listener import Listener
from tests.tasks.classify.small import reviews, untrained

pandas = pytest.importorskip("pandas")
polars = pytest.importorskip("polars")

ROWS = list(reviews(40))
TEXTS, LABELS = [text for text, _ in ROWS], [label for _, label in ROWS]
COLUMNS = {"id": list(range(40)), "text": TEXTS, "label": LABELS}


def _corpora():
    yield "pairs", ROWS
    yield "a generator", (pair for pair in ROWS)
    yield "an array of pairs", np.array(ROWS, object)
    yield "columns", COLUMNS
    yield (
        "records",
        [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)],
    )
    yield "pandas", pandas.DataFrame(COLUMNS)
    yield "pandas with an index", pandas.DataFrame(COLUMNS).set_index("id")
    yield "categories", pandas.DataFrame(COLUMNS).astype({"label": "category", "text": "string"})
    yield "polars", polars.DataFrame(COLUMNS)
    yield "X, y", (TEXTS, LABELS)
    yield "X, y of pandas", (pandas.Series(TEXTS), pandas.Series(LABELS))
    yield "X, y of polars", (polars.Series(TEXTS), polars.Series(LABELS))
    yield "X, y of numpy", (np.array(TEXTS), np.array(LABELS))
    yield "a frame, y", (pandas.DataFrame({"text": TEXTS}), np.array(LABELS))


@pytest.mark.parametrize(
    ("name", "data"), list(_corpora()), ids=lambda value: value if type(value) is str else ""
)
def test_all_forms_are_the_same_rows(tmp_path, name, data):
    corpus = read_corpus(data, tmp_path / "a")
    plain = read_corpus(ROWS, tmp_path / "b")
    assert corpus.classes == plain.classes
    assert corpus.hashes.tolist() == plain.hashes.tolist()
    assert corpus.class_ids.tolist() == plain.class_ids.tolist()


def test_several_labels_in_python(tmp_path):
    y = np.array([[1, 0, 1], [0, 0, 0], [0, 1, 0]] * 5)
    corpus = read_corpus((["a b", "c d", "e f"] * 5, y), tmp_path / "a")
    assert corpus.indicator[:3].tolist() == y[:3].astype(bool).tolist()
    pairs = [("a b", ["x", "y"]), ("c d", []), ("e f", ["y"])]
    corpus = read_corpus(pairs, tmp_path / "b")
    assert corpus.indicator.tolist() == [[True, True], [False, False], [False, True]]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ((TEXTS, LABELS[1:]), "40 texts and 39 labels"),
        ((TEXTS, 3), "y is int"),
        ((3, LABELS), "X is int"),
        ({"text": TEXTS, "label": LABELS[1:]}, "columns of different lengths .text 40, label 39"),
        (pandas.DataFrame([["a", "b"]], columns=["x", "x"]), "two columns have one name"),
        (pandas.DataFrame(), "no columns"),
        ([("a", "b", "c")], "not a pair"),
        ([], "no usable row"),
        ([{"text": "a"}, 3], "no column looks like a label|only the value|cannot be read"),
    ],
)
def test_what_is_no_data_is_said(tmp_path, data, message):
    with pytest.raises(InputError, match=message):
        read_corpus(data, tmp_path / "a")


@pytest.mark.parametrize("data", [None, 3, 1.5, object(), b"reviews.csv", [1, "a"], "gone.csv"])
def test_nonsense_ends_in_a_sentence(tmp_path, data):
    with pytest.raises(InputError):
        elman.train(data, tmp_path / "m")
    with pytest.raises(OptionError, match="expected the path of a directory"):
        elman.train(ROWS, None)


def test_a_frame_is_answered_row_by_row():
    model = untrained()
    texts = ["a good film", "good", "nothing known"]
    expected = model.predict(texts)
    columns = {"id": [7, 8, 9], "text": texts}
    forms = [columns, pandas.DataFrame(columns), polars.DataFrame(columns), pandas.Series(texts)]
    forms += [polars.Series(texts), np.array(texts), tuple(texts), (t for t in texts)]
    forms += [polars.DataFrame(columns).lazy()]
    forms += [[{"text": text} for text in texts]]
    for data in forms:
        assert model.predict(data) == expected
    assert model.predict({"text": "a good film"}) == expected[:1]
    nothing = pandas.array(["good", pandas.NA], dtype="string")
    for data in (
        pandas.Series(["good", None]),
        pandas.DataFrame({"text": nothing}),
        pandas.DataFrame({"text": ["good", float("nan")]}),
    ):
        assert [answer.label for answer in model.predict(data)] == [expected[1].label, None]


@pytest.mark.parametrize("data", [None, 3, "one text", b"bytes", [None], [3], [["a"]], {"a": 3}])
def test_what_cannot_be_predicted_is_said(data):
    with pytest.raises(InputError):
        untrained().predict(data)


def test_dates_and_numbers_are_a_series():
    days = pandas.date_range("2024-01-01", periods=60, freq="D")
    values = np.sin(np.arange(60) / 3) + np.arange(60)
    forms = [
        pandas.DataFrame({"ds": days, "y": values}),
        pandas.Series(values, index=days, name="y"),
        polars.DataFrame(
            {
                "ds": [datetime.date(2024, 1, 1) + datetime.timedelta(n) for n in range(60)],
                "y": values,
            }
        ),
        {"ds": [str(day)[:10] for day in days], "y": values.tolist()},
    ]
    from elman.tasks.forecast.options import ForecastOptions
    from elman.tasks.forecast.plan import panel_of

    for data in forms:
        assert choose(data, None, {}, Listener()).name == "forecast"
        (series,) = panel_of(data, ForecastOptions())
        assert (series.name, len(series.values), series.season) == ("y", 60, 7)
        assert series.date(0).startswith("2024-01-01")
        assert series.values == pytest.approx(values)
    for data in (values, list(values), pandas.Series(values), polars.Series(values)):
        assert choose(data, None, {}, Listener()).name == "forecast"
    for data in (pandas.Series(TEXTS), TEXTS, pandas.DataFrame(COLUMNS), (TEXTS, LABELS)):
        assert choose(data, None, {}, Listener()).name == "classify"


def test_frames_of_other_libraries_are_told_by_what_they_can():
    class Dataset:
        column_names = ("text", "label")

        def __getitem__(self, name):
            return COLUMNS[name]

    assert next(row.fields for row in table_of(Dataset()).rows()) == {
        "text": TEXTS[0],
        "label": LABELS[0],
    }
    with pytest.raises(DataError, match="different lengths"):
        table_of({"a": [1], "b": [1, 2]})
    assert table_of(ROWS) is None
    assert isinstance(Options(), Options)

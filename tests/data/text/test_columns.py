"""The right columns are found and said; where two fit, the user is asked."""

import pytest

from elman.data.tables.formats import open_table
from elman.data.tables.table import Row
from elman.data.text.columns import MissingTextError, choose_columns
from elman.errors import DataError, OptionError

LONG = "It was number {0} of many films that we watched that summer"


def _table(tmp_path, header, *rows, repeat=1):
    path = tmp_path / "reviews.csv"
    lines = [header, *(row.format(n) for n in range(repeat) for row in rows)]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return open_table(path)


@pytest.mark.parametrize(
    ("header", "text", "label"),
    [
        ("id,label,rating,text", ("text",), "label"),
        ("Sentence,Class", ("Sentence",), "Class"),
        ("y,Review Text", ("Review Text",), "y"),
        ("reviewText,overall_sentiment,review_id", ("reviewText",), "overall_sentiment"),
        ("label,title,description", ("title", "description"), "label"),
        ("category,headline", ("headline",), "category"),
        ("review_body,review_title,stars", ("review_title", "review_body"), "stars"),
        ("sentiment,tweet,created_at", ("tweet",), "sentiment"),
    ],
)
def test_columns_are_found_by_name(tmp_path, header, text, label):
    columns = choose_columns(_table(tmp_path, header), None, None)
    assert (columns.text, columns.label) == (text, label)
    assert all(f'"{name}"' in columns.said for name in (*text, label))


def test_columns_are_found_by_content(tmp_path):
    rows = (
        f"2024-01-{{0}} 10:00,a{{0}},x{LONG},happy,yes",
        f"2023-01-{{0}} 11:00,b{{0}},{LONG},sad,yes",
    )
    table = _table(tmp_path, "when,id,what,mood,ok", *rows, repeat=20)
    columns = choose_columns(table, None, None)
    assert (columns.text, columns.label) == (("what",), "mood")
    assert columns.said == (
        'Text: "what" (by content); label: "mood" (by content); not used: when, id, ok.'
    )


def test_a_label_that_is_constant_at_first_is_still_found(tmp_path):
    table = _table(tmp_path, "what,mood", f"{LONG},sad", repeat=30)
    assert choose_columns(table, None, None).label == "mood"


def test_the_user_overrides(tmp_path):
    table = _table(tmp_path, "text,label,title,mood", "a,b,c,d")
    columns = choose_columns(table, "title, text", "mood")
    assert (columns.text, columns.label) == (("title", "text"), "mood")
    assert "(as told)" in columns.said
    assert choose_columns(table, None, None, need_label=False).label is None
    with pytest.raises(OptionError, match='column "mood" cannot be both'):
        choose_columns(table, "mood", "mood")


def test_files_with_one_layout_are_said(tmp_path):
    (tmp_path / "r.txt").write_text("__label__a one")
    for name in ("pos", "neg"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.txt").write_text("x")
    said = choose_columns(open_table(tmp_path), None, None).said
    assert said == "Text is the whole file, the label is its folder."
    said = choose_columns(open_table(tmp_path / "r.txt"), None, None).said
    assert said == "Text is the whole line, the label is __label__."


def test_wrong_names_are_corrected(tmp_path):
    table = _table(tmp_path, "review,label", "a,b")
    with pytest.raises(OptionError) as caught:
        choose_columns(table, "reveiw", None)
    assert str(caught.value) == (
        f'--text "reveiw": {tmp_path}/reviews.csv has no such column. '
        'Did you mean "review"? Choices: review, label.'
    )
    with pytest.raises(OptionError, match=r'--label "labels": .* Did you mean "label"\?'):
        choose_columns(table, None, "labels")


@pytest.mark.parametrize(
    ("header", "row", "message"),
    [
        (
            "text_a,text_b,label",
            f"{LONG},{LONG},1",
            r'"text_a", "text_b" fit equally.*--text text_a',
        ),
        ("one,two,label", f"{LONG},but {LONG},1", r'"one", "two" fit equally well.*--text one'),
        ("text,red,blue", f"{LONG},x,y", r'"red", "blue" fit equally well.*--label red'),
        ("text,class_a,class_b", f"{LONG},x,y", r'"class_a", "class_b" fit.*--label class_a'),
    ],
)
def test_ambiguity_is_asked(tmp_path, header, row, message):
    with pytest.raises(OptionError, match=message):
        choose_columns(_table(tmp_path, header, row, repeat=20), None, None)


def test_no_fitting_column_is_said(tmp_path):
    with pytest.raises(DataError, match=r"no column looks like text\. Columns: a, b"):
        choose_columns(_table(tmp_path, "a,b", "1,2", repeat=9), None, None)
    with pytest.raises(DataError, match=r"no column looks like a label .* Columns: text, n"):
        choose_columns(_table(tmp_path, "text,n", "a b,{}.5", repeat=99), None, None)


def test_a_name_among_the_values_is_no_header_unless_told(tmp_path):
    table = _table(tmp_path, "0,1", f"{LONG},1", f"but {LONG},0", repeat=20)
    with pytest.raises(DataError, match="line 1: looks like a row, not like column names"):
        choose_columns(table, None, None)
    assert choose_columns(table, None, "1").label == "1"


def test_a_row_gives_its_text_and_its_labels(tmp_path):
    columns = choose_columns(_table(tmp_path, "title,text,label", "a,b,c"), None, None)

    def labels(label):
        return columns.labels_of(Row(3, {"title": "a", "text": "b", "label": label}))

    def text(title, text):
        return columns.text_of(Row(3, {"title": title, "text": text, "label": "x"}))

    assert labels(" x ") == ["x"]
    assert labels(1.0) == labels(1) == ["1"]
    assert labels(0) == ["0"]
    assert labels(["x", 2, "x", None]) == labels(("x", 2)) == ["x", "2"]
    assert labels(None) == labels(" ") == labels(float("nan")) == labels([]) == []
    assert (text("a", "b"), text("a", None), text(None, 7), text("", None)) == ("a b", "a", "7", "")
    with pytest.raises(ValueError, match=r"^a dict where a text belongs$"):
        labels({"k": 1})
    with pytest.raises(ValueError, match=r"^a list where a text belongs$"):
        text("a", ["b"])
    with pytest.raises(ValueError, match=r"^a bytes where a text belongs$"):
        text(b"a", "b")
    with pytest.raises(MissingTextError, match=r"^column title, text is missing$"):
        text(None, None)

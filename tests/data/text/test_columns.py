"""The right columns are found and said; where two fit, the user is asked."""

import pytest

from elman.data.tables.formats import open_table
from elman.data.tables.table import Row
from elman.data.text.columns.cells import labels_in, split_of
from elman.data.text.columns.choose import choose_columns
from elman.data.text.columns.columns import MissingTextError
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


@pytest.mark.parametrize(
    ("first", "rows"),
    [
        # sorted by label; numbers above numbers; a date above dates
        (
            "0,1467,Mon Apr 06 22:19:45 2009,x,a tweet of today",
            ["0,1468,Mon Apr 06 22:20:00 2009,x,b {0} c d"],
        ),
        (
            "3,Wall St. falls,a long story of it",
            [f"3,headline {{0}} too,{LONG}", f"4,one {{0}},but {LONG}"],
        ),
        ("a film that I liked a lot,pos", [f"{LONG},pos", f"but {LONG},neg"]),
        (f"again {LONG}", [f"{LONG}"]),
    ],
)
def test_a_row_is_no_header_unless_told(tmp_path, first, rows):
    table = _table(tmp_path, first, *rows, repeat=20)
    for text, label in ((None, None), (None, table.columns[0]), (table.columns[-1], None)):
        with pytest.raises(DataError, match=r"line 1: looks like a row.*--no-header.*--header"):
            choose_columns(table, text, label, need_label=False)
    assert choose_columns(open_table(table.path, header=True), need_label=False).text
    found = choose_columns(open_table(table.path, header=False), need_label=False).text
    assert all(name.isdecimal() for name in found)


@pytest.mark.parametrize(
    "header",
    [
        *("0,1", "1,2", "text,label", "what did you like about it?,mood"),
        *("a comment of the customer in words,label", "0,label", "Bewertung,Klasse"),
        "a comment of the customer in words,Bewertung",
    ],
)
def test_names_are_a_header(tmp_path, header):
    table = _table(tmp_path, header, f"{LONG},1", f"but {LONG},0", repeat=20)
    assert choose_columns(table).text == (table.columns[0],)


def test_a_long_question_is_a_name(tmp_path):
    table = _table(tmp_path, "What did you like about it today?", LONG, f"but {LONG}", repeat=20)
    assert choose_columns(table, need_label=False).text == ("What did you like about it today?",)


def test_lists_of_objects_are_no_labels(tmp_path):
    cell = '"[{{""id"": 3, ""name"": ""drama""}}]"'
    table = _table(tmp_path, "text,genres", f"{LONG},{cell}", f"but {LONG},{cell}", repeat=20)
    columns = choose_columns(table, "text", "genres")
    with pytest.raises(ValueError, match=r"a list of objects where labels belong"):
        columns.labels_of(next(table.rows()))


def test_columns_are_named_as_they_are_typed(tmp_path):
    table = _table(tmp_path, "so good,it's,label", f"{LONG},but {LONG},1", repeat=20)
    with pytest.raises(OptionError) as told:
        choose_columns(table)
    assert str(told.value).endswith(
        """Say which: --text 'so good', or --text 'so good,it'"'"'s' for both"""
    )


@pytest.mark.parametrize(
    ("header", "rows", "text", "also"),
    [
        # a compound name with the words beats an exact one without
        (
            "Title,Review Text,Rating",
            ["My {0} on it," + LONG + ",5", "So {0} of it,but " + LONG + ",1"],
            ("Title", "Review Text"),
            None,
        ),
        # a column of few values is no title, whatever its name
        (
            "title,text,subject,label",
            ["Note {0} on it," + LONG + ",News,1", "Note {0} of it,but " + LONG + ",Politics,0"],
            ("title", "text"),
            None,
        ),
        # much longer than the one with the better name
        (
            "comment,description,label",
            ["good {0} x," + LONG + ",1", "bad {0} y,but " + LONG + ",0"],
            ("description",),
            "comment",
        ),
        (
            "Summary,Text,label",
            ["good {0} x," + LONG + ",1", "bad {0} y,but " + LONG + ",0"],
            ("Summary", "Text"),
            None,
        ),
        ("headline,label", [LONG + ",1", "but " + LONG + ",0"], ("headline",), None),
        (
            "text,notes,label",
            [LONG + ",a word {0} more,1", LONG + ",no word {0} more,0"],
            ("text",),
            "notes",
        ),
    ],
)
def test_content_decides_beside_the_name(tmp_path, header, rows, text, also):
    columns = choose_columns(_table(tmp_path, header, *rows, repeat=20))
    assert columns.text == text
    both = ",".join([*text, also or ""])
    assert ("Texts too, and not read" in columns.said) == bool(also)
    assert also is None or f'"{also}" (--text "{both}" reads both)' in columns.said


def test_a_label_may_be_called_an_id(tmp_path):
    rows = (f"{LONG},3", f"but {LONG},7")
    table = _table(tmp_path, "text,category_id", *rows, repeat=20)
    assert choose_columns(table).label == "category_id"
    table = _table(
        tmp_path,
        "text,date,kind",
        *(f"{row.rpartition(',')[0]},2024,{row[-1]}" for row in rows),
        repeat=20,
    )
    assert choose_columns(table).label == "kind"


def test_columns_of_0_and_1_are_one_label_each(tmp_path):
    rows = (f"{LONG},1,0,0", f"but {LONG},0,1,1", f"and {LONG},0,0,0")
    table = _table(tmp_path, "text,toxic,obscene,threat", *rows, repeat=20)
    with pytest.raises(OptionError, match=r"3 of them hold 0 and 1.*--label toxic,obscene,threat"):
        choose_columns(table)
    columns = choose_columns(table, None, "toxic,obscene,threat")
    assert columns.said.endswith('label: "toxic", "obscene", "threat" (as told, one label each).')
    found = [columns.labels_of(row) for row in table.rows()][:3]
    assert found == [["toxic"], ["obscene", "threat"], []]
    with pytest.raises(ValueError, match="'2' in column \"toxic\", where 0 or 1 belongs"):
        columns.labels_of(Row(2, {"toxic": "2", "obscene": "0", "threat": "0"}))
    assert columns.labels_of(Row(2, {"toxic": "1", "obscene": "", "threat": "0"})) is None


@pytest.mark.parametrize(
    ("cells", "split", "labels"),
    [
        (["a|b", "a", "b", "a|c", "c"], "|", [["a", "b"], ["a"], ["b"], ["a", "c"], ["c"]]),
        (["a, b", "a", "b", "c, a", "c"], ",", [["a", "b"], ["a"], ["b"], ["c", "a"], ["c"]]),
        (["a;b", "b", "a;b;c", "c", "a"], ";", [["a", "b"], ["b"], ["a", "b", "c"], ["c"], ["a"]]),
        (["['a']", "['a', 'b']", "[]"], "list", [["a"], ["a", "b"], []]),
        (['["a b"]', '["a b", "c"]'], "list", [["a b"], ["a b", "c"]]),
        (["['a' 'b']", "['b']"], "list", [["a", "b"], ["b"]]),
        (["[1, 0, 1]", "[0, 0, 0]"], "flags", [["0", "2"], []]),
        (["[1 0 1]", "[0. 1. 0.]"], "flags", [["0", "2"], ["1"]]),
        # one class with a comma in it, and paths of classes
        (["Food, Restaurants", "Travel", "Food, Shops"], "", [["Food, Restaurants"]]),
        (["Home|Kitchen", "Home|Garden", "Cars|Parts"], "", [["Home|Kitchen"]]),
        (["good", "bad"], "", [["good"], ["bad"]]),
        (["a, b", "a", "c, d"], "", [["a, b"]]),  # more names than cells
        (["a, b", "b, c", "c, d", "a, c", "a, d"], "", [["a, b"]]),  # none by itself
        (["a|b", "b|c", "a|c"], "|", [["a", "b"]]),
    ],
)
def test_cells_that_hold_several_labels_are_told(cells, split, labels):
    assert split_of(cells * 3) == split
    for cell, expected in zip(cells, labels, strict=False):
        assert labels_in(cell, split) == expected


def test_how_labels_stand_in_a_cell_is_said_and_can_be_told(tmp_path):
    rows = (f"{LONG},a|b", f"but {LONG},a", f"and {LONG},b")
    table = _table(tmp_path, "text,label", *rows, repeat=9)
    said = choose_columns(table).said
    assert (
        said == 'Text: "text" (by name); label: "label" (by name, several a cell, parted by "|").'
    )
    columns = choose_columns(table, split="")
    assert columns.labels_of(Row(2, {"text": "x", "label": "a|b"})) == ["a|b"]


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
    assert labels("1.0") == labels("1") == ["1"]
    assert labels("1.5") == ["1.5"]
    assert (
        labels(None) is labels(" ") is labels(float("nan")) is labels("nan") is labels([]) is None
    )
    assert (text("a", "b"), text("a", None), text(None, 7), text("", None)) == ("a b", "a", "7", "")
    with pytest.raises(ValueError, match=r"^a dict where a label belongs$"):
        labels({"k": 1})
    with pytest.raises(ValueError, match=r"^a list where a text belongs$"):
        text("a", ["b"])
    with pytest.raises(ValueError, match=r"^a bytes where a text belongs$"):
        text(b"a", "b")
    assert labels("NULL") is labels("N/A") is labels("\\N") is None
    assert labels("None") == ["None"]
    for missing in (None, float("nan"), "nan", " NaN ", "NULL", "None", "NA"):
        with pytest.raises(MissingTextError, match=r"^column title, text is missing$"):
            text(None, missing)


def test_objects_where_texts_belong_are_told_by_their_keys(tmp_path):
    columns = choose_columns(_table(tmp_path, "text,label", "a,b"))
    with pytest.raises(ValueError, match=r"^an object \(id, text\) where a text belongs; take"):
        columns.text_of(Row(2, {"text": {"id": 1, "text": "a"}}))

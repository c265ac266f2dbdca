"""One JSON object a line."""

import json
import re

import pytest

from elman.data.tables.formats import open_table
from elman.data.tables.table import Row
from elman.errors import DataError


def test_jsonl_keeps_values_and_finds_late_keys(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"text": "a"}\n\n{"text": "b", "label": ["x", "y"], "n": 1.5}\n')
    table = open_table(path)
    assert table.columns == ["text", "label", "n"]
    assert list(table.rows()) == [
        Row(1, {"text": "a"}),
        Row(3, {"text": "b", "label": ["x", "y"], "n": 1.5}),
    ]


def test_a_long_text_is_not_taken_for_many_values(tmp_path):
    text = 'said "so", [sic] {twice} \\ and: ' * 30_000
    lines = [json.dumps({"text": text, "label": label}) for label in "ab"]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    assert [row.fields["text"] for row in open_table(tmp_path / "a.jsonl").rows()] == [text] * 2


@pytest.mark.parametrize(
    ("content", "rows"),
    [
        ('[{"text": "a"},\n {"text": "b"}]', ".[]"),
        ('{"data": [\n {"text": "a"}]}', ".data[]"),
        ('{"data": [{"text": "a"}]}', ".data[]"),
        ('{\n  "text": "a"\n}\n{\n  "text": "b"\n}', "."),
    ],
)
def test_json_of_another_shape_is_told_how_to_become_lines(tmp_path, content, rows):
    path = tmp_path / "a.json"
    path.write_text(content)
    with pytest.raises(DataError, match=re.escape(f"jq -c '{rows}' a.json > a.jsonl")):
        open_table(path)


def test_columns_of_pandas_are_known(tmp_path):
    path = tmp_path / "a.json"
    path.write_text('{"text": {"0": "a", "1": "b"}, "label": {"0": "x", "1": "y"}}')
    with pytest.raises(DataError, match=r"an object for each column.*lines=True"):
        open_table(path)
    path.write_text('{"text": "a", "meta": {"id": 3}, "label": ["x"]}')
    assert open_table(path).columns == ["text", "meta", "label"]

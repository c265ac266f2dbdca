"""Pages that run: blocks are found, run in one session, and differences of each kind are seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pages import Block, Session, abridged, blocks, differences, left_out

ROOT = Path(__file__).parent.parent
PAGE = """
```python
n = 2
print("n is", n)
```
```text
n is 2
```
≈ one run: `n is` 1 to 3

```console
$ echo 4,100 rows | grep rows
4,100 rows
$ elman --help | grep -c "Recurrent networks that work"
1
```
"""


def said(text, mark=""):
    return Block("python", "", text, mark)


def test_blocks_are_found_and_run_in_one_session():
    python, console = blocks(PAGE)
    assert (python.said, python.mark) == ("n is 2\n", "≈ one run: `n is` 1 to 3\n")
    assert console.code.count("$") == 2
    session = Session()
    for block in (python, console):
        found = session.run(block)
        assert not differences(block, found)
        assert block.page(found) in PAGE
    assert session.run(said("")) == ""
    assert session.names["n"] == 2


def test_what_is_not_run_is_counted():
    other = "```sh\nls\n```\n````\n```experiment\n```\n````\n```{toctree}\n```\n```\nfree\n```\n"
    assert left_out(PAGE + other) == ["sh", "", ""]


def test_without_a_mark_every_character_counts():
    assert not differences(said("a 0.10\nb\n"), "a 0.10\nb\n")
    for found in ("a 0.11\nb\n", "a  0.10\nb\n", "a 0.10\n", "a 0.10\nb\nc\n"):
        assert differences(said("a 0.10\nb\n"), found)


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("accuracy 99.1% of 1,800", "accuracy  8.9% of 800"),
        ("state +0.52 █··", "state -0.52 ██·"),
        ("p = 1.4e-45", "p = 0.03"),
    ],
)
def test_of_one_run_figures_may_move_and_words_may_not(expected, found):
    assert not differences(said(expected, "≈ one run\n"), found)
    assert differences(said(expected), found)
    assert differences(said(expected, "≈ one run\n"), found + " more")
    assert differences(said(expected, "≈ one run\n"), found + "\n" + found)


def test_three_dots_stand_for_any_lines_between():
    block = said("a\nb\n…\nz\n")
    for found in ("a\nb\nc\nd\nz\n", "a\nb\nz\n"):
        assert not differences(block, found)
        assert abridged(block, found) == block.said
    for found in ("a\nz\n", "a\nc\nd\nz\n", "a\nb\nc\ny\n", "b\nb\nz\n"):
        assert differences(block, found)


def test_figures_of_a_kept_model_are_near():
    block = said("score +2.07 of 2,818 ██\n", "≈ within 0.02: the model is kept\n")
    assert not differences(block, "score  +2.055 of 2,818 █▆\n")
    for found in ("score +2.04 of 2,818\n", "score +2.07 of 2,819\n", "sum +2.07 of 2,818\n"):
        assert differences(block, found)


def test_named_figures_keep_their_bounds():
    once = said(
        "right on 99% of 7\nright on 12% of 7\n", "≈ one run: `right on` 90 to 100, 5 to 20"
    )
    assert not differences(once, "right on 91.0% of 2000\nright on 5% of 2000\n")
    assert differences(once, "right on 89.9% of 7\nright on 12% of 7\n")
    assert differences(once, "right on 99% of 7\nright on 20.1% of 7\n")
    all = said("a 1, b 2\na 3, b 4\n", "≈ one run: `a` 0 to 5; `b` -1.5 to 5")
    assert not differences(all, "a 5, b -1.5\na 0, b 5\n")
    assert differences(all, "a 5, b -1.6\na 0, b 5\n")
    assert differences(all, "a 5, b 2\na 6, b 5\n")


def test_a_name_that_is_not_printed_is_seen():
    assert differences(said("a 1\n", "≈ one run: `b` 0 to 5"), "a 1\n")
    assert differences(said("a 1\n", "≈ one run: `a` 0 to 5, 0 to 5"), "a 1\n")


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.md")), ids=lambda p: p.name)
def test_figures_of_a_page_are_within_its_own_bounds(path):
    for block in blocks(path.read_text(encoding="utf-8")):
        assert not differences(block, block.said)

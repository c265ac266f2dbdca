"""How fast layers are is said on several pages: each figure is one of docs/results.md."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
CELLS = ("RNN", "GRU", "LSTM")
README, INDEX, PYTORCH, RESULTS = (
    (ROOT / name).read_text(encoding="utf-8")
    for name in ("README.md", "docs/index.md", "docs/pytorch.md", "docs/results.md")
)
TWO, ONE = "Rows of full length, 2 threads", "Rows of full length, 1 thread"
RAGGED_TWO, RAGGED_ONE = "Rows of 10 to 100 % of T", "Rows of 10 to 100 %, 1 thread"
XEON = "**On an Intel Xeon**"


def table(page, before):
    """The first table after some words: its head, and the cells of each row by its name."""
    lines = page[page.index(before) :].splitlines()
    (first, *_) = (n for n, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[first:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    head, _, *body = rows
    return head[1:], {name: cells for name, *cells in body}


def column(before, name):
    """How many times as fast, by shape, of a table of the results."""
    head, rows = table(RESULTS, before)
    at = head.index(name)
    return {shape: float(cells[at].partition("×")[0]) for shape, cells in rows.items()}


def trained(before, how):
    return [column(before, f"{cell} {how}") for cell in CELLS]


def joined(columns):
    return {(n, shape): each[shape] for n, each in enumerate(columns) for shape in each}


MEASURED = {
    "two threads, Zen 5": [*trained(TWO, "training"), joined(trained(RAGGED_TWO, "training"))],
    "one thread, Zen 5": [*trained(ONE, "training"), joined(trained(RAGGED_ONE, "training"))],
    "two threads, Xeon": trained(XEON, "train 2"),
    "one thread, Xeon": trained(XEON, "train 1"),
}


def shown(figure, said):
    return float(said) in (round(figure, 1), round(figure))


def test_the_page_for_pytorch_has_the_ranges_of_the_tables():
    _, rows = table(PYTORCH, "**How much faster.**")
    assert rows.keys() == MEASURED.keys()
    for name, columns in MEASURED.items():
        assert len(list(filter(None, rows[name]))) == len(columns)
        for figures, said in zip(columns, rows[name], strict=False):
            low, high = said.split(" to ")
            assert shown(min(figures.values()), low), (name, said)
            assert shown(max(figures.values()), high), (name, said)


def test_the_readme_shows_cells_of_the_tables():
    _, rows = table(README, "How many times as long torch takes for a layer")
    columns = trained(TWO, "training") + trained(RAGGED_TWO, "training") + trained(XEON, "train 2")
    assert len(rows) == 7
    for shape, cells in rows.items():
        for figures, said in zip(columns, cells, strict=True):
            assert shown(figures[shape], said), (shape, said, figures[shape])


def test_the_closest_cell_is_the_one_that_is_named():
    assert "closest: LSTM of 512 units, training on one thread, 1.03 and 1.04" in README
    for name, least in (("one thread, Zen 5", 1.03), ("one thread, Xeon", 1.04)):
        assert MEASURED[name][2]["16×200×512×512"] == least
    section = RESULTS[RESULTS.index("Rows of full length, 2") : RESULTS.index("Since that run")]
    cells = [float(figure) for figure in re.findall(r"\| ([\d.]+)× \(", section)]
    assert len(cells) == 192 + 72
    assert min(cells) == 1.03


def test_the_first_page_leads_with_cells_that_are_not_noisy():
    said = re.search(r"256 units, two threads \| (.*?) and (.*?) t.* 5, (.*?) and (.*?) on", INDEX)
    at = "64×200×256×256"
    zen, xeon = MEASURED["two threads, Zen 5"], MEASURED["two threads, Xeon"]
    cells = [zen[1][at], zen[2][at], xeon[1][at], xeon[2][at]]
    assert all(map(shown, cells, said.groups())), said

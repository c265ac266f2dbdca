"""Polars' reader of csv beside ours: seconds, memory, and whether the rows are the same.

python benchmarks/polars_csv.py ROWS

Reads a csv of so many rows as `load.py` makes it, each way in a process of its own, twice, and
shows the less: to columns of Python's own strings, which the tokenizer takes, and for polars also
only to its frame. Then both read the dirty and hostile files of the tests, polars with the
delimiter told and every column as text; what differs is counted.
"""

import collections
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from load import measured, write

OURS = """
import sys
from pathlib import Path
from elman.data.tables.formats import open_table
print(sum(len(found.lines) for found in open_table(Path(sys.argv[1])).read()), file=sys.stderr)
"""

FRAME = """
import sys, os
os.environ["POLARS_MAX_THREADS"] = "1"
import polars
frame = polars.read_csv(sys.argv[1], infer_schema=False)
print(len(frame), file=sys.stderr)
"""

CELLS = FRAME + "for n in range(0, len(frame), 600): frame[n : n + 600].rows()\n"


# What is imported here would count as memory of the processes that are measured before.


def ours(path: Path) -> tuple[list[tuple[str, ...]], int]:
    """Rows, and how many lines are given up."""
    from elman.data.tables.delimited import open_delimited
    from elman.data.tables.table import Rows

    rows, given_up = [], 0
    for found in open_delimited(path).read():
        if isinstance(found, Rows):
            rows += zip(*found.columns.values(), strict=True)
        else:
            given_up += 1
    return rows, given_up


def theirs(path: Path, mark: str) -> list[tuple[str, ...]]:
    import polars

    from elman.data.tables.delimited import _plain

    frame = polars.read_csv(path, separator=mark, infer_schema=False, empty_string_is_null=False)
    return [tuple(map(_plain, row)) for row in frame.rows()]


def compared(path: Path) -> str:
    from polars.exceptions import PolarsError

    from elman.errors import InputError

    head = path.read_bytes()[:300].removeprefix(b"\xef\xbb\xbf")
    mark = next((m for m in (";", "\t", ",") if m.encode() in head.split(b"\n")[0]), ",")
    try:
        rows, given_up = ours(path)
    except InputError:
        rows, given_up = None, 0
    try:
        found = theirs(path, mark)
    except (PolarsError, UnicodeDecodeError):
        found = None
    if rows is None:
        return "we refuse it with a reason; polars " + ("too" if found is None else "reads it")
    if found is None:
        return f"polars refuses it whole; we read it{', some lines given up' if given_up else ''}"
    if rows == found:
        return "the same rows"
    return f"other rows{', where we give lines up and say which' if given_up else ''}"


def main(rows: int) -> None:
    here = str(Path(__file__).resolve().parents[1])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "many.csv")
        write(path, rows)
        for name, code in (
            ("ours", OURS), ("polars, a frame", FRAME), ("polars, Python's strings", CELLS)
        ):  # fmt: skip
            processor, clock, most = min(measured(code, here, str(path)) for _ in range(2))
            print(f"{processor:6.2f} s ({clock:.2f} by the clock), {most:,.0f} MiB: {name}")
        from tests.data.tables.dirty import dirty
        from tests.data.test_hostile_files import FILES

        for kind, files in (
            ("dirty", [dirty(seed) for seed in range(1000)]),
            ("hostile", [data for name, data, _ in FILES.values() if name == "r.csv"]),
        ):
            found: collections.Counter[str] = collections.Counter()
            for data in files:
                path.write_bytes(data)
                found[compared(path)] += 1
            for what, times in found.most_common():
                print(f"{times:6} {kind} files: {what}")


if __name__ == "__main__":
    main(int(sys.argv[1]))

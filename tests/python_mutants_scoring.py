"""Small wrong changes in what answers files into a folder; see `mutate_python.py`."""

from __future__ import annotations

__all__ = ["SCORING"]

S, P, N = "elman/workflow/scoring/", "elman/data/pieces/", "elman/data/named.py"
FOLDER = ("tests/workflow/scoring/test_folder.py",)
JOB = ("tests/workflow/scoring/test_job.py",)
COLUMNS = ("tests/workflow/scoring/test_columns.py",)
KILLS = ("tests/workflow/scoring/test_kills.py",)
CREW = ("tests/workflow/scoring/test_crew.py",)
PART = ("tests/workflow/scoring/test_part.py",)
BORDERS = ("tests/data/pieces/test_borders.py",)
ALIKE = ("tests/workflow/scoring/test_alike.py",)
ADDRESSES = ("tests/workflow/scoring/test_addresses.py",)
NAMED = ("tests/data/test_named.py",)
LEFT_OUT = ("tests/workflow/scoring/test_left_out.py",)
WRITER = ("tests/workflow/test_writer.py",)

SCORING = [
    (
        P + "borders.py",
        "apart = (np.searchsorted(quotes, ends) + opened) % 2 == 0",
        "apart = ends >= 0",
        BORDERS,
    ),
    (P + "borders.py", "    if opened:\n        return None\n", "", BORDERS),
    (P + "borders.py", "opened = (opened + len(quotes)) % 2", "opened = len(quotes) % 2", BORDERS),
    (P + "borders.py", "if before == _QUOTE and opened == 0 and", "if 0 and", BORDERS),
    (P + "cut.py", "before = 0 if piece.begin == 0 else cut.head_lines", "before = 0", BORDERS),
    (
        P + "footer.py",
        "if not (0 <= begin <= end <= size and group[_ROWS] >= 0):",
        "if 0:",
        BORDERS,
    ),
    (
        S + "part.py",
        "line = row.line - before + shard.piece.lines",
        "line = row.line - before",
        FOLDER,
    ),
    (S + "part.py", "        elif row.line > before:", "        elif row.line >= before:", FOLDER),
    (S + "job.py", "elif not _is(found, job):", "elif 0:", FOLDER),
    (S + "job.py", "and there <= now:", "and 1:", JOB),
    (S + "job.py", "(not numbers or _same_terms(found, job))", "1", JOB),
    (S + "job.py", "elif company is None:", "elif 1:", JOB),
    (S + "job.py", 'if numbers and kept != found["kept"]:', "if 0:", COLUMNS),
    (S + "columns.py", "if most is not None and", "if 0 and", COLUMNS),
    (S + "columns.py", "if (one := _one(before, kind)) is None:", "if not (one := kind):", COLUMNS),
    (S + "part.py", "rows = fitted(rows, path, keep, kinds)", "pass", COLUMNS),
    (S + "manifest.py", "taken.intersection(each.numbers)", "set()", JOB),
    (S + "run.py", "folder.swept(files_of((s.number for s in mine), job.kind))", "pass", JOB),
    (S + "job.py", "return record if whole else None", "return record", FOLDER),
    (S + "folder.py", "return found.hexdigest() == digest", "return True", FOLDER),
    (S + "run.py", "alike.check(source)", "pass", ALIKE),
    (
        P + "cut.py",
        "            with source.opened() as file, copying(path), open",
        "            with source.opened() as file, open",
        FOLDER,
    ),
    (S + "run.py", "if len(records) < len(shards):", "if 0:", FOLDER),
    (S + "run.py", "if (again := twice(records)) is not None:", "if 0:", FOLDER),
    (S + "run.py", "s.number % turn[1] == turn[0]", "True", FOLDER),
    (S + "crew.py", "while len(deaths) < _ATTEMPTS:", "while not deaths:", KILLS),
    (S + "crew.py", "if self._let_go():", "if 0:", CREW),
    (
        S + "job.py",
        "divided(job.sources, cut, {})), first=True)",
        "divided(job.sources, cut, {})))",
        JOB,
    ),
    (S + "part.py", "    yield from rows\n    _same(source)\n", "    yield from rows\n", PART),
    (S + "part.py", "line - head + before if beyond", "line if beyond", PART),
    (S + "run.py", "            folder.remove(SUCCESS)", "            pass", FOLDER),
    (
        S + "records.py",
        "polars.DataFrame(map(_whole, records),",
        "polars.DataFrame(records,",
        WRITER,
    ),
    ("elman/lock.py", "                if _held(file):", "                if 1:", KILLS),
    (S + "worker.py", "if line != END:", "if 0:", KILLS),
    (S + "records.py", "left.callback(lambda: remove(*spilled))", "pass", WRITER),
    (S + "records.py", "yield write\n        framed()\n", "yield write\n", WRITER),
    ("elman/data/addresses.py", "    if _USER.search(address):", "    if 0:", ADDRESSES),
    (
        "elman/data/addresses.py",
        "if _WEB.match(address) else address",
        "if 0 else address",
        ADDRESSES,
    ),
    (N, "met.setdefault(real[name], name)", "met.setdefault(name, name)", NAMED),
    (N, 'key=lambda n: real[n] != os.path.join(top, n.replace("/", os.sep))', "key=_order", NAMED),
    (N, "n = fixed(parts, os.path.lexists)", "n = fixed(parts)", NAMED),
    (
        N,
        "        if not os.path.islink(path):\n            return False",
        "        if 1:\n            return False",
        NAMED,
    ),
    (P + "sources.py", "        return not fs.exists(path)\n", "        return True\n", ADDRESSES),
    ("elman/data/tables/formats.py", "if _is_table(name)] or names", "if 0] or names", NAMED),
    (P + "borders.py", "max(size, head) if head > _HEAD_BYTES else size", "size", BORDERS),
    (
        P + "borders.py",
        "max(_HEAD_BYTES - offset - 1, int(ends[max(0, SAMPLE_LINES - lines - 1)]))",
        "_HEAD_BYTES - offset - 1",
        BORDERS,
    ),
    (P + "cut.py", 'while head.count(b"\\n") < SAMPLE_LINES and', "while 0 and", BORDERS),
    (
        S + "columns.py",
        "there |= dict.fromkeys(names)",
        "there = there or dict.fromkeys(names)",
        COLUMNS,
    ),
    (
        "elman/tasks/forecast/task.py",
        "named = panel.id is not None or len(each) > 1 or",
        "named = len(each) > 1 or",
        LEFT_OUT,
    ),
    ("elman/data/series/layout.py", "if len(set(columns[name])) == 1 and", "if 0 and", LEFT_OUT),
    ("elman/data/addresses.py", "if _SECRET.search(name) and", "if 0 and", ADDRESSES),
    (
        "elman/data/fetched.py",
        "raise type(error)(_renamed(str(error), here)) from error",
        "raise",
        ADDRESSES,
    ),
]

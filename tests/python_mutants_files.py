"""Small wrong changes in how files and rows are taken in, and in what is kept of a run."""

from __future__ import annotations

__all__ = ["TAKEN_IN"]

D = "tests/data/"
COLUMNS, READER = (D + "text/test_columns.py",), (D + "text/test_reader.py",)
DELIMITED, BYTES = (D + "tables/test_delimited.py",), (D + "tables/test_bytes.py",)
ENCODINGS, FOLDER = (D + "tables/test_encodings.py",), (D + "tables/test_folder.py",)
FORMATS, SEEN = (D + "tables/test_formats.py",), (D + "test_seen.py",)
HELD, UNKNOWN = ("tests/python/test_held.py",), ("tests/tasks/classify/test_unknown.py",)
STRETCHES = (D + "tables/test_stretches.py",)
REPLACING = ("tests/tasks/contract/test_replacing.py",)
SETTINGS = ("tests/tasks/test_settings.py",)
T, X = "elman/data/tables/", "elman/data/text/"

TAKEN_IN = [
    (T + "bytes.py", 'b"BZh": "bzip2",\n', "", BYTES),
    (T + "bytes.py", "if len(names) != 1:", "if not names:", BYTES),
    (T + "bytes.py", "if fault.errno is None:", "if False:", BYTES),
    (T + "encodings.py", "found[0].chaos + 0.02", "found[0].chaos - 1", ENCODINGS),
    (T + "encodings.py", "key=_LIKELY.index", "key=str", ENCODINGS),
    (T + "lines.py", "not any(head[zeros::2])", "False", ENCODINGS),
    (T + "folder.py", "name.lower() not in _UNLABELLED", "True", FOLDER),
    (T + "folder.py", "or lower.isdecimal()", "", FOLDER),
    (T + "formats.py", 'b"\\t" in lines[0]', "True", FORMATS),
    (T + "delimited.py", "elif width > 1 and fields[0]", "elif False and fields[0]", DELIMITED),
    (T + "delimited.py", "int(header is not False)", "1", DELIMITED),
    (T + "delimited.py", "elif not empty or len(names) == 1:", "else:", DELIMITED),
    (T + "delimited.py", "or _PATH.search(field)", "", DELIMITED),
    (T + "delimited.py", "len(_widths(Dialect(m), sample)) == 1", "True", DELIMITED),
    (T + "records.py", "2 * alike >= len(lines)", "True", DELIMITED),
    (T + "records.py", "elif len(held) > 2 and", "elif False and", DELIMITED),
    (T + "records.py", "seen[cell] > 1", "True", DELIMITED),
    (T + "records.py", "if end - begin > 2:", "if False:", STRETCHES),
    (T + "records.py", "usual.add_all(found[told:n])", "pass", STRETCHES),
    (T + "records.py", "usual.add_all(found[told:])", "pass", STRETCHES),
    (T + "records.py", "first - len(cut), [*cut, *block]", "first, [*cut, *block]", STRETCHES),
    (T + "records.py", "        if not left:\n            return\n", "", STRETCHES),
    (T + "records.py", ' or "\\0" in "".join(lines)', "", STRETCHES),
    (T + "delimited.py", "            begin = 0\n", "", STRETCHES),
    (T + "lines.py", "number += plain", "pass", ENCODINGS),
    (T + "lines.py", "            begun, size = [], 0\n", "            size = 0\n", STRETCHES),
    (X + "reader.py", "self.classes.again(name, times)", "pass", STRETCHES),
    (X + "reader.py", "self._write_waiting()\n                part", "part", STRETCHES),
    (X + "columns/columns.py", "cell.strip() in _NO_TEXT else cell", "False else cell", STRETCHES),
    (
        X + "leaks/columns.py",
        "first < _SAMPLE <= self.rows",
        "False",
        (D + "text/test_belonging.py",),
    ),
    ("elman/data/split.py", "new |= np.diff(second[order]) != 0", "pass", (D + "test_split.py",)),
    (X + "columns/cells.py", "len(names) < len(cells)", "True", COLUMNS),
    (X + "columns/cells.py", "if again and few and alone:", "if again and few:", COLUMNS),
    (X + "columns/cells.py", "if name in MISSING:", "if False:", COLUMNS),
    (X + "columns/cells.py", "and _WHOLE.fullmatch(name) else name", "and 0 else name", COLUMNS),
    (
        X + "columns/columns.py",
        "return found if found or self.several else None",
        "return found",
        COLUMNS,
    ),
    (X + "columns/choose.py", "words[column] > _LONGER * words[c]", "False", COLUMNS),
    (X + "columns/choose.py", "content[c].is_text]\n    found", "True]\n    found", COLUMNS),
    (X + "columns/choose.py", "> 0.5 * seen.rows", ">= 0", READER),
    (X + "columns/header.py", "if below.counts[cell.strip()]:", "if False:", COLUMNS),
    (
        X + "columns/header.py",
        "if any(map(is_a_name, cells)) or _counted(cells):",
        "if False:",
        COLUMNS,
    ),
    (X + "columns/header.py", "not any(verdict is False for verdict in verdicts)", "True", COLUMNS),
    (X + "columns/header.py", 'not cell.endswith(("?", ":"))', "True", COLUMNS),
    (X + "classes.py", "name.casefold()", "name", READER),
    (
        X + "classes.py",
        "self._exact.get(name, self._numbers.get(_key(name)))",
        "self._exact.get(name)",
        READER,
    ),
    (X + "classes.py", "if len(names) > 2 and self", "if False and self", READER),
    (
        X + "reader.py",
        "self.multi_label |= len(numbers) != 1",
        "self.multi_label |= len(numbers) > 1",
        READER,
    ),
    (T + "held.py", "if len(set(lengths.values())) > 1:", "if False:", HELD),
    (T + "held.py", '("NAType", "NaTType")', "()", HELD),
    ("elman/data/seen.py", "<= np.uint64(self.up_to)", ">= 0", SEEN),
    ("elman/data/seen.py", "found[1:] <= found[:-1]", "found[1:] < found[:-1]", SEEN),
    ("elman/data/text/features.py", "bool((words != UNKNOWN).any())", "len(words) > 0", UNKNOWN),
    ("elman/tasks/classify/codec.py", "known or before.known", "known", UNKNOWN),
    ("elman/tasks/classify/codec.py", "if all(known) else", "if True else", UNKNOWN),
    ("elman/workflow/replace.py", "now < was if", "False if", REPLACING),
    ("elman/workflow/replace.py", "now > was,", "False,", REPLACING),
    ("elman/workflow/run.py", "place = spare_place(self.out)", "pass", REPLACING),
    ("elman/workflow/run.py", '("resume", "force", "test",', '("resume", "test",', REPLACING),
    ("elman/lock.py", "fcntl.LOCK_EX | fcntl.LOCK_NB", "fcntl.LOCK_SH | fcntl.LOCK_NB", REPLACING),
    ("elman/tasks/classify/recipe.py", "replace(chosen, min_steps=0)", "chosen", SETTINGS),
    (
        "elman/tasks/classify/recipe.py",
        '("hidden_size", "num_layers",',
        '("hidden_size",',
        SETTINGS,
    ),
    (
        "elman/tasks/forecast/network/build.py",
        "loop = options.trained(_LOOP)",
        "loop = _LOOP",
        SETTINGS,
    ),
    ("elman/tasks/forecast/network/build.py", "num_layers=self.num_layers,", "", SETTINGS),
]
"""File, what stands there, what stands there wrongly, and the tests that must see it."""

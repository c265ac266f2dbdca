"""Small wrong changes in what stands against hostile input; see `mutate_python.py`."""

from __future__ import annotations

__all__ = ["HOSTILE"]

H = "tests/hostile/"
DIRECTORIES = (H + "test_directories.py", H + "test_sizes.py", "tests/test_artifact.py")
SIZES, KILLS, PATHS = (H + "test_sizes.py",), (H + "test_kills.py",), (H + "test_paths.py",)
STREAMS, TERMINAL = (H + "test_streams.py",), (H + "test_terminal.py",)
JSON = ("tests/test_schema.py",)
TABLES = ("tests/data/test_hostile_files.py", "tests/data/tables/test_parquet.py")
VERSIONS = ("tests/training/test_other_versions.py",)
INTERRUPT = ("tests/workflow/test_interrupt.py",)

WRITTEN = ("tests/workflow/test_written.py",)

HOSTILE = [
    ("elman/schema.py", "if (most := most_values(text)) > MOST_VALUES:", "if 0:", SIZES),
    ("elman/schema.py", "parse_int=_whole,", "", (*SIZES, *JSON)),
    ("elman/schema.py", "        seen.add(value)\n", "        pass\n", JSON),
    ("elman/schema.py", "{_shown(key)}. {did", "{json.dumps(key)}. {did", JSON),
    ("elman/artifact/plain.py", "if not stat.S_ISREG(status.st_mode):", "if 0:", DIRECTORIES),
    ("elman/artifact/plain.py", "return file.read(size)", "return file.read(largest)", SIZES),
    (
        "elman/artifact/plain.py",
        "except (OSError, ValueError) as",
        "except OSError as",
        DIRECTORIES,
    ),
    ("elman/artifact/parts.py", "if size != entry.bytes:", "if 0:", DIRECTORIES),
    ("elman/artifact/weights.py", "if not 8 <= size - wanted <= 8 + ", "if 0 and ", DIRECTORIES),
    ("elman/artifact/weights.py", "if found[name] != shape:", "if 0:", DIRECTORIES),
    ("elman/artifact/weights.py", "if unknown := sorted(", "if 0 and sorted(", DIRECTORIES),
    ("elman/artifact/read.py", "if manifest.sha256 != seal(content):", "if 0:", DIRECTORIES),
    ("elman/runtime/tensors.py", "if not least <= size <= most:", "if 0:", SIZES),
    ("elman/runtime/tensors.py", "if twice := repeated(getattr(spec, field)):", "if 0:", SIZES),
    ("elman/data/text/vocabulary.py", "if twice := repeated(words):", "if 0:", SIZES),
    ("elman/judging/classes/decision.py", "if not least <= self.temperature", "if 0", SIZES),
    ("elman/judging/classes/decision.py", "if not 0 <= value <= 1:", "if 0:", SIZES),
    ("elman/judging/classes/decision.py", "if twice is not None:", "if 0:", SIZES),
    (
        "elman/tasks/forecast/coding/windows.py",
        "if (large := values[",
        "if 0 and (large := values[",
        SIZES,
    ),
    (
        "elman/tasks/forecast/coding/saved.py",
        "codec.recent(int(np.argmax(ends.first))).coming(input.horizon)",
        "pass",
        SIZES,
    ),
    (
        "elman/tasks/forecast/coding/codec.py",
        "calendar is None and len(dates) > 1:",
        "calendar is None and dates:",
        SIZES,
    ),
    ("elman/data/series/dated.py", "if steps > MOST_STEPS + ", "if 0 and ", SIZES),
    ("elman/terminal.py", "*range(0x7F, 0xA0), ", "", TERMINAL),
    ("elman/terminal.py", "*_TURNING, ", "", TERMINAL),
    ("elman/terminal.py", "*_HALVES)", ")", TERMINAL),
    ("elman/terminal.py", "ensure_ascii=False, allow_nan=False", "ensure_ascii=False", TERMINAL),
    ("elman/terminal.py", "if len(line) >= _LONGEST:", "if 0:", STREAMS),
    ("elman/terminal.py", "    except BrokenPipeError:\n", "    except EOFError:\n", STREAMS),
    (
        "elman/cli/console.py",
        "for line in lines:\n                for part in folded(visible(line)):",
        "for line in lines:\n                for part in folded(line):",
        TERMINAL,
    ),
    ("elman/cli/streams.py", "visible(line[:_LONGEST])", "line[:_LONGEST]", TERMINAL),
    ("elman/cli/streams.py", "            os.open(os.devnull, os.O_RDWR)\n", "pass\n", STREAMS),
    ("elman/cli/streams.py", "return code or 1", "return code", STREAMS),
    ("elman/cli/main.py", "if isinstance(error.__context__, BrokenPipeError):", "if 0:", STREAMS),
    ("elman/draw/html.py", 'map(visible, text.split("\\n"))', 'text.split("\\n")', TERMINAL),
    ("elman/files.py", "not _alive(int(found[2])) if here", "True if here", KILLS),
    ("elman/files.py", "here = found[3] == _here()", "here = True", KILLS),
    ("elman/files.py", "else ended or _forgotten", "else _forgotten", KILLS),
    ("elman/files.py", "if not (first and _linked", "if not (0 and _linked", KILLS),
    ("elman/data/unread.py", "        if taken:", "        if 0:", WRITTEN),
    ("elman/files.py", "_TEMPORARY.fullmatch(name)", "_TEMPORARY.match(name)", KILLS),
    ("elman/files.py", "_LONGEST = 48", "_LONGEST = 255", KILLS),
    ("elman/files.py", 'errors="backslashreplace"', 'errors="strict"', TERMINAL),
    (
        "elman/artifact/write.py",
        "    sweep(directory, sizes.keys()",
        "    (directory, sizes",
        KILLS,
    ),
    ("elman/cli/commands/explain.py", 'check_written("--out", out)', "pass", PATHS),
    ("elman/workflow/predict_file.py", "check_written(name, path, source)", "pass", PATHS),
    ("elman/workflow/written.py", "    check_target(option, path)\n", "", PATHS),
    ("elman/data/fetched.py", "check_unread(_flag(name), Path(target), *read)", "pass", WRITTEN),
    ("elman/artifact/read.py", "return path.name in _files(path.parent)", "return False", WRITTEN),
    ("elman/tasks/choose.py", "os.path.isdir(data)", "Path(data).is_dir()", PATHS),
    ("elman/data/tables/parquet.py", ", glob=False", "", TABLES),
    ("elman/data/tables/parquet.py", "(Exception, PanicException)", "Exception", TABLES),
    ("elman/data/tables/records.py", "> _MOST_FIELDS:", "> 2**60:", TABLES),
    ("elman/data/tables/jsonl.py", "_MOST_VALUES = 2**16", "_MOST_VALUES = 2**60", TABLES),
    ("elman/training/checkpoint.py", "!= FORMAT:", "== 0:", VERSIONS),
    (
        "elman/training/resume.py",
        "if [value.shape for value in kept] != ",
        "if [] != [] and ",
        VERSIONS,
    ),
    ("elman/training/resume.py", "progress = _progress(", "progress = (", VERSIONS),
    (
        "elman/training/resume.py",
        '{"elman": __version__, "torch": torch.__version__}',
        "{}",
        VERSIONS,
    ),
    ("elman/workflow/run.py", "error.args = (self._left(kept),)", "pass", INTERRUPT),
    (
        "elman/workflow/run.py",
        "        if self._stale:\n            return (",
        "        if 0:\n            return (",
        INTERRUPT,
    ),
]

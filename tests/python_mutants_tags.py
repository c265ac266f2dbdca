"""Wrong changes in tagging, each with the tests that must turn red."""

from __future__ import annotations

__all__ = ["TAGS"]

_LAYOUTS = ("tests/tasks/tag/test_layouts.py",)
_WHY = ("tests/tasks/tag/test_explain.py",)
_FILES = ("tests/tasks/tag/test_files.py",)

TAGS = (
    (
        "elman/runtime/chain.py",
        "back = _share(_onward(after[:, t + 1] * odds[:, t + 1], onward.T))",
        "back = _share(_onward(after[:, t + 1] * odds[:, t + 1], onward))",
        ("tests/runtime/test_steps.py",),
    ),
    (
        "elman/runtime/chain.py",
        "after[:, t] = np.where(real[:, t + 1, None], back, 1.0)",
        "after[:, t] = back",
        ("tests/runtime/test_steps.py",),
    ),
    (
        "elman/runtime/linear.py",
        "self.table[:: spec.linear] = 0",
        "self.table[0] = 0",
        ("tests/runtime/test_steps.py",),
    ),
    (
        "elman/runtime/linear.py",
        "own = np.arange(len(rows)) + rows * len(gap)",
        "own = np.arange(len(rows)) + len(gap)",
        ("tests/runtime/test_steps.py",),
    ),
    (
        "elman/models/chain.py",
        "said = (said * real).sum(1) + self.begin[labels[:, 0]]",
        "said = (said * real).sum(1)",
        ("tests/runtime/test_steps.py",),
    ),
    (
        "elman/judging/tags/decision.py",
        "wrong[last] |= ~ends[chosen[last]]",
        "wrong[last] |= False",
        ("tests/judging/tags/test_decision.py",),
    ),
    (
        "elman/judging/tags/schemes.py",
        'return letter != "B" or same',
        'return letter != "B"',
        ("tests/judging/tags/test_decision.py",),
    ),
    (
        "elman/judging/tags/metrics.py",
        "(parts - ratio * wholes) * (len(wholes) / total)",
        "(parts - ratio * wholes)",
        ("tests/judging/tags/test_yardstick.py",),
    ),
    (
        "elman/judging/tags/metrics.py",
        "variance = float(points.var()) / len(points)",
        "variance = share * (1 - share) / 10**6",
        ("tests/judging/tags/test_yardstick.py",),
    ),
    (
        "elman/data/tagged/columns.py",
        "fields[self.tags : self.tags + 1] = [next(each)]",
        "fields[self.tags : self.tags + 1] = [next(each), fields[self.tags]]",
        _FILES,
    ),
    (
        "elman/data/tagged/columns.py",
        "document += any(line.startswith((NEW_DOCUMENT, DOCUMENT)) for _, line in block)",
        "document += 0",
        _FILES,
    ),
    (
        "elman/data/tagged/split.py",
        "if marked and known(piece[n:]) and piece[n - 1] not in _APOSTROPHES:",
        "if marked and piece[n - 1] not in _APOSTROPHES:",
        ("tests/data/tagged/test_split.py",),
    ),
    (
        "elman/tasks/tag/rows/read.py",
        "own_hashes[:, 0] = np.arange(len(sentences))",
        "own_hashes[:, 0] = 7",
        _FILES,
    ),
    (
        "elman/tasks/tag/rows/read.py",
        'if "test" in others and share > _OVERLAP and not options.allow_overlap:',
        'if "test" in others and share > 2 and not options.allow_overlap:',
        _FILES,
    ),
    (
        "elman/data/tagged/layout.py",
        'self.numbered or (self.commented and line[1:2] == " ") or len(fields) != self.width',
        "self.numbered or self.commented or len(fields) != self.width",
        _LAYOUTS,
    ),
    (
        "elman/data/tagged/layout.py",
        'return not (self.numbered and ("-" in fields[0] or "." in fields[0]))',
        "return True",
        _LAYOUTS,
    ),
    (
        "elman/judging/tags/schemes.py",
        'return first == "I" or follows',
        "return True",
        _LAYOUTS,
    ),
    (
        "elman/tasks/tag/codec.py",
        "read = TagRead(tuple(words), goes_on=after is not None)",
        "read = TagRead(tuple(words))",
        _FILES,
    ),
    (
        "elman/tasks/tag/items.py",
        "        yield Passed(file.written(block))",
        "        pass",
        _LAYOUTS,
    ),
    (
        "elman/tasks/tag/network/fit.py",
        "return bool(of_rows.mean() > of_rows.std() / np.sqrt(len(of_rows)))",
        "return bool(of_rows.mean() > -1)",
        ("tests/tasks/tag/test_keep.py",),
    ),
    (
        "elman/tasks/tag/network/fit.py",
        "tensors[name] = (tensor * own).astype(np.float32) if scaled else tensor",
        "tensors[name] = tensor",
        ("tests/tasks/tag/test_keep.py",),
    ),
    (
        "elman/tasks/tag/items.py",
        "return 0 in counts[:-1] and max(counts) == 1",
        "return max(counts) == 1",
        _LAYOUTS,
    ),
    ("elman/tasks/tag/explain.py", "ids[word] = PADDING", "pass", _WHY),
    ("elman/tasks/tag/explain.py", "others[rows, tags] = -1", "pass", _WHY),
    ("elman/tasks/tag/explain.py", "(odds[0] - odds[1:]).T", "odds[0] - odds[1:]", _WHY),
    ("elman/attribution/maps/influence.py", "np.abs(own), kind", "own, kind", _WHY),
)

"""Small wrong changes in what translates; see `mutate_python.py`."""

from __future__ import annotations

__all__ = ["TRANSLATION"]

PAIRED = ("tests/data/parallel",)
RUN = ("tests/runtime/translation",)
LEARNT = ("tests/tasks/translate/test_learning.py",)
SAID = ("tests/tasks/translate/test_answers.py",)
JUDGED = ("tests/judging/texts",)
D, R, T = "elman/data/parallel/", "elman/runtime/translation/", "elman/tasks/translate/"
B = "elman/judging/texts/bleu.py"

TRANSLATION = [
    (D + "pieces.py", "rank >= best", "rank > best", PAIRED),
    (D + "pieces.py", "if unknown and before:", "if False:", PAIRED),
    (D + "pieces.py", "or len(word) == LONGEST", "", PAIRED),
    (D + "pieces.py", 'unicodedata.normalize("NFC", text)', "text", PAIRED),
    (D + "pieces.py", "not (letter and inside)", "not letter", PAIRED),
    (D + "pieces.py", "if count >= RARE", "if count >= 1", PAIRED),
    (D + "pairs.py", "rest = 1 + sum(", "rest = sum(", PAIRED),
    (D + "pairs.py", "if _same_file(source, target):", "if False:", PAIRED),
    (D + "pairs.py", "found.copies += key in seen", "found.copies += 0", PAIRED),
    (D + "pairs.py", 'unicodedata.normalize("NFC", text)', "text", PAIRED),
    (D + "pairs.py", "_HALF.search(source) or ", "", PAIRED),
    (D + "sides.py", "abs(ratio) >= TELLING", "True", PAIRED),
    (D + "sides.py", "if 2 * len(wrong) > len(pairs):", "if False:", PAIRED),
    (R + "rows.py", "np.ascontiguousarray(groups.swapaxes(-1, -2))", "groups.swapaxes(-1, -2)",
     RUN),
    (R + "rows.py", "reverse=self.reverse", "reverse=False", RUN),
    (R + "network.py", "both + y if k else both", "both", RUN),
    (R + "network.py", "[h_2 + h, brought, t]", "[h_2, brought, t]", RUN),
    (R + "network.py", 'tensors["query.weight"] * scale', 'tensors["query.weight"]', RUN),
    (R + "network.py", "* np.float32(math.sqrt(spec.input_size))", "* np.float32(1)", RUN),
    (R + "beam.py", "ends[:width]", "ends", RUN),
    (R + "beam.py", "len(self.ended) >= width", "len(self.ended) > width", RUN),
    (R + "beam.py", "scores[:, [PADDING, BEGIN]] = -np.inf", "pass", RUN),
    (R + "beam.py", "state.taken(np.concatenate(taken))", "state", RUN),
    (R + "beam.py", "-totals, 2 * width - 1)[: 2 * width]", "-totals, width - 1)[:width]", RUN),
    (R + "beam.py", "((5 + steps) / 6)", "((6 + steps) / 6)", ("tests/runtime/translation",)),
    (R + "translator.py", "np.where(strange, found.attention, -1.0)", "found.attention", SAID),
    ("elman/models/translation.py", "masked_fill(sources.beyond[:, None], -torch.inf)", "clone()",
     RUN),
    ("elman/models/translation.py", "y.masked_fill(beyond[:, :, None], 0.0).sum(1) / lengths",
     "y.sum(1) / y.shape[1] + 0 * lengths", RUN),
    ("elman/runtime/kinds.py", "kind in SPECS)", "True)", SAID),
    (B, "there = m > 0", "there = m >= 0", JUDGED),
    (B, "if 0 < h < r:", "if False:", JUDGED),
    (B, ".sum(1) / ORDERS", ".sum(1)", JUDGED),
    (T + "cut.py", "words * self.ways + ways", "words * self.ways", LEARNT),
    (T + "network/problem.py", "source.usual(row), self.target.usual(row)",
     "source.drawn(row), self.target.drawn(row)", LEARNT),
    (T + "network/problem.py", '"score": -bleu', '"score": bleu', LEARNT),
    (T + "codec.py", "piece if number == UNKNOWN else word", "word", SAID),
    (T + "codec.py", "if len(pieces) != spec.pieces:", "if False:", SAID),
    (T + "task.py", "if not told:", "if True:", SAID),
    (T + "opponents/dictionary.py", "share /= np.bincount(group, share)[group]", "pass",
     ("tests/tasks/translate/test_opponents.py",)),
    (B, ", force=True", "", JUDGED),
    (B, "2 * ends.count", "ends.count", JUDGED),
    (T + "attention.py", "words.each[k] if n == UNKNOWN else spelt[n]\n        for",
     "spelt[n]\n        for", SAID),
]  # fmt: skip
"""File, what becomes what, and the tests that must see it."""

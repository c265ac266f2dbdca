"""Small wrong changes in what is learnt without labels; see `mutate_python.py`."""

from __future__ import annotations

__all__ = ["PRETRAIN"]

TESTS = ("tests/tasks/classify/test_pretrain.py",)
C, M, X = "elman/tasks/classify/", "elman/models/language.py", "elman/data/text/unlabelled.py"

PRETRAIN = [
    (M, "(bias[N:] - expected)", "bias[N:]", TESTS),
    (M, "(wanted * vectors[:N]).sum(1) + bias[:N]", "(wanted * vectors[:N]).sum(1)", TESTS),
    (M, "others.masked_fill(drawn == words[:, None], -1e9)", "others", TESTS),
    (M, "(self.wrong * self.noise[drawn]).log()", "self.noise[drawn].log()", TESTS),
    (M, "self.embedding.weight.T + self.bias", "self.embedding.weight.T", TESTS),
    (M, "before = (lengths - 1).clamp(min=0)", "before = lengths.clamp(max=x.shape[1] - 1)", TESTS),
    (M, "x[:, 1:][real]", "x[:, :-1][real]", TESTS),
    (C + "pretrain/problem.py", "every[every[:, 2] > 1]", "every[every[:, 2] > 2]", TESTS),
    (C + "pretrain/problem.py", "every[~held], every[held]", "every, every[held]", TESTS),
    (C + "pretrain/problem.py", "(place + 1) * length // cuts[which]",
     "(place + 1) * length // cuts[which] - 1", TESTS),
    (C + "pretrain/problem.py", "total / int((self.held[:, 2] - 1).sum())",
     "total / int(self.held[:, 2].sum()) / 9", TESTS),
    (C + "pretrain/kept.py", "if task != _TASK:", "if False:", TESTS),
    (C + "pretrain/kept.py", "not artifact.is_ours(path)", "False", TESTS),
    (C + "pretrain/train.py", "kept_in(recipe.pretrained) if recipe.pretrained else None",
     "None", TESTS),
    (C + "pretrain/train.py", 'or texts == kept.facts.get("texts")', "", TESTS),
    (C + "pretrain/train.py", "        module.load_state_dict(", "        dict(", TESTS),
    (C + "pretrain/train.py", "if begin is None else recipe.adapt", "", TESTS),
    (C + "network/build.py", "            if name in begin:\n", "            if False:\n", TESTS),
    (C + "network/fit.py", "begin.reading if begin else {}", "{}", TESTS),
    (C + "recipe.py", "if kept is None and words < chosen.least_words:",
     "if words < chosen.least_words:", TESTS),
    (C + "recipe.py", "        _check_kept(options, spec)\n", "", TESTS),
    (C + "rows/read.py", "judged=rows.hashes[rows.test]", "judged=rows.hashes[:0]", TESTS),
    (C + "rows/read.py", "if options.pretrained and kept_in(options.pretrained):", "if False:",
     TESTS),
    (C + "rows/encode.py", "also=rows.unlabelled if recipe.pretrain else None", "also=None", TESTS),
    (X, "{*columns} <= {*table.columns}", "False", TESTS),
    (X, "                skipped += 1\n", "", TESTS),
    ("elman/workflow/run.py", '"test", "unlabelled", "pretrained")', '"test")', TESTS),
    ("elman/training/step.py", "factors.get(name.split(\".\")[0], 1.0)", "1.0",
     ("tests/training/test_adam.py",)),
]  # fmt: skip
"""File, what becomes what, and the tests that must see it."""

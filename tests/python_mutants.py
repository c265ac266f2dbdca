"""Small wrong changes in the Python, and the tests that must see each; see `mutate_python.py`."""

from __future__ import annotations

from typing import NamedTuple

from tests.python_mutants_below import BELOW
from tests.python_mutants_exporting import EXPORTING
from tests.python_mutants_files import TAKEN_IN
from tests.python_mutants_hostile import HOSTILE
from tests.python_mutants_lab import LAB
from tests.python_mutants_linear import LINEAR
from tests.python_mutants_pretrain import PRETRAIN
from tests.python_mutants_scoring import SCORING
from tests.python_mutants_series import DATED
from tests.python_mutants_serve import SERVE
from tests.python_mutants_signals import SIGNALS
from tests.python_mutants_sklearn import ESTIMATORS
from tests.python_mutants_streams import STREAMS
from tests.python_mutants_tags import TAGS
from tests.python_mutants_translation import TRANSLATION

__all__ = ["MUTANTS", "Mutant"]


class Mutant(NamedTuple):
    """One change: `old`, found once in the file, becomes `new`."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


J, C, F, W = "elman/judging/", "elman/tasks/classify/", "elman/tasks/forecast/", "elman/workflow/"
VERDICT = ("tests/judging/test_verdict.py",)
DECISION = ("tests/judging/test_decision.py",)
METRICS = ("tests/judging/test_metrics.py",)
SEEDS = ("tests/judging/test_seeds.py",)
READING = ("tests/tasks/classify/test_rows.py",)
TEXTS = ("tests/tasks/classify/test_training.py",)
OPPONENTS = ("tests/tasks/classify/test_opponents.py",)
SERIES = ("tests/tasks/forecast/test_forecast.py",)
ANSWERS = ("tests/tasks/contract/test_answers.py",)
TRAINS = ("tests/tasks/contract/test_training.py",)
FILES = ("tests/workflow/test_predict_file.py",)
OPTIONS = ("tests/tasks/test_options.py",)

MUTANTS = [
    # judging
    Mutant("a verdict at p < 0.5", J + "verdict.py", "SURE = 0.05", "SURE = 0.5", VERDICT),
    Mutant(
        "the interval keeps its sign",
        J + "verdict.py",
        "low, high = sorted(100 * side * end for end in interval)",
        "low, high = sorted(100 * end for end in interval)",
        VERDICT,
    ),
    Mutant("the worst opponent is named", J + "verdict.py", "best = max(", "best = min(", VERDICT),
    Mutant(
        "the majority counts",
        J + "verdict.py",
        'if rival.role != "floor"',
        "if rival.called",
        VERDICT,
    ),
    Mutant(
        "sure whatever the interval",
        J + "verdict.py",
        "if not (p < SURE if p is not None else low > 0)",
        "if not (p < SURE if p is not None else low < high)",
        VERDICT,
    ),
    Mutant(
        "a gain is called a loss",
        J + "verdict.py",
        "side = 1 if gain >= 0",
        "side = 1 if gain < 0",
        VERDICT,
    ),
    Mutant(
        "differences turned round",
        J + "paired.py",
        "d = points - other",
        "d = other - points",
        VERDICT,
    ),
    Mutant(
        "an interval of the values, not of their mean",
        J + "paired.py",
        "d.std() / math.sqrt(len(d))",
        "d.std()",
        VERDICT + METRICS,
    ),
    Mutant("one-sided", J + "paired.py", "min(1.0, 2 * sum(", "min(1.0, sum(", VERDICT + METRICS),
    Mutant(
        "few origins give an interval",
        J + "paired.py",
        "len(d) >= 2 * block",
        "len(d) >= block",
        VERDICT,
    ),
    Mutant(
        "blocks of one",
        J + "bootstrap.py",
        "np.arange(block)).reshape",
        "0 * np.arange(block)).reshape",
        VERDICT,
    ),
    Mutant(
        "shares of the whole, not of the drawing",
        J + "bootstrap.py",
        "whole = of[rows].mean(1)",
        "whole = np.full(len(rows), of.max())",
        VERDICT,
    ),
    Mutant(
        "temperature down to a twentieth",
        J + "classes/calibration.py",
        "(1 / 8, 2.0)",
        "(1 / 8, 20.0)",
        DECISION,
    ),
    Mutant(
        "temperature up to two only",
        J + "classes/calibration.py",
        "(1 / 8, 2.0)",
        "(1 / 2, 2.0)",
        DECISION,
    ),
    Mutant(
        "F1 of one side",
        J + "classes/calibration.py",
        "if both_sides:",
        "if not both_sides:",
        DECISION,
    ),
    Mutant(
        "equal scores are parted",
        J + "classes/calibration.py",
        "np.append(scores[:-1] != scores[1:], True)",
        "np.ones(len(p), bool)",
        DECISION,
    ),
    Mutant(
        "a threshold is not reached by itself",
        J + "classes/decision.py",
        "probabilities[:, 1] >= self.thresholds[0]",
        "probabilities[:, 1] > self.thresholds[0]",
        DECISION,
    ),
    Mutant(
        "unsure where just sure enough",
        J + "classes/decision.py",
        "probability < self.unsure_below",
        "probability <= self.unsure_below",
        DECISION,
    ),
    Mutant(
        "right in some labels",
        J + "classes/decision.py",
        "same.all(axis=1)",
        "same.any(axis=1)",
        DECISION + METRICS,
    ),
    Mutant(
        "calibration of the first class",
        J + "classes/metrics.py",
        "return probabilities.max(1), probabilities.argmax(1)",
        "return probabilities[:, 0], probabilities.argmax(1)",
        METRICS,
    ),
    Mutant(
        "classes that do not occur count",
        J + "classes/metrics.py",
        "(weight > 0).sum(-1)",
        "(weight >= 0).sum(-1)",
        METRICS,
    ),
    Mutant(
        "confusion turned round",
        J + "classes/metrics.py",
        "truth * classes + chosen",
        "chosen * classes + truth",
        METRICS + ANSWERS,
    ),
    Mutant(
        "the interval of a share is symmetric",
        J + "interval.py",
        "centre, scale = p + z * z / (2 * n)",
        "centre, scale = p",
        ("tests/judging/test_interval.py",),
    ),
    Mutant(
        "MASE by the step before",
        J + "values/naive.py",
        "steps = season if season < len(past) else 1",
        "steps = 1",
        SERIES,
    ),
    Mutant(
        "the seasonal naive is a step late",
        J + "values/naive.py",
        "seasons[o - season : o][ahead]",
        "seasons[o - season + 1 : o + 1][ahead]",
        SERIES,
    ),
    Mutant(
        "one origin is left out",
        F + "laid.py",
        "at + horizon <= last[owner]",
        "at + horizon < last[owner]",
        SERIES,
    ),
    Mutant(
        "the figures of one seed",
        J + "seeds.py",
        "mean = np.mean(values, axis=0)",
        "mean = np.mean(values[:1], axis=0)",
        SEEDS,
    ),
    Mutant("the spread of a population", J + "seeds.py", "ddof=1", "ddof=0", SEEDS),
    # classify
    Mutant(
        "words of held-out rows in the vocabulary",
        C + "rows/encode.py",
        "if also else rows.train,",
        "if also else np.arange(len(rows.corpus)),",
        READING,
    ),
    Mutant(
        "validation rows train",
        C + "rows/read.py",
        "train=parts.train,",
        "train=np.concatenate([parts.train, parts.validation]),",
        READING,
    ),
    Mutant(
        "the test is the validation part",
        C + "rows/read.py",
        "test, test_source = parts.test,",
        "test, test_source = parts.validation,",
        READING,
    ),
    Mutant(
        "coverage of all rows",
        C + "rows/encode.py",
        "rows=rows.validation,",
        "rows=None,",
        READING,
    ),
    Mutant(
        "all members have one seed",
        C + "network/fit.py",
        "own = seed + _MEMBER_SEEDS * member",
        "own = seed",
        TEXTS,
    ),
    Mutant(
        "the seed is not the user's",
        C + "network/fit.py",
        "own = seed + _MEMBER_SEEDS * member",
        "own = _MEMBER_SEEDS * member",
        TEXTS,
    ),
    Mutant(
        "not calibrated",
        C + "network/fit.py",
        "    decision = calibrated(decision, logits, wanted)\n",
        "",
        TEXTS,
    ),
    Mutant(
        "words are hidden where all are known",
        C + "network/build.py",
        "return min(1.0, 100 * (prepared.diagnosis.unknown_share or 0.0))",
        "return 1.0",
        READING,
    ),
    Mutant(
        "long rows lose their end",
        C + "network/problem.py",
        "if left_out.any():",
        "if False:",
        OPPONENTS,
    ),
    Mutant(
        "rare classes are weighed down",
        C + "network/problem.py",
        "len(train) / (K * np.maximum(there, 1))",
        "there * K / len(train)",
        TEXTS,
    ),
    Mutant(
        "a term needs one row",
        C + "opponents/tfidf.py",
        "minlength=seen.shape[1]) >= 2",
        "minlength=seen.shape[1]) >= 1",
        OPPONENTS,
    ),
    Mutant(
        "the penalty is the last tried",
        C + "opponents/tfidf.py",
        "if right > best[0]:",
        "if right >= 0:",
        OPPONENTS,
    ),
    Mutant(
        "the strong preset has one size for all texts",
        C + "recipe.py",
        "else _LARGE if words >= _MUCH else",
        "else",
        READING,
    ),
    Mutant(
        "small files are passed over once",
        C + "presets.py",
        "min(max(epochs, enough), _MOST_EPOCHS)",
        "epochs",
        READING,
    ),
    Mutant(
        "a stream knows no word before",
        C + "codec.py",
        "last or before.last",
        "before.last",
        ("tests/tasks/classify/test_streams.py",),
    ),
    Mutant(
        "a stream stands still at an unknown word",
        C + "codec.py",
        "ids, known, last = self.features.read_on(item, before.last)",
        "item = item if item in self.features.vocabulary.ids else ''\n"
        "        ids, known, last = self.features.read_on(item, before.last)",
        ("tests/tasks/classify/test_streams.py",),
    ),
    Mutant(
        "the surest errors last",
        J + "classes/telling.py",
        "np.argsort(-losses",
        "np.argsort(losses",
        READING,
    ),
    # forecast
    Mutant(
        "validation windows are training windows",
        F + "network/choose.py",
        "validation = windows_for(prepared, past, weights, cuts)",
        "validation = windows_for(prepared, before, weights)",
        SERIES,
    ),
    Mutant(
        "the back-test learns from its test",
        F + "network/fit.py",
        "problem = windows_for(prepared, plan.past, weights)",
        "problem = windows_for(prepared, plan.laid, weights)",
        SERIES,
    ),
    Mutant(
        "the scale sees the test",
        F + "prepared.py",
        "codec = codec_of(plan, past, logarithm, window)",
        "codec = codec_of(plan, plan.laid, logarithm, window)",
        SERIES,
    ),
    Mutant(
        "the saved one is trained on the past alone",
        F + "network/fit.py",
        "problem = windows_for(whole, plan.laid, weights)",
        "problem = windows_for(whole, plan.past, weights)",
        SERIES,
    ),
    Mutant(
        "as many steps as allowed",
        F + "network/choose.py",
        'best = min(enough, key=lambda h: h["score"])',
        "best = enough[-1]",
        SERIES,
    ),
    Mutant(
        "the unit is lost",
        F + "network/windows.py",
        "unit = np.float32(self.unit * share)",
        "unit = np.float32(share)",
        SERIES,
    ),
    Mutant(
        "windows end a step early",
        F + "origins.py",
        "series.until(at, H)",
        "series.until(at - 1, H)",
        SERIES,
    ),
    Mutant("a tenth is a fifth", F + "plan.py", "_PART = 0.1", "_PART = 0.2", SERIES),
    Mutant(
        "where the series stopped is the past's end",
        F + "network/fit.py",
        "codec = codec_of(plan, plan.laid, ",
        "codec = codec_of(plan, plan.past, ",
        SERIES,
    ),
    # workflow
    Mutant(
        "the best is the worst on validation",
        W + "compare.py",
        "best = min(validation",
        "best = max(validation",
        ("tests/workflow/test_compare.py",),
    ),
    Mutant(
        "one seed for all runs",
        W + "compare.py",
        "variants[name], stage, seed=seed)",
        "variants[name], stage, seed=0)",
        ("tests/workflow/test_compare.py",),
    ),
    Mutant(
        "rivals are judged with the model's thresholds",
        W + "judge.py",
        "yardstick = test.yardstick.deciding(trained.output)",
        "yardstick = test.yardstick",
        ("tests/workflow/test_judge.py",),
    ),
    Mutant(
        "the back-test's network is saved",
        W + "train.py",
        "chosen = final or trained",
        "chosen = trained",
        SERIES,
    ),
    Mutant(
        "a wrong row is lost",
        W + "predict_file.py",
        'counts["rejected"] += 1',
        'counts["rejected"] += 0',
        ANSWERS,
    ),
    Mutant(
        "the last rows are not answered",
        W + "predict_file.py",
        "                flush()\n        flush()",
        "                flush()",
        ANSWERS,
    ),
    Mutant(
        "the surest claim loses",
        "elman/tasks/choose.py",
        "claim, task = max(",
        "claim, task = min(",
        TRAINS,
    ),
    Mutant(
        "a typing mistake costs the interrupted run",
        W + "run.py",
        "if not kept:\n            shutil",
        "if True:\n            shutil",
        TEXTS,
    ),
    Mutant(
        "other files are written over",
        W + "run.py",
        "if names and _WORKSPACE not in names and not artifact.is_ours(self.out):",
        "if False:",
        TEXTS,
    ),
    Mutant(
        "every stage has all the time",
        W + "run.py",
        "time_limit_s=left * config.time_share",
        "time_limit_s=config.time_limit_s",
        ("tests/workflow/test_run.py",),
    ),
    Mutant(
        "a stage resumes from another",
        W + "run.py",
        "directory=self.workspace / name",
        'directory=self.workspace / "all"',
        TRAINS,
    ),
    Mutant(
        "another task's option is taken",
        "elman/tasks/resolve.py",
        "if name not in fields and (owners := owners_of(name)):",
        "if False and (owners := []):",
        TRAINS,
    ),
    Mutant(
        "a value beyond the choices",
        "elman/tasks/resolve.py",
        "if choices and value is not None and value not in choices:",
        "if False:",
        ("tests/tasks/test_options.py",),
    ),
    Mutant(
        "true is a number",
        "elman/tasks/resolve.py",
        "or (isinstance(value, bool) and bool not in kinds)",
        "",
        OPTIONS,
    ),
    Mutant(
        "an option reaches a command that has no use for it",
        "elman/tasks/resolve.py",
        "if name not in taken:",
        "if False:",
        OPTIONS,
    ),
]
MUTANTS += [
    Mutant(f"{new.strip()[:60]}", file, old, new, tests)
    for file, old, new, tests in (
        *(
            *BELOW,
            *TAKEN_IN,
            *HOSTILE,
            *LAB,
            *LINEAR,
            *PRETRAIN,
            *DATED,
            *STREAMS,
            *EXPORTING,
            *SERVE,
        ),
        *(*SCORING, *SIGNALS, *TAGS, *TRANSLATION, *ESTIMATORS),
    )
]

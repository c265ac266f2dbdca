"""The memory card of a saved model, or of any torch module: the door to `elman.memory`.

A saved model is measured as a torch module on the rows of a file, encoded by its own codec. It does
not record the file it was trained on. Without a file it is therefore asked what it *could*
remember, on rows made up from its own vocabulary (by Zipf's law) or on random walks, and the card
says so; what needs labels is left out.
"""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from elman.errors import DataError, MissingExtraError, OptionError
from elman.runtime.model import Model
from elman.tasks.options import OPTIONS, Options, resolve

if TYPE_CHECKING:
    from torch import Tensor

    from elman.memory import MemoryCard
    from elman.tasks.classify import TextCodec
    from elman.tasks.forecast import SeriesCodec

__all__ = ["check_out", "memory_card", "write_card"]

MADE_UP = 256
_TIME_LIMIT_S = 60.0


def memory_card(module_or_model: Any, data: Any = None, **options: Any) -> MemoryCard:
    """Measure what a network remembers.

    Args:
        module_or_model: a torch module with a recurrent layer; or a saved model, or its directory.
        data: of a module, as `elman.memory.memory_card` takes it, with its options. Of a saved
            model a labelled file as for `elman evaluate`, or None.
        **options: of a saved model those of `elman memory`, with underscores.

    Raises:
        InputError: model, data or options are at fault.
        MissingExtraError: torch is not installed.
    """
    try:
        import torch
    except ImportError:
        raise MissingExtraError('the memory card needs torch: pip install "elman[train]"') from None
    from elman import memory

    if isinstance(module_or_model, torch.nn.Module):
        if data is None:
            raise OptionError(
                "memory_card(module) needs data: a sequence of pairs (x, y), or tensors (x, y)"
            )
        return memory.memory_card(module_or_model, data, **options)
    from elman.models.saved import torch_module
    from elman.tasks import load

    model = module_or_model
    if isinstance(model, (str, Path)):
        model = load(model)
    if not isinstance(model, Model):
        raise OptionError(
            f"memory_card takes a torch module, a saved model or its directory; got a "
            f"{type(model).__name__}"
        )
    resolved = resolve(model.task, OPTIONS[model.task], options)
    torch.set_num_threads(resolved.threads or torch.get_num_threads())
    module = torch_module(model)
    rows, notes, extra = _rows(model, data, resolved)
    card = memory.memory_card(
        module,
        rows,
        seed=resolved.seed,
        time_limit=resolved.seconds() or _TIME_LIMIT_S,
        notes=notes,
        **extra,
    )
    subject = dataclasses.replace(card.subject, module=str(model.directory))
    return dataclasses.replace(card, subject=subject)


def write_card(card: MemoryCard, path: Path) -> None:
    """Write a card as .json, .html or .txt.

    Raises:
        OptionError: another ending, or a folder that is not there.
    """
    from elman.artifact import atomic_write

    check_out(path)
    if path.suffix == ".json":
        content = json.dumps(card.to_json(), ensure_ascii=False, allow_nan=False)
    else:
        content = card.to_html() if path.suffix == ".html" else card.text()
    atomic_write(path, (content + "\n").encode())


def check_out(path: Path) -> None:
    """Refuse a file that a card cannot be written to, before it is measured."""
    if path.suffix not in (".json", ".html", ".txt"):
        raise OptionError(f"--out {path}: a card is written as .json, .html or .txt")
    if not path.absolute().parent.is_dir():
        raise OptionError(f"--out {path}: there is no folder {path.absolute().parent}")


def _rows(model: Model, data: Any, options: Options) -> tuple[list[Any], list[str], dict[str, Any]]:
    """Rows of a saved model's task, notes for the card, and how they are judged."""
    if model.task == "classify":
        if data is None:
            return _random_texts(model, options.seed)
        return _texts(model, data, options)
    if model.task == "forecast":
        if data is None:
            return _random_walks(model, options.seed)
        return _windows(model, data, options)
    raise OptionError(
        f"the memory card reads models that classify or forecast; this one is for {model.task}. "
        "elman.models.saved.torch_module gives its network for elman.memory_card."
    )


def _texts(model: Model, data: Any, options: Any) -> tuple[list[Any], list[str], dict[str, Any]]:
    import torch

    from elman.data.text.columns import Columns
    from elman.data.text.corpus import Corpus
    from elman.data.text.encode import encode_rows
    from elman.data.text.reader import read_corpus

    codec = cast("TextCodec", model.codec)
    decision = codec.decision
    columns = Columns(codec.input.text_columns, codec.input.label_column, "")
    known = Corpus.known(decision.classes, columns, multi_label=decision.kind == "multilabel")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = read_corpus(data, folder, text=options.text, label=options.label, like=known)
        path = folder / "ids"
        ids = encode_rows(corpus.tokens, corpus.offsets, corpus.word_types, codec.features, path)
        ids = np.array(ids, np.int64)
        targets = np.array(corpus.targets)
        rows = [
            (torch.from_numpy(ids[a:b]), torch.from_numpy(np.asarray(y)))
            for (a, b), y in zip(pairwise(corpus.offsets), targets, strict=True)
            if b > a
        ]
    if not rows:
        raise DataError(f"{data}: no row with a word and a label; expected at least one")
    notes = [corpus.said]
    if decision.kind != "multilabel":
        return rows, notes, {}
    return [(x, y.float()) for x, y in rows], notes, {"loss": _each_label}


def _each_label(answers: Tensor, y: Tensor) -> Tensor:
    """The loss of several labels a row."""
    from torch.nn.functional import binary_cross_entropy_with_logits

    return binary_cross_entropy_with_logits(answers, y.to(answers.dtype))


def _windows(model: Model, data: Any, options: Any) -> tuple[list[Any], list[str], dict[str, Any]]:
    """Every window of a series, with what the shortcut leaves over of the values after it."""
    import torch

    from elman.data.tables.formats import open_table
    from elman.tasks.forecast import series_of

    input = cast("SeriesCodec", model.codec).input
    if options.value is None and isinstance(data, (str, Path)):
        column = input.value_column
        if column in open_table(data).columns:
            options = dataclasses.replace(options, value=column)
    series = series_of(data, options)
    values, W, H = series.values, input.window, input.horizon
    if len(values) < W + H + 1:
        raise DataError(
            f"{series.name}: {len(values)} values; windows of {W} and {H} steps ahead need at "
            f"least {W + H + 1}"
        )
    rows = []
    for start in range(len(values) - W - H + 1):
        x, centre, scale = input.scaling.scale(values[start : start + W])
        ahead = (values[start + W : start + W + H] - centre) / scale
        left = ahead - input.scaling.ahead(x, H)
        rows.append((torch.tensor(x[:, None]).float(), torch.tensor(left).float()))
    return rows, [*series.notes, f"{len(rows)} windows of {series.name}, one value apart"], {}


def _random_texts(model: Model, seed: int) -> tuple[list[Any], list[str], dict[str, Any]]:
    import torch

    codec = cast("TextCodec", model.codec)
    words = [word for word in codec.features.vocabulary.words[2:] if " " not in word]
    random = np.random.default_rng(seed)
    chance = 1 / np.arange(1, len(words) + 1)
    rows = []
    for length in random.integers(8, 65, MADE_UP):
        drawn = random.choice(len(words), int(length), p=chance / chance.sum())
        rows.append(torch.from_numpy(_encoded(codec, [words[k] for k in drawn])))
    note = (
        "No DATA given, and a model does not record its own: these are rows of 8 to 64 random "
        "words of its vocabulary. They show what it could remember, not what it does with texts."
    )
    return rows, [note], {}


def _encoded(codec: TextCodec, words: Sequence[str]) -> Any:
    return codec.features.encode(list(words), "").astype(np.int64)


def _random_walks(model: Model, seed: int) -> tuple[list[Any], list[str], dict[str, Any]]:
    import torch

    input = cast("SeriesCodec", model.codec).input
    random = np.random.default_rng(seed)
    rows = []
    for _ in range(MADE_UP):
        walk = np.cumsum(random.standard_normal(input.window))
        rows.append(
            torch.tensor(input.scaling.scale(walk * 1e3 * input.scaling.floor)[0][:, None]).float()
        )
    note = (
        "No DATA given, and a model does not record its own: these windows are random walks. They "
        "show what it could remember, not what it does with a real series."
    )
    return rows, [note], {}

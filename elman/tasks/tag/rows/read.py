"""Read, examine and divide tagged sentences, once; nothing is learnt here."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from elman.data.groups import split_by_groups
from elman.data.split import Parts, split_by_content
from elman.data.tagged.sentences import Sentence, Tagged
from elman.data.text.leaks.keys import key_of
from elman.errors import DataError
from elman.judging.tags.decision import TagDecision
from elman.judging.tags.schemes import scheme_of
from elman.tasks.tag.options import TagOptions
from elman.tasks.tag.rows.rows import Rows, hashes_of
from elman.tasks.tag.rows.source import read_tagged
from elman.training.listener import Listener

__all__ = ["read"]

Ints = NDArray[np.int64]

_PART = 0.1
"""Share held out to judge, and again to choose by."""

_MANY, _FEWER = 5000, 0.05
"""Sentences from which a smaller share is enough to choose by, where others judge."""

_DOCUMENTS = 20
"""From so many on, documents stay whole."""

_MOST_TAGS = 5000

_OVERLAP = 0.5
"""Share of test sentences in training from which the files are taken for one and the same. Short
sentences are often the same in two texts."""


def read(data: Any, options: TagOptions, listener: Listener) -> Rows:
    """Read the sentences, say what they were taken for, and divide them.

    Raises:
        DataError: they cannot be used as they are.
    """
    own = read_tagged(data, options)
    listener.say(own.said)
    _tell_rejects(own, listener)
    others = {}
    for name in ("validation", "test"):
        path = getattr(options, name)
        if path is not None:
            others[name] = read_tagged(path, options, own.column, own.text)
            _tell_rejects(others[name], listener)
    sentences = list(own.sentences)
    parts = _divided(own, others)
    places = {"train": parts.train, "validation": parts.validation, "test": parts.test}
    for name, other in others.items():
        places[name] = len(sentences) + np.arange(len(other.sentences))
        sentences += other.sentences
    train, validation, test = (places[name] for name in ("train", "validation", "test"))
    if not len(test) or not len(validation) or not len(train):
        raise DataError(
            f"{_called(data)}: {len(own.sentences)} sentences are too few to hold out some to "
            "choose by and some to judge on. Expected ten at least, better hundreds."
        )
    decision = _decision(data, [sentences[n] for n in train], own)
    if decision.scheme:
        listener.say(f"its tags mark spans by {decision.scheme}")
    test_said = f"{len(test):,} sentences "
    if "test" in others:
        test_said += f"of {options.test}"
    else:
        kept = " in whole documents" if _grouped(own) else ""
        test_said += f"held out of {_called(data)}{kept}"
    rows = Rows(
        sentences=sentences,
        train=train,
        validation=validation,
        test=test,
        decision=decision,
        column=own.column,
        text_column=own.text,
        said=own.said,
        test_said=test_said,
        facts=_facts(own, decision),
        warnings=(),
    )
    return dataclasses.replace(rows, warnings=tuple(_warnings(rows, options, others)))


def _divided(own: Tagged, others: dict[str, Tagged]) -> Parts:
    """Hold out what no other file is there for; documents stay whole where the file has some."""
    sentences = own.sentences
    hashes, strata = hashes_of(sentences), np.zeros(len(sentences), np.int64)
    test = "test" not in others
    if not test and "validation" in others:
        nothing = np.zeros(0, np.int64)
        return Parts(np.arange(len(sentences)), nothing, nothing)
    fraction = _FEWER if not test and len(sentences) >= _MANY else _PART
    if _grouped(own):
        keys = np.array([key_of(f"document {of.document}") for of in sentences], np.uint64)
        # "Thanks!" does not tie two documents together: a number of its own for each sentence
        own_hashes = np.zeros((len(sentences), 2), np.uint64)
        own_hashes[:, 0] = np.arange(len(sentences))
        parts = split_by_groups(
            keys, own_hashes.view(np.uint8), strata, fraction=fraction, test=test
        )
    else:
        parts = split_by_content(hashes, strata, fraction=fraction, test=test)
    if "validation" in others:  # then what would have been chosen by is learnt from
        train = np.sort(np.concatenate([parts.train, parts.validation]))
        return Parts(train, parts.validation[:0], parts.test)
    return parts


def _grouped(own: Tagged) -> bool:
    return own.whole or len({of.document for of in own.sentences}) >= _DOCUMENTS


def _decision(data: Any, train: Sequence[Sentence], own: Tagged) -> TagDecision:
    """Return the tags of the training part, the frequent first, and how they mark spans.

    Raises:
        DataError: there is one only, or they are no tags.
    """
    counted = Counter(tag for of in train for tag in of.tags)
    tags = sorted(counted, key=lambda tag: (-counted[tag], tag))
    where = f'{_called(data)}, column "{own.column}"' if own.column else _called(data)
    if len(tags) < 2:
        raise DataError(f'{where}: every word has the tag "{tags[0]}"; there is nothing to tell')
    if len(tags) > _MOST_TAGS:
        raise DataError(
            f"{where}: {len(tags):,} different values for {sum(counted.values()):,} words are no "
            "tags; name another column: --column"
        )
    return TagDecision(tuple(tags), scheme_of(of.tags for of in train) or "")


def _facts(own: Tagged, decision: TagDecision) -> dict[str, Any]:
    return {
        "sentences": len(own.sentences),
        "words": sum(len(of.words) for of in own.sentences),
        "tags": len(decision.tags),
        "scheme": decision.scheme,
        "rejected": len(own.rejects),
    }


def _warnings(rows: Rows, options: TagOptions, others: dict[str, Tagged]) -> list[str]:
    """Say what a person should know of the parts.

    Raises:
        DataError: the test file is the training file.
    """
    found = []
    seen, test = rows.seen, rows.part(rows.test)
    share = float(seen.among(hashes_of(test)).mean())
    if "test" in others and share > _OVERLAP and not options.allow_overlap:
        raise DataError(
            f"{options.test}: {share:.0%} of its sentences are in training word for word. Is it "
            "the file that is trained on? To go on all the same: --allow-overlap"
        )
    if "test" in others and share >= 0.01:
        found.append(f"{share:.1%} of the test sentences are in training word for word")
    known = set(rows.decision.tags)
    never = Counter(tag for of in test for tag in of.tags if tag not in known)
    if never:
        words, named = sum(never.values()), ", ".join(list(never)[:5])
        found.append(
            f"{words:,} words of the test part have tags that none has in training ({named}): "
            "nobody can be right there"
        )
    return found


def _tell_rejects(tagged: Tagged, listener: Listener) -> None:
    if not tagged.rejects:
        return
    first = tagged.rejects[0]
    n = len(tagged.rejects)
    many = f"{n:,} sentences" if n > 1 else "a sentence"
    listener.warn(f"{many} could not be read; the first: line {first.line}, {first.reason}")


def _called(data: Any) -> str:
    return str(data) if isinstance(data, (str, Path)) else "the given data"

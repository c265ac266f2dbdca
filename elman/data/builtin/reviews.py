"""Reviews that come with the package, made to need word order.

They speak of films, restaurants, books, hotels, phones and concerts. Most of them come as
*twins*: two texts with the same words, the same number of times, and opposite labels.

    The plot was truly dull all the way through, but the cast was superb if you ask me.
    The plot was superb if you ask me, but the cast was truly dull all the way through.

Why a bag of words cannot solve them: it sees only which words occur and how often, so it gives
both twins the same answer and is right about exactly one of the two. Only the plain reviews,
`PLAIN_SHARE` of all, can be read off the words; whoever reads no order ends, at best, at
PLAIN_SHARE + (1 - PLAIN_SHARE) / 2.

Why pairs of neighbouring words add little: a feeling travels with the words before and after it,
which are drawn without looking at it. Only where it has no tail does it touch the next clause
("dull, but"), and a denial ("not surprisingly", "was not truly") says nothing without the feeling.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from elman.data.builtin import grammar
from elman.data.builtin.grammar import Domain
from elman.errors import OptionError

__all__ = ["NEGATIVE", "PLAIN_SHARE", "POSITIVE", "reviews"]

POSITIVE = "positive"
NEGATIVE = "negative"

PLAIN_SHARE = 0.4
"""Share of reviews whose label the words alone give away; all others are twins."""

DENIED_SHARE = 0.15
"""Share of the plain reviews that deny a feeling, so that "was not tasty" is learned too."""

OPENER_SHARE = 0.4
CLOSER_SHARE = 0.3
"""Chance of a neutral sentence before the verdict; of one after it. Never both."""

DRESS_SHARE = 0.6
"""Chance that a feeling has an intensifier; that it has a tail."""


def reviews(rows: int, seed: int) -> list[tuple[str, str]]:
    """Make `rows` reviews of 4 to 35 words, as (text, "positive" or "negative").

    Both twins of a pair are among the rows, so that no count of words can tell the labels of
    the twins apart; the order of the rows is random and the labels are balanced.

    Args:
        rows: how many reviews, at least 1.
        seed: the same seed gives the same rows; other seeds give fresh ones.

    Raises:
        OptionError: if `rows` is below 1.
    """
    if rows < 1:
        raise OptionError(f"rows is {rows}; it must be at least 1, for example 8000.")
    rng = random.Random(seed)
    pairs = round(rows * (1 - PLAIN_SHARE) / 2)
    made = [row for _ in range(pairs) for row in _twins(rng)]
    made += [_plain(rng, positive=i % 2 == 0) for i in range(rows - len(made))]
    rng.shuffle(made)
    return made


def _twins(rng: random.Random) -> list[tuple[str, str]]:
    """Two reviews with the same words and opposite labels."""
    kind = rng.choices(("contrast", "act", "negation"), (6, 2, 5))[0]
    slots = _scene(rng)
    if kind == "negation":
        return _negation(rng, rng.choice(grammar.NEGATIONS), slots)
    pattern = rng.choice(grammar.CONTRASTS if kind == "contrast" else grammar.ACT_CONTRASTS)
    return _contrast(rng, pattern, slots, act=kind == "act")


def _contrast(
    rng: random.Random, pattern: str, slots: _Scene, *, act: bool
) -> list[tuple[str, str]]:
    """The pair of one pattern with two feelings: whichever is {winner} is the label."""
    phrase = _act if act else _feeling
    good, bad = phrase(rng, slots.domain, positive=True), phrase(rng, slots.domain, positive=False)
    return [
        (slots.text(pattern, winner=good, loser=bad), POSITIVE),
        (slots.text(pattern, winner=bad, loser=good), NEGATIVE),
    ]


def _negation(
    rng: random.Random, patterns: tuple[str, str], slots: _Scene
) -> list[tuple[str, str]]:
    """The pair of one feeling, affirmed and denied by the place of the same negation."""
    positive = rng.random() < 0.5
    feeling = _feeling(rng, slots.domain, positive=positive)
    affirmed, denied = (slots.text(pattern, feeling=feeling) for pattern in patterns)
    return [(affirmed, _label(positive)), (denied, _label(not positive))]


def _plain(rng: random.Random, *, positive: bool) -> tuple[str, str]:
    """A review that the words alone give away: feelings that agree, or one that is denied."""
    slots = _scene(rng)
    denied = rng.random() < DENIED_SHARE
    feeling = _feeling(rng, slots.domain, positive=positive != denied)
    second = _feeling(rng, slots.domain, positive=positive)
    pattern = rng.choice(grammar.DENIALS if denied else grammar.PLAIN)
    return slots.text(pattern, feeling=feeling, second=second), _label(positive)


def _label(positive: bool) -> str:
    return POSITIVE if positive else NEGATIVE


def _feeling(rng: random.Random, domain: Domain, *, positive: bool) -> str:
    """An adjective that fits the domain."""
    words = (*grammar.GOOD, *domain.good) if positive else (*grammar.BAD, *domain.bad)
    return _dressed(rng, grammar.INTENSIFIERS, rng.choice(words))


def _act(rng: random.Random, domain: Domain, *, positive: bool) -> str:
    """A verb of feeling; the domain plays no part."""
    verb = rng.choice(grammar.GOOD_ACTS if positive else grammar.BAD_ACTS)
    return _dressed(rng, grammar.ADVERBS, f"{verb} it")


def _dressed(rng: random.Random, before: tuple[str, ...], core: str) -> str:
    """The feeling itself, often with a word before and a tail after, drawn without seeing it."""
    head = f"{rng.choice(before)} " if rng.random() < DRESS_SHARE else ""
    tail = f" {rng.choice(grammar.TAILS)}" if rng.random() < DRESS_SHARE else ""
    return f"{head}{core}{tail}"


class _Scene(NamedTuple):
    """What twins share: the domain, the slots that carry no feeling, the neutral frame."""

    domain: Domain
    names: dict[str, str]
    opener: str
    closer: str

    def text(self, pattern: str, **feelings: str) -> str:
        sentences = (self.opener, pattern, self.closer)
        filled = (s.format(**self.names, **feelings) for s in sentences if s)
        return " ".join(s[0].upper() + s[1:] for s in filled)


def _scene(rng: random.Random) -> _Scene:
    domain = rng.choice(grammar.DOMAINS)
    a, b = rng.sample((*domain.aspects, domain.thing), 2)
    who, friend = rng.sample(grammar.PEOPLE, 2)
    names = {
        "thing": domain.thing,
        "visit": domain.visit,
        "a": a,
        "b": b,
        "who": who,
        "friend": friend,
        "day": rng.choice(grammar.DAYS),
        "month": rng.choice(grammar.MONTHS),
        "number": rng.choice(grammar.NUMBERS),
    }
    frame = rng.random()
    opener = rng.choice(grammar.OPENERS) if frame < OPENER_SHARE else ""
    closer = rng.choice(grammar.CLOSERS) if frame > 1 - CLOSER_SHARE else ""
    return _Scene(domain, names, opener, closer)

"""Data that comes with the package: small reviews made to need word order, and one series.

The reviews speak of films, restaurants, books, hotels, phones and concerts. Most of them come as
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

But: the grammar is small. A model that solves it has learned order, not English.

References:
    Box and Jenkins, "Time Series Analysis: Forecasting and Control", 1970, series G: the airline
    passengers, in thousands a month.
"""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np

from elman.data.series.read import Series
from elman.errors import OptionError

__all__ = ["DEMO_TEXTS", "NEGATIVE", "PLAIN_SHARE", "POSITIVE", "airline", "reviews"]

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


class Domain(NamedTuple):
    """What one kind of review speaks about. Every adjective fits every aspect."""

    thing: str
    visit: str
    aspects: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GOOD = _words(
    "superb wonderful excellent delightful brilliant lovely terrific splendid "
    "marvellous magnificent fabulous outstanding"
)
BAD = _words(
    "awful terrible horrible dreadful poor miserable disappointing lousy "
    "atrocious appalling mediocre pathetic"
)

DOMAINS = (
    Domain(
        "film",
        "watched it",
        _words("plot cast ending script acting music dialogue camerawork lighting pacing"),
        _words("gripping moving clever witty stunning touching thrilling fresh tense"),
        _words("dull boring clumsy predictable silly tedious lifeless stale hollow"),
    ),
    Domain(
        "restaurant",
        "ate there",
        _words("soup dessert bread fish salad coffee pasta breakfast curry pudding"),
        _words("delicious tasty fragrant crisp flavourful fresh perfect heavenly juicy"),
        _words("bland soggy greasy burnt stale tasteless disgusting bitter watery"),
    ),
    Domain(
        "book",
        "read it",
        _words("story opening style hero finale translation argument mystery chapter prose"),
        _words("absorbing clever elegant moving vivid witty original profound wise"),
        _words("confusing shallow tedious clumsy dry predictable pretentious boring hollow"),
    ),
    Domain(
        "hotel",
        "stayed there",
        _words("room lobby bathroom garden pool bed view staff terrace kitchen"),
        _words("charming spotless relaxing welcoming elegant peaceful cosy perfect tidy"),
        _words("filthy shabby noisy depressing gloomy smelly neglected unpleasant damp"),
    ),
    Domain(
        "phone",
        "bought it",
        _words("screen battery camera keyboard speaker case charger design menu lens"),
        _words("reliable elegant impressive sturdy perfect clever handy fantastic sharp"),
        _words("flimsy faulty useless sluggish clumsy unreliable shoddy ugly fragile"),
    ),
    Domain(
        "concert",
        "heard it",
        _words("singer drummer sound choir orchestra pianist programme encore band hall"),
        _words("electrifying moving lively graceful stirring thrilling tender radiant fresh"),
        _words("shrill dull lifeless muddy feeble monotonous sloppy tired grating"),
    ),
)

INTENSIFIERS = _words(
    "truly really quite rather simply so just remarkably honestly frankly downright plainly"
)
TAILS = (
    "from start to finish",
    "all the way through",
    "if you ask me",
    "on the whole",
    "in every respect",
    "for the price",
    "most of the time",
    "to my mind",
    "by any standard",
    "in my eyes",
    "throughout",
    "to be honest",
)

GOOD_ACTS = _words("love enjoy praise adore admire recommend treasure")
BAD_ACTS = _words("hate dislike regret detest despise resent curse")
ADVERBS = _words("truly really simply just honestly deeply secretly")

PEOPLE = (
    "my sister",
    "my brother",
    "my neighbour",
    "my boss",
    "my friend",
    "our guide",
    "the critic",
    "my teacher",
)
DAYS = _words("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
MONTHS = _words("January February March April May June July August October November")
NUMBERS = _words("two three four five six seven eight nine ten twelve")

OPENERS = (
    "We {visit} on a {day}.",
    "I {visit} in {month} with {friend}.",
    "I {visit} {number} days ago.",
    "It was {month} when I {visit}.",
    "{friend} and I {visit} last {month}.",
)
CLOSERS = (
    "That was {number} weeks ago.",
    "{friend} was there too.",
    "It took {number} hours.",
    "I write this on a {day} in {month}.",
)

# Two feelings, one of which counts. The twin exchanges {loser} and {winner}.
CONTRASTS = (
    "The {a} was {loser}, but the {b} was {winner}.",
    "The {a} was {loser}, but in the end the {thing} was {winner}.",
    "Although the {a} was {loser}, the {thing} was {winner}.",
    "The {thing} was {winner}, although the {a} was {loser}.",
    "I expected the {a} to be {loser}, but it was {winner}.",
    "The {a} was {winner}, and I had expected it to be {loser}.",
    "{who} said that the {a} was {loser}, and I found it {winner}.",
    "I found the {a} {winner}, and {who} found it {loser}.",
    "{who} found the {a} {loser}, and I found it {winner}.",
    "Nobody could call the {a} {loser}, and the {b} was {winner}.",
    "The {a} was {winner}, and nobody could call the {b} {loser}.",
    "I would not say that the {a} was {loser}, and the {b} was {winner}.",
    "I would call the {a} {winner}, and I would never call it {loser}.",
    "The {thing} used to be {loser}, and now it is {winner}.",
    "Now the {thing} is {winner}, and it used to be {loser}.",
    "They said that the {a} was {loser}, and they were wrong: it was {winner}.",
    "The last {thing} was {loser}, and this {thing} was {winner}.",
    "This {thing} was {winner}, and the last {thing} was {loser}.",
    "The {a} was anything but {loser}, and the {b} was {winner}.",
)
ACT_CONTRASTS = (
    "I expected to {loser}, but I came to {winner}.",
    "I came to {winner}, and I had expected to {loser}.",
    "I was told that I would {loser}, and in the end I had to {winner}.",
    "{who} seemed to {loser}, and I had to {winner}.",
    "I had to {winner}, and {who} seemed to {loser}.",
)

# One feeling, affirmed or denied by where the same negation stands: (affirmed, denied).
NEGATIONS = (
    (
        "Not surprisingly, the {a} was {feeling}.",
        "Surprisingly, the {a} was not {feeling}.",
    ),
    (
        "They said that the {a} was not {feeling}, but it was.",
        "They said that the {a} was {feeling}, but it was not.",
    ),
    (
        "Not for the first time I would say that the {a} was {feeling}.",
        "For the first time I would not say that the {a} was {feeling}.",
    ),
    (
        "I was not alone in finding the {a} {feeling}.",
        "I was alone in not finding the {a} {feeling}.",
    ),
    (
        "Not everybody will see it, but the {a} was {feeling}.",
        "Everybody will see it, but the {a} was not {feeling}.",
    ),
    (
        "It was not raining, and I would say that the {a} was {feeling}.",
        "It was raining, and I would not say that the {a} was {feeling}.",
    ),
    (
        "{who} was not there, and I would call the {a} {feeling}.",
        "{who} was there, and I would not call the {a} {feeling}.",
    ),
    (
        "It did not rain, and the {a} did seem {feeling}.",
        "It did rain, and the {a} did not seem {feeling}.",
    ),
    (
        "I could not stay long, and I could call the {a} {feeling}.",
        "I could stay long, and I could not call the {a} {feeling}.",
    ),
    (
        "I never read a review, and the {a} was {feeling}.",
        "I read a review, and the {a} was never {feeling}.",
    ),
)

# Feelings that agree: the words alone are enough.
PLAIN = (
    "The {a} was {feeling}, and the {b} was {second}.",
    "I found the {a} {feeling}, and {who} found it {second}.",
    "The {a} was {feeling}.",
    "{who} said that the {thing} was {feeling}, and it was {second}.",
    "The {a} was {feeling}, but it was the {b} that was {second}.",
    "I expected the {thing} to be {feeling}, and it was {second}.",
)

# One feeling denied: the words are enough, for a reader that joins two of them.
DENIALS = (
    "The {a} was not {feeling}.",
    "I would not say that the {a} was {feeling}.",
    "Nobody could call the {a} {feeling}.",
    "I would never call the {a} {feeling}.",
)

DEMO_TEXTS = (
    "The soup was delicious and the bread was crisp.",
    "I would not say that the acting was dull, if you ask me.",
    "Although the view was superb, the lobby was gloomy.",
    "I expected to hate the film, but I came to love it.",
    "My brother found the book brilliant, and I found it useless.",
)
"""For the demonstration: words of the generator, sentences it never makes.

A plain one, a negation, a contrast, a change of mind and two opinions: positive, positive,
negative, positive, negative.
"""

AIRLINE_PASSENGERS = (
    (112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118),  # 1949
    (115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140),
    (145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166),
    (171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194),
    (196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201),
    (204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229),
    (242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278),
    (284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306),
    (315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336),
    (340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337),
    (360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405),
    (417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432),  # 1960
)


def airline() -> Series:
    """Return the airline passengers of 1949-01 to 1960-12: 144 months, thousands of people."""
    values = np.array(AIRLINE_PASSENGERS, dtype=np.float64).reshape(-1)  # (144,)
    dates = tuple(f"{1949 + i // 12}-{1 + i % 12:02d}" for i in range(len(values)))
    return Series("airline passengers", dates, values, 12, "monthly", ())


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
        return _negation(rng, rng.choice(NEGATIONS), slots)
    pattern = rng.choice(CONTRASTS if kind == "contrast" else ACT_CONTRASTS)
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
    pattern = rng.choice(DENIALS if denied else PLAIN)
    return slots.text(pattern, feeling=feeling, second=second), _label(positive)


def _label(positive: bool) -> str:
    return POSITIVE if positive else NEGATIVE


def _feeling(rng: random.Random, domain: Domain, *, positive: bool) -> str:
    """An adjective that fits the domain."""
    words = (*GOOD, *domain.good) if positive else (*BAD, *domain.bad)
    return _dressed(rng, INTENSIFIERS, rng.choice(words))


def _act(rng: random.Random, domain: Domain, *, positive: bool) -> str:
    """A verb of feeling; the domain plays no part."""
    verb = rng.choice(GOOD_ACTS if positive else BAD_ACTS)
    return _dressed(rng, ADVERBS, f"{verb} it")


def _dressed(rng: random.Random, before: tuple[str, ...], core: str) -> str:
    """The feeling itself, often with a word before and a tail after, drawn without seeing it."""
    head = f"{rng.choice(before)} " if rng.random() < DRESS_SHARE else ""
    tail = f" {rng.choice(TAILS)}" if rng.random() < DRESS_SHARE else ""
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
    domain = rng.choice(DOMAINS)
    a, b = rng.sample((*domain.aspects, domain.thing), 2)
    who, friend = rng.sample(PEOPLE, 2)
    names = {
        "thing": domain.thing,
        "visit": domain.visit,
        "a": a,
        "b": b,
        "who": who,
        "friend": friend,
        "day": rng.choice(DAYS),
        "month": rng.choice(MONTHS),
        "number": rng.choice(NUMBERS),
    }
    frame = rng.random()
    opener = rng.choice(OPENERS) if frame < OPENER_SHARE else ""
    closer = rng.choice(CLOSERS) if frame > 1 - CLOSER_SHARE else ""
    return _Scene(domain, names, opener, closer)

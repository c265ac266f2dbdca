"""The words and sentences that `reviews` is made of.

But: the grammar is small. A model that solves it has learned order, not English.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "ACT_CONTRASTS",
    "ADVERBS",
    "BAD",
    "BAD_ACTS",
    "CLOSERS",
    "CONTRASTS",
    "DAYS",
    "DEMO_TEXTS",
    "DENIALS",
    "DOMAINS",
    "GOOD",
    "GOOD_ACTS",
    "INTENSIFIERS",
    "MONTHS",
    "NEGATIONS",
    "NUMBERS",
    "OPENERS",
    "PEOPLE",
    "PLAIN",
    "TAILS",
    "Domain",
]


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

"""Text as pieces of words, by byte-pair encoding, and back.

The tokenizers library learns which characters to join; joining is done here, so that prediction
needs nothing but Python, and what is saved is two lists: characters, and joins in their order.

A text is brought to NFC, runs of white space become one space, and it is cut into words: letters,
digits and marks that stand together, or one other character; a word that follows a space, and the
first one, begins with a space. Pieces of a word join up to it, so a text comes back as it was, but
for white space. A character that is not in the alphabet becomes the unknown piece.

References:
    Sennrich, Haddow & Birch, 2016, arXiv 1508.07909; Provilkov, Emelianenko & Voita, 2020,
    arXiv 1910.13267, of joins left out at random.
"""

from __future__ import annotations

import json
import random
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from elman.errors import MissingExtraError, installing
from elman.schema import repeated

__all__ = ["BEGIN", "END", "PADDING", "UNKNOWN", "Pieces", "learn", "words_of"]

PADDING, UNKNOWN, BEGIN, END = range(4)
"""Numbers of what is no piece of text."""

SPECIAL = 4

LONGEST = 48
"""Characters of a word; a longer one is cut, so that hostile text costs no more than other text."""

MOST = 2**18
"""Joins that are read of a file; more are not ours."""

RARE = 3
"""A character that occurs less often in the text learnt from is unknown: so a network sees unknown
pieces while it is trained, on both sides of a pair."""


def words_of(text: str) -> list[str]:
    """Cut a text into words; those that follow a space, and the first, begin with one."""
    words = []
    for run in unicodedata.normalize("NFC", text).split():
        word, inside = " ", True
        for character in run:
            letter = unicodedata.category(character)[0] in "LMN"
            if (word != " " and not (letter and inside)) or len(word) == LONGEST:
                words.append(word)
                word = ""
            word += character
            inside = letter
        words.append(word)
    return words


@dataclass(frozen=True)
class Pieces:
    """What byte-pair encoding has learnt, and how it cuts and joins.

    Args:
        alphabet: the characters, in the order of their numbers.
        merges: pairs of pieces that are joined, the first first.
    """

    alphabet: tuple[str, ...]
    merges: tuple[tuple[str, str], ...]
    _ranks: dict[tuple[str, str], int] = field(init=False, repr=False, compare=False)
    _numbers: dict[str, int] = field(init=False, repr=False, compare=False)
    _cut: dict[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # two joins may make one piece; it has the number of the first
        known = dict.fromkeys([*self.alphabet, *(a + b for a, b in self.merges)])
        numbers = {piece: number for number, piece in enumerate(known, SPECIAL)}
        ranks = {pair: rank for rank, pair in reversed(list(enumerate(self.merges)))}
        object.__setattr__(self, "_numbers", numbers)
        object.__setattr__(self, "_ranks", ranks)
        object.__setattr__(self, "_cut", {})

    def __len__(self) -> int:
        """How many numbers there are, those of no piece included."""
        return SPECIAL + len(self._numbers)

    def cut(self, word: str) -> tuple[str, ...]:
        """Return the pieces of a word as text; characters of no piece stay together."""
        found = self._cut.get(word)
        if found is None:
            found = _together(self._joined(list(word)), self._numbers)
            if len(self._cut) >= 2**17:
                self._cut.clear()
            self._cut[word] = found
        return found

    def cut_at_random(self, word: str, dropout: float, chance: random.Random) -> tuple[str, ...]:
        """Cut a word with each join left out by chance, so that it is seen in smaller pieces."""
        return _together(self._joined(list(word), dropout, chance), self._numbers)

    def numbers(self, pieces: Iterable[str]) -> list[int]:
        """Return the number of each piece."""
        return [self._numbers.get(piece, UNKNOWN) for piece in pieces]

    def encode(self, text: str) -> list[int]:
        """Return the numbers of a text's pieces."""
        return self.numbers(piece for word in words_of(text) for piece in self.cut(word))

    def text(self, numbers: Iterable[int], unknown: Sequence[str] | None = None) -> str:
        """Return the text of numbers.

        Args:
            numbers: of pieces; those of no piece say nothing.
            unknown: for each unknown piece, in their order, what stands for it; "�" if None.
        """
        given = iter(unknown or ())
        parts = (
            next(given, "�") if number == UNKNOWN else self.spelt[number] for number in numbers
        )
        return "".join(parts).strip(" ")

    @cached_property
    def spelt(self) -> tuple[str, ...]:
        """The text of each number."""
        return ("",) * SPECIAL + tuple(self._numbers)

    def to_json(self) -> dict[str, object]:
        """Plain data for a json file."""
        return {"alphabet": "".join(self.alphabet), "merges": [list(pair) for pair in self.merges]}

    @classmethod
    def from_json(cls, value: object) -> Pieces:
        """Read what `to_json` wrote.

        Raises:
            ValueError: it is something else.
        """
        if not isinstance(value, dict) or value.keys() != {"alphabet", "merges"}:
            raise ValueError('pieces are {"alphabet": …, "merges": […]} and nothing else')
        alphabet, merges = value["alphabet"], value["merges"]
        if not isinstance(alphabet, str) or repeated(alphabet):
            raise ValueError("alphabet must be a text of characters, each once")
        if not isinstance(merges, list) or len(merges) > MOST:
            raise ValueError(f"merges must be a list of at most {MOST:,}")
        known, pairs = set(alphabet), []
        for place, pair in enumerate(merges):
            two = isinstance(pair, list) and len(pair) == 2 and all(type(p) is str for p in pair)
            if not two or not known.issuperset(pair):
                raise ValueError(f"merge {place} is {pair!r:.60}, not two pieces that are known")
            joined = pair[0] + pair[1]
            if len(joined) > LONGEST:
                raise ValueError(f"merge {place} makes a piece of {len(joined)} characters")
            known.add(joined)
            pairs.append((pair[0], pair[1]))
        return cls(tuple(alphabet), tuple(pairs))

    def _joined(
        self, parts: list[str], dropout: float = 0.0, chance: random.Random | None = None
    ) -> list[str]:
        """Join the pair that was learnt first, the leftmost of equal ones, until there is none."""
        ranks = self._ranks
        while len(parts) > 1:
            best, where = len(ranks), -1
            for i in range(len(parts) - 1):
                rank = ranks.get((parts[i], parts[i + 1]))
                if rank is None or rank >= best:
                    continue
                if chance is not None and chance.random() < dropout:
                    continue
                best, where = rank, i
            if where < 0:
                break
            parts[where : where + 2] = [parts[where] + parts[where + 1]]
        return parts


def learn(texts: Iterable[str], size: int) -> Pieces:
    """Learn pieces of the words of texts, by the tokenizers library.

    Args:
        texts: of both languages, if they are to share pieces.
        size: of the vocabulary, at most.

    Raises:
        MissingExtraError: the library is not installed.
    """
    try:
        from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    except ImportError:
        raise MissingExtraError(
            f"pieces of words are learnt by tokenizers: {installing('translation')}; a saved model "
            "does without"
        ) from None
    words = Counter(word for text in texts for word in words_of(text))
    seen: Counter[str] = Counter()
    for word, count in words.items():
        for character in word:
            seen[character] += count
    kept = {character for character, count in seen.items() if count >= RARE}
    # a word is a line: no word holds a line break
    lines = (
        "\n".join("".join(c if c in kept else "\n" for c in word) for word in [word] * count)
        for word, count in sorted(words.items())
    )
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Split("\n", "removed")
    trainer = trainers.BpeTrainer(
        vocab_size=max(size - SPECIAL, len(kept)), min_frequency=2, show_progress=False
    )
    tokenizer.train_from_iterator(lines, trainer)
    learnt = json.loads(tokenizer.to_str())["model"]
    alphabet = tuple(sorted(kept))
    merges = tuple(tuple(pair) for pair in learnt["merges"])
    return Pieces(alphabet, merges)


def _together(parts: list[str], known: dict[str, int]) -> tuple[str, ...]:
    """Make one piece of neighbours that are unknown."""
    joined: list[str] = []
    before = False
    for part in parts:
        unknown = part not in known
        if unknown and before:
            joined[-1] += part
        else:
            joined.append(part)
        before = unknown
    return tuple(joined)

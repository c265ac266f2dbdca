"""Delimited files with every fault that was met, by chance and by seed."""

from __future__ import annotations

import random

__all__ = ["dirty"]

_WORDS = (
    "good",
    "bad",
    "a film",
    "nan",
    "NULL",
    "",
    " ",
    "1.0",
    "1",
    "é",
    "日本",
    "C:\\new",
    "so\\nso",
)
_LABELS = ("pos", "neg", "Pos", "pos", "neg", "", "NA", "nan", "1", "1.0", "pos|neg")
_STRAY = ('"', '""', ' "', '" ', "\\", '\\"', "\r", "\0", "\x85", "\u2028")


def dirty(seed: int) -> bytes:
    """A table of id, text, label and film; the later seeds have more faults."""
    chance = random.Random(seed)
    faults = chance.choice((0.0, 0.0, 0.002, 0.02, 0.2))
    mark, end = chance.choice((",", ",", ";", "\t")), chance.choice(("\n", "\n", "\r\n"))
    names = ["id", "text", "label", "film"]
    rows = [names]
    for n in range(chance.randrange(1, chance.choice((80, 80, 80, 700)))):
        text = " ".join(chance.choice(_WORDS) for _ in range(chance.randrange(0, 12)))
        rows.append([str(n), text, chance.choice(_LABELS), f"film {chance.randrange(5)}"])
    lines = []
    for cells in rows:
        if chance.random() < faults:
            cells = cells[:-1] if chance.random() < 0.5 else [*cells, "more"]
        written = [_written(cell, mark, chance, faults) for cell in cells]
        lines.append(mark.join(written) + end)
        if chance.random() < faults:
            lines.append(chance.choice((end, lines[0], f'{mark}"', "x" * 300 + end)))
        if chance.random() < faults:  # two stray quotes, and rows between
            between = [mark.join(row) + end for row in rows[1 : chance.randrange(2, 6)]]
            lines += [f'7{mark}"open{mark}pos{mark}film 1{end}', *between]
            lines += [f'8{mark}shut"{mark}neg{mark}film 2{end}']
    data = "".join(lines)
    if chance.random() < 0.3:
        data = data.removesuffix(end)
    if chance.random() < 0.1:
        data = f"sep={mark}{end}{data}"
    head = chance.choice((b"", b"", b"\xef\xbb\xbf"))
    packed = head + data.encode()
    if chance.random() < faults:
        place = chance.randrange(len(packed))
        packed = packed[:place] + b"\xff" + packed[place:]
    return packed


def _written(cell: str, mark: str, chance: random.Random, faults: float) -> str:
    quoted = mark in cell or chance.random() < 0.3
    if quoted and chance.random() < 0.2:
        cell = f"{cell}{mark}\n{chance.choice(_WORDS)}" + "\nthe end" * chance.randrange(3)
    if quoted and chance.random() < 0.2:
        cell += '""said""'
    if chance.random() < faults:
        place = chance.randrange(len(cell) + 1)
        cell = cell[:place] + chance.choice(_STRAY) + cell[place:]
    return f'"{cell}"' if quoted else cell

"""The labels in a cell: one; several by a sign or as a list; or a list of 0 and 1."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Literal

__all__ = ["MISSING", "SPLITS", "Split", "is_flag", "label_name", "labels_in", "split_of"]

Split = Literal["", "|", ";", ",", "list", "flags"]
"""How a cell holds labels: one; several, with that sign between; `['a', 'b']`; `[1, 0, 1]`."""

SPLITS: tuple[Split, ...] = ("", "|", ";", ",", "list", "flags")

MISSING = frozenset({"nan", "NaN", "NULL", "null", "N/A", "n/a", "#N/A", "<NA>", "\\N"})
"""What programs write where there is nothing. "None" may be the name of a class."""

_SIGNS: tuple[Split, ...] = ("|", ";", ",")

_ITEM = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|([^\s,\[\](){}'\"]+)")
"""An item of a list as Python, JSON or numpy print it."""

_OBJECTS = re.compile(r"\[\s*\{|\{[^{}\[\]]*:")
"""A list of objects, or an object, as JSON and Python print them."""

_WHOLE = re.compile(r"[-+]?\d+\.0*")

_ON, _OFF = {"1", "true", "yes"}, {"0", "false", "no"}


def label_name(value: object) -> str:
    """A label as text; "" where it is missing. 1.0 is 1: pandas makes floats of holed columns."""
    if not isinstance(value, str):
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return ""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        value = str(value)
    name = value.strip()
    if name in MISSING:
        return ""
    return name.partition(".")[0] if "." in name and _WHOLE.fullmatch(name) else name


def is_flag(value: object) -> bool | None:
    """Whether a cell of a column of one label says that it is there; None where it says neither."""
    name = label_name(value).lower()
    if name in _ON:
        return True
    return False if name in _OFF else None


def labels_in(value: object, split: Split) -> list[str] | None:
    """The labels of a cell, each once; None where the cell is empty.

    Raises:
        ValueError: something else stands where labels belong; the message says what.
    """
    items: Iterable[object]
    if isinstance(value, (list, tuple)):
        items = value
    elif isinstance(value, (dict, bytes)):
        raise ValueError(f"a {type(value).__name__} where a label belongs")
    elif not (name := label_name(value)):
        return None
    elif split in ("list", "flags"):
        if _OBJECTS.match(name):
            raise ValueError("a list of objects where labels belong; write their names alone")
        items = _items(name)
    else:
        items = name.split(split) if split else [name]
    if any(isinstance(item, (list, dict, bytes)) for item in items):
        raise ValueError("a list of objects where labels belong; write their names alone")
    names = [label_name(item) for item in items]
    if split == "flags":
        return [str(place) for place, name in enumerate(names) if is_flag(name)]
    return [name for name in dict.fromkeys(names) if name]


def split_of(values: Sequence[object]) -> Split:
    """Tell from some cells how labels stand in them.

    A sign parts them where it leaves fewer names than there were different cells, and names that
    come again: of "good, cheap" and "bad, cheap" and "cheap" three cells make three names.
    """
    there = [value for value in values if isinstance(value, (list, tuple)) or label_name(value)]
    lists = [_items(value) for value in there if _is_list(value)]
    if lists and len(lists) >= 0.95 * len(there):
        widths = {len(items) for items in lists}
        flags = {label_name(item) for items in lists for item in items} <= {"0", "1"}
        return "flags" if flags and len(widths) == 1 and min(widths) > 1 else "list"
    cells = {label_name(value) for value in there if not isinstance(value, (list, tuple))}
    for sign in _SIGNS:
        parted = [[name.strip() for name in cell.split(sign)] for cell in cells]
        several = [names for names in parted if len(names) > 1]
        if not several or not all(all(names) for names in several):
            continue
        names = {name for names in parted for name in names}
        again = sum(len(names) for names in parted) > len(names)
        few = len(names) < len(cells) or (sign != "," and len(names) == len(cells))
        # one that also stands by itself is a name; of "a, b" and "c, d" nobody knows
        single = {names[0] for names in parted if len(names) == 1}
        alone = sign != "," or not single.isdisjoint(set().union(*several))
        if again and few and alone:
            return sign
    return ""


def _is_list(value: object) -> bool:
    if isinstance(value, (list, tuple)):
        return True
    text = str(value).strip()
    return len(text) > 1 and text[0] + text[-1] in ("[]", "()", "{}")


def _items(value: object) -> list[object]:
    if isinstance(value, (list, tuple)):
        return list(value)
    found = _ITEM.findall(str(value).strip()[1:-1])
    return [single or double or bare for single, double, bare in found]

"""What data says of its rows: whether they are for training, validation or the test."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from elman.errors import DataError

__all__ = ["PARTS", "no_parts", "parts_of"]

PARTS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "dev"), "validation"),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), "test"),
}
"""The part that a name means."""

_SHOWN = 3


def no_parts(said: Iterable[str], column: str, source: str, *, asked: bool) -> str | None:
    """Return a warning where a column of parts names none; None where it names some.

    Args:
        said: its cells, as written.
        column: its name.
        source: the file.
        asked: whether the user named the column, and not its name alone.

    Raises:
        DataError: the user did.
    """
    names = dict.fromkeys(name.strip() for name in said)
    if any(name.lower() in PARTS for name in names):
        return None
    shown = ", ".join(f'"{name:.20}"' for name in [*names][:_SHOWN] if name)
    shown += ", …" if len(names) > _SHOWN else ""
    found = (
        f'{source}: the column "{column}" names no parts ({shown or "it is empty"}); expected '
        "train, validation or test"
    )
    if asked:
        raise DataError(f"{found}. Write these, or leave --split out.")
    return f"{found}. It is not followed"


def parts_of(said: Sequence[str], source: str) -> list[str] | None:
    """Return `train`, `validation` or `test` of each row; None where none is named.

    Raises:
        DataError: a part of another name.
    """
    if not any(name.strip().lower() in PARTS for name in said):
        return None
    found = []
    for name in said:
        part = PARTS.get(name.strip().lower())
        if part is None:
            raise DataError(
                f'{source}: a part "{name:.40}"; expected train, validation or test in that column.'
            )
        found.append(part)
    return found

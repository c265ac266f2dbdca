"""Which columns hold the text and the label: by name and content; the choice is always said.

But: nothing is guessed between two columns that fit equally well; the user is asked to say.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from elman.data.tables.table import Table
from elman.data.text.columns.cells import Split
from elman.data.text.columns.columns import Columns
from elman.data.text.columns.content import Content, look
from elman.data.text.columns.header import check_header
from elman.data.text.columns.names import (
    HEADS,
    LABEL_NAMES,
    TEXT_NAMES,
    by_name,
    is_about_rows,
    name_words,
)
from elman.errors import DataError, OptionError, did_you_mean

__all__ = ["Named", "choose_columns", "label_like"]

Named = str | Sequence[str] | None
"""What the user says of columns: one, several as "title,description" or a list, or nothing."""

_LONGER = 2
"""Times the words of a column with the better name, from which the longer one is the text."""

_SPLIT_SAID = {
    "|": ', several a cell, parted by "|"',
    ";": ', several a cell, parted by ";"',
    ",": ', several a cell, parted by ","',
    "list": ", a list a cell",
    "flags": ", a list of 0 and 1 a cell, where 0 is the first place",
}

Contents = Mapping[str, Content]


def choose_columns(
    table: Table,
    text: Named = None,
    label: Named = None,
    *,
    need_label: bool = True,
    split: Split | None = None,
    group: str | None = None,
) -> Columns:
    """Find the text and the label column of a table.

    Args:
        table: where to look.
        text: the user's word for the text.
        label: the user's word for the label column; several are one label each, of 0 and 1.
        need_label: False where only texts are wanted; then a label is taken only when named.
        split: how a cell holds several labels; by default it is told from the first rows.
        group: the user's word for the column that says which rows belong together.

    Raises:
        OptionError: a named column does not exist, or several fit and the user must say.
        DataError: the file holds no column that could serve, or its first line is a row.
    """
    content = look(table)
    check_header(table, content)
    labels = _named(table, "--label", label)
    texts = _named(table, "--text", text)
    groups = _named(table, "--group", None if group is None else [group])
    by = {"text": "as told", "label": "as told"}
    if not texts:
        texts, by["text"] = _text_by_name(table, content, labels), "by name"
    if not labels and need_label:
        labels, by["label"] = _label_by_name(table, content, texts), "by name"
    if not texts:
        texts, by["text"] = _text_by_content(table, content, labels), "by content"
    if need_label and not labels:
        labels, by["label"] = _label_by_content(table, content, texts), "by content"
    if set(labels) & set(texts):
        raise OptionError(f'column "{labels[0]}" cannot be both --text and --label.')
    for name, option in ((texts, "--text"), (labels, "--label")):
        if group in name:
            others = [c for c in table.columns if c not in (*texts, *labels)]
            raise OptionError(
                f'column "{group}" cannot be both --group and {option} ({by[option[2:]]}); a group '
                f"is what rows belong to. Other columns: {', '.join(others) or 'none'}."
            )
    if split is None:
        split = content[labels[0]].split if len(labels) == 1 and labels[0] in content else ""
        split = split if table.format not in ("folder", "fasttext") else ""
    said = _say(table, content, texts, labels, by, split, groups)
    return Columns(texts, labels, said, split, group)


def label_like(table: Table, known: Columns, classes: Sequence[str]) -> tuple[str, ...]:
    """The label columns of a table for a model that knows its own, or one that holds the same.

    Raises:
        OptionError: there is none; another column of few values is not taken for it.
    """
    if {*known.labels} <= {*table.columns}:
        return known.labels
    names = {name.casefold() for name in classes}
    content = look(table)
    fit = [
        column
        for column, seen in content.items()
        if column not in known.text
        and sum(n for value, n in seen.counts.items() if value.casefold() in names)
        > 0.5 * seen.rows
    ]
    if len(known.labels) == 1 and len(fit) == 1:
        return (fit[0],)
    missing = [name for name in known.labels if name not in table.columns]
    raise OptionError(
        f'{table.path}: the label column "{missing[0]}" of the training data is not there, and no '
        f"other holds its classes ({', '.join(classes[:4])}{', …' if len(classes) > 4 else ''}). "
        f"Name it with --label: {', '.join(table.columns)}"
    )


def _say(
    table: Table,
    content: Contents,
    texts: Sequence[str],
    labels: Sequence[str],
    by: Mapping[str, str],
    split: Split,
    groups: Sequence[str] = (),
) -> str:
    if table.format in ("folder", "fasttext", "text"):
        origin = {"folder": "its folder", "fasttext": "__label__", "text": "nothing"}
        said = "Text is the whole " + ("file" if table.format == "folder" else "line")
        said += f", the label is {origin[table.format]}." if labels else "."
        return f"{said} {table.note}".strip()
    said = "Text: " + " + ".join(f'"{name}"' for name in texts) + f" ({by['text']})"
    if labels:
        several = ", one label each" if len(labels) > 1 else _SPLIT_SAID.get(split, "")
        said += "; label: " + ", ".join(f'"{name}"' for name in labels[:8])
        said += f" and {len(labels) - 8} more" if len(labels) > 8 else ""
        said += f" ({by['label']}{several})"
    said += f'; group: "{groups[0]}"' if groups else ""
    rest = [name for name in table.columns if name not in (*texts, *labels, *groups)]
    if not rest:
        return f"{said}."
    more = f" and {len(rest) - 8} more" if len(rest) > 8 else ""
    said += f"; not used: {', '.join(rest[:8])}{more}."
    also = [name for name in rest if name in content and content[name].is_text]
    if also:
        shown = ", ".join(f'"{name}"' for name in also[:4])
        both = ",".join([*texts, also[0]])
        said += f' Texts too, and not read: {shown} (--text "{both}" reads both).'
    return said


def _named(table: Table, option: str, given: Named) -> tuple[str, ...]:
    """The columns the user named; a comma separates several, unless it belongs to a name."""
    if given is None:
        return ()
    if isinstance(given, str):
        split = given not in table.columns
        names = [name.strip() for name in given.split(",")] if split else [given]
    else:
        names = list(given)
    for name in names:
        if name not in table.columns:
            raise OptionError(
                f'{option} "{name}": {table.path} has no such column. '
                f"{did_you_mean(name, table.columns)}"
            )
    return tuple(dict.fromkeys(names))


def _text_by_name(table: Table, content: Contents, taken: Sequence[str]) -> tuple[str, ...]:
    """A column whose name says text and whose content does not deny it; a short head goes above."""
    free = [column for column in table.columns if column not in taken]
    exact, others = by_name(free, TEXT_NAMES)
    others = [c for c in others if not is_about_rows(c)]
    found = [c for c in (*exact, *others) if c not in content or content[c].is_text]
    found = found or exact
    heads = [column for column in found if name_words(column)[-1] in HEADS]
    bodies = [column for column in found if column not in heads]
    if not bodies:
        rivals = [c for c in heads if c not in exact]
        if len(heads) > 1 and len(rivals) == len(heads):
            raise _ambiguous(table, "--text", heads)
        return tuple(_longest(heads, content)[:1])
    body = _longest(bodies, content)[0]
    unnamed = [c for c in bodies if c not in exact]
    if body in unnamed and len(rivals := _alike(body, unnamed, content)) > 1:
        raise _ambiguous(table, "--text", rivals)
    heads = [c for c in heads if c not in content or _is_above(content[c], content.get(body))]
    return (*heads[:1], body)


def _longest(columns: Sequence[str], content: Contents) -> list[str]:
    """The best name first, unless another has many more words."""
    words = {c: content[c].words if c in content else 0.0 for c in columns}
    chosen: list[str] = []
    for column in columns:
        place = next(
            (n for n, c in enumerate(chosen) if words[column] > _LONGER * words[c]), len(chosen)
        )
        chosen.insert(place, column)
    return chosen


def _alike(body: str, others: Sequence[str], content: Contents) -> list[str]:
    """Of columns whose names say as much, those that are about as long."""
    words = {c: content[c].words if c in content else 0.0 for c in others}
    return [c for c in others if _LONGER * words[c] >= words[body]]


def _is_above(head: Content, body: Content | None) -> bool:
    return body is None or head.words <= body.words


def _label_by_name(table: Table, content: Contents, taken: Sequence[str]) -> tuple[str, ...]:
    free = [column for column in table.columns if column not in taken]
    exact, others = by_name(free, LABEL_NAMES)
    fit = [column for column in exact if column not in content or content[column].is_label]
    if exact:
        return tuple((fit or exact)[:1])
    plain = [c for c in others if not is_about_rows(c)]
    fit = [c for c in plain if c not in content or content[c].is_label] or [
        c for c in others if c in content and content[c].is_label
    ]
    if len(fit) > 1:
        raise _ambiguous(table, "--label", fit, content)
    return tuple(fit or plain[:1])


def _text_by_content(table: Table, content: Contents, taken: Sequence[str]) -> tuple[str, ...]:
    """The column of many different, long values."""
    fit = {c: seen.words for c, seen in content.items() if c not in taken and seen.is_text}
    if not fit:
        raise DataError(
            f"{table.path}: no column looks like text. Columns: {', '.join(table.columns)}. "
            "Name it with --text."
        )
    best = max(fit, key=lambda column: fit[column])
    rivals = [column for column in fit if fit[column] > fit[best] / 2]
    if len(rivals) > 1:
        raise _ambiguous(table, "--text", rivals)
    return (best,)


def _label_by_content(table: Table, content: Contents, taken: Sequence[str]) -> tuple[str, ...]:
    """The one column of few different, short values; one that varies goes before a constant."""
    if table.format == "text":
        raise DataError(
            f"{table.path}: one text a line and no labels. Expected a label with each text: a "
            "csv file with columns text,label, or lines such as: __label__good I liked it"
        )
    fit = [column for column, seen in content.items() if column not in taken and seen.is_label]
    fit = [column for column in fit if not content[column].about_rows] or fit
    fit = [column for column in fit if content[column].distinct > 1] or fit
    if len(fit) > 1:
        raise _ambiguous(table, "--label", fit, content)
    if not fit:
        raise DataError(
            f"{table.path}: no column looks like a label (few values, each many times). "
            f"Columns: {', '.join(table.columns)}. Name it with --label."
        )
    return (fit[0],)


def _typed(names: Sequence[str]) -> str:
    """Names as they are typed in a shell."""
    return shlex.quote(",".join(names))


def _ambiguous(
    table: Table, option: str, found: Sequence[str], content: Contents | None = None
) -> OptionError:
    names = ", ".join(f'"{name}"' for name in found)
    flags = [c for c in found if content is not None and c in content and content[c].is_flag]
    more = ""
    if len(flags) > 1:
        more = f". {len(flags)} of them hold 0 and 1; if they are one label each, name them all: "
        more += f"{option} {_typed(flags)}"
    elif option == "--text":
        more = f", or {option} {_typed(found[:2])} for both"
    return OptionError(
        f"{table.path}: {names} fit equally well. Say which: {option} {_typed(found[:1])}{more}"
    )

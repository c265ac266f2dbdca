"""Closed schemas: JSON to frozen dataclasses and back, with every deviation an error.

A dataclass is the schema. Its fields may be `str`, `int`, `float` (finite; an integer is taken),
`bool`, `Literal`, `X | None`, `tuple[X, ...]`, `tuple[X, Y]`, `list[X]`, `dict[str, X]`, other
dataclasses, and `Any` for JSON that somebody else decodes.
"""

from __future__ import annotations

import dataclasses
import json
import math
import types
import typing
from collections.abc import Iterable
from typing import Any, Literal, NoReturn, TypeVar, Union

from elman.errors import ArtifactError, did_you_mean

__all__ = ["MOST_VALUES", "decode", "encode", "most_values", "parse", "repeated"]

T = TypeVar("T")

DEEPEST = 64
"""Levels of nesting that are parsed. Beyond some hundreds Python itself would give up."""

MOST_VALUES = 2**20
"""Values in one file: one takes up to a hundred bytes of memory, and perhaps two of the file."""

LARGEST = 2**63 - 1
"""Of integers; longer ones have as many digits as their author likes."""


def parse(data: bytes, where: str) -> Any:
    """Parse JSON strictly: UTF-8, no key twice, finite numbers, no bottomless nesting.

    Nothing is built before it is known that it is neither too much nor too deep.

    Args:
        data: the bytes of the file.
        where: its name, for the message.

    Raises:
        ArtifactError: the bytes are not such JSON.
    """
    try:
        text = data.decode("utf-8")
        if (most := most_values(text)) > MOST_VALUES:
            raise ValueError(f"as many as {most:,} values; at most {MOST_VALUES:,} are read")
        content = json.loads(
            text,
            object_pairs_hook=_once,
            parse_float=_finite,
            parse_int=_whole,
            parse_constant=_finite,
        )
        _check_depth(content)
    except UnicodeDecodeError as error:
        raise ArtifactError(f"{where}: not UTF-8 (byte {error.start}).") from None
    except RecursionError:
        raise ArtifactError(f"{where}: nested deeper than {DEEPEST} levels.") from None
    except ValueError as error:
        raise ArtifactError(f"{where}: not the JSON that elman writes ({error}).") from None
    return content


def most_values(text: str) -> int:
    """Return how many values a JSON text can have at most, before any is built.

    Every value but the first follows a comma, a colon or a bracket; those in strings count too.
    """
    return 1 + sum(map(text.count, ",:[{"))


def repeated(values: Iterable[str]) -> str | None:
    """Return the first value that stands there a second time, or None."""
    seen: set[str] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None


def decode(cls: type[T], value: object, where: str) -> T:
    """Build the dataclass `cls` from JSON.

    Args:
        cls: a dataclass; see the module's description for its fields.
        value: what `parse` returned.
        where: file, and path inside it: `model.json: network`.

    Raises:
        ArtifactError: a key is unknown or missing, or a value of the wrong kind. The message
            begins with the path: `model.json: network.cell: expected …`.
    """
    if not isinstance(value, dict):
        _refuse(where, "an object", value)
    fields = {field.name: field for field in dataclasses.fields(cls)}  # type: ignore[arg-type]
    hints = typing.get_type_hints(cls)
    for key in value:
        if key not in fields:
            raise ArtifactError(
                f"{where}: unknown key {_shown(key)}. {did_you_mean(str(key), fields)}"
            )
    content = {}
    for name, field in fields.items():
        if name in value:
            content[name] = _decode(hints[name], value[name], _inside(where, name))
        elif field.default is field.default_factory is dataclasses.MISSING:
            raise ArtifactError(f'{where}: key "{name}" is missing.')
    try:
        return cls(**content)
    except ValueError as error:
        raise ArtifactError(f"{where}: {error}") from error


def encode(value: Any) -> Any:
    """Turn a dataclass (or list, dict, scalar of such) into JSON values; `decode` undoes it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {key: encode(item) for key, item in value.items()}
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError(f"key {_shown(repeated(key for key, _ in pairs))} stands twice")
    return content


def _finite(number: str) -> float:
    value = float(number)
    if not math.isfinite(value):
        raise ValueError(f"{number:.40} is not a finite number")
    return value


def _whole(number: str) -> int:
    value = int(number) if len(number) <= len(str(-LARGEST)) else LARGEST + 1
    if abs(value) > LARGEST:
        raise ValueError(f"{number:.40} is beyond {LARGEST}")
    return value


def _check_depth(content: Any) -> None:
    """Raise RecursionError for what the C parser still took but is deeper than `DEEPEST`."""
    level = [content]
    for _ in range(DEEPEST):
        below: list[Any] = []
        for value in level:
            if isinstance(value, dict):
                below.extend(value.values())
            elif isinstance(value, list):
                below.extend(value)
        if not below:
            return
        level = below
    raise RecursionError


def _decode(kind: Any, value: Any, where: str) -> Any:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if kind is Any or kind is object:
        return value
    if origin in (Union, types.UnionType):
        return _decode_optional(arguments, value, where)
    if origin is Literal:
        return _decode_literal(arguments, value, where)
    if origin is tuple and arguments[-1] is not Ellipsis:
        if not isinstance(value, list) or len(value) != len(arguments):
            _refuse(where, f"an array of {len(arguments)}", value)
        pairs = enumerate(zip(arguments, value, strict=True))
        return tuple(_decode(argument, item, f"{where}[{n}]") for n, (argument, item) in pairs)
    if origin in (tuple, list):
        if not isinstance(value, list):
            _refuse(where, "an array", value)
        return origin(_decode(arguments[0], item, f"{where}[{n}]") for n, item in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            _refuse(where, "an object", value)
        return {k: _decode(arguments[1], item, _inside(where, k)) for k, item in value.items()}
    if dataclasses.is_dataclass(kind):
        return decode(typing.cast(type, kind), value, where)
    if kind in (str, int, float, bool):
        return _decode_scalar(kind, value, where)
    raise TypeError(f"{where}: a schema cannot have a field of type {kind}")


def _decode_optional(arguments: tuple[Any, ...], value: Any, where: str) -> Any:
    kinds = [argument for argument in arguments if argument is not types.NoneType]
    if len(kinds) != 1 or len(kinds) == len(arguments):
        raise TypeError(f"{where}: of unions, a schema knows only `X | None`")
    return None if value is None else _decode(kinds[0], value, where)


def _decode_literal(choices: tuple[Any, ...], value: Any, where: str) -> Any:
    # By type too, since True == 1 == 1.0.
    for choice in choices:
        if type(choice) is type(value) and choice == value:
            return choice
    known = did_you_mean(value if isinstance(value, str) else "", map(str, choices))
    raise ArtifactError(f"{where}: {_shown(value)} is not known. {known}")


def _decode_scalar(kind: type, value: Any, where: str) -> Any:
    """A bool is no number here, and an integer is a float where a float is wanted."""
    if kind is float and type(value) is int and abs(value) < 2**1023:
        return float(value)
    if type(value) is not kind or (isinstance(value, float) and not math.isfinite(value)):
        _refuse(where, _NAMES[kind], value)
    return value


_NAMES = {str: "a string", int: "an integer", float: "a finite number", bool: "true or false"}


def _refuse(where: str, expected: str, value: object) -> NoReturn:
    raise ArtifactError(f"{where}: expected {expected}, found {_shown(value)}.")


def _shown(value: object) -> str:
    """A value as it stands in the file, or what kind it is where that would be long."""
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _inside(where: str, key: str) -> str:
    """The path one level down: after the file's name `: `, and `.` from then on."""
    key = key if len(key) <= 60 else f"{key[:57]}..."
    return f"{where}.{key}" if ": " in where else f"{where}: {key}"

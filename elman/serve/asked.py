"""A request's body becomes items that a model takes, within bounds; errors say which item."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from starlette.requests import Request as Asking

from elman.errors import InputError
from elman.runtime.model import Model
from elman.schema import most_values
from elman.serve.bounds import Bounds
from elman.serve.errors import RefusedError
from elman.serve.models import Served
from elman.serve.threads import OneThread
from elman.tasks.options import flag
from elman.tasks.resolve import resolve
from elman.tasks.wire import Asked, kind_of

__all__ = ["EXPLAIN", "PREDICT", "Request", "body_of", "is_little", "items_of", "parsed", "read"]

_VALUES = 2**22
"""Of a body, before it is known which are items."""

_CELLS = 200_000
"""Of the tables of a request."""

_SMALL, _FEW = 4096, 4
"""Bytes of a body, and items, that are read at once, however long an item takes to read."""

_WRITTEN = 32, 2**14
"""Answers, and what they cost, that are written at once."""


PREDICT, EXPLAIN = frozenset({"item", "items", "options"}), frozenset({"item"})
"""Keys of a body."""

_TYPES: dict[str, Any] = {"integer": int, "number": (int, float), "string": str}
_NAMED = {"integer": "a whole number", "number": "a number", "string": "a text"}
"""Types of options, by their schema."""

_KINDS = ("", "application/json", "application/octet-stream")
"""Of bodies; the last one is of tensors."""


class Request(NamedTuple):
    """What is asked of a model."""

    items: list[Any]
    costs: list[int]
    """Of each, in characters or numbers."""
    model: Model
    """Deciding as the request wants."""
    one: bool
    """Whether it asked for one item, and gets one answer."""


async def body_of(request: Asking) -> bytes:
    """Return the body of a request.

    Raises:
        RefusedError: it is of a kind that is not read.
    """
    headers = request.headers
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _KINDS:
        raise RefusedError(415, f"Content-Type {kind:.60}: expected application/json")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise RefusedError(415, "the body is compressed; send it as it is")
    return await request.body()


def parsed(body: bytes) -> Any:
    """Parse a body.

    Raises:
        RefusedError: it is no JSON, or JSON that nobody needs.
    """
    try:
        text = body.decode("utf-8")
        if len(text) > _VALUES and most_values(text) > _VALUES:
            raise RefusedError(413, f"more than {_VALUES:,} values in one body")
        return json.loads(text, parse_constant=_finite)
    except UnicodeDecodeError as error:
        raise RefusedError(400, f"the body is not UTF-8 (byte {error.start})") from None
    except RecursionError:
        raise RefusedError(400, "the body is nested too deep") from None
    except json.JSONDecodeError as error:
        raise RefusedError(400, f"the body is not JSON ({error})") from None
    except ValueError:
        raise RefusedError(400, "the body has a whole number of too many digits") from None


def _finite(name: str) -> float:
    raise RefusedError(400, f"the body is not JSON ({name} is no number of JSON)")


async def read(
    body: bytes,
    served: Served,
    bounds: Bounds,
    paperwork: OneThread,
    *,
    keys: frozenset[str] = PREDICT,
) -> Request:
    """Return what a body asks of a model.

    Args:
        body: of a request.
        served: the model.
        bounds: of a request.
        paperwork: reads what takes long.
        keys: that the body may have.

    Raises:
        RefusedError: it cannot be answered; the message says why, and which item.
    """
    content = parsed(body)
    if not isinstance(content, dict):
        raise RefusedError(422, 'expected an object, as {"item": …} or {"items": […]}')
    if strange := content.keys() - keys:
        named = ", ".join(sorted(keys))
        raise RefusedError(422, f'"{min(strange):.40}" is not known; expected of {named}')
    one = "item" in content
    if one == ("items" in content):
        raise RefusedError(422, "expected either item or items")
    values = [content["item"]] if one else content["items"]
    if not isinstance(values, list):
        raise RefusedError(422, "items: expected an array")
    if len(values) > bounds.max_items:
        raise RefusedError(
            422, f"{len(values):,} items; at most {bounds.max_items:,} in one request", "too_many"
        )
    model = _deciding(served, content.get("options", {}))
    items, costs = await items_of(values, len(body), served, model, bounds, paperwork, one=one)
    return Request(items, costs, model, one)


async def items_of(
    values: Sequence[Any],
    size: int,
    served: Served,
    model: Model,
    bounds: Bounds,
    paperwork: OneThread,
    *,
    one: bool = False,
) -> tuple[list[Any], list[int]]:
    """Return items as the codec takes them, and what each costs.

    Args:
        values: the items of a request.
        size: of its body.
        served: what is asked.
        model: the same, as it shall decide.
        bounds: of each item.
        paperwork: reads what takes long.
        one: whether there is one, which needs no number.

    Raises:
        RefusedError: one is none, or too long, or all of them are; the message says which.
    """
    cells, most = 0, bounds.max_length

    def item(numbered: tuple[int, Any]) -> Asked:
        nonlocal cells
        n, value = numbered
        try:
            found = served.wire.asked(model, value)
        except InputError as error:
            raise RefusedError(422, f"{'item' if one else f'item {n}'}: {error}") from None
        cells += found.cells
        if found.length > most:
            said = f"{found.length:,} characters or numbers; at most {most:,}"
        elif cells > _CELLS:
            said = f"more than {_CELLS:,} cells in the tables up to here; send fewer in one request"
        else:
            return found
        raise RefusedError(413, f"{'item' if one else f'item {n}'}: {said}", "too_long")

    numbered = list(enumerate(values))
    quick = len(values) <= _FEW and size <= _SMALL
    if quick or all(isinstance(value, str) for value in values):
        asked = [*map(item, numbered)]
    else:
        asked = await paperwork.each(item, numbered)
    return [each.item for each in asked], [max(each.length, each.cost) for each in asked]


def is_little(costs: Sequence[int]) -> bool:
    """Whether answers of these costs are written at once."""
    return len(costs) <= _WRITTEN[0] and sum(costs) <= _WRITTEN[1]


def _deciding(served: Served, options: Any) -> Model:
    if not isinstance(options, dict):
        raise RefusedError(422, "options: expected an object")
    if not options:
        return served.model
    allowed = served.wire.options(served.model)
    for name, value in options.items():
        if name not in allowed:
            known = f"expected of {', '.join(allowed)}" if allowed else "this model takes none"
            raise RefusedError(422, f'options: "{name:.40}" is not known; {known}')
        schema = allowed[name]
        kind = schema["type"]
        if kind == "integer" and isinstance(value, float) and value.is_integer():
            value = int(value)
            options = {**options, name: value}
        if isinstance(value, bool) or not isinstance(value, _TYPES[kind]):
            found = kind_of(value) if kind_of(value) != "a number" else f"{value}"
            raise RefusedError(422, f"options: {name}: expected {_NAMED[kind]}, found {found:.40}")
        least, most = schema.get("minimum", value), schema.get("maximum", value)
        if not least <= value <= most:
            raise RefusedError(422, f"options: {name} {value}: expected {least} to {most}")
    try:
        return served.task.deciding(served.model, resolve(served.task.name, options, "predict"))
    except InputError as error:
        said = str(error)
        for name in allowed:  # as it is spelt here
            said = said.replace(flag(name), name)
        raise RefusedError(422, f"options: {said}") from None

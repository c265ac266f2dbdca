"""Part of this package as one file that needs none of it: what a function uses, and no more.

So whoever runs a graph without elman reads text, sound and numbers by the very lines that elman
runs: there is no second copy of them to keep.

But: only what stands at the top of a module is taken, by its name: functions, classes, constants.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

__all__ = ["joined"]

OURS = "elman."


@dataclass(frozen=True)
class _Source:
    """One module, as text."""

    name: str

    @cached_property
    def lines(self) -> list[str]:
        found = importlib.util.find_spec(self.name)
        assert found is not None and found.origin is not None
        return Path(found.origin).read_text(encoding="utf-8").splitlines()

    @cached_property
    def body(self) -> list[ast.stmt]:
        return ast.parse("\n".join(self.lines)).body

    @cached_property
    def made(self) -> dict[str, list[int]]:
        """Of every name that it makes, the places of the statements that do."""
        found: dict[str, list[int]] = {}
        for place, statement in enumerate(self.body):
            for name in _names_made(statement):
                found.setdefault(name, []).append(place)
        return found

    @cached_property
    def imported(self) -> dict[str, tuple[str, str]]:
        """Of every name that it takes from elsewhere, the module and the name there."""
        found = {}
        for statement in self.body:
            if isinstance(statement, ast.ImportFrom):
                for alias in statement.names:
                    found[alias.asname or alias.name] = (str(statement.module), alias.name)
            elif isinstance(statement, ast.Import):
                for alias in statement.names:
                    found[alias.asname or alias.name] = (alias.name, "")
        return found

    def text(self, place: int) -> str:
        """Return a statement with the comments above it and the string below."""
        statement = self.body[place]
        above = [one.lineno for one in getattr(statement, "decorator_list", [])]
        first, last = min([statement.lineno, *above]), statement.end_lineno
        while first > 1 and self.lines[first - 2].startswith("#"):
            first -= 1
        below = self.body[place + 1] if place + 1 < len(self.body) else None
        if isinstance(statement, (ast.Assign, ast.AnnAssign)) and _is_string(below):
            last = below.end_lineno if below else last
        return "\n".join(self.lines[first - 1 : last])


def joined(module: str, names: list[str]) -> str:
    """Return the source of some names of a module, and of all that they use of this package.

    Raises:
        ValueError: two modules make the same name, or one takes a whole module of this package.
    """
    sources: dict[str, _Source] = {}
    taken: dict[str, dict[int, None]] = {}
    owners: dict[str, str] = {}
    imports: set[str] = set()

    def take(module: str, name: str) -> None:
        source = sources.setdefault(module, _Source(module))
        if name in source.made:
            if owners.setdefault(name, module) != module:
                raise ValueError(f"{name} is made by {owners[name]} and by {module}")
            places = taken.setdefault(module, {})
            for place in source.made[name]:
                if place not in places:
                    places[place] = None
                    for used in _names_used(source.body[place]):
                        take(module, used)
        elif name in source.imported:
            there, what = source.imported[name]
            if there.startswith(OURS):
                if what != name:
                    raise ValueError(f"{module} calls {what} of {there} by another name, {name}")
                take(there, what)
                taken[module] = taken.pop(module)  # after those that it uses
            elif there == "elman":
                raise ValueError(f"{module} takes a whole module: {name}")
            else:
                imports.add(_import(there, what, name))

    for name in names:
        taken.setdefault(module, {})
        take(module, name)
    parts = [
        "\n\n".join(sources[name].text(place) for place in sorted(places))
        for name, places in taken.items()
    ]
    return "\n\n".join(["\n".join(sorted(imports)), *parts])


def _import(module: str, what: str, name: str) -> str:
    named = what or module
    called = "" if name == named else f" as {name}"
    return f"from {module} import {what}{called}" if what else f"import {module}{called}"


def _names_made(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


def _names_used(statement: ast.stmt) -> Iterator[str]:
    yield from (node.id for node in ast.walk(statement) if isinstance(node, ast.Name))


def _is_string(statement: ast.stmt | None) -> bool:
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant and isinstance(statement.value.value, str)  # type: ignore[union-attr]

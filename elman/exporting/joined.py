"""Part of this package as one file that needs none of it: what a function uses, and no more.

So whoever runs a graph without elman reads text, sound and numbers by the very lines that elman
runs: there is no second copy of them to keep.

But: only what stands at the top of a module is taken, by its name: functions, classes, constants;
what annotations alone name is left out, with all that it would bring, but for names of types, of
which the first counts.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterable, Iterator, Mapping
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
        assert found is not None
        assert found.origin is not None
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

    def used(self, place: int) -> Iterator[tuple[str, bool]]:
        """Yield the names that a statement uses, and whether in an annotation alone."""
        shown = _Annotations()
        shown.visit(self.body[place])
        for node in ast.walk(self.body[place]):
            if isinstance(node, ast.Name):
                yield node.id, id(node) in shown.found

    def is_class(self, name: str) -> bool:
        """Say whether a name is that of a class, not of a type or a value."""
        return any(isinstance(self.body[place], ast.ClassDef) for place in self.made[name])

    def texts(self, name: str) -> list[str]:
        """Return the statements that make a name."""
        return [self.text(place) for place in self.made[name]]

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
    imports: dict[str, set[str]] = {}

    def take(module: str, name: str, annotation: bool = False) -> None:
        source = sources.setdefault(module, _Source(module))
        if name in source.made:
            if annotation and source.is_class(name):
                return
            if owners.setdefault(name, module) != module:
                same = sources[owners[name]].texts(name) == source.texts(name)
                if not (same or annotation):
                    raise ValueError(f"{name} is made by {owners[name]} and by {module}")
                return
            places = taken.setdefault(module, {})
            for place in source.made[name]:
                if place not in places:
                    places[place] = None
                    for used, shown in source.used(place):
                        take(module, used, shown)
        elif name in source.imported:
            there, what = source.imported[name]
            if there.startswith(OURS):
                if what != name:
                    raise ValueError(f"{module} calls {what} of {there} by another name, {name}")
                take(there, what, annotation)
            elif there == "elman":
                raise ValueError(f"{module} takes a whole module: {name}")
            else:
                called = name if name == (what or there) else f"{what or there} as {name}"
                imports.setdefault(there if what else "", set()).add(called)

    for name in names:
        take(module, name)
    parts = [
        sources[name].text(place)
        for name in _in_order(sources)
        for place in sorted(taken.get(name, ()))
    ]
    lines = [f"import {name}" for name in imports.pop("", ())]
    lines += [f"from {there} import {', '.join(sorted(of))}" for there, of in imports.items()]
    return "\n\n\n".join(["\n".join(sorted(lines, key=_order)), *parts])


def _in_order(sources: Mapping[str, _Source]) -> Iterable[str]:
    """Return modules, each after those that it takes something of."""
    placed: dict[str, None] = {}

    def place(module: str) -> None:
        if module not in placed and module in sources:
            for there, _ in sources[module].imported.values():
                place(there)
            placed[module] = None

    for module in sources:
        place(module)
    return placed


def _order(line: str) -> tuple[bool, bool, str]:
    """Python's own before others, `import` before `from`."""
    module = line.split()[1].split(".")[0]
    return module not in sys.stdlib_module_names, line.startswith("from"), line


def _names_made(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))


class _Annotations(ast.NodeVisitor):
    """The names that stand in annotations, which nobody evaluates."""

    def __init__(self) -> None:
        self.found: set[int] = set()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._note(node.annotation)
        self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> None:
        self._note(node.annotation)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._note(node.returns)
        self.generic_visit(node)

    def _note(self, annotation: ast.expr | None) -> None:
        for node in ast.walk(annotation) if annotation else ():
            self.found.add(id(node))


def _is_string(statement: ast.stmt | None) -> bool:
    constant = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return constant and isinstance(statement.value.value, str)  # type: ignore[union-attr]

"""The API reference, out of the sources: signatures, docstrings, fields and options.

The sources are read and nothing is imported but the options, so the page is the same everywhere.
"""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from elman import tasks
from elman.tasks.options import flag

__all__ = ["PACKAGES", "page", "public"]

ROOT = Path(__file__).parent.parent
PACKAGES = (
    "elman",
    "elman.nn",
    "elman.nn.init",
    "elman.ops",
    "elman.ops.scan",
    "elman.memory",
    "elman.attribution",
    "elman.ray",
    "elman.sklearn",
    "elman.spark",
    "elman.errors",
)
HEAD = """# API

Made from the docstrings by `make api`; do not edit. B is the batch, T time, I the input size, H the hidden size, L layers, D directions.
"""  # noqa: E501
SECTION = re.compile(r"(Args|Attributes|Returns|Yields|Raises|References):\s*(.*)")
ENTRY = re.compile(r"(\*{0,2}[\w, .]+): (.*)", re.DOTALL)


@cache
def tree(module: str) -> ast.Module:
    path = ROOT.joinpath(*module.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return ast.parse(path.read_text(encoding="utf-8"))


def public(module: str) -> list[str]:
    """The names that a module declares."""
    [names] = [
        ast.literal_eval(node.value)
        for node in tree(module).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    ]
    return names


def found(module: str, name: str) -> tuple[str, ast.stmt, str]:
    """Where a name is defined, what as, and the string that stands below."""
    body = tree(module).body
    for node, below in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and node.name == name:
            return module, node, ast.get_docstring(node) or ""
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        if isinstance(target, ast.Name) and target.id == name:
            return module, node, said(below)
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if name == (alias.asname or alias.name) and node.module.startswith("elman"):
                    return found(node.module, alias.name)
    raise LookupError(f"{module} has no {name}")


def said(node: ast.stmt | None) -> str:
    """The string that a statement is; fields and constants have theirs below."""
    string = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return " ".join(str(node.value.value).split()) if string else ""


def page() -> str:
    parts = [HEAD]
    for package in PACKAGES:
        parts += [f"## {package}", markdown(ast.get_docstring(tree(package)))]
        names = [name for name in public(package) if f"{package}.{name}" not in PACKAGES]
        for name in names:
            parts += entry(package, name)
        if package == "elman":
            parts += ["## Options of `elman.train` and the command line", *options()]
    return "\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def entry(package: str, name: str) -> Iterator[str]:
    module, node, doc = found(package, name)
    yield f"### {name}"
    if isinstance(node, ast.FunctionDef):
        yield code(f"{node.name}{signature(node)}")
        yield markdown(doc)
    elif isinstance(node, ast.ClassDef):
        yield from described(module, node, doc)
    else:
        yield markdown(doc)


def described(module: str, node: ast.ClassDef, doc: str) -> Iterator[str]:
    """A class: how it is made, what it says, its fields and its methods, inherited ones too."""
    classes = [node, *bases(module, node)]
    methods = {}
    for one in classes:
        for method in one.body:
            marks = [ast.unparse(mark) for mark in getattr(method, "decorator_list", [])]
            if isinstance(method, ast.FunctionDef) and "overload" not in marks:
                methods.setdefault(method.name, method)
    shown = [base for base in map(ast.unparse, node.bases) if not base.startswith("_")]
    made = signature(methods["__init__"]) if "__init__" in methods else ""
    yield code(f"class {node.name}" + (made or (f"({', '.join(shown)})" if shown else "")))
    yield markdown(doc)
    fields = [
        f"- `{ast.unparse(field.target)}: {ast.unparse(field.annotation)}`"
        + (f" {said(below)}" if said(below) else "")
        for one in reversed(classes)
        for field, below in zip(one.body, [*one.body[1:], None], strict=True)
        if isinstance(field, ast.AnnAssign) and not ast.unparse(field.target).startswith("_")
    ]
    yield "\n".join(fields)
    for method in methods.values():
        if method.name.startswith("_"):
            continue
        marks = [ast.unparse(mark) for mark in method.decorator_list]
        yield f"#### {node.name}.{method.name}"
        yield code(method.name + ("" if "property" in marks else signature(method)))
        yield markdown(ast.get_docstring(method))


def bases(module: str, node: ast.ClassDef) -> Iterator[ast.ClassDef]:
    for base in node.bases:
        try:
            place, parent, _ = found(module, ast.unparse(base).partition("[")[0])
        except LookupError:
            continue
        if isinstance(parent, ast.ClassDef):
            yield parent
            yield from bases(place, parent)


def signature(node: ast.FunctionDef) -> str:
    arguments = re.sub(r"^(self|cls)(, |$)", "", ast.unparse(node.args))
    arguments = re.sub(r"(: [^=:()]*[\w\]])=", r"\1 = ", arguments)
    after = f" -> {ast.unparse(node.returns)}" if node.returns and node.name != "__init__" else ""
    if len(node.name) + len(arguments) + len(after) <= 90:
        return f"({arguments}){after}"
    inner = re.split(r", (?=\*{0,2}[a-z]\w*:|\*, |/, )", arguments)
    return "(\n" + "".join(f"    {one},\n" for one in inner) + f"){after}"


def code(text: str, language: str = "python") -> str:
    return f"```{language}\n{text}\n```"


def markdown(doc: str | None) -> str:
    """A docstring: paragraphs, formulas and examples in fences, sections as lists."""
    parts = []
    for block in re.split(r"\n\n+", doc or ""):
        first, *rest = block.split("\n")
        section = SECTION.fullmatch(first)
        inner = [line[4:] for line in rest]
        if section and rest:
            parts.append(f"**{section[1]}** {section[2]}".strip())
            parts.append(listed(inner) if section[1] in ("Args", "Raises") else "\n".join(inner))
        elif section:
            parts.append(f"**{section[1]}** {section[2]}")
        elif first.startswith(">>>"):
            parts.append(code(block))
        elif first.startswith("    "):
            parts.append(code("\n".join(line[4:] for line in block.split("\n")), "text"))
        else:
            parts.append(block)
    return "\n\n".join(parts)


def listed(lines: list[str]) -> str:
    """Entries `name: words`, whose further lines are indented."""
    entries = re.split(r"\n(?! )", "\n".join(lines))
    matches = [ENTRY.fullmatch(entry) for entry in entries]
    return "\n".join(
        f"- `{match[1]}`: {' '.join(match[2].split())}" if match else entry
        for match, entry in zip(matches, entries, strict=True)
    )


def options() -> Iterator[str]:
    for name in tasks.names():
        kind = tasks.options_of(name)
        yield f"### --task {name}"
        yield markdown(kind.__doc__)
        rows = ["| option | default | what | of |", "|---|---|---|---|"]
        for field in dataclasses.fields(kind):
            meta, default = field.metadata, field.default
            shown = "" if default in (None, "") else f"`{default}`"
            choices = f": {', '.join(meta['choices'])}" if meta["choices"] else ""
            words = (meta["help"] + choices).replace("|", "\\|")
            rows.append(
                f"| `{flag(field.name)}` | {shown} | {words} | {', '.join(meta['commands'])} |"
            )
        yield "\n".join(rows)

"""What editors know of keyword arguments is what the options are.

`python -m tests.tasks.test_given` writes the file anew.
"""

from __future__ import annotations

import types
import typing
from pathlib import Path

import elman
from elman.tasks.resolve import fields_for

FILE = Path(elman.__file__).parent / "tasks" / "given.py"

HEAD = '''"""The options of all tasks as keyword arguments, for editors and type checkers alone.

Made from `options.py` of each task; see `tests/tasks/test_given.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, TypedDict

__all__ = ["CompareOptions", "EvaluateOptions", "TrainOptions"]
'''

COMMANDS = ("train", "compare", "evaluate")


def _kind(hint, choices):
    kinds = typing.get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if choices:
        said = f"Literal[{', '.join(map(repr, choices))}]".replace("'", '"')
        return f"{said} | None" if type(None) in kinds else said
    names = []
    for kind in kinds:
        if typing.get_origin(kind) is list:
            (inner,) = typing.get_args(kind)
            names.append(f"list[{inner.__name__}]")
        else:
            names.append("None" if kind is type(None) else kind.__name__)
    return " | ".join(names)


def written():
    text = HEAD
    for command in COMMANDS:
        text += f"\n\nclass {command.title()}Options(TypedDict, total=False):\n"
        text += f'    """Those of `elman.{command}`."""\n\n'
        for found in fields_for(command):
            kind = _kind(found.hint, found.field.metadata["choices"])
            line = f"    {found.field.name}: {kind}\n"
            text += line
    return text


def test_editors_know_every_option():
    assert FILE.read_text(encoding="utf-8") == written(), "python -m tests.tasks.test_given"


if __name__ == "__main__":
    FILE.write_text(written(), encoding="utf-8")

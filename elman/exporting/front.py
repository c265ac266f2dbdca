"""What stands around a graph, for who runs it without elman: data, and the code that reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from elman.artifact import Artifact
from elman.exporting.joined import joined
from elman.exporting.parts.shares import Shares
from elman.version import __version__

__all__ = ["FrontEnd", "as_written", "sealed"]

_MARK = f"written by elman {__version__}"
_SEALED = re.compile(rb"written by elman [^\n]*, sha256 of all below ([0-9a-f]{64})[^\n]*\n")


def sealed(text: bytes) -> bytes:
    """Return a text whose mark says what stands below it, so that it is known again."""
    head, end, below = text.partition(b"\n")
    if (mark := _MARK.encode()) not in head:  # it stands in the first line, or in the second
        more, _, below = below.partition(b"\n")
        head += end + more
    seal = f", sha256 of all below {sha256(below).hexdigest()}".encode()
    return head.replace(mark, mark + seal) + end + below


def as_written(data: bytes) -> bool:
    """Say whether a text stands as an export of any version has written it."""
    found = _SEALED.search(data, 0, 256)
    return found is not None and sha256(data[found.end() :]).hexdigest().encode() == found[1]


@dataclass(frozen=True)
class FrontEnd:
    """How items become the steps of a graph, and its outputs answers.

    Args:
        reader: the module whose `main` is the example; whatever of this package it uses is joined
            to it, and it imports nothing else but numpy, ONNX Runtime and Python's own.
        shares: how outputs become probabilities in the graph, if they do.
        parts: files of the model directory that the reader needs.
        labels: of the outputs.
    """

    reader: str
    shares: Shares | None = None
    parts: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def data(self, saved: Artifact, digest: str) -> dict[str, Any]:
        """Return what the reader reads: the sections of model.json, and parts, by file name."""
        return {
            "front end": _MARK,
            "model": digest,
            "task": saved.task,
            "network": saved.network,
            "input": saved.input,
            "output": saved.output,
            "parts": {name: saved.parts[name] for name in self.parts if name in saved.parts},
        }

    def source(self, name: str) -> str:
        """Return the reader as one file, for a graph of this name, the example at its end."""
        # in a docstring, which a quote or a backslash in a file's name would end or change
        head = _HEAD.format(name=re.sub(r'["\\]', "?", name), mark=_MARK)
        return f"{head}\n{joined(self.reader, ['main'])}\n\n{_TAIL}"


_HEAD = '''"""An example, {mark}.

It runs {name}.onnx with numpy and ONNX Runtime alone:

    pip install numpy onnxruntime
    python {name}.py …

Beside it lie the graph and {name}.json, the data of its front end. `main`, at the end, is an
example of how to use them; what stands above it is elman's own code, under its Apache-2.0 licence.
The next export to this name writes over it, unless it was changed: then it is refused.
"""

from __future__ import annotations
'''

_TAIL = """if __name__ == "__main__":
    given = sys.argv[1:] or sys.exit(f"{__doc__}\\nGive it what it is to read. {main.__doc__}")
    try:
        main(given)
    except (OSError, ValueError, EOFError) as error:
        sys.exit(str(error))
"""

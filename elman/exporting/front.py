"""What stands around a graph, for who runs it without elman: data, and the code that reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from elman.artifact import Artifact
from elman.exporting.joined import joined
from elman.exporting.parts.shares import Shares
from elman.version import __version__

__all__ = ["MARK", "FrontEnd"]

MARK = f"written by elman {__version__}"
"""Stands at the beginning of what is written beside a graph; what lacks it is somebody else's."""


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
            "front end": MARK,
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
        head = _HEAD.format(name=re.sub(r'["\\]', "?", name), mark=MARK)
        return f"{head}\n{joined(self.reader, ['main'])}\n\n{_TAIL}"


_HEAD = '''"""Runs {name}.onnx with numpy and ONNX Runtime alone; {mark}.

    pip install numpy onnxruntime
    python {name}.py …

Beside it lie the graph and {name}.json, the data of its front end. `main`, at the end, is an
example of how to use them; what stands above it is elman's own code, under its Apache-2.0 licence.
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

"""The entities of html as a module of the page's runtime: `python -m tests.web.entities` writes it.

Names without their semicolon, `=` and what they stand for, one after the other in a text, and the
names that need no semicolon: browsers know them all, but neither workers nor node.
"""

from __future__ import annotations

import json
from html.entities import html5
from pathlib import Path

WEB = Path(__file__).parents[2] / "web"
MODULE = WEB / "src/runtime/text/entities.ts"


def module() -> str:
    """Return the module's source."""
    named = {name.rstrip(";"): value for name, value in html5.items() if name.endswith(";")}
    unended = [name for name in html5 if not name.endswith(";")]
    assert all(named[name] == html5[name] for name in unended)
    assert not any(" " in name + value or "=" in name for name, value in named.items())
    entities = " ".join(f"{name}={value}" for name, value in sorted(named.items()))
    text = json.dumps(entities).replace('\\"', "\\u0022")  # a formatter would change the marks
    return f"""/** Written by `python -m tests.web.entities`: the entities of html, as in Python. */
export const ENTITIES =
  {text};

/** Those that need no semicolon. */
export const UNENDED =
  {json.dumps(" ".join(sorted(unended)))};
"""


if __name__ == "__main__":
    MODULE.write_text(module(), encoding="utf-8")

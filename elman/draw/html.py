"""A page that asks nothing of the network. Whatever came from outside is escaped here."""

from __future__ import annotations

import html

from elman.terminal import visible

__all__ = ["escape", "page", "preformatted", "tinted"]

_FOR, _AGAINST = "46,125,50", "198,40,40"

_STYLE = (
    "body{font-family:system-ui,sans-serif;max-width:70em;margin:2rem auto;padding:0 1rem;"
    "color:#222;background:#fff}pre{font-size:.8rem;line-height:1.35;overflow-x:auto}"
)


def escape(text: str) -> str:
    """Return text as HTML shows it; control characters, except ends of lines, are seen."""
    return html.escape("\n".join(map(visible, text.split("\n"))))


def page(title: str, body: str) -> str:
    """Return a whole page; `body` is HTML already, `title` is text."""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>{body}</body></html>\n"
    )


def preformatted(text: str) -> str:
    """Return text in its own lines and columns."""
    return f"<pre>{escape(text)}</pre>"


def tinted(share: float) -> str:
    """Return a style: green for shares above 0, red below, the stronger the nearer 1 or -1."""
    return f"background:rgba({_FOR if share > 0 else _AGAINST},{min(abs(share), 1):.2f})"

"""A whole page: a script, its styles and what it is to show, in one file that asks for nothing.

The policy in its head lets the browser run that one script and open no connection, or none but to
where the page came from.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from elman.draw.html import escape
from elman.web.blocks import Section, plain

__all__ = ["as_json", "bundle", "framed", "page", "payload_of", "policy", "script", "sections_page"]

_BUNDLE = Path(__file__).with_name("bundle")


@cache
def bundle(name: str) -> str:
    """Return a file of the built front end, such as "report.js" or "lab.css"."""
    return (_BUNDLE / name).read_text(encoding="utf-8")


@cache
def script(kind: str) -> str:
    """Return the one script of a page, as it stands there.

    Args:
        kind: of the page's payload, "report" or "lab".
    """
    return bundle(f"{kind}.js").replace("</script", "<\\/script")


def policy(script: str, *, fetches: bool = False) -> str:
    """Return the content security policy of a page that holds one script.

    Styles of elements are allowed, because charts set them; a worker is made from the script.

    Args:
        script: as it stands in the page.
        fetches: whether the page may ask the server that it came from.
    """
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; "
        "img-src data: blob:; worker-src blob: data:; base-uri 'none'; form-action 'none'"
        + ("; connect-src 'self'" if fetches else "")
    )


def as_json(value: Any) -> str:
    """Return JSON that may stand in HTML, all of it UTF-8; NaN and infinity become null."""
    data = json.dumps(_finite(value), ensure_ascii=False, separators=(",", ":"))
    # a text may hold "</script>" or a lone surrogate, which UTF-8 lacks
    return data.replace("<", "\\u003c").encode("utf-8", "backslashreplace").decode()


def page(title: str, payload: dict[str, Any], *, fetches: bool = False) -> str:
    """Return a page of HTML that shows `payload`.

    Args:
        title: of the page, as text.
        payload: as `web/src/payload.ts` describes it.
        fetches: whether it may ask the server that it came from.
    """
    code, styles = script(payload["kind"]), bundle(f"{payload['kind']}.css")
    rules = policy(code, fetches=fetches)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(rules)}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,">'
        f"<title>{escape(title)}</title><style>{styles}</style></head>"
        '<body><div id="app"></div><noscript>This page draws itself with a script; without one '
        "there is nothing to see.</noscript>"
        f'<script type="application/json" id="payload">{as_json(payload)}</script>'
        f"<script>{code}</script></body></html>\n"
    )


def payload_of(page: str) -> dict[str, Any]:
    """Return what a page shows, empty of one that has nothing of the kind."""
    _, begun, rest = page.partition('<script type="application/json" id="payload">')
    data, ended, _ = rest.partition("</script>")
    try:
        found = json.loads(data) if begun and ended else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def sections_page(title: str, sections: Sequence[Section]) -> str:
    """Return a page of some sections, with no model in it."""
    shown = [plain(section) for section in sections]
    payload: dict[str, Any] = {"kind": "report", "title": title, "sections": shown}
    return page(title, payload | {"model": None, "checks": [], "measured": ""})


def framed(page: str) -> str:
    """Return a page as a notebook shows it, in a frame of its own that can reach nothing else."""
    return (
        f'<iframe srcdoc="{html.escape(page)}" sandbox="allow-scripts" '
        'style="width:100%;height:42rem;border:0" title="elman"></iframe>'
    )


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _finite(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(each) for each in value]
    return value

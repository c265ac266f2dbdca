"""What comes from a file of somebody else reaches the terminal as text, and JSON as it is."""

from __future__ import annotations

import io
import json
import re
import sys

import pytest

from elman.cli.console import Console
from elman.draw.html import escape
from elman.errors import WorkError
from elman.terminal import json_line, put, visible
from tests.attribution.models import saved
from tests.cli.command import elman

EVIL = "\x1b]0;owned\x07\x9b2J\rx\u202ey\u2066\x00\ud800"
SEEN = r"\x1b]0;owned\x07\x9b2J\rx\u202ey\u2066\x00\ud800"
WILL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def test_control_characters_are_seen_and_all_else_is_as_it_was():
    assert visible(EVIL) == SEEN
    assert visible("é\t👩‍🔬 نص — “x”") == "é\t👩‍🔬 نص — “x”"
    assert visible("a\nerror: b") == r"a\nerror: b"


def test_json_says_the_same_in_escapes():
    line = json_line({EVIL: [EVIL, "é👩‍🔬"]})
    assert not WILL.search(line)
    assert "é👩‍🔬" in line
    assert json.loads(line) == {EVIL: [EVIL, "é👩‍🔬"]}
    with pytest.raises(WorkError, match="cannot be written as JSON"):
        json_line({"a": float("nan")})


def test_pages_show_them_too():
    assert escape("<a\x1b\u202e\nb>") == "&lt;a\\x1b\\u202e\nb&gt;"


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("terminal")
    saved(folder / "m", classes=(EVIL + "n", EVIL + "p"))
    evil = EVIL.replace("\r", "").replace("\0", "").replace("\ud800", "")
    rows = [f"a {evil} film {n},{evil}{label}" for n in range(9) for label in "np"]
    (folder / "r.csv").write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    (folder / "bare.csv").write_text(f"{evil},{evil}2\n" + "1,2\n" * 9, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["predict", "m", f"a {EVIL} film"], 0),
        (["predict", "m", "a", "--json"], 0),
        (["predict", "m", "--input", "r.csv"], 0),
        (["predict", "m", "--input", "bare.csv"], 2),
        (["predict", "m", "--input", f"{EVIL}.csv"], 2),
        (["predict", f"{EVIL}", "x"], 2),
        (["evaluate", "m", "bare.csv"], 2),
        (["evaluate", "m", "r.csv", "--label", EVIL], 2),
        (["explain", "m", f"a {EVIL} film"], 0),
        (["train", "r.csv", "--out", "o", "--text", EVIL], 2),
        (["train", "r.csv", "--out", "o", "--preset", EVIL], 2),
        (["memory", "m", "--out", f"{EVIL}.xyz"], 2),
        ([EVIL], 2),
        (["predict", f"--{EVIL}"], 2),
    ],
    ids=lambda value: str(value)[:40],
)
def test_no_command_sends_them_to_the_terminal(place, arguments, code):
    # no argument has a NUL byte, and of halves of characters only those that stand for bytes
    typed = [a.replace("\0", "").replace("\ud800", "\udcff") for a in arguments]
    done = elman(*typed, code=code, cwd=place)
    assert not WILL.search(done.stdout + done.stderr)
    assert "owned" in done.stdout + done.stderr


def test_files_hold_what_was_there(place):
    elman("predict", "m", "--input", "r.csv", "--out", "o.jsonl", cwd=place)
    row = json.loads((place / "o.jsonl").read_text().splitlines()[0])
    assert {EVIL + "n", EVIL + "p"} == set(row["probabilities"])
    elman("predict", "m", "--input", "r.csv", "--out", "o.csv", cwd=place)
    assert r"\ud800" in (place / "o.csv").read_text(encoding="utf-8")
    elman("explain", "m", f"a {EVIL} <b>film", "--out", "e.html", cwd=place)
    page = (place / "e.html").read_text(encoding="utf-8")
    assert "owned" in page
    assert "<b>film" not in page.split("<body>")[1].split("<script")[0]


def test_names_of_tensors_are_shown(place, tmp_path):
    model = tmp_path / "m"
    saved(model)
    path = model / "weights.safetensors"
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    written = json.dumps({EVIL + name: entry for name, entry in header.items()}).encode()
    path.write_bytes(len(written).to_bytes(8, "little") + written + data[8 + length :])
    from tests.hostile.models import reseal

    reseal(model)
    done = elman("predict", model, "x", code=2)
    assert not WILL.search(done.stderr)


def test_bars_draw_names_as_they_are(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    drawn = Terminal()
    monkeypatch.setattr(sys, "stderr", drawn)
    console = Console(as_json=True)
    with console.stepping(f"[red]{EVIL}[/nothing]", 2) as step:
        step(f"[bold]{EVIL}[/]")
    with console.counting(f"[/{EVIL}]") as count:
        count(3)
    with console.training(f"[/{EVIL}]"), console.watching(EVIL):
        pass
    assert r"[/\x1b]0;owned\x07" in drawn.getvalue()
    assert "\x1b]0;owned" not in drawn.getvalue()


def test_a_message_is_no_longer_than_a_person_reads(tmp_path):
    done = elman("predict", "x" * 10**6, "y", code=2, cwd=tmp_path)
    assert len(done.stderr) < 5000


def test_a_line_is_written_in_one_go():
    """Or that of another thread, as a service's log, would stand in it."""

    class Stream(io.StringIO):
        def write(self, text):
            written.append(text)
            return len(text)

    written = []
    put("serving m: http://127.0.0.1:1", Stream(), flush=True)
    assert written == ["serving m: http://127.0.0.1:1\n"]

"""The lab: what its page holds, as a folder and as it is served."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import webbrowser
from threading import Event
from unittest import mock

import pytest

import elman
from elman import tasks
from elman.errors import DataError, OptionError, WorkError
from elman.runtime.model import Model
from elman.web import builtin, course, folder
from elman.web.packed import rounded, unpacked
from elman.web.serve import Server, serving
from elman.workflow.looking import lab as labs
from elman.workflow.looking.lab import lab_of
from tests.attribution.models import saved
from tests.cli.command import elman as command
from tests.hostile.models import TEXTS, forecaster
from tests.web.browser import WEB, drive, needs_browser
from tests.web.served import running

BUILT_IN = [one["name"] for one in builtin.built_in()]


def shown(page):
    """The payload of a page, and its script."""
    text = page.decode()
    data = re.search(r'<script type="application/json" id="payload">(.*?)</script>', text, re.S)
    return json.loads(data[1]), re.search(r"<script>(.*?)</script>", text, re.S)[1]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("lab")
    saved(place / "films")
    return place


def test_without_models_the_built_in_ones_and_their_texts_are_inside():
    made = lab_of()
    payload, _ = shown(made.page)
    assert (payload["kind"], payload["title"]) == ("lab", "elman lab")
    assert [one["name"] for one in payload["models"]] == BUILT_IN
    assert payload["models"] == list(builtin.built_in())  # whole: a file asks no server
    assert payload["texts"] == builtin.texts()
    assert made.apart == {}
    assert payload.get("tour", {}) == course.course()


def test_models_of_ones_own_come_first_and_answer_as_saved(place):
    forecaster(place / "sales")
    payload, _ = shown(lab_of([place / "films", elman.load(place / "sales")]).page)
    first, second, *others = payload["models"]
    assert [one["name"] for one in others] == BUILT_IN
    assert (first["name"], first["title"], first["task"]) == ("films", "films", "classify")
    assert (second["name"], second["task"]) == ("sales", "forecast")
    model = elman.load(place / "films")
    codec = tasks.named("classify").codec
    packed = first["packed"]
    page, python = (
        Model.of(saved, codec, place)
        for saved in (unpacked(packed), rounded(model.info, packed["precision"]))
    )
    steps, contexts = zip(*map(model.codec.encode, TEXTS), strict=True)
    assert (page.numbers(steps, contexts) == python.numbers(steps, contexts)).all()


def test_names_are_for_addresses_and_never_twice(tmp_path):
    names = ["a/model", "b/model", "gru", "GRU", "texts", "böse & <b>", "x" * 90, "…"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        saved(tmp_path / name)
    payload, _ = shown(lab_of([tmp_path / name for name in names]).page)
    ours = payload["models"][: len(names)]
    assert [(one["name"], one["title"]) for one in ours] == [
        ("model", "model"),
        ("model-2", "model (2)"),
        ("gru-2", "gru (2)"),
        ("GRU-3", "GRU (3)"),
        ("texts-2", "texts (2)"),
        ("b-se-b", "böse & <b>"),
        ("x" * 48, "x" * 90),
        ("model-3", "… (3)"),
    ]
    every = [one["name"].lower() for one in payload["models"]]
    assert len(set(every)) == len(every)


def test_large_models_are_fetched_from_beside_the_page(place, monkeypatch):
    monkeypatch.setattr(labs, "_INSIDE", 40_000)
    made = lab_of([place / "films"])
    models = {one["name"]: one for one in shown(made.page)[0]["models"]}
    whole = {one["name"]: one["packed"] for one in builtin.built_in()}
    large = [name for name, packed in whole.items() if len(json.dumps(packed)) > 45_000]
    assert "fast" in large
    assert set(made.apart) == {f"models/{name}.json" for name in large}
    for name in whole:
        assert ("packed" in models[name]) == (name not in large)
    with running(serving(made.answers)) as server:
        for name in large:
            with urllib.request.urlopen(f"{server.address}models/{name}.json", timeout=20) as came:
                assert came.headers["Content-Type"] == "application/json"
                assert json.loads(came.read()) == whole[name]
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{server.address}models/films.json", timeout=20)


def test_the_policy_lets_run_the_script_of_the_page_and_ask_its_server_alone():
    made = lab_of()
    with (
        running(serving(made.answers)) as server,
        urllib.request.urlopen(server.address, timeout=20) as came,
    ):
        rules, page = came.headers["Content-Security-Policy"], came.read()
    assert page == made.page
    script = shown(page)[1]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    said = dict(rule.split(" ", 1) for rule in rules.split("; "))
    assert said["script-src"] == f"'sha256-{digest}'"
    assert said["connect-src"] == "'self'"
    assert (said["default-src"], said["frame-ancestors"]) == ("'none'", "'none'")
    meta = re.search(r'Content-Security-Policy" content="(.*?)"', page.decode())[1]
    assert rules == f"{html.unescape(meta)}; frame-ancestors 'none'"


def test_a_task_without_a_runtime_for_pages_is_named(place, monkeypatch):
    kind = type(tasks.named("classify"))
    monkeypatch.setattr(kind, "abilities", kind.abilities - {"page"})
    with pytest.raises(OptionError, match=r"films: a page cannot run models of the task classify"):
        lab_of([place / "films"])


def test_every_task_says_that_pages_run_it():
    """`web/src/runtime/model.ts` has the list."""
    source = WEB / "src/runtime/model.ts"
    if not source.exists():
        pytest.skip("the sources of pages are not here")
    runs = set(re.findall(r'case "(\w+)":', source.read_text(encoding="utf-8")))
    assert runs == {name for name in tasks.names() if "page" in tasks.named(name).abilities}


@needs_browser
def test_a_browser_opens_it_from_a_server_and_from_a_file(place, tmp_path, monkeypatch):
    index = elman.lab(static=tmp_path)
    monkeypatch.setattr(labs, "_INSIDE", 1)
    with running(serving(lab_of([place / "films"]).answers)) as server:
        drive("lab.spec.ts", address=server.address, file=index.as_uri(), apart="models/films.json")


# the tour


@pytest.fixture
def texts(tmp_path, monkeypatch):
    """A tour of the package, and a folder for a teacher."""
    ours, edited = tmp_path / "tour", tmp_path / "edited"
    for each in (ours, edited):
        each.mkdir()
    for name in ("01-loop.md", "02-state.md", "quiz.md"):
        (ours / name).write_text(f"# ours: {name}\n", encoding="utf-8")
    monkeypatch.setattr(course, "_FOLDER", ours)
    return edited


def test_edited_texts_stand_in_the_place_of_the_packages(texts):
    (texts / "02-state.md").write_bytes(b"\xef\xbb\xbf# \xc3\xa4\r\n</script>\r\n")
    (texts / "03-more.md").write_text("# more")
    (texts / "notes.txt").write_text("not a text of the tour")
    (texts / ".#quiz.md").write_text("an editor's")
    payload, _ = shown(lab_of(tour=texts).page)
    assert payload["tour"] == {
        "01-loop.md": "# ours: 01-loop.md\n",
        "02-state.md": "# ä\n</script>\n",
        "03-more.md": "# more",
        "quiz.md": "# ours: quiz.md\n",
    }


def test_a_stop_may_change_its_place(texts):
    (texts / "01-state.md").write_text("# first now")
    (texts / "2-loop.md").write_text("# second now")
    assert course.course(texts) == {
        "01-state.md": "# first now",
        "2-loop.md": "# second now",
        "quiz.md": "# ours: quiz.md\n",
    }


def test_what_is_no_text_of_a_tour_is_named(texts, tmp_path):
    with pytest.raises(OptionError, match=r"--tour .*edited: there is no \.md file; expected"):
        course.course(texts)
    with pytest.raises(OptionError, match=r"--tour .*missing: No such file or directory; expected"):
        course.course(tmp_path / "missing")
    page = texts / "quiz.md"
    page.write_bytes(b"# fine\n\nna\xefve\n")
    with pytest.raises(DataError, match=r"edited/quiz\.md, line 3: not UTF-8"):
        course.course(texts)
    page.write_bytes(b"x" * (2**20 + 1))
    with pytest.raises(DataError, match=r"1,048,577 bytes; a file of the tour has at most"):
        course.course(texts)
    page.unlink()
    page.mkdir()
    with pytest.raises(DataError, match=r"edited/quiz\.md: expected a file of text"):
        course.course(texts)


# a folder


def files_in(place):
    return {
        path.relative_to(place).as_posix(): path.read_bytes()
        for path in place.rglob("*")
        if path.is_file()
    }


def test_the_folder_is_complete(place, tmp_path, monkeypatch):
    monkeypatch.setattr(labs, "_INSIDE", 40_000)
    index = elman.lab(place / "films", static=tmp_path / "new" / "out")
    assert index == tmp_path / "new" / "out" / "index.html"
    there = files_in(index.parent)
    made = lab_of([place / "films"])
    listed = there.pop("lab.json")
    assert there == made.files
    assert json.loads(listed) == {"elman lab": sorted(made.files)}
    for one in shown(there["index.html"])[0]["models"]:
        assert ("packed" in one) != (f"models/{one['name']}.json" in there)


def test_a_lab_is_written_over_and_nothing_else_is_touched(place, tmp_path, monkeypatch):
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(labs, "_INSIDE", 1)
    elman.lab(place / "films", static=out)
    (out / "CNAME").write_text("lab.example")
    (out / "models" / "mine.json").write_text("{}")
    assert "models/films.json" in files_in(out)
    elman.lab(static=out)
    there = files_in(out)
    models = {f"models/{name}.json" for name in [*BUILT_IN, "mine"]}
    assert set(there) == {"index.html", "lab.json", "CNAME", *models}
    assert there["index.html"] == lab_of().page
    (out / "models" / "mine.json").unlink()
    monkeypatch.undo()
    elman.lab(static=out)
    assert set(files_in(out)) == {"index.html", "lab.json", "CNAME"}
    assert not (out / "models").exists()
    assert json.loads((out / "lab.json").read_text()) == {"elman lab": ["index.html"]}


@pytest.mark.parametrize("name", ["index.html", "notes.txt", ".hidden", "lab.json", "models/x"])
def test_a_folder_of_somebody_else_is_refused(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text('{"name": "other"}')
    before = files_in(tmp_path)
    with pytest.raises(OptionError) as caught:
        elman.lab(static=tmp_path)
    first = name.split("/")[0]
    assert f"--static {tmp_path} holds other files ({first}, …) and no lab" in str(caught.value)
    assert files_in(tmp_path) == before


def test_a_list_of_files_reaches_nothing_outside(tmp_path):
    out, other = tmp_path / "out", tmp_path / "other.json"
    (out / "models").mkdir(parents=True)
    other.write_text("keep")
    (out / "index.htmlx").write_text("keep")
    names = ["../other.json", "models/../../other.json", str(other), "index.htmlx", "models/", 7]
    (out / "lab.json").write_text(json.dumps({"elman lab": names}))
    elman.lab(static=out)
    assert other.read_text() == (out / "index.htmlx").read_text() == "keep"
    assert json.loads((out / "lab.json").read_text()) == {"elman lab": ["index.html"]}


@pytest.mark.parametrize("name", ["models", "index.html"])
def test_links_in_a_lab_are_refused(tmp_path, name):
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    elman.lab(static=out)
    if (out / name).exists():
        (out / name).rename(elsewhere)
    else:
        elsewhere.mkdir()
    (out / name).symlink_to(elsewhere)
    with pytest.raises(OptionError, match=f"{name} in it is not of our making; nothing was"):
        elman.lab(static=out)
    assert elsewhere.is_dir() == (name == "models")


@pytest.mark.parametrize("name", ["index.html", "models/gru.json"])
def test_what_we_did_not_list_is_not_written_over(tmp_path, monkeypatch, name):
    monkeypatch.setattr(labs, "_INSIDE", 1)
    (tmp_path / "models").mkdir()
    (tmp_path / "lab.json").write_text('{"elman lab": []}')
    (tmp_path / name).write_text("mine")
    before = files_in(tmp_path)
    with pytest.raises(OptionError, match=f"{name} in it is not of our making; nothing was"):
        elman.lab(static=tmp_path)
    assert files_in(tmp_path) == before


@pytest.mark.parametrize("last", ["index.html", "models/gru.json"])
def test_a_full_disk_leaves_the_earlier_lab_whole(place, tmp_path, monkeypatch, last):
    monkeypatch.setattr(labs, "_INSIDE", 1)
    saved(place / "songs")
    elman.lab(place / "films", static=tmp_path)
    before = files_in(tmp_path)

    def full(path, data, write=folder.write_beside):
        if path == tmp_path / last:
            raise OSError(28, "No space left on device")
        return write(path, data)

    with (
        mock.patch.object(folder, "write_beside", full),
        pytest.raises(WorkError, match=r"No space left .*What was there before is untouched"),
    ):
        elman.lab(place / "songs", static=tmp_path)
    after = files_in(tmp_path)
    claimed, listed = (
        set(json.loads(each.pop("lab.json"))["elman lab"]) for each in (after, before)
    )
    assert claimed == listed | {"models/songs.json"}  # so that it may be written again
    assert after == before
    elman.lab(place / "songs", static=tmp_path)
    assert "models/songs.json" in files_in(tmp_path)
    assert "models/films.json" not in files_in(tmp_path)


def test_what_a_killed_process_left_is_no_reason_to_refuse(tmp_path):
    write = (
        "from pathlib import Path; from elman.files import beside\nbeside(Path('lab.json')).touch()"
    )
    subprocess.run([sys.executable, "-c", write], cwd=tmp_path, check=True)
    (left,) = tmp_path.iterdir()
    elman.lab(static=tmp_path)
    assert set(files_in(tmp_path)) == {"index.html", "lab.json"}
    assert not left.exists()


# the command


def test_the_command_writes_a_folder_and_says_where(place, tmp_path, monkeypatch):
    done = command("lab", place / "films", "--static", tmp_path / "out", "--json")
    size = (tmp_path / "out" / "index.html").stat().st_size
    assert json.loads(done.stdout) == {
        "lab": str(tmp_path / "out" / "index.html"),
        "files": 1,
        "bytes": size,
    }
    assert "web host" not in done.stderr
    monkeypatch.setattr(labs, "_INSIDE", 1)
    done = command("lab", "--static", tmp_path / "out")
    assert done.stdout.startswith(f"lab: {tmp_path / 'out' / 'index.html'}\nModels beside it are")
    done = command("lab", "--static", tmp_path / "out", "--port", 2000, code=2)
    assert "--port is of the lab that is served; --static writes it" in done.stderr


@pytest.mark.parametrize("words", [[], ["--no-browser"]])
def test_the_browser_is_opened_where_it_is_wanted(words):
    opened, asked = [], Event()

    def come(address):
        opened.append(address)
        asked.set()
        raise webbrowser.Error("there is none")

    def interrupted(server):
        if not words:
            assert asked.wait(20)
        raise KeyboardInterrupt

    with (
        mock.patch.object(webbrowser, "open", come),
        mock.patch.object(Server, "serve_forever", interrupted),
    ):
        done = command("lab", *words)
    first, second, last = done.stdout.splitlines()
    address = re.fullmatch(r"lab: (http://127\.0\.0\.1:\d+/[\w-]{22}/)", first)[1]
    assert (second, last) == ("Ctrl+C ends it.", "The lab is closed.")
    assert opened == ([] if words else [address])
    assert done.stderr == ""


@pytest.mark.parametrize("way", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_answers_until_it_is_ended_and_ends_in_peace(way):
    with subprocess.Popen(
        [sys.executable, "-m", "elman", "lab", "--no-browser", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            address = json.loads(process.stdout.readline())["address"]
            with urllib.request.urlopen(address, timeout=20) as came:
                assert shown(came.read())[0]["kind"] == "lab"
            port = int(address.split(":")[2].split("/")[0])
            done = command("lab", "--no-browser", "--port", port, code=2)
            assert f"--port {port}: another program listens there" in done.stderr
            process.send_signal(way)
            out, err = process.communicate(timeout=20)
        finally:
            process.kill()
    assert (process.returncode, out) == (0, "")
    assert err.splitlines() == [f"lab: {address}", "Ctrl+C ends it.", "The lab is closed."]


def test_what_is_no_model_is_named(place):
    done = command("lab", place / "films", place, "--no-browser", code=2)
    assert f"error: {place}" in done.stderr
    done = command("lab", "--port", 80, code=2)
    assert "Invalid value for '--port'" in done.stderr

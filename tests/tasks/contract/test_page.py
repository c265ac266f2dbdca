"""A page about the model stands in its directory: whole, bounded, and answering as the model."""

import json
import re

import pytest

import elman
from elman.errors import ArtifactError, OptionError
from elman.tasks.interface import Trained
from elman.web.packed import rounded
from tests.tasks.contract.samples import KINDS
from tests.web.browser import drive, needs_browser
from tests.web.payload import payload_of

MIB = 2**20
HEADINGS = ["Is it worth it?", "Ask it", "What it is", "Use it"]


def page_of(kept):
    return (kept.model.directory / "report.html").read_text(encoding="utf-8")


def test_training_ends_with_a_page(kept):
    page = page_of(kept)
    payload = payload_of(page)
    titles = [section["title"] for section in payload["sections"]]
    assert [title for title in titles if title in HEADINGS] == HEADINGS
    assert len(set(titles)) == len(titles)
    assert not re.search(r'(src|href)="(?!data:)', page[: page.index("<script>")])
    weights = len(json.dumps(payload["model"]))
    assert len(page.encode()) - weights < MIB
    assert (
        weights
        < 1.4
        * sum(
            (kept.model.directory / name).stat().st_size
            for name in ("weights.safetensors", *kept.task.reporter().parts)
            if (kept.model.directory / name).exists()
        )
        + 20_000
    )


def test_a_page_has_the_figures_of_the_report(kept):
    sections = {s["title"]: s["blocks"] for s in payload_of(page_of(kept))["sections"]}
    verdict, *_, figures = sections["Is it worth it?"]
    assert verdict["text"] == kept.report["verdict"]
    first = kept.task.reporter().shown(kept.report)[0]
    assert figures["rows"][0]["value"] == pytest.approx(kept.report["metrics"][first.key])
    assert figures["higher_is_better"] is first.higher_is_better
    rivals = {row["called"]: row["value"] for row in figures["rows"][1:]}
    assert rivals == {
        rival["called"]: pytest.approx(rival[first.key])
        for rival in kept.report["baselines"].values()
    }


def test_a_page_shows_right_answers_beside_the_worst(kept):
    """By a rule that it says; a forecaster has fans instead."""
    sections = {s["title"]: s["blocks"] for s in payload_of(page_of(kept))["sections"]}
    details = kept.report["held_out"]
    shown = details.get("right") or details.get("best")
    title = "Some right answers" if "right" in details else "Its best translations"
    assert (title in sections) is bool(shown)
    if shown:
        *lead, block = sections[title]
        assert "held" in (lead[0]["text"] if lead else block["caption"]).lower()
        assert 1 <= len(block.get("items") or block["rows"]) <= len(shown) <= 3


def test_a_page_is_held_against_the_models_own_answers(kept):
    payload = payload_of(page_of(kept))
    small = rounded(kept.model.info, payload["model"]["precision"])
    near = type(kept.model).of(small, kept.task.codec, kept.model.directory)
    reporter = kept.task.reporter()
    for check in payload["checks"]:
        steps, context = kept.model.codec.encode(check["item"])
        whole = kept.model.numbers([steps], [context])
        assert check["numbers"] == pytest.approx(whole.ravel().tolist())
        assert reporter.apart(whole, near.numbers([steps], [context])) <= reporter.near


def test_report_writes_the_page_anew(kept, tmp_path):
    out = elman.report(kept.model.directory, out=tmp_path / "page.html", time_limit="0.1s")
    titles = [section["title"] for section in payload_of(out.read_text("utf-8"))["sections"]]
    assert [title for title in titles if title in HEADINGS] == HEADINGS


def test_a_page_has_the_ending_of_one(kept, tmp_path):
    for name in ("page.txt", "page"):
        with pytest.raises(OptionError, match=r"give the name of an \.html file"):
            elman.report(kept.model, out=tmp_path / name)
    assert not any(tmp_path.iterdir())


def test_a_report_in_the_directory_is_sealed_with_it(kept, tmp_path):
    import shutil

    copy = tmp_path / "model"
    shutil.copytree(kept.model.directory, copy)
    assert elman.report(copy, time_limit="0.001s") == copy / "report.html"
    again = elman.load(copy)
    assert again.info.parts["report.html"].startswith("<!doctype html>")
    assert again._repr_html_().startswith("<iframe srcdoc=")
    (copy / "report.html").write_text("another")
    with pytest.raises(ArtifactError, match=r"report\.html"):
        elman.load(copy).info.parts["report.html"]


def test_a_page_that_fails_costs_no_model(kept, tmp_path, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("no such page")

    monkeypatch.setattr("elman.workflow.looking.report.report_page", broken)
    monkeypatch.setattr(type(kept.task.learner()), "fit", lambda *_, **__: kept.trained)
    monkeypatch.setattr(type(kept.task.learner()), "opponents", lambda *_, **__: [])
    monkeypatch.setattr(type(kept.task.learner()), "refit", lambda *_: None)
    assert isinstance(kept.trained, Trained)
    model = elman.train(kept.data, tmp_path / "m", task=kept.name, **kept.sample.options)
    assert "report.html" not in model.info.parts


@needs_browser
def test_pages_are_sound_in_a_browser(kept_of):
    """One browser looks at all kinds."""
    reports = []
    for kind in KINDS:
        kept = kept_of(kind)
        checked = bool(payload_of(page_of(kept))["checks"])
        page = str(kept.model.directory / "report.html")
        reports.append({"page": page, "name": kind, "checked": checked})
    drive("report.spec.ts", reports=json.dumps(reports))

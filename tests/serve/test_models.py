"""Models by name, and one that is replaced while it is asked."""

from __future__ import annotations

import json
import shutil
import time

import pytest

import elman
from elman import tasks
from elman.artifact.write import write
from elman.errors import OptionError
from elman.serve import models as module_of_models
from elman.serve import serving as module
from elman.serve.models import Models, named_models
from elman.workflow.load import load
from tests.serve.running import SAVED, TEXTS, WAIT_S, copied, running

OTHER = SAVED / "first" / "classify-fast-lstm"


def test_names_are_those_of_folders(tmp_path):
    found = named_models([TEXTS, TEXTS.parent / "first" / ".." / "first" / "forecast-gru"])
    assert list(found) == ["reviews", "forecast-gru"]
    twin = copied(TEXTS, tmp_path / "reviews")
    with pytest.raises(OptionError, match="both would be served as reviews"):
        named_models([TEXTS, twin])
    with pytest.raises(OptionError, match="cannot be a part of an address"):
        named_models([copied(TEXTS, tmp_path / "my model")])


def replace(directory, by):
    """As training does: model.json comes last."""
    for path in sorted(by.iterdir(), key=lambda path: path.name == "model.json"):
        shutil.copy(path, directory / path.name)


def test_a_replaced_model_is_taken_up_and_a_broken_one_is_not(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "POLL_S", 0.05)
    directory = copied(TEXTS, tmp_path / "reviews")
    text = "a fine film"
    before = dict(vars(elman.load(TEXTS).predict([text])[0]))
    after = dict(vars(elman.load(OTHER).predict([text])[0]))
    assert before != after
    with running(directory) as service:

        def said_until(done):
            until = time.monotonic() + WAIT_S
            while time.monotonic() < until:
                status, _, body = service.predict({"item": text})
                assert status == 200
                if done(body):
                    return body["answer"]
            raise AssertionError(service.log)

        first = service.predict({"item": text})[2]
        assert first["answer"] == before
        (directory / "model.json").write_text('{"format": 1}')
        said_until(lambda body: any(one["event"] == "model refused" for one in service.log))
        assert service.predict({"item": text})[2] == first
        replace(directory, OTHER)
        assert said_until(lambda body: body["version"] != first["version"]) == after
        refused = [one for one in service.log if one["event"] == "model refused"]
        assert len(refused) <= 2
        assert (
            'elman_model_loads{model="reviews"} 2.0' in service.ask("GET", "/metrics")[2].decode()
        )


PAGES = {
    "text": '<script type="application/json" id="payload">{"sections": ["text"]}</script>',
    "number": '<script type="application/json" id="payload">{"sections": 3}</script>',
    "nothing": "",
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_of_another_content_tells_nothing_of_memory(tmp_path, page):
    directory = copied(TEXTS, tmp_path / "reviews")
    info = load(directory).info
    with_page(directory, info, page)
    assert Models({"reviews": directory})["reviews"].records["memory"] is None


def with_page(directory, info, page):
    named = ("task", "network", "input", "output", "training", "tensors")
    write(
        directory,
        **{name: getattr(info, name) for name in named},
        parts={**info.parts, "report.html": page},
        allowed_parts=tasks.named(info.task).parts,
    )


def test_whatever_fails_in_one_model_the_others_are_taken_up(tmp_path, monkeypatch):
    names = ["a", "b"]
    models = Models({name: copied(TEXTS, tmp_path / name) for name in names})
    before = {name: models[name].version for name in names}
    for name in names:
        replace(tmp_path / name, OTHER)
    records = module_of_models._records

    def failing(model):
        if model.directory.name == "a":
            raise ZeroDivisionError("odd")
        return records(model)

    monkeypatch.setattr(module_of_models, "_records", failing)
    told = [(served.name, refused) for served, refused in models.refreshed()]
    assert told == [("a", "ZeroDivisionError: odd"), ("b", "")]
    assert models.refreshed() == []  # the reason is told once
    assert models["a"].version == before["a"]
    assert models["b"].version != before["b"]
    monkeypatch.setattr(module_of_models, "_records", records)
    assert [(served.name, refused) for served, refused in models.refreshed()] == [("a", "")]


def test_a_request_keeps_the_model_it_began_with(tmp_path):
    directory = copied(TEXTS, tmp_path / "reviews")
    models = Models({"reviews": directory})
    old = models.named("reviews")
    replace(directory, OTHER)
    assert [one.name for one, refused in models.refreshed() if not refused] == ["reviews"]
    new = models.named("reviews")
    assert (old.loads, new.loads) == (1, 2)
    assert old.version != new.version
    wanted = json.dumps([vars(one) for one in elman.load(TEXTS).predict(["a fine film"])])
    assert json.dumps([vars(one) for one in old.model.predict(["a fine film"])]) == wanted

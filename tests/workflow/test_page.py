"""A page keeps up with its model, and does not outgrow its directory."""

import shutil

import numpy as np
import pytest

import elman
from elman.reporting import build
from tests.web.payload import payload_of


@pytest.fixture(scope="module")
def forecaster(tmp_path_factory):
    values = 50 + 10 * np.sin(np.arange(90) * 2 * np.pi / 12) + np.arange(90) / 9
    return elman.train(values, tmp_path_factory.mktemp("page") / "m", seed=3)


def fan_of(model):
    sections = payload_of(model.info.parts["report.html"])["sections"]
    return next(block for s in sections for block in s["blocks"] if block["kind"] == "fan")


def test_an_update_draws_the_page_anew(forecaster):
    newer = elman.update(forecaster, [77.0, 78.5, 79.25])
    assert fan_of(newer)["past"][-3:] == [77.0, 78.5, 79.25]
    assert fan_of(newer)["ahead"] == pytest.approx(
        list(newer.predict([newer.codec.recent()])[0].values)
    )


def test_a_model_that_is_too_large_stays_out_of_its_page(forecaster, monkeypatch, tmp_path):
    monkeypatch.setattr(build, "_LARGEST", 100)
    page = elman.report(forecaster, out=tmp_path / "page.html", time_limit="1s")
    payload = payload_of(page.read_text(encoding="utf-8"))
    assert payload["model"] is None
    assert "not inside" in payload["measured"]


def test_a_page_in_the_place_of_the_models_own_belongs_to_it(forecaster, tmp_path):
    copy = tmp_path / "m"
    shutil.copytree(forecaster.directory, copy)
    elman.report(copy, out=copy / ".." / "m" / "report.html", time_limit="1s")
    assert fan_of(elman.load(copy))["ahead"]

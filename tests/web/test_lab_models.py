"""The lab's experiments that ask saved models, driven in a browser."""

from __future__ import annotations

from pathlib import Path

import elman.web
from elman.web.builtin import built_in, texts
from elman.web.page import page
from tests.web.browser import drive, needs_browser

TOUR = Path(elman.web.__file__).with_name("tour")


@needs_browser
def test_every_experiment_and_stop_is_sound(tmp_path):
    payload = {"kind": "lab", "title": "elman lab", "models": list(built_in()), "texts": texts()}
    tour = {path.name: path.read_text(encoding="utf-8") for path in TOUR.glob("*.md")}
    path = tmp_path / "lab.html"
    path.write_text(page("elman lab", payload | {"tour": tour}), encoding="utf-8")
    drive("tests/browser/places.spec.ts", page=str(path))


@needs_browser
def test_experiments_with_models_are_used_by_hand_and_by_keys(tmp_path):
    payload = {"kind": "lab", "title": "elman lab", "models": list(built_in()), "texts": texts()}
    path = tmp_path / "lab.html"
    path.write_text(page("elman lab", payload), encoding="utf-8")
    drive("tests/browser/lab-models.spec.ts", page=str(path))

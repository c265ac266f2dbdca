"""What docs/production.md shows is what lies in examples/production, and it runs."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from elman.data.builtin.reviews import reviews
from tests.pages import Session, blocks, differences
from tests.tasks.classify.small import write_csv

ROOT = Path(__file__).parent.parent
PLACE = ROOT / "examples" / "production"
PAGE = (ROOT / "docs" / "production.md").read_text(encoding="utf-8")
HOME = "/srv/elman"


def test_the_page_shows_the_files_as_they_are():
    shown = re.findall(r"^```\w+\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    files = sorted(path for path in PLACE.iterdir())
    assert len(files) == 7
    for path in files:
        assert path.read_text(encoding="utf-8") in shown, path.name


def test_the_commands_of_the_page_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_csv("reviews.csv", reviews(3000, seed=1))
    write_csv("new-reviews.csv", reviews(400, seed=2))
    (block,) = blocks(PAGE)
    assert block.code.count("$ elman") == 4
    assert not differences(block, Session().run(block))


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the service after its first training; `elman` is this checkout."""
    folder = tmp_path_factory.mktemp("srv")
    for path in PLACE.iterdir():
        text = path.read_text(encoding="utf-8").replace(HOME, str(folder))
        (folder / path.name).write_text(text, encoding="utf-8")
        (folder / path.name).chmod(path.stat().st_mode)
    program = folder / "venv" / "bin" / "elman"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m elman "$@"\n')
    program.chmod(0o755)
    write_csv(folder / "training.csv", reviews(600, seed=1))
    done = in_cron(folder, "retrain")
    assert done.returncode == 0, (folder / "retrain.log").read_text()
    return folder


@pytest.fixture
def night(site, tmp_path):
    """A copy of it, with the rows of a day."""
    folder = tmp_path / "srv"
    shutil.copytree(site, folder, symlinks=True)
    for path in folder.iterdir():
        if path.is_file() and path.suffix != ".csv":
            path.write_text(path.read_text().replace(str(site), str(folder)))
    write_csv(folder / "incoming.csv", reviews(200, seed=2))
    return folder


def in_cron(folder, script):
    """Run the line of the crontab that starts a script as cron does: by sh, with no environment."""
    lines = (folder / "elman.cron").read_text(encoding="utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if re.match("[A-Z]+=", line))
    (line,) = [line for line in lines if f"/{script}.sh" in line]
    found = re.fullmatch(r"(?:[\d*]+ ){5}elman (.*)", line)
    assert found, line
    assert "%" not in found[1]  # which cron takes for a new line
    environment = settings | {"HOME": str(folder), "LOGNAME": "elman"}
    command = [settings["SHELL"], "-c", found[1]]
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=60
    )


def reports(folder):
    """The last line of each report of the day, which is JSON."""
    return {
        path.name.split(".")[1]: json.loads(path.read_text().splitlines()[-1])
        for path in (folder / "reports").iterdir()
    }


def test_a_good_night_is_silent(night):
    write_csv(night / "labelled.csv", reviews(60, seed=3))
    done = in_cron(night, "nightly")
    log = (night / "nightly.log").read_text()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), log
    found = reports(night)
    assert found["predict"]["answered"] == 200
    assert found["evaluate"]["n"] == 60
    assert found["drift"]["verdict"] == "nothing"
    (answers,) = (night / "answers").iterdir()
    assert len(answers.read_text().splitlines()) == 201


def test_a_night_with_drift_or_a_fault_is_one_line_and_its_code(night):
    words = [(text.replace("the", "ze").replace("was", "vas"), "x") for text, _ in reviews(200, 4)]
    write_csv(night / "incoming.csv", words)
    done = in_cron(night, "nightly")
    assert done.stdout == f"elman: exit code 1, see {night}/nightly.log\n"
    assert reports(night)["drift"]["verdict"] == "retrain"
    assert "Drift for the worse: unknown words" in (night / "nightly.log").read_text()
    (night / "incoming.csv").unlink()
    assert "exit code 2" in in_cron(night, "nightly").stdout
    assert "incoming.csv" in (night / "nightly.log").read_text().splitlines()[-1]


def test_a_worse_model_does_not_go_live(night):
    live = os.readlink(night / "live")
    assert (night / "live" / "model.json").exists()
    wrong = [
        (text, "negative" if n % 2 else "positive") for n, (text, _) in enumerate(reviews(600, 1))
    ]
    rows = reviews(600, seed=1)
    write_csv(night / "training.csv", [*wrong[:480], *rows[480:]])
    before = (night / "model" / "model.json").read_bytes()
    done = in_cron(night, "retrain")
    assert "exit code 1" in done.stdout
    assert os.readlink(night / "live") == live
    assert (night / "model" / "model.json").read_bytes() == before
    assert (night / "model.new" / "model.json").exists()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_takes_the_units(site):
    units = [str(path) for path in sorted(site.glob("elman-nightly.*"))]
    assert len(units) == 2
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, [line for line in done.stderr.splitlines() if "elman" in line]) == (
        0,
        [],
    )
    calendar = re.search(r"OnCalendar=(.*)", (PLACE / "elman-nightly.timer").read_text())[1]
    subprocess.run(["systemd-analyze", "calendar", calendar], check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("logrotate") is None, reason="there is no logrotate here")
def test_logrotate_takes_its_file(site, tmp_path):
    text = (site / "elman.logrotate").read_text().replace("    su elman elman\n", "")
    (tmp_path / "conf").write_text(text)
    command = ["logrotate", "--debug", "--state", str(tmp_path / "state"), str(tmp_path / "conf")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr.lower()
    assert "retrain.log" in done.stderr

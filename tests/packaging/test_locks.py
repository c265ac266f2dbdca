"""What is installed for development is locked to the file, and what a wheel is made by too."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.packaging.conftest import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
TORCH = "requirements-torch.txt"
UNLOCKED = {
    "torch",  # from a file of its own
    "statsforecast",  # asks for a pandas below 3, and the tests run on a newer one
}
needs_make = pytest.mark.skipif(not shutil.which("make"), reason="no make")


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def locked(name):
    """Versions and hashes by distribution, one entry for each range of Pythons."""
    found = {}
    for entry in re.split(r"^(?=[\w-])", text_of(name), flags=re.M)[1:]:
        requirement, *hashes = re.split(r"\s*\\\n\s*|\s*\n\s*", entry.strip())
        requirement = Requirement(requirement)
        found.setdefault(canonicalize_name(requirement.name), []).append((requirement, hashes))
    return found


def holds(requirement, place):
    """Whether a line is for such a Python."""
    return requirement.marker is None or requirement.marker.evaluate(place)


ENGINES = ("ray", "spark")
"""Extras with a pandas of their own, and so with a lock of their own."""
EXTRAS = PROJECT["project"]["optional-dependencies"]


def asked_for(extras):
    """Everything that pyproject.toml names for use, development and building."""
    lists = [PROJECT["project"]["dependencies"], PROJECT["build-system"]["requires"]]
    for name in [*lists, *(EXTRAS[extra] for extra in extras)]:
        yield from (Requirement(line) for line in name if not line.startswith("elman["))


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-release.lock", "requirements-engines.lock"]
)
def test_every_file_is_known_by_its_hash(name):
    entries = [entry for group in locked(name).values() for entry in group]
    assert len(entries) > 50
    for requirement, hashes in entries:
        assert re.fullmatch(r"==[\w.]+", str(requirement.specifier)), requirement
        assert hashes, requirement
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes)
    assert "://" not in text_of(name)


@pytest.mark.parametrize(
    ("name", "extras"),
    [
        ("requirements.lock", EXTRAS.keys() - {*ENGINES}),
        ("requirements-engines.lock", (*ENGINES, "train", "parquet", "translation")),
    ],
)
def test_the_lock_has_what_the_project_asks_for_but_torch(name, extras):
    lock = locked(name)
    assert "torch" not in lock
    for python in ("3.10", "3.11", "3.14"):
        place = {"python_version": python, "python_full_version": f"{python}.0"}
        for requirement in asked_for(tuple(extras)):
            if requirement.name in UNLOCKED or not holds(requirement, place):
                continue
            entries = [entry for entry, _ in lock[canonicalize_name(requirement.name)]]
            [entry] = [entry for entry in entries if holds(entry, place)]
            [version] = entry.specifier
            assert requirement.specifier.contains(version.version), f"{requirement}: {entry}"
    group = [Requirement(line) for line in PROJECT["dependency-groups"]["release"]]
    assert {canonicalize_name(requirement.name) for requirement in group} <= set(
        locked("requirements-release.lock")
    )


def test_torch_is_pinned_exactly():
    [line] = [line for line in text_of(TORCH).splitlines() if not line.startswith("#")]
    assert re.fullmatch(r"torch==\d+\.\d+\.\d+", line)
    asked = next(requirement for requirement in asked_for(EXTRAS) if requirement.name == "torch")
    assert asked.specifier.contains(line.removeprefix("torch=="))


def commands(verb):
    """What make would run where nothing has been set up."""
    done = subprocess.run(
        ["make", "--dry-run", "--always-make", verb], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.replace("\\\n", "").splitlines()


@needs_make
def test_setup_checks_hashes_and_installs_nothing_else():
    """By uv, or where that fails by pip."""
    made = [part for line in commands("setup") for part in line.split(" || ")]
    installs = [part.split(" install ")[1].strip() for part in made if " install " in part]
    assert installs == [
        "--require-hashes -r build/uv/requirements.txt",
        "--quiet --python .venv/bin/python --require-hashes -r requirements.lock",
        "--require-hashes -r requirements.lock",
        f"-r {TORCH}",
        "--no-deps --no-build-isolation -e .",
    ]


@needs_make
def test_a_wheel_needs_no_environment_of_development(tmp_path):
    made = commands("wheel")
    assert not [line for line in made if ".venv" in line]
    [installs] = [line for line in made if " install " in line]
    assert "--require-hashes" in installs
    [take] = [line for line in made if line.startswith("sed ")]
    taken = subprocess.run(
        take.split(" > ")[0], shell=True, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert re.fullmatch(r"setuptools==\S+ \\\n( +--hash=\S+ \\\n)*( +--hash=\S+\n)", taken.stdout)

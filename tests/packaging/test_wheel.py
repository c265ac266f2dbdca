"""The wheel, built from the source distribution and installed where nothing else of ours is.

Twice: with the kernels, and on a machine without a compiler. The environments hold what the
wheel's own metadata asks for and no more; torch is there only for what trains.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement

from elman import native
from tests.native.build import COMPILER
from tests.packaging.conftest import ROOT
from tests.tasks.classify.small import reviews, write_csv
from tests.tolerances import assert_close

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
LACKS = "this install has no C++ kernels: no C++ compiler was found that takes them"
SLOWER = "warning: training runs on torch's own layers, several times slower: "
KINDS = [
    pytest.param(True, id="kernels", marks=pytest.mark.skipif(not COMPILER, reason="no compiler")),
    pytest.param(False, id="without"),
]


def run(*command, cwd, **given):
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "ELMAN_NATIVE")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment | given,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def source(checkout, tmp_path_factory):
    """The unpacked source distribution, with the objects of the last build of this checkout."""
    folder = tmp_path_factory.mktemp("source")
    make = f"from setuptools import build_meta; build_meta.build_sdist({str(folder)!r})"
    run(sys.executable, "-c", make, cwd=checkout)
    [archive] = folder.glob("*.tar.gz")
    with tarfile.open(archive) as file:
        file.extractall(folder, filter="data")
    unpacked = Path(str(archive).removesuffix(".tar.gz"))
    if (ROOT / "build/kernels").exists():
        shutil.copytree(ROOT / "build/kernels", unpacked / "build/kernels")
    return unpacked


@pytest.fixture(scope="module")
def wheels(source, tmp_path_factory):
    """Wheels by whether a compiler was there; the one without is built over what the other left."""
    built = {}
    for kernels in (True, False):
        folder = tmp_path_factory.mktemp("wheel")
        build = [*PIP, "wheel", ".", "--no-deps", "--no-build-isolation", "-w", folder]
        run(*build, cwd=source, **({} if kernels else {"CXX": "", "PATH": str(folder)}))
        [built[kernels]] = folder.glob("*.whl")
    return built


def link(requirements, extra, into):
    """Link what is asked for, and what that asks for, from the environment of the tests."""
    for requirement in map(Requirement, requirements):
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        found = metadata.distribution(requirement.name)
        assert requirement.specifier.contains(found.version, prereleases=True), requirement
        places = {file.parts[0] for file in found.files} - {"..", "__pycache__"}
        new = [place for place in places if not (into / place).exists()]
        for place in new:
            (into / place).symlink_to(found.locate_file(place))
        if new:
            link(found.requires or [], "", into)


@pytest.fixture(scope="module")
def environments(wheels, tmp_path_factory):
    """By kind: a fresh interpreter with the wheel; and a folder of what `[train]` adds."""
    places = {}
    for kernels, wheel in wheels.items():
        place = tmp_path_factory.mktemp("environment")
        run(sys.executable, "-m", "venv", "--without-pip", place, cwd=place)
        python = place / "bin/python"
        run(*PIP, "--python", python, "install", "--no-deps", "--no-index", "--no-compile", wheel,
            cwd=place)  # fmt: skip
        [installed] = place.glob("lib/python*/site-packages/elman-*.dist-info")
        asked = metadata.Distribution.at(installed).requires
        link(asked, "", installed.parent)
        places[kernels] = place
    train = tmp_path_factory.mktemp("train")
    link(asked, "train", train)
    return places, train


@pytest.fixture(scope="module")
def python(environments, tmp_path_factory):
    """Run Python in an environment, with or without torch; nothing of the checkout is in reach."""
    places, train = environments
    empty = tmp_path_factory.mktemp("empty")

    def python(kernels, *arguments, torch=False, **given):
        extra = {"PYTHONPATH": str(train)} if torch else {}
        return run(places[kernels] / "bin/python", *arguments, cwd=empty, **(extra | given))

    return python


@pytest.mark.parametrize("kernels", KINDS)
def test_a_wheel_holds_the_package_and_nothing_else(wheels, kernels):
    ours = {str(path.relative_to(ROOT)) for path in (ROOT / "elman").rglob("*.py")}
    data = [
        path
        for name in ("bundle", "models", "tour")
        for path in (ROOT / "elman/web" / name).iterdir()
    ]
    ours |= {str(path.relative_to(ROOT)) for path in data}
    ours |= {"elman/py.typed"} | ({"elman/_native.so"} if kernels else set())
    assert len(ours) > 60
    names = {
        name for name in zipfile.ZipFile(wheels[kernels]).namelist() if "dist-info" not in name
    }
    assert names == ours


@pytest.mark.parametrize("kernels", KINDS)
def test_a_wheel_is_for_every_python_and_names_a_platform_only_with_kernels(wheels, kernels):
    python, abi, platform = wheels[kernels].stem.split("-")[2:]
    assert (python, abi) == ("py3", "none")
    assert (platform != "any") == kernels


def test_the_source_distribution_holds_the_kernels(source):
    names = {path.name for path in (source / "elman/csrc").iterdir()}
    assert names == {path.name for path in (ROOT / "elman/csrc").iterdir()}
    assert not list(source.rglob("*.so"))


STATE = """
import importlib.util, json, elman
from elman import native
print(json.dumps({"file": elman.__file__, "missing": native.missing(), "isa": native.isa(),
                  "torch": importlib.util.find_spec("torch") is not None}))
"""


@pytest.mark.parametrize("kernels", KINDS)
def test_the_installed_package_says_what_it_has(environments, python, kernels):
    state = json.loads(python(kernels, "-I", "-c", STATE).stdout)
    place = environments[0][kernels]
    assert Path(state["file"]).is_relative_to(place)
    assert not state["torch"]
    if kernels:
        assert state["missing"] is None
        assert state["isa"] in native.ISAS
    else:
        assert state["missing"].startswith(LACKS)
        assert state["isa"] is None
    shown = run(place / "bin/elman", "--help", cwd=place)
    assert "Recurrent networks" in shown.stdout


LAYER = """
import json, torch, elman.nn
from elman.ops import explain_choice
torch.manual_seed(3)
layer = elman.nn.RNN(5, 7, bidirectional=True, batch_first=True)
x, lengths = torch.randn(4, 9, 5), torch.tensor([9, 0, 1, 6])
output, h_n = layer(x, lengths=lengths)
(output.sum() + h_n.square().sum()).backward()
choice = explain_choice("rnn", x, weights=[p.detach() for p in layer.parameters()],
                        state=(torch.zeros(2, 4, 7),), lengths=lengths)
print(json.dumps({"output": output.tolist(), "gradient": layer.weight_hh_l0_reverse.grad.tolist(),
                  "twin": choice.twin, "why": choice.reasons.get("cpu")}))
"""


def test_layers_run_with_and_without_kernels(python):
    without = json.loads(python(False, "-c", LAYER, torch=True).stdout)
    assert without["twin"] == "aten"
    assert without["why"].startswith(LACKS)
    assert np.abs(without["output"]).max() > 0.1
    if COMPILER:
        found = json.loads(python(True, "-c", LAYER, torch=True).stdout)
        assert found["twin"] == "cpu"
        for name in ("output", "gradient"):
            assert_close(name, found[name], np.array(without[name]), "numpy and torch")


@pytest.fixture(scope="module")
def trained(python, tmp_path_factory):
    """A model trained without kernels, and what was said on the way."""
    folder = tmp_path_factory.mktemp("trained")
    write_csv(folder / "reviews.csv", reviews(150))
    done = python(
        False, "-m", "elman", "train", folder / "reviews.csv", "--out", folder / "model",
        "--preset", "chapter", "--no-baselines", "--threads", 1, torch=True,
    )  # fmt: skip
    return folder / "model", " ".join(done.stderr.split())


def test_training_without_kernels_says_so_once(trained):
    assert trained[1].count(SLOWER) == trained[1].count(LACKS) == 1


@pytest.mark.parametrize("kernels", KINDS)
def test_a_model_predicts_where_there_is_no_torch(trained, python, kernels):
    done = python(kernels, "-m", "elman", "predict", trained[0], "a lovely film", "--json")
    [row] = json.loads(done.stdout)["predictions"]
    assert set(row["probabilities"]) == {"neg", "pos"}
    assert "C++" not in done.stderr


@pytest.mark.skipif(not COMPILER, reason="no compiler")
def test_kernels_left_out_by_the_user(python):
    off = "it was left out by ELMAN_NATIVE=off"
    assert json.loads(python(True, "-c", STATE, ELMAN_NATIVE="off").stdout)["missing"] == off
    found = json.loads(python(True, "-c", LAYER, torch=True, ELMAN_NATIVE="off").stdout)
    assert (found["twin"], found["why"]) == ("aten", off)


def of_image(instruction, file=ROOT / "Dockerfile"):
    """What an instruction of the image says, as a list."""
    [found] = re.findall(rf"^{instruction} .*?(\[.*\])$", file.read_text(), re.MULTILINE)
    return json.loads(found)


@pytest.mark.skipif(not COMPILER, reason="no compiler")
def test_the_image_serves_a_model(environments, tmp_path):
    """By its own commands, where there is what it installs and nothing else."""
    place = environments[0][True]
    [installed] = place.glob("lib/python*/site-packages/elman-*.dist-info")
    steps = (ROOT / "Dockerfile").read_text()
    assert re.search(r'pip install --no-cache-dir "\$\(ls /wheels/elman-\*\.whl\)\[serve\]"', steps)
    assert steps.index("\nUSER elman\n") < steps.index("\nENTRYPOINT ")
    (tmp_path / "serve").mkdir()
    link(metadata.Distribution.at(installed).requires, "serve", tmp_path / "serve")
    shutil.copytree(ROOT / "tests/saved/reviews", tmp_path / "models/model")
    environment = {"PATH": f"{place / 'bin'}", "PYTHONPATH": str(tmp_path / "serve")}
    command = of_image("ENTRYPOINT") + of_image("CMD")
    command = [str(tmp_path) + part if part.startswith("/models") else part for part in command]
    without = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert without.returncode == 2
    assert "requests need a token" in " ".join(without.stderr.split())
    environment["ELMAN_TOKEN"] = "0123456789abcdef"
    service = subprocess.Popen(
        [part if part != "8080" else "0" for part in command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        line = service.stdout.readline()
        assert line.startswith("serving model: http://0.0.0.0:")
        healthy = [
            part.replace(":8080/", f":{line.split(':')[-1].strip()}/")
            for part in of_image("HEALTHCHECK")
        ]
        run(*healthy, cwd=tmp_path, **environment)
        torch = "import importlib.util as u; raise SystemExit(u.find_spec('torch') is not None)"
        run("python", "-c", torch, cwd=tmp_path, **environment)
        service.terminate()
        assert service.wait(60) == 0
    finally:
        service.kill()
        service.wait()
        service.stdout.close()

"""`elman.train` in the workers of `ray.train.torch.TorchTrainer`, on a real local Ray."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest

import elman

ray = pytest.importorskip("ray", reason="Ray is not installed: make engines")
pytest.importorskip("ray.train.torch", reason="Ray's trainer is not installed: make engines")

from tests.tasks.classify.small import reviews, write_csv  # noqa: E402


@pytest.fixture(scope="module")
def _engine():
    os.environ["PYTHONPATH"] = str(Path(elman.__file__).parent.parent)
    os.environ["OMP_NUM_THREADS"] = "1"
    ours = not ray.is_initialized()
    if ours:
        ray.init(num_cpus=4, include_dashboard=False, logging_level=logging.ERROR)
    yield
    if ours:
        ray.shutdown()


def learn(config):
    """What each worker runs: the same call in all; one reads, judges and writes."""
    elman.train(config["data"], config["out"], preset="chapter", epochs=2, baselines=False)


@pytest.mark.usefixtures("_engine")
def test_two_workers_of_ray_train_as_one_process_does(tmp_path):
    from ray.train import RunConfig, ScalingConfig
    from ray.train.torch import TorchTrainer

    data = write_csv(tmp_path / "rows.csv", list(reviews(400)))
    config = {"data": str(data), "out": str(tmp_path / "ray")}
    TorchTrainer(
        learn,
        train_loop_config=config,
        scaling_config=ScalingConfig(num_workers=2),
        run_config=RunConfig(name="elman", storage_path=str(tmp_path / "runs")),
    ).fit()
    learn(config | {"out": str(tmp_path / "alone")})
    found = {}
    for name in ("ray", "alone"):
        report = json.loads((tmp_path / name / "metrics.json").read_text())
        found[name] = [h["loss"] for h in report["training"]["history"][0]]
    assert found["ray"] == pytest.approx(found["alone"], rel=1e-4)
    # bits differ where sums are added up in another order: so there were two
    assert (tmp_path / "ray" / "weights.safetensors").read_bytes() != (
        tmp_path / "alone" / "weights.safetensors"
    ).read_bytes()

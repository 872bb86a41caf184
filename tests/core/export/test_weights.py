import json

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load

from core.config.json_file import read_config
from core.export.weights import card, weights
from tests.core.export.trained import CONFIGS, paused, trained


@pytest.mark.parametrize("name", CONFIGS)
def test_the_weights_of_the_network_are_in_the_file(name):
    run = trained(name)
    tensors, expected = load(weights(run)), run.model_snapshot().state_dict()
    assert tensors.keys() == expected.keys()
    for key, tensor in tensors.items():
        assert torch.equal(tensor, expected[key])
        assert tensor.dtype == expected[key].dtype


@pytest.mark.parametrize("name", CONFIGS)
def test_what_goes_with_them_is_in_the_file(name, tmp_path):
    run = trained(name)
    (tmp_path / "run.safetensors").write_bytes(weights(run))
    with safe_open(tmp_path / "run.safetensors", "pt") as file:
        told = file.metadata()
    assert read_config(told["config"]) == run.config
    assert (float(told["mean"]), float(told["std"])) == (run.data.mean, run.data.std)
    assert tuple(json.loads(told["classes"])) == run.data.classes
    assert int(told["step"]) == run.view().last.step
    if run.data.task == "regression":
        assert "accuracy" not in told
    else:
        assert float(told["accuracy"]) == run.view().outcome.score.accuracy


def test_a_run_can_be_taken_along_before_its_first_step():
    run = paused(CONFIGS["mlp"])
    told = card(run, run.checkpoints()[-1])
    assert told["step"] == "0"
    assert "accuracy" not in told
    assert load(weights(run)).keys() == run.model_snapshot().state_dict().keys()


def test_a_run_that_trains_on_does_not_change_the_file():
    run = paused(CONFIGS["mlp"])
    before = weights(run)
    kept = {name: tensor.clone() for name, tensor in load(before).items()}
    run.play()
    assert run.wait(60)
    assert all(torch.equal(tensor, kept[name]) for name, tensor in load(before).items())
    assert not torch.equal(load(weights(run))["layers.1.weight"], kept["layers.1.weight"])

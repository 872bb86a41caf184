from dataclasses import fields, replace

import pytest

from core.config import TrainConfig
from core.config.describe import used_settings
from core.config.fields import SETTINGS
from core.config.kinds import MAX_TOLD
from core.models import MODELS
from core.optimizers import OPTIMIZERS
from tests.core.export.trained import CONFIGS

LABELS = {name: setting.label for name, setting in SETTINGS.items() if setting.label}


def labels(config):
    return {label for label, _words in used_settings(config)}


def test_every_setting_but_how_often_is_tested_has_a_label():
    assert LABELS.keys() == {field.name for field in fields(TrainConfig)} - {"tests_per_epoch"}


@pytest.mark.parametrize("name", CONFIGS)
def test_only_what_the_network_takes_is_told(name):
    config = CONFIGS[name]
    told = labels(config)
    for setting in ("channels", "stride", "hidden", "blocks", "features"):
        assert (LABELS[setting] in told) == (setting in MODELS[config.model].settings)
    assert (LABELS["augmentation"] in told) == (config.model not in ("points",))
    assert (LABELS["samples"] in told) == (config.model == "points")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_only_the_knobs_of_the_optimizer_are_told(optimizer):
    told = labels(TrainConfig(optimizer=optimizer))
    for param in ("momentum", "nesterov", "beta2"):
        assert (LABELS[param] in told) == (param in OPTIMIZERS[optimizer].hyperparameters)


def test_values_are_in_words():
    told = dict(used_settings(replace(CONFIGS["points"], regularization="l2", regularization_rate=0.003)))
    assert told["Activations"] == "Tanh, GELU"
    assert told["Features"] == "x₁, x₂², x₁x₂, sin x₁"
    assert told["Its rate"] == "0.003"
    assert "Activation" not in told
    assert dict(used_settings(TrainConfig(hidden=())))["Neurons of each hidden layer"] == "–"


def test_points_that_were_set_one_by_one_are_cut():
    own = ";".join(f"{number / 200:.3f},{-number / 200:.3f},{number % 2}" for number in range(200))
    told = dict(used_settings(replace(CONFIGS["points"], dataset="own", points=own)))
    assert told["Formula or points"] == f"{own[:MAX_TOLD]} …"

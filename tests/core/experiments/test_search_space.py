import pytest

from core.config import TrainConfig
from core.experiments.search_space import SEARCH_SPACE, applicable_to

MLP = TrainConfig(dataset="digits", hidden=(16, 8), optimizer="sgd")
POINTS = TrainConfig(
    dataset="circle", model="points", hidden=(4, 2), activations=("tanh", "relu"), dropouts=(0.1, 0.0), loss="bce"
)


@pytest.mark.parametrize("name", SEARCH_SPACE)
@pytest.mark.parametrize("config", [MLP, POINTS, TrainConfig(dataset="digits", model="cnn")], ids=lambda c: c.model)
def test_every_choice_can_be_applied_and_is_then_the_value(name, config):
    variable = SEARCH_SPACE[name]
    if not variable.suits(config):
        assert name not in applicable_to(config)
        return
    assert variable.label_of(variable.value(config))
    for choice in variable.choices:
        changed = variable.apply(config, choice)
        assert variable.value(changed) == choice
        assert variable.label_of(choice)


def test_width_depth_and_activation_are_of_the_hidden_layers():
    assert SEARCH_SPACE["width"].apply(MLP, 32).hidden == (32, 32)
    assert SEARCH_SPACE["depth"].apply(MLP, 3).hidden == (16, 8, 8)
    assert SEARCH_SPACE["depth"].apply(MLP, 1).hidden == (16,)
    assert SEARCH_SPACE["depth"].apply(TrainConfig(dataset="digits", hidden=()), 2).hidden == (512, 512)
    assert SEARCH_SPACE["width"].value(MLP) == (16, 8)
    assert SEARCH_SPACE["width"].label_of((16, 8)) == "16-8"


def test_what_was_set_layer_by_layer_goes_where_it_no_longer_fits():
    assert SEARCH_SPACE["depth"].apply(POINTS, 3).dropouts == ()
    assert SEARCH_SPACE["width"].apply(POINTS, 8).dropouts == (0.1, 0.0)
    changed = SEARCH_SPACE["activation"].apply(POINTS, "relu")
    assert (changed.activation, changed.activations) == ("relu", ())


def test_only_what_means_something_is_on_offer():
    assert "momentum" in applicable_to(MLP)
    assert "momentum" not in applicable_to(TrainConfig(dataset="digits"))
    assert "activation" not in applicable_to(TrainConfig(dataset="digits", model="lstm", hidden=(8,)))
    assert "width" not in applicable_to(TrainConfig(dataset="digits", hidden=()))
    assert "loss" not in applicable_to(POINTS)

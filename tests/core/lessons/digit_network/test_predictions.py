import pytest
import torch

from core.datasets import load
from core.inference import Classifier
from core.lessons.digit_network.network import flow, training_config, untrained
from core.lessons.digit_network.predictions import (
    PARAMETERS,
    SCORES,
    STEP,
    parameter_counts,
    parameters_truth,
    scores_truth,
    step_truth,
)
from core.models import Net, build_network
from core.pretrained import pretrained_classifier
from core.training import train

DATA = load("digits")
OWN = Classifier(untrained("digits"), DATA.mean, DATA.std, DATA.classes)


def test_ids_are_different():
    questions = (PARAMETERS, SCORES, STEP)
    assert len({question.id for question in questions}) == len(questions)


@pytest.mark.parametrize("network", [OWN.network, Net([784, 10]), Net([4, 3, 2])])
def test_the_parameters_are_those_that_torch_counts(network):
    counts, truth = parameter_counts(network), parameters_truth(network)
    assert truth.answer == "all" == list(PARAMETERS.answers)[-1]
    assert counts.keys() == PARAMETERS.answers.keys()
    assert counts["all"] == sum(parameter.numel() for parameter in network.parameters())
    assert f"{counts['all']:,}" in truth.sentence


def test_the_courses_network_has_so_many():
    assert parameter_counts(OWN.network) == {"neurons": 522, "first": 401_408, "weights": 406_528, "all": 407_050}


@pytest.mark.parametrize("classifier", [OWN, pretrained_classifier("mlp")], ids=["untrained", "shipped"])
def test_outputs_sum_to_any_number(classifier):
    made = flow(classifier, DATA.test.inputs[:200])
    sums = made.outputs.sum(dim=1)
    assert sums.max() - sums.min() > 0.5
    assert scores_truth(made).answer == "any" in SCORES.answers


def test_sums_that_are_all_the_same_are_found():
    made = flow(OWN, DATA.test.inputs[:5])
    zero = type(made)(made.inputs, made.sums, made.hidden, made.outputs * 0, made.probabilities)
    one = type(made)(made.inputs, made.sums, made.hidden, made.probabilities, made.probabilities)
    assert [scores_truth(each).answer for each in (zero, one)] == ["zero", "one"]


def trained(steps: int) -> torch.nn.Module:
    config = training_config("digits")
    network = build_network(config, DATA.input_shape, 10)
    snapshots = train(config, DATA, network)
    for _step in range(steps):
        next(snapshots)
    return network.eval()


@pytest.mark.parametrize("steps", [0, 8, 40])
def test_a_step_moves_most_numbers_and_leaves_the_network_as_it_was(steps):
    network = trained(steps)
    before = [parameter.clone() for parameter in network.parameters()]
    truth = step_truth(network, DATA)
    assert truth.answer == "most" in STEP.answers
    assert "407,050" in truth.sentence
    assert all(old.equal(new) for old, new in zip(before, network.parameters(), strict=True))
    assert not network.training

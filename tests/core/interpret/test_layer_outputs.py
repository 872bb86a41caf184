from functools import partial

import pytest
import torch
from torch import nn

from core.config import TrainConfig
from core.inference import Classifier
from core.interpret import layer_outputs
from core.interpret.layer_outputs import (
    LayerOutput,
    Passage,
    TopActivating,
    activation,
    first_weights,
    notice,
    notice_activation,
    row_by_row,
    unit_activations,
)
from core.interpret.layer_outputs import through_layers as pass_through
from core.losses import probabilities
from core.models import ConvNet, LSTMNet, Net, build_network
from core.pretrained import CHECKPOINTS, pretrained_classifier

CLASSES = tuple("0123456789")
CONFIGS = {
    "mlp": TrainConfig(hidden=(20, 12), activation="tanh", dropout=0.5),
    "mlp with softmax": TrainConfig(hidden=(5,), output_layer="softmax", loss="mse"),
    "cnn": TrainConfig(model="cnn", channels=(4, 6), hidden=(8,), dropout=0.5),
    "lstm": TrainConfig(model="lstm", hidden=(7, 5), dropout=0.5),
    "blocks": TrainConfig(model="blocks", blocks="conv:3:3,relu,maxpool:2,flatten,linear:10"),
    "blocks with an lstm": TrainConfig(model="blocks", blocks="lstm:6:all,lstm:5:last,linear:10,softmax"),
}


def classifier_of(network, mean=0.0, std=1.0, to_probabilities=None):
    return Classifier(network.eval(), mean, std, CLASSES, to_probabilities or (lambda outputs: outputs.softmax(dim=1)))


def config_reader(name):
    config = CONFIGS[name]
    network = build_network(config, (1, 28, 28), 10).eval()
    return classifier_of(
        network, 0.13, 0.31, partial(probabilities, output_layer=config.output_layer, loss=config.loss)
    )


def any_picture(seed=0, count=None):
    pictures = torch.rand(count or 1, 1, 28, 28, generator=torch.Generator().manual_seed(seed))
    return pictures if count else pictures[0]


def tiny_network():
    """Two pixels each way, two hidden neurons, two classes."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(4, 2), nn.ReLU(), nn.Linear(2, 2))
    with torch.no_grad():
        network[1].weight.copy_(torch.tensor([[1.0, 0, 0, 1], [0, -1, 1, 0]]))
        network[1].bias.copy_(torch.tensor([0.0, 0.5]))
        network[3].weight.copy_(torch.tensor([[2.0, 0], [0, 1]]))
        network[3].bias.zero_()
    return network


# --- One picture ------------------------------------------------------------------------------------------------------


def test_a_tiny_network_by_hand():
    passage = pass_through(classifier_of(tiny_network(), mean=0.5, std=0.5), torch.tensor([[[1.0, 1.0], [0.0, 0.5]]]))
    assert [(layer.name, layer.units, layer.hands_on) for layer in passage.layers] == [
        ("Flatten", 4, True),
        ("Linear", 2, False),
        ("ReLU", 2, False),
        ("Linear", 2, False),
    ]
    # The pixels minus 0.5, over 0.5; then 1 + 0 and -1 - 1 + 0.5.
    expected = [[1.0, 1.0, -1.0, 0.0], [1.0, -1.5], [1.0, 0.0], [2.0, 0.0]]
    assert [layer.values.tolist() for layer in passage.layers] == expected
    assert passage.logits.tolist() == [2.0, 0.0]
    assert passage.probabilities.tolist() == pytest.approx([0.880797, 0.119203], abs=1e-6)
    assert passage.total == pytest.approx(1)
    assert passage.layers[1].settings == "in_features=4, out_features=2, bias=True"


@pytest.mark.parametrize("name", [*CHECKPOINTS, *CONFIGS])
def test_it_ends_where_the_network_ends(name):
    classifier = pretrained_classifier(name) if name in CHECKPOINTS else config_reader(name)
    picture = any_picture()
    passage = pass_through(classifier, picture)
    with torch.no_grad():
        outputs = classifier.network((picture[None] - classifier.mean) / classifier.std)[0]
    torch.testing.assert_close(passage.layers[-1].values, outputs)
    torch.testing.assert_close(passage.probabilities, classifier.predict_proba(picture))
    assert passage.total == pytest.approx(1, abs=1e-5)
    assert len(passage.logits) == 10


@pytest.mark.parametrize("name", ["mlp", "cnn", "blocks", "blocks with an lstm"])
def test_each_layer_gives_what_it_makes_of_the_one_before(name):
    classifier = config_reader(name)
    passage = pass_through(classifier, any_picture())
    with torch.no_grad():
        numbers = (any_picture()[None] - classifier.mean) / classifier.std
        for layer, found in zip(classifier.network.layers, passage.layers, strict=True):
            before, numbers = numbers, layer(numbers)
            torch.testing.assert_close(found.values, numbers[0])
            if found.hands_on:
                assert torch.equal(before.flatten(), numbers.flatten())


def test_names_are_those_of_pytorch():
    names = [layer.name for layer in pass_through(config_reader("cnn"), any_picture()).layers]
    assert names == [
        *["Conv2d", "BatchNorm2d", "ReLU", "Conv2d", "MaxPool2d", "BatchNorm2d", "ReLU", "Flatten"],
        *["Linear", "BatchNorm1d", "ReLU", "Dropout", "Linear"],
    ]
    layers = pass_through(config_reader("blocks with an lstm"), any_picture()).layers
    assert [(layer.name, tuple(layer.values.shape), layer.units) for layer in layers] == [
        ("LSTM", (28, 6), 6),
        ("LSTM", (5,), 5),
        ("Linear", (10,), 10),
        ("Softmax", (10,), 10),
    ]


def test_a_layer_that_is_used_twice_is_there_twice():
    network = config_reader("lstm").network
    layers = pass_through(classifier_of(network), any_picture()).layers
    assert [layer.name for layer in layers] == ["LSTM", "Dropout", "LSTM", "Dropout", "Linear"]
    with torch.no_grad():
        torch.testing.assert_close(layers[2].values, network.read(any_picture()[None])[0])


@pytest.mark.parametrize(("name", "place"), [("mlp", -1), ("mlp with softmax", -2), ("blocks with an lstm", -1)])
def test_logits_are_what_the_probabilities_are_made_of(name, place):
    # The stack of blocks ends in a softmax of its own and was trained with another, which cross-entropy has inside.
    passage = pass_through(config_reader(name), any_picture())
    assert torch.equal(passage.logits, passage.layers[place].values)
    torch.testing.assert_close(passage.logits.softmax(dim=0), passage.probabilities, atol=1e-6, rtol=1e-5)


def test_a_layer_that_works_in_place_spoils_none_before_it():
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 10), nn.ReLU(inplace=True))
    layers = pass_through(classifier_of(network), any_picture()).layers
    assert layers[1].values.min() < 0 <= layers[2].values.min()
    found = next(activation(classifier_of(network), any_picture()[None]))
    assert torch.equal(found.values[1][:, 0], layers[1].values)


def test_the_network_is_left_as_it_was_and_others_may_use_it_meanwhile():
    classifier = config_reader("cnn")
    before = {name: tensor.clone() for name, tensor in classifier.network.state_dict().items()}
    search = activation(classifier, any_picture(count=40))
    next(search)
    classifier.predict_proba(any_picture())  # another session's digit, between two batches
    found = list(search)[-1]
    alone = list(activation(classifier, any_picture(count=40)))[-1]
    assert torch.equal(found.indices[0], alone.indices[0])
    assert not any(layer._forward_hooks for layer in classifier.network.modules())
    assert all(torch.equal(before[name], tensor) for name, tensor in classifier.network.state_dict().items())
    classifier.network.train()
    pass_through(classifier, any_picture())
    assert classifier.network.training
    assert all(torch.equal(before[name], tensor) for name, tensor in classifier.network.state_dict().items())


# --- First weights ----------------------------------------------------------------------------------------------------


def test_the_weights_of_a_first_linear_layer_are_pictures():
    network = Net([784, 6, 10])
    weights = first_weights(network)
    assert weights.shape == (6, 28, 28)
    assert weights[2, 3, 5] == network.layers[1].weight[2, 3 * 28 + 5]
    assert not weights.requires_grad


def test_the_weights_of_a_first_convolution_are_its_filters():
    network = ConvNet((1, 28, 28), (4, 6), 1, (8,), 10)
    assert torch.equal(first_weights(network), network.layers[0].weight[:, 0])
    assert first_weights(network).shape == (4, 5, 5)


def test_the_weights_of_an_lstm_are_a_picture_for_each_gate():
    network = LSTMNet((1, 28, 28), (7, 5), 10)
    weights = first_weights(network)
    assert weights.shape == (4, 7, 28)
    assert torch.equal(weights[1], network.lstms[0].weight_ih_l0[7:14])


def test_weights_that_see_no_picture():
    assert first_weights(nn.Sequential(nn.MaxPool2d(2), nn.Flatten(), nn.Linear(196, 10))) is None
    assert first_weights(nn.Flatten()) is None


# --- Excitement -------------------------------------------------------------------------------------------------------


def test_how_excited_a_unit_is():
    maps = torch.tensor([[[[1.0, 5.0], [2.0, -9.0]], [[-4.0, -3.0], [-2.0, -7.0]]]])
    assert unit_activations(maps).tolist() == [[5.0, -2.0]]
    assert unit_activations(maps.contiguous(memory_format=torch.channels_last)).tolist() == [[5.0, -2.0]]
    assert unit_activations(torch.tensor([[[1.0, 2.0], [3.0, -1.0]]])).tolist() == [[3.0, 2.0]]
    assert unit_activations(torch.tensor([[3.0, -1.0]])).tolist() == [[3.0, -1.0]]


def test_the_most_exciting_pictures_by_hand():
    pictures = torch.zeros(5, 1, 2, 2)
    pictures[:, 0, 0, 0] = torch.tensor([0.1, 0.9, 0.3, 0.7, 0.5])  # what the first hidden neuron looks at
    found = list(activation(classifier_of(tiny_network()), pictures, count=3))[-1]
    assert found.share_done == 1
    assert list(found.values) == list(found.indices) == [1, 2, 3]  # the Flatten at 0 hands on what came in
    assert found.indices[1].tolist() == [[1, 3, 4], [0, 1, 2]]  # nothing tells the pictures apart for the second
    assert found.values[1].tolist() == [pytest.approx([0.9, 0.7, 0.5]), [0.5, 0.5, 0.5]]
    assert found.values[3][0].tolist() == pytest.approx([1.8, 1.4, 1.0])


@pytest.mark.parametrize("name", CONFIGS)
def test_all_units_of_all_layers_against_one_pass_over_all_pictures(name):
    classifier, pictures = config_reader(name), any_picture(count=90)
    found = list(activation(classifier, pictures, count=4))[-1]
    layers = [pass_through(classifier, picture).layers for picture in pictures]
    assert list(found.values) == [place for place, layer in enumerate(layers[0]) if not layer.hands_on]
    for place, values in found.values.items():
        every = torch.stack([unit_activations(of_one[place].values[None])[0] for of_one in layers])  # [pictures, units]
        assert values.shape == found.indices[place].shape == (layers[0][place].units, 4)
        torch.testing.assert_close(values, every.topk(4, dim=0).values.T, atol=1e-5, rtol=1e-5)
        torch.testing.assert_close(every.T.gather(1, found.indices[place]), values, atol=1e-5, rtol=1e-5)


def test_it_goes_on_in_small_steps_and_says_how_far_it_is(monkeypatch):
    classifier, pictures = config_reader("mlp"), any_picture(count=60)
    monkeypatch.setattr(layer_outputs, "WORK", 0.0)  # so little time that a batch is one picture, after the first
    steps = list(activation(classifier, pictures, count=4))
    assert [round(60 * step.share_done) for step in steps] == [8, *range(9, 61)]
    monkeypatch.setattr(layer_outputs, "WORK", 1e9)
    at_once = list(activation(classifier, pictures, count=4))
    assert [round(60 * step.share_done) for step in at_once] == [8, 24, 56, 60]
    for place, indices in at_once[-1].indices.items():
        assert torch.equal(indices, steps[-1].indices[place])
    assert steps[0].indices[1].max() < 8  # what was handed out does not change any more


def test_of_equally_exciting_pictures_the_first_come_first(monkeypatch):
    monkeypatch.setattr(layer_outputs, "WORK", 1e9)
    for found in activation(config_reader("cnn"), torch.zeros(120, 1, 28, 28), count=3):
        for indices in found.indices.values():
            assert indices.tolist() == [[0, 1, 2]] * len(indices)


def test_fewer_pictures_than_asked_for_and_none():
    classifier = config_reader("mlp")
    assert list(activation(classifier, any_picture(count=3), count=9))[-1].values[1].shape == (20, 3)
    assert list(activation(classifier, torch.zeros(0, 1, 28, 28))) == []


def test_pictures_in_bytes_are_the_same():
    classifier = config_reader("cnn")
    pictures = torch.randint(256, (20, 1, 28, 28), generator=torch.Generator().manual_seed(1)).to(torch.uint8)
    as_bytes, as_shares = (list(activation(classifier, each))[-1] for each in (pictures, pictures / 255))
    for place, values in as_bytes.values.items():
        torch.testing.assert_close(values, as_shares.values[place])


# --- Row by row -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("output_layer", ["none", "softmax"])
def test_an_lstm_is_asked_after_each_row(output_layer):
    config = TrainConfig(model="lstm", hidden=(7, 5), output_layer=output_layer)
    network = build_network(config, (1, 28, 28), 10).eval()
    classifier = classifier_of(
        network, 0.13, 0.31, partial(probabilities, output_layer=output_layer, loss="cross_entropy")
    )
    picture = any_picture()
    reading = row_by_row(classifier, picture)
    with torch.no_grad():
        outputs = network.layers(network.read((picture[None] - 0.13) / 0.31)[0])
        for rows in (1, 9, 28):  # the same as if the picture ended there
            torch.testing.assert_close(reading.probabilities[rows - 1], classifier.predict_proba(picture[:, :rows]))
    torch.testing.assert_close(reading.probabilities, classifier.to_probabilities(outputs))
    assert reading.probabilities.shape == (28, 10)
    assert reading.answers[-1] == classifier.predict_proba(picture).argmax()


def test_a_network_that_sees_all_rows_at_once():
    with pytest.raises(ValueError, match="choose an LSTM"):
        row_by_row(config_reader("mlp"), any_picture())


# --- Words ------------------------------------------------------------------------------------------------------------


def test_the_sentence():
    logits = torch.full((10,), -2.0)
    logits[7], logits[1] = 3.0, 1.0
    shares = logits.double().softmax(dim=0)
    passage = Passage((LayerOutput("Linear", "", logits, False),), logits, shares)
    assert notice(passage, CLASSES) == (
        "**7** comes out with 3 and **1** with 1: as probabilities that is 84% against 11%. All 10 of them add up to 1."
    )


def test_the_sentence_on_a_unit():
    values = torch.tensor([[0.0, 0.0, 0.0], [2.5, 2.0, 1.0], [-0.25, -1.0, -2.0]])
    found = TopActivating(1.0, {4: values}, {4: torch.tensor([[0, 1, 2], [3, 0, 4], [0, 1, 2]])})
    targets = torch.tensor([1, 8, 8, 8, 8])
    assert notice_activation(found, 4, 1, targets, CLASSES) == (
        "The 3 pictures that excite it most show 2 × **8**, 1 × **1**; the first makes it give 2.5."
    )
    assert notice_activation(found, 4, 0, targets, CLASSES) == (
        "No picture excites it: the largest number that it gives is 0."
    )
    assert notice_activation(found, 4, 2, targets, CLASSES).endswith("gives is −0.25.")

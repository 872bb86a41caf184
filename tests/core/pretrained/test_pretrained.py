import json
import math
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from core import pretrained
from core.config import TrainConfig
from core.config.json_file import config_from_card
from core.datasets import Data, Split, available
from core.datasets import load as load_data
from core.digits import handwriting
from core.digits.rasterize import UNSURE_BELOW, bounds, to_picture
from core.digits.styles import STYLES
from core.digits.unipen import SOURCE, PenDigit
from core.models import count_parameters
from core.pretrained import CHECKPOINTS, CLASSES, FOLDER, CheckpointError, load, pretrained_classifier
from core.pretrained.train import LAST_WRITER, PEN_VARIED, calibrate, mixture, settle_batch_norm, unseen
from core.training import evaluate, make_loss, outputs_in_batches
from tests.core.test_inference import two_classes

README = Path(__file__).parents[3] / "README.md"
MINIMUM = {"cnn": 0.993, "mlp": 0.987, "lstm": 0.99}
DRAWN_MINIMUM = {"cnn": 0.985, "mlp": 0.97, "lstm": 0.985}
needs_mnist = pytest.mark.skipif(not available("mnist"), reason="MNIST is not on this computer")


def seeded(seed):
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def copied(tmp_path):
    """A folder with the shipped files, to damage."""
    for name in CHECKPOINTS:
        for ending in ("json", "safetensors"):
            shutil.copy(FOLDER / f"{name}.{ending}", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_the_card_tells_how_the_network_is_made(name):
    card = load(name).card
    assert config_from_card(card["config"]) == CHECKPOINTS[name].config
    assert card["command"] == f"python -m core.pretrained.train --pen FILE {name}"
    assert {"CC BY 4.0", SOURCE} <= {*card["trained_on"].rstrip(")").split(", ")}
    assert card["drawn_accuracy"] >= DRAWN_MINIMUM[name]
    assert card["drawn_calibration_error"] <= 0.02
    assert card["parameters"] == count_parameters(CHECKPOINTS[name].config, (1, 28, 28), CLASSES)
    assert card["parameters"] <= 410_000
    assert card["test_accuracy"] >= MINIMUM[name]


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_the_readme_says_what_the_cards_say(name):
    card = load(name).card
    assert re.search(rf"\| {card['parameters']:,} \| {card['test_accuracy'] * 100:.2f} % \|", README.read_text())


def test_the_shipped_networks_are_small():
    assert load("cnn").card["parameters"] <= 400_000
    assert sum(file.stat().st_size for file in FOLDER.glob("*.safetensors")) <= 2_000_000


@needs_mnist
@pytest.mark.parametrize("name", CHECKPOINTS)
def test_the_weights_score_what_the_card_says(name):
    data, checkpoint = load_data("mnist"), load(name)
    score = evaluate(checkpoint.network, data, data.test, make_loss(TrainConfig()))
    assert score.accuracy == pytest.approx(checkpoint.card["test_accuracy"], abs=0.0005)


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_digits_from_another_country_are_read(name):
    data, checkpoint = load_data("digits"), load(name)
    pictures = data.test.inputs / 255
    rows = checkpoint.network((pictures - checkpoint.data_mean) / checkpoint.data_std)
    assert (rows.argmax(1) == data.test.targets).float().mean() > 0.95


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_drawn_digits_are_read_and_scribbles_are_not(name):
    checkpoint = load(name)
    pictures, labels = handwriting.sample(600, seeded(2**20), scribbles=0.5)
    inputs = (pictures / 255 - checkpoint.data_mean) / checkpoint.data_std
    confidence, answers = checkpoint.network(inputs).softmax(1).max(1)
    digits = labels >= 0
    assert (answers == labels)[digits].float().mean() > 0.97
    assert (confidence > UNSURE_BELOW)[~digits].float().mean() < 0.2


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_they_are_sure_of_a_perfect_digit(name):
    classifier = pretrained_classifier(name)
    for digit, styles in STYLES.items():
        strokes = [curve @ controls for controls, (curve, _) in zip(styles[0].controls, styles[0].weights, strict=True)]
        assert classifier.predict_proba(to_picture(strokes).picture)[digit] > 0.98


@pytest.mark.parametrize("name", CHECKPOINTS)
@pytest.mark.parametrize(("width", "least"), [(0.25, 0.75), (1.6, 0.9)])
def test_narrow_and_wide_digits_are_read(name, width, least):
    classifier, generator = pretrained_classifier(name), seeded(7)
    right = []
    for digit in (0, 2, 3, 4, 5, 6, 7, 8, 9):
        for _time in range(10):
            strokes = handwriting.draw(digit, generator, 0)
            low, high = bounds(strokes)
            shaped = [(stroke - low) / (high - low) * [100 * width, 100] for stroke in strokes]
            right.append(classifier.predict_proba(to_picture(shaped).picture).argmax().item() == digit)
    assert np.mean(right) > least


@pytest.mark.parametrize("name", ["cnn", "lstm"])
def test_every_style_is_read(name):
    classifier, generator = pretrained_classifier(name), seeded(8)
    for digit, styles in STYLES.items():
        for place, style in enumerate(styles):
            pictures = [to_picture(handwriting.draw(digit, generator, place)).picture for _time in range(20)]
            answers = [classifier.predict_proba(picture).argmax().item() for picture in pictures]
            assert answers.count(digit) >= 13, style.label


def test_the_temperature_makes_the_probabilities_right():
    network = nn.Sequential(nn.Flatten(), nn.Linear(2, 2))
    with torch.no_grad():
        network[1].weight.copy_(torch.tensor([[5.0, 0.0], [0.0, 5.0]]))
        network[1].bias.zero_()
    inputs = torch.eye(2)[torch.arange(1000) % 2]
    targets = torch.where(torch.arange(1000) < 750, inputs.argmax(1), 1 - inputs.argmax(1))  # right in 75 %
    data = Data("two", Split(inputs, targets), Split(inputs, targets), ("a", "b"), 0.0, 1.0)
    temperature = calibrate(network, data, data.test)
    assert network(inputs).softmax(1).max().item() == pytest.approx(0.75, abs=0.01)
    assert temperature == pytest.approx(5 / math.log(3), rel=0.02)


def test_batch_norm_settles_on_images_as_they_are():
    inputs = 5 + 3 * torch.randn(4000, 2, generator=seeded(0))
    data = Data("two", Split(inputs, inputs), Split(inputs, inputs), ("a", "b"), 0.0, 1.0)
    network = nn.Sequential(nn.BatchNorm1d(2))
    settle_batch_norm(network, data, seed=0)
    torch.testing.assert_close(network[0].running_mean, inputs.mean(0), atol=0.01, rtol=0)
    torch.testing.assert_close(network[0].running_var, inputs.var(0), atol=0.1, rtol=0)
    assert not network.training


def test_missing_files_are_named(tmp_path):
    with pytest.raises(CheckpointError, match=r"cnn\.json"):
        load("cnn", tmp_path)


def test_missing_weights_are_named(copied):
    (copied / "mlp.safetensors").unlink()
    with pytest.raises(CheckpointError, match="mlp"):
        load("mlp", copied)


def cut_short(path):
    path.write_bytes(path.read_bytes()[:1000])


def replaced_by_nonsense(path):
    path.write_bytes(b"\x80\x04 not what it should be")


def emptied(path):
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut_short, replaced_by_nonsense, emptied])
@pytest.mark.parametrize("ending", ["json", "safetensors"])
def test_damaged_files_are_refused_with_a_sentence(copied, damage, ending):
    path = copied / f"cnn.{ending}"
    if damage is cut_short and ending == "json":
        path.write_text(path.read_text()[:100])
    else:
        damage(path)
    with pytest.raises(CheckpointError, match="damaged"):
        load("cnn", copied)


def test_weights_of_another_network_are_refused(copied):
    shutil.copy(copied / "mlp.safetensors", copied / "cnn.safetensors")
    with pytest.raises(CheckpointError, match="damaged"):
        load("cnn", copied)


@pytest.mark.parametrize("change", [{"epochs": -1}, {"model": "unknown"}, {"unheard_of": 1}])
def test_a_card_with_impossible_settings_is_refused(copied, change):
    path = copied / "cnn.json"
    card = json.loads(path.read_text())
    path.write_text(json.dumps(card | {"config": card["config"] | change}))
    with pytest.raises(CheckpointError, match="damaged"):
        load("cnn", copied)


@needs_mnist
def test_the_mixture_keeps_the_validation_and_test_pictures_out(monkeypatch):
    monkeypatch.setattr("core.pretrained.train.DRAWN", 50)
    strokes = (np.array([[0.0, 0.0], [30.0, 100.0]]),)
    people = [PenDigit(1, writer, strokes) for writer in (1, LAST_WRITER, LAST_WRITER + 1)]
    data, mnist = mixture(people, seed=0), load_data("mnist")
    alone = mixture(people[:1], seed=0)
    assert len(data.train) - len(alone.train) == PEN_VARIED
    assert len(unseen(people)) == 1
    assert torch.equal(data.test.inputs, mnist.train.inputs[-len(data.test) :])
    assert torch.equal(data.train.inputs[:100], mnist.train.inputs[:100])
    seen = {picture.numpy().tobytes() for picture in data.train.inputs}
    assert not any(picture.numpy().tobytes() in seen for picture in data.test.inputs)
    torch.testing.assert_close(data.train.targets.sum(1), torch.ones(len(data.train)))
    assert len(torch.cat(list(outputs_in_batches(load("mlp").network, data, data.test)))) == len(data.test)


def test_a_shipped_network_is_asked_with_its_own_mean_and_std(monkeypatch):
    @dataclass(frozen=True)
    class Shipped:
        network: nn.Module
        data_mean: float
        data_std: float

    monkeypatch.setattr(pretrained, "load", lambda name: Shipped(two_classes(), 0.001, 0.1))
    classifier = pretrained_classifier("cnn")
    assert classifier.classes == tuple("0123456789")
    assert classifier.predict_proba(torch.full((1, 28, 28), 0.001)).tolist() == pytest.approx([0.5, 0.5], abs=1e-4)

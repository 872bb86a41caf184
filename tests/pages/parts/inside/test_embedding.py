import json

import pytest
import torch
from torch import nn

from core.datasets import load
from core.inference import Classifier
from core.interpret.embedding import EmbeddingError, fit_pca, hidden, nearest, sample
from core.interpret.tsne import Tsne
from core.pretrained import pretrained_classifier
from core.scheduler import JobStatus
from pages.parts.inside.embedding import see
from pages.ui.background import Work
from tests.pages.app import open_page

pytestmark = pytest.mark.usefixtures("patience")


def open_map(**settings):
    return open_page("inside", part="map", network="mlp", **settings)


def figure(at):
    (chart,) = at.get("plotly_chart")
    return json.loads(chart.proto.spec)


def texts(at):
    return "\n".join(element.value for element in [*at.markdown, *at.caption])


def button(at, key):
    return next(button for button in at.button if button.key == key)


def finish(generator):
    shares = []
    while True:
        try:
            shares.append(next(generator))
        except StopIteration as end:
            return end.value, shares


def rows_of(network):
    classifier, data = pretrained_classifier(network), load("digits").test
    numbers = sample(len(data), 1_000)
    return torch.cat(list(hidden(classifier.network, data.inputs[numbers], classifier.mean, classifier.std))), numbers


@pytest.mark.parametrize(("space", "dimensions"), [("0", 2), ("1", 3)])
def test_pca_at_once(space, dimensions):
    at = open_map(space=space)
    traces = figure(at)["data"]
    assert [trace["name"] for trace in traces] == [*"0123456789", "your drawing"]
    assert ("z" in traces[0]) == (dimensions == 3)
    rows, _numbers = rows_of("mlp")
    assert fit_pca(rows, dimensions).sentence in texts(at)


def test_a_test_picture_lands_on_itself():
    rows, numbers = rows_of("mlp")
    index = int(numbers[0])
    at = open_map(digit="test", index=str(index))
    star = figure(at)["data"][-1]
    assert star["name"] == "the test picture"
    targets = load("digits").test.targets
    near, distances = nearest(rows, rows[0])
    assert near[0] == 0
    assert distances[0] < 1e-3
    maximum = torch.bincount(targets[numbers[near]], minlength=10)
    assert f"{maximum.max()} show {maximum.argmax()}" in texts(at)


def test_t_sne_by_button_and_cancelled():
    at = open_map(method="tsne", sample="250")
    assert not at.get("plotly_chart")
    button(at, "inside_make_map").click().run()
    about, tsne = at.session_state["inside.embedding.tsne"]
    assert about[1:] == (2, 250)
    assert not tsne.over
    button(at, "inside_cancel_map").click().run()
    assert tsne.status is JobStatus.CANCELED
    assert tsne.wait(30)
    assert button(at, "inside_make_map")  # it can be begun again
    assert not at.exception


class Ready(Tsne):
    """A map that is there at once."""

    def __init__(self, rows, components):
        super().__init__(rows, components)
        self.wait()

    def _work(self):
        generator = torch.Generator().manual_seed(0)
        return torch.randn(len(self._rows), int(self._arguments[0]), generator=generator)


def test_a_map_is_shown_when_it_is_ready(monkeypatch):
    monkeypatch.setattr("pages.parts.inside.embedding.Tsne", Ready)
    at = open_map(method="tsne", sample="250", space="1")
    button(at, "inside_make_map").click().run()
    traces = figure(at)["data"]
    assert len(traces) == 11
    assert "z" in traces[0]
    assert "The map has no rule for new pictures" in texts(at)


def test_the_map_of_another_network_is_another(monkeypatch):
    monkeypatch.setattr("pages.parts.inside.embedding.Tsne", Ready)
    at = open_map(method="tsne", sample="250")
    button(at, "inside_make_map").click().run()
    next(box for box in at.selectbox if box.key == "inside.network").set_value("cnn").run()
    assert not at.get("plotly_chart")
    assert button(at, "inside_make_map")


@pytest.mark.parametrize("bad", [{"method": "umap"}, {"sample": "10000000", "method": "tsne"}, {"space": "nan"}])
def test_nonsense_in_the_address(bad):
    at = open_map(**bad)
    assert any(next(iter(bad)) in warning.value for warning in at.warning)


def test_numbers_that_cannot_be_shown_are_said_to_be_so():
    class Same(nn.Module):
        def __init__(self):
            super().__init__()
            self.last = nn.Linear(4, 10)

        def forward(self, inputs):
            return self.last(torch.ones(len(inputs), 4))

    problem, _shares = finish(see(Classifier(Same().eval(), 0.1, 0.3, tuple("0123456789")), load("digits")))
    assert isinstance(problem, EmbeddingError)
    assert "look the same" in str(problem)


def test_shares_grow_to_one():
    seen, shares = finish(see(pretrained_classifier("mlp"), load("digits")))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(seen.rows) == len(seen.numbers) == 360


def test_progress_is_shown_where_it_takes_longer(monkeypatch):
    monkeypatch.setattr(Work, "advance", lambda *_given: None)
    at = open_map()
    assert not at.get("plotly_chart")
    assert at.get("progress")

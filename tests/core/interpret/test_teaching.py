import pytest
import torch

from core.datasets import load
from core.digits.collection import Collection, CollectionError, sample_of
from core.digits.handwriting import draw
from core.inference import Classifier
from core.interpret.fine_tuning import MAX_ELSEWHERE
from core.interpret.teaching import MOST, teach
from core.models import Net
from core.pretrained import pretrained_classifier
from tests.core.interpret.test_fine_tuning import finish

pytestmark = pytest.mark.usefixtures("one_thread")


def drawings(count, label):
    generator = torch.Generator().manual_seed(5)
    return Collection(tuple(sample_of(draw(4, generator, style=k % 3), label) for k in range(count)))


def test_a_copy_learns_what_a_drawing_means_and_keeps_what_it_knew():
    classifier = pretrained_classifier("mlp")
    weights = [parameter.clone() for parameter in classifier.network.parameters()]
    data = load("digits")
    fours_called_nine = drawings(2, label=9)  # which it cannot know
    taught, shares = finish(teach(classifier, fours_called_nine, data.train, data.test))
    assert (taught.drawings.before.all_right, taught.drawings.after.all_right) == (0, 2)
    assert taught.elsewhere.before.all == min(MAX_ELSEWHERE, len(data.test))
    assert taught.elsewhere.after.share > 0.95
    assert shares == sorted(shares)
    assert "the copy reads 2 of 2 right, the network 0" in taught.sentence
    for before, now in zip(weights, classifier.network.parameters(), strict=True):
        torch.testing.assert_close(before, now, rtol=0, atol=0)


def test_it_learns_from_the_latest_drawings_alone():
    data = load("digits")
    taught, _shares = finish(teach(pretrained_classifier("mlp"), drawings(MOST + 3, 4), data.train, data.test))
    assert taught.drawings.before.all == MOST


def test_a_network_of_other_classes_is_refused():
    other = Classifier(Net([784, 8, 2]).eval(), 0.1, 0.3, ("a", "b"))
    data = load("digits")
    with pytest.raises(CollectionError, match="digits"):
        next(teach(other, drawings(1, 4), data.train, data.test))

import pytest
import torch

from core.datasets import load
from core.digits.handwriting import scribble
from core.digits.rasterize import to_picture
from core.lessons.draw.checks import CHECKS
from core.pretrained import pretrained_classifier
from tests.checks import prove

DRAWINGS = 40


def scribbles() -> torch.Tensor:
    """Return images of what is no digit."""
    generator = torch.Generator().manual_seed(0)
    return torch.stack([to_picture(scribble(generator)).picture for _drawing in range(DRAWINGS)])


def probabilities(images: torch.Tensor) -> torch.Tensor:
    classifier = pretrained_classifier("mlp")
    return torch.stack([classifier.predict_proba(image) for image in images])


def learns():
    network = pretrained_classifier("mlp").network
    before = {name: value.clone() for name, value in network.state_dict().items()}
    first = probabilities(scribbles())
    again = probabilities(scribbles())
    after = network.state_dict()
    changed = any(not torch.equal(value, before[name]) for name, value in after.items())
    return not changed, changed, not torch.equal(first, again) or after.keys() != before.keys()


def house():
    found = probabilities(scribbles())
    sums = found.sum(dim=1)
    all_to_digits = found.shape[1] == 10 and torch.allclose(sums, torch.ones(DRAWINGS), atol=1e-5)
    return all_to_digits, (sums < 0.9).any(), (found.amax(dim=1) < 0.2).all()


def centered():
    test = load("digits").test
    images, labels = test.inputs[:200].float() / 255, test.targets[:200]
    moved = images.roll((6, 6), dims=(2, 3))
    in_place, elsewhere = ((probabilities(each).argmax(dim=1) == labels).float().mean() for each in (images, moved))
    assert in_place > 0.9
    return elsewhere < 0.5, probabilities(moved).isnan().any(), moved.numel() > images.numel()


def sure():
    # A confident answer to what is no digit, which is neither correct nor anything that was trained with.
    network = pretrained_classifier("mlp").network
    scores = torch.tensor([[9.0] + [0.0] * 9])
    only_scores = scores.softmax(dim=1).amax() > 0.99
    nonsense = torch.rand(500, 1, 28, 28, generator=torch.Generator().manual_seed(0)) * 3
    with torch.inference_mode():
        confident = network(nonsense).softmax(dim=1).amax(dim=1) > 0.9
    never = not confident.any()
    return only_scores, never, never


PROOFS = {"draw.learns": learns, "draw.house": house, "draw.centered": centered, "draw.sure": sure}


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_only_the_right_answer_is_true(check):
    prove(check, PROOFS)

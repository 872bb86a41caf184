import pytest
import torch
from torch import nn

from core import pretrained
from core.datasets import load
from core.inference import Classifier
from core.interpret.saliency import Change, by_chance, fair_warning, occlusion, promise, saliency, scores, towards
from core.pretrained import pretrained_classifier

CLASSES = tuple("0123456789")
SIDE = 28


def linear(classes: int = 3, seed: int = 0, mean: float = 0.0, std: float = 1.0) -> Classifier:
    """A single linear layer, in float64: its weights are known and nothing is lost by rounding."""
    network = nn.Sequential(nn.Flatten(), nn.Linear(SIDE * SIDE, classes)).double().eval()
    generator = torch.Generator().manual_seed(seed)
    nn.init.normal_(network[1].weight, std=0.1, generator=generator)
    nn.init.normal_(network[1].bias, generator=generator)
    return Classifier(network, mean, std, CLASSES[:classes])


def weights(classifier: Classifier) -> torch.Tensor:
    return classifier.network[1].weight.detach().view(-1, SIDE, SIDE)


@pytest.fixture
def picture() -> torch.Tensor:
    return torch.rand(1, SIDE, SIDE, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


@pytest.fixture(scope="module")
def digits() -> torch.Tensor:
    return load("digits").test.inputs[:8].float() / 255


def finish(search) -> tuple[Change, list[float]]:
    shares = []
    while True:
        try:
            shares.append(next(search))
        except StopIteration as end:
            return end.value, shares


# --- Saliency


@pytest.mark.parametrize("name", pretrained.CHECKPOINTS)
def test_saliency_equals_autograd(name, digits):
    classifier = pretrained_classifier(name)
    for picture, answer in zip(digits, (0, 3, 9), strict=False):
        pixels = picture.clone().requires_grad_()
        classifier.network((pixels[None] - classifier.mean) / classifier.std)[0, answer].backward()
        assert torch.equal(saliency(classifier, picture, answer), pixels.grad[0])
    classifier.network.zero_grad()


def test_saliency_of_a_linear_network_is_its_weights(picture):
    classifier = linear(mean=0.5, std=0.25)
    torch.testing.assert_close(saliency(classifier, picture, 2), weights(classifier)[2] / 0.25)


def test_saliency_leaves_the_shared_network_and_the_picture_as_they_were(digits):
    classifier, picture = pretrained_classifier("mlp"), digits[0].clone()
    saliency(classifier, digits[0], 1)
    assert all(parameter.grad is None for parameter in classifier.network.parameters())
    assert torch.equal(digits[0], picture)
    assert not picture.requires_grad


def test_the_slope_keeps_its_promise_where_the_network_is_linear(picture):
    classifier = linear()
    said = promise(classifier, picture, 1)
    assert said.real == pytest.approx(said.promised)
    gains = weights(classifier)[1] * ((picture[0] < 0.5).double() - picture[0])
    assert abs(said.promised) == pytest.approx(gains.abs().max().item())
    assert gains[said.row, said.column].item() == pytest.approx(said.promised)


def test_the_slope_breaks_its_promise_where_the_network_bends():
    # A score of ReLU(x): half ink, and paper after it; the slope says -0.6, ReLU lets the score fall by 0.2 only.
    network = nn.Sequential(nn.Flatten(), nn.Linear(4, 2), nn.ReLU()).eval()
    nn.init.zeros_(network[1].weight)
    with torch.no_grad():
        network[1].weight[0, 1] = 1.0
        network[1].bias.copy_(torch.tensor([-0.4, 0.0]))
    said = promise(Classifier(network, 0.0, 1.0, CLASSES[:2]), torch.tensor([[[0.0, 0.6], [0.0, 0.0]]]), 0)
    assert (said.row, said.column) == (0, 1)
    assert said.promised == pytest.approx(-0.6)
    assert said.real == pytest.approx(-0.2)
    assert "-0.60" in said.sentence
    assert "-0.20" in said.sentence


def test_a_network_in_training_mode_is_not_asked(picture):
    classifier = linear()
    classifier.network.train()
    with pytest.raises(ValueError, match="eval"):
        scores(classifier, picture[None])


# --- Occlusion


@pytest.mark.parametrize("fill", [0.0, 0.3, 1.0])
@pytest.mark.parametrize(("mean", "std"), [(0.0, 1.0), (0.1307, 0.3081)])
def test_occlusion_of_a_linear_network_by_single_pixels_is_weight_times_what_is_taken(picture, fill, mean, std):
    classifier = linear(mean=mean, std=std)
    found = occlusion(classifier, picture, 2, size=1, stride=1, fill=fill)
    torch.testing.assert_close(found.score, weights(classifier)[2] / std * (picture[0] - fill))


def test_occlusion_is_a_mean_over_the_squares_of_a_pixel():
    # Score: the sum of all pixels; each 2x2 square on white paper takes what it covers. Stride 1 on 3x3: four squares.
    network = nn.Sequential(nn.Flatten(), nn.Linear(9, 2)).eval()
    with torch.no_grad():
        network[1].weight.copy_(torch.tensor([[1.0] * 9, [0.0] * 9]))
        network[1].bias.zero_()
    picture = torch.tensor([[[1.0, 0.0, 0.0], [0.0, 0.0, 0.0], [0.0, 0.0, 0.5]]])
    found = occlusion(Classifier(network, 0.0, 1.0, CLASSES[:2]), picture, 0, size=2, stride=1)
    # top left takes 1, bottom right 0.5, the two others nothing
    assert found.score.tolist() == [[1.0, 0.5, 0.0], [0.5, 0.375, 0.25], [0.0, 0.25, 0.5]]
    # probability: sigmoid(1.5) = 0.81757 uncovered, sigmoid(0.5) = 0.62246 with the first pixel covered
    assert (found.top, found.left, found.size) == (0, 0, 2)
    assert (found.before, found.after) == pytest.approx((0.81757, 0.62246), abs=1e-5)
    assert found.probability[0, 0].item() == pytest.approx(0.81757 - 0.62246, abs=1e-5)
    assert found.sentence("8") == "Covering 2 × 2 pixels costs most at row 0, column 0: “8” falls from 81.8% to 62.2%."


@pytest.mark.parametrize(("size", "stride"), [(1, 1), (3, 2), (5, 5), (9, 4), (28, 28), (28, 1)])
def test_every_pixel_is_covered_whatever_the_squares(picture, size, stride):
    classifier = linear()
    found = occlusion(classifier, picture, 0, size, stride)
    assert found.score.shape == found.probability.shape == (SIDE, SIDE)
    assert found.score.isfinite().all()
    assert (found.score != 0).all()


def test_the_square_named_is_the_costliest(digits):
    classifier = pretrained_classifier("cnn")
    answer = int(classifier.predict_proba(digits[1]).argmax())
    found = occlusion(classifier, digits[1], answer)
    covered = digits[1].clone()
    covered[0, found.top : found.top + 5, found.left : found.left + 5] = 0
    assert classifier.predict_proba(covered)[answer].item() == pytest.approx(found.after, abs=1e-5)
    assert classifier.predict_proba(digits[1])[answer].item() == pytest.approx(found.before, abs=1e-5)
    assert found.after < found.before


def test_inking_paper_counts_too():
    classifier, background = linear(), torch.zeros(1, SIDE, SIDE, dtype=torch.float64)
    found = occlusion(classifier, background, 1, size=1, stride=1, fill=1.0)
    torch.testing.assert_close(found.score, -weights(classifier)[1])


def test_covering_nothing_but_paper_costs_nothing():
    found = occlusion(linear(), torch.zeros(1, SIDE, SIDE, dtype=torch.float64), 0)
    assert not found.score.any()
    assert found.sentence("0").startswith("Covering 5 × 5 pixels takes nothing")


@pytest.mark.parametrize("wrong", [{"size": 0}, {"size": 29}, {"stride": 0}, {"stride": 6}, {"fill": 1.1}])
def test_squares_that_cannot_be_are_refused(picture, wrong):
    with pytest.raises(ValueError, match="square"):
        occlusion(linear(), picture, 0, **wrong)


# --- What would make it a 9?


def test_the_smallest_change_for_a_linear_network_is_known():
    # Two classes: the nearest picture on the other side lies straight across the border, at lead / |w1 - w0|.
    classifier, gray = linear(classes=2), torch.full((1, SIDE, SIDE), 0.5, dtype=torch.float64)
    lead = torch.diff(scores(classifier, gray[None])[0])
    target = int(lead > 0) ^ 1
    change, shares = finish(towards(classifier, gray, target))
    shortest = (lead.abs() / (weights(classifier)[1] - weights(classifier)[0]).norm()).item()
    assert change.found
    assert shortest <= change.size < 1.0045 * shortest
    assert change.after.argmax() == target
    assert shares == sorted(shares)
    assert 0 < shares[0] < shares[-1] <= 1


@pytest.mark.parametrize("name", pretrained.CHECKPOINTS)
def test_a_change_is_found_is_small_and_makes_the_answer(name, digits):
    classifier = pretrained_classifier(name)
    for sure in (0.0, 0.8):
        change, _shares = finish(towards(classifier, digits[3], 3, sure))
        assert change.found
        assert 0 < change.size < 3
        assert 0 <= change.picture.min() <= change.picture.max() <= 1
        torch.testing.assert_close(change.picture, digits[3] + change.difference)
        torch.testing.assert_close(change.after, classifier.predict_proba(change.picture), rtol=1e-3, atol=1e-4)
        torch.testing.assert_close(change.before, classifier.predict_proba(digits[3]))
        assert change.after.argmax() == 3
        assert change.after[3] >= sure
        assert f"{change.size:.2f}" in change.sentence("3")
        # a little less of the same change would not do
        less = classifier.predict_proba(digits[3] + 0.99 * change.difference)
        assert less.argmax() != 3 or less[3] < sure


def test_the_same_picture_gives_the_same_change(digits):
    first, second = (finish(towards(pretrained_classifier("cnn"), digits[0], 5))[0] for _ in range(2))
    assert torch.equal(first.picture, second.picture)
    assert first.steps == second.steps


def test_a_picture_that_is_one_already_needs_no_change(digits):
    classifier = pretrained_classifier("mlp")
    answer = int(classifier.predict_proba(digits[0]).argmax())
    change, _shares = finish(towards(classifier, digits[0], answer))
    assert change.found
    assert change.size == 0
    assert torch.equal(change.picture, digits[0])
    assert change.sentence("x").startswith("It is “x” already")


def test_what_is_not_found_is_said(digits):
    classifier = pretrained_classifier("mlp")
    change, shares = finish(towards(classifier, digits[0], 7, steps=2))
    assert not change.found
    assert change.steps == len(shares) == 2
    assert change.sentence("7").startswith("No change was found in 2 steps")
    change, _shares = finish(towards(classifier, digits[0], 7, sure=1.0, steps=60))
    assert not change.found
    assert change.after.argmax() == 7
    assert "not sure enough" in change.sentence("7")


def test_a_network_without_a_slope_is_given_up_at_once(picture):
    classifier = linear()
    nn.init.zeros_(classifier.network[1].weight)
    change, shares = finish(towards(classifier, picture, int(classifier.network[1].bias.argmin())))
    assert not change.found
    assert change.size == 0
    assert shares == []


def test_a_network_that_ran_away_is_given_up_at_once(picture):
    classifier = linear()
    nn.init.constant_(classifier.network[1].weight, float("nan"))
    assert not finish(towards(classifier, picture, 1))[0].found


def test_random_changes_of_the_same_length_hardly_matter(digits):
    classifier = pretrained_classifier("cnn")
    change, _shares = finish(towards(classifier, digits[3], 3))
    assert by_chance(classifier, digits[3], change) == by_chance(classifier, digits[3], change) > 0.9
    assert fair_warning(0.97, 100, "9").startswith("Of 100 random changes of this length, 97% leave it “9”: what was")
    assert "confuses" in fair_warning(0.2, 100, "9")


def test_random_changes_have_the_same_length():
    seen = []

    class Spy(nn.Module):
        def forward(self, inputs):
            seen.append(inputs)
            return inputs.flatten(1)[:, :2]

    background = torch.zeros(1, SIDE, SIDE)
    background[0, 5:9, 5:9] = 1.0
    change = Change(1, True, background, torch.full((1, SIDE, SIDE), 0.05), torch.tensor([0.9, 0.1]), torch.zeros(2), 1)
    by_chance(Classifier(Spy().eval(), 0.0, 1.0, CLASSES[:2]), background, change, tries=7)
    lengths = (seen[0] - background).flatten(1).norm(dim=1)
    torch.testing.assert_close(lengths, torch.full((7,), change.size))

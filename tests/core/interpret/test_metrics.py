import math

import pytest
import torch
from torch import nn

from core.interpret.metrics import Mistake, cell, confusion_matrix, layer_gradients, reliability, worst_mistakes

# five samples of three classes; the second and the last are wrong
PROBABILITIES = torch.tensor([[0.9, 0.1, 0.0], [0.25, 0.75, 0.0], [0.0, 0.5, 0.25], [0.1, 0.1, 0.8], [0.0, 0.0, 1.0]])
TARGETS = torch.tensor([0, 0, 1, 2, 1])


def test_confusion_matrix_counts_true_classes_by_row_and_answers_by_column():
    assert confusion_matrix(PROBABILITIES, TARGETS).tolist() == [[1, 1, 0], [0, 1, 1], [0, 0, 1]]


def test_worst_mistakes_are_the_surest_first():
    assert worst_mistakes(PROBABILITIES, TARGETS, 5) == [Mistake(4, 1, 2, 1.0), Mistake(1, 0, 1, 0.75)]
    assert worst_mistakes(PROBABILITIES, TARGETS, 1) == [Mistake(4, 1, 2, 1.0)]


def test_no_mistakes():
    assert worst_mistakes(torch.eye(3), torch.arange(3), 5) == []
    assert confusion_matrix(torch.eye(3), torch.arange(3)).equal(torch.eye(3, dtype=torch.int64))


def test_the_gradient_of_each_layer_by_hand():
    network = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
    with torch.no_grad():
        for parameter, value in zip(network.parameters(), (2.0, 1.0, 3.0, 0.0), strict=True):
            parameter.fill_(value)
    # x = 1 gives 3 (2x + 1 = 3, times 3 is 9); the loss is the output itself
    gradients = layer_gradients(network, network(torch.ones(1, 1)).sum())
    assert gradients == pytest.approx([math.hypot(3, 3), math.hypot(3, 1)])


# Made-up answers of two classes: (sureness of the answer, is it right?)
MADE_UP = [(0.55, True), (0.59, False), (0.75, True), (0.95, True), (0.95, True), (0.99, False), (1.0, True)]


def answers(pairs):
    """Probabilities [N, 2] that always choose class 0, and targets that are 0 where the answer is right."""
    sure = torch.tensor([sure for sure, _right in pairs], dtype=torch.float64)
    return torch.stack([sure, 1 - sure], dim=1), torch.tensor([0 if right else 1 for _sure, right in pairs])


SIX_ANSWERS = torch.tensor(
    [[0.9, 0.1, 0.0], [0.3, 0.7, 0.0], [0.1, 0.5, 0.4], [0.2, 0.8, 0.0], [0.6, 0.2, 0.2], [0.3, 0.7, 0.0]]
)


SIX_TARGETS = torch.tensor([0, 0, 1, 0, 2, 0])


def test_a_cell_holds_its_pictures_the_surest_first():
    assert cell(SIX_ANSWERS, SIX_TARGETS, truth=0, answer=1).tolist() == [3, 1, 5]
    assert cell(SIX_ANSWERS, SIX_TARGETS, truth=0, answer=0).tolist() == [0]
    assert cell(SIX_ANSWERS, SIX_TARGETS, truth=2, answer=0).tolist() == [4]
    assert cell(SIX_ANSWERS, SIX_TARGETS, truth=2, answer=2).tolist() == []


def test_the_cells_are_as_large_as_the_confusion_matrix_says_and_share_out_all_pictures():
    generator = torch.Generator().manual_seed(0)
    probabilities, targets = torch.rand(500, 4, generator=generator), torch.randint(4, (500,), generator=generator)
    cells = {(t, a): cell(probabilities, targets, t, a) for t in range(4) for a in range(4)}
    matrix = confusion_matrix(probabilities, targets)
    assert all(len(places) == matrix[place] for place, places in cells.items())
    assert torch.cat([*cells.values()]).sort().values.tolist() == list(range(500))
    for places in cells.values():
        confidence = probabilities[places].max(dim=1).values
        assert confidence.tolist() == sorted(confidence.tolist(), reverse=True)


def test_reliability_by_hand():
    found = reliability(*answers(MADE_UP))
    assert found.counts.tolist() == [0, 0, 0, 0, 0, 2, 0, 1, 0, 4]
    assert found.accuracy.tolist() == pytest.approx([math.nan] * 5 + [0.5, math.nan, 1.0, math.nan, 0.75], nan_ok=True)
    # (0.55 + 0.59) / 2 and (0.95 + 0.95 + 0.99 + 1) / 4
    sure = [math.nan] * 5 + [0.57, math.nan, 0.75, math.nan, 0.9725]
    assert found.confidence.tolist() == pytest.approx(sure, nan_ok=True)
    # (2 * 0.07 + 1 * 0.25 + 4 * 0.2225) / 7
    assert found.error == pytest.approx(1.28 / 7)
    # sqrt(0.55 * 0.45 + 0.59 * 0.41) / 2
    assert found.standard_error[5].item() == pytest.approx(math.sqrt(0.4894) / 2)


def test_fewer_bins_are_wider():
    found = reliability(*answers(MADE_UP), bins=2)
    assert found.counts.tolist() == [0, 7]
    assert found.accuracy[1].item() == pytest.approx(5 / 7)
    assert found.error == pytest.approx(abs(5 / 7 - 5.78 / 7))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("place", range(10))
def test_an_edge_belongs_to_the_higher_bin(place, dtype):
    probabilities = torch.tensor([[place / 10, 0.0]], dtype=dtype)
    assert reliability(probabilities, torch.tensor([0])).counts.tolist() == [int(k == place) for k in range(10)]


def test_a_network_that_is_always_right_and_sure_has_no_error():
    found = reliability(torch.eye(4), torch.arange(4))
    assert found.counts.tolist() == [0] * 9 + [4]
    assert found.error == 0
    assert found.sentence == (
        "Of the 4 answers that it was 90% to 100% sure of, 100.0% on average, 100.0% are right. "
        "It is as sure as it should be."
    )


def test_the_sentence_speaks_of_the_fullest_bin():
    # 1000 answers, 95 % sure and 80 % right: the standard error is 0.7 points
    found = reliability(*answers([(0.95, k % 5 > 0) for k in range(1000)] + [(0.6, True)] * 10))
    assert found.sentence == (
        "Of the 1,000 answers that it was 90% to 100% sure of, 95.0% on average, 80.0% are right. "
        "It is too sure by 15.0 points."
    )


def test_a_network_may_be_surer_than_it_is():
    found = reliability(*answers([(0.75, k % 10 > 0) for k in range(1000)]))
    assert found.sentence.endswith("90.0% are right. It could be surer by 15.0 points.")


def test_what_may_be_chance_is_not_called_wrong():
    # 20 answers of 75 %, 17 right: 10 points too many, and chance alone is good for 9.7, one way or the other
    assert "as sure as it should be" in reliability(*answers([(0.75, k >= 3) for k in range(20)])).sentence


def test_no_answers():
    found = reliability(torch.empty(0, 10), torch.empty(0, dtype=torch.int64))
    assert not found.counts.any()
    assert math.isnan(found.error)
    assert found.sentence == "There are no answers yet."


def test_answers_drawn_with_their_own_probabilities_are_well_calibrated():
    generator = torch.Generator().manual_seed(0)
    probabilities = (2 * torch.randn(20_000, 10, generator=generator)).softmax(dim=1)
    targets = torch.multinomial(probabilities, 1, generator=generator).squeeze(1)
    found = reliability(probabilities, targets)
    assert found.error < 0.01
    full = found.counts > 0
    assert ((found.accuracy - found.confidence).abs()[full] < 4 * found.standard_error[full]).all()
    assert reliability((2 * probabilities.log()).softmax(dim=1), targets).error > 0.05

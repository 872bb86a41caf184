from copy import deepcopy
from dataclasses import replace

import pytest
import torch
from torch import nn

from core.config import ConfigError
from core.datasets import Split, load
from core.digits.collection import Collection, CollectionError, Sample, sample_of
from core.digits.handwriting import draw
from core.inference import Classifier
from core.interpret.fine_tuning import (
    FEWEST,
    MAX_ELSEWHERE,
    Change,
    FineTuned,
    Tally,
    answers,
    fine_tune,
    scores,
    tally,
    to_data,
)
from core.models import ConvNet, Net
from core.pretrained import pretrained_classifier

pytestmark = pytest.mark.usefixtures("one_thread")

DIGITS = tuple("0123456789")


def collection(count, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return Collection(tuple(sample_of(draw(k % 10, generator), k % 10) for k in range(count)))


def untrained(network=None):
    return Classifier((network or Net([784, 16, 10])).eval(), 0.1307, 0.3081, DIGITS)


def always(digit):
    network = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    nn.init.zeros_(network[1].weight)
    nn.init.zeros_(network[1].bias)
    network[1].bias.data[digit] = 1.0
    return untrained(network)


def others(count=30):
    test = load("digits").test
    return Split(test.inputs[:count], test.targets[:count])


def finish(generator):
    shares = []
    while True:
        try:
            shares.append(next(generator))
        except StopIteration as end:
            return end.value, shares


def weights(network):
    return torch.cat([tensor.flatten().float() for tensor in network.state_dict().values()])


def test_tally_by_hand():
    counted = tally(torch.tensor([3, 3, 5, 0]), torch.tensor([3, 3, 3, 0]))
    assert counted.right == (1, 0, 0, 2, 0, 0, 0, 0, 0, 0)
    assert counted.total == (1, 0, 0, 3, 0, 0, 0, 0, 0, 0)
    assert (counted.all_right, counted.all, counted.share) == (3, 4, 0.75)


def test_scores_of_networks_that_always_say_the_same():
    both = scores(collection(23), {"three": always(3), "one": always(1)})
    total = (3, 3, 3, 2, 2, 2, 2, 2, 2, 2)
    assert both == {
        "three": Tally((0, 0, 0, 2, 0, 0, 0, 0, 0, 0), total),
        "one": Tally((0, 3, 0, 0, 0, 0, 0, 0, 0, 0), total),
    }


def test_scores_of_an_empty_collection():
    nothing = scores(Collection(), {"three": always(3)})["three"]
    assert nothing.all == 0
    assert nothing.share != nothing.share  # nan: a share of nothing


def test_answers_are_those_of_the_draw_page():
    classifier, drawn = pretrained_classifier("cnn"), collection(60, seed=5)
    given = answers(classifier, drawn.pictures)
    assert given.tolist() == [classifier.predict_proba(sample.picture).argmax().item() for sample in drawn.samples]


def test_networks_that_do_not_read_digits_are_refused():
    clothes = replace(untrained(), classes=("Coat",) * 10)
    with pytest.raises(CollectionError, match="digits"):
        scores(collection(10), {"clothes": clothes})
    with pytest.raises(CollectionError, match="digits"):
        fine_tune(clothes, collection(10), others())


def test_halves_share_no_drawing_and_have_each_digit_alike():
    drawn = collection(43)
    data = to_data(drawn, 0.1, 0.3, seed=4)
    assert (len(data.train), len(data.test)) == (22, 21)
    counts = [torch.bincount(split.targets, minlength=10) for split in (data.train, data.test)]
    assert (counts[0] - counts[1]).abs().max() <= 1
    assert sum(counts).tolist() == list(drawn.counts)
    halves = [{picture.numpy().tobytes() for picture in split.inputs} for split in (data.train, data.test)]
    assert not halves[0] & halves[1]
    assert halves[0] | halves[1] == {picture.numpy().tobytes() for picture in drawn.pictures}
    assert torch.equal(to_data(drawn, 0.1, 0.3, seed=4).train.inputs, data.train.inputs)
    assert not torch.equal(to_data(drawn, 0.1, 0.3, seed=5).train.inputs, data.train.inputs)
    assert (data.mean, data.std, data.input_shape) == (0.1, 0.3, (1, 28, 28))


def test_too_few_drawings():
    with pytest.raises(CollectionError, match=str(FEWEST)):
        fine_tune(untrained(), collection(FEWEST - 1), others())


def test_a_copy_learns_and_the_network_stays_as_it_was():
    classifier, drawn = untrained(), collection(60)
    kept = deepcopy(classifier.network)
    result, shares = finish(fine_tune(classifier, drawn, others(), epochs=15, learning_rate=0.01))
    assert torch.equal(weights(classifier.network), weights(kept))
    assert not classifier.network.training
    assert not result.classifier.network.training
    assert all(parameter.grad is None for parameter in classifier.network.parameters())
    assert not torch.equal(weights(result.classifier.network), weights(kept))
    assert shares == sorted(set(shares))
    assert 0 < shares[0] < 0.05
    assert shares[-1] == pytest.approx(1)

    # what it says of both networks is what they answer
    assert result.learnt == 30
    assert result.unseen.after.all_right > result.unseen.before.all_right + 5
    test = to_data(drawn, classifier.mean, classifier.std, 0).test
    was, now = answers(classifier, test.inputs) == test.targets, answers(result.classifier, test.inputs) == test.targets
    assert result.unseen.before.all_right == was.sum()
    assert result.unseen.after.all_right == now.sum()
    assert (result.unseen.fixed, result.unseen.regressed) == ((now & ~was).sum(), (was & ~now).sum())
    elsewhere = others()
    assert result.elsewhere.after.total == tuple(torch.bincount(elsewhere.targets, minlength=10).tolist())
    now = answers(result.classifier, elsewhere.inputs / 255) == elsewhere.targets
    assert result.elsewhere.after.all_right == now.sum()


def test_the_same_seed_learns_the_same():
    # dropout and batch norm too, and 33 pictures would leave one alone with a batch size of 16
    network = ConvNet((1, 28, 28), (2,), 2, (8,), 10, dropout=0.5)
    classifier, drawn = untrained(network), collection(66)
    torch.manual_seed(1)
    first, _shares = finish(fine_tune(classifier, drawn, others(), epochs=2, seed=3))
    torch.manual_seed(2)
    second, _shares = finish(fine_tune(classifier, drawn, others(), epochs=2, seed=3))
    other, _shares = finish(fine_tune(classifier, drawn, others(), epochs=2, seed=4))
    assert torch.equal(weights(first.classifier.network), weights(second.classifier.network))
    assert not torch.equal(weights(first.classifier.network), weights(other.classifier.network))


def test_only_so_many_other_pictures_are_asked():
    result, _shares = finish(
        fine_tune(always(3), collection(10), Split(torch.zeros(600, 1, 28, 28), torch.full((600,), 3)), epochs=1)
    )
    assert result.elsewhere.before == Tally(
        (0, 0, 0, MAX_ELSEWHERE, *[0] * 6),
        (0, 0, 0, MAX_ELSEWHERE, *[0] * 6),
    )


def test_a_learning_rate_that_runs_away():
    with pytest.raises(CollectionError, match="smaller learning rate"):
        finish(fine_tune(exploding(), collection(20), others(), learning_rate=100.0))
    with pytest.raises(ConfigError, match="learning_rate"):
        fine_tune(untrained(), collection(20), others(), learning_rate=float("nan"))


def exploding():
    class Exp(nn.Module):
        def forward(self, inputs):
            return inputs.exp()

    return untrained(nn.Sequential(nn.Flatten(), nn.Linear(784, 10), Exp()))


def test_the_chance_of_a_change_by_hand():
    none = Tally((0,) * 10, (0,) * 10)
    # 1 of 6 tosses or fewer, on either side: 2 (1 + 6) / 64
    assert Change(none, none, 5, 1).p_value == Change(none, none, 1, 5).p_value == 14 / 64
    assert Change(none, none, 6, 0).p_value == 2 / 64
    assert Change(none, none, 0, 0).p_value == 1
    assert Change(none, none, 2, 2).p_value == 1


def told(unseen, elsewhere):
    def change(fixed, regressed):
        total = (40, *[0] * 9)
        return Change(Tally((20, *[0] * 9), total), Tally((20 + fixed - regressed, *[0] * 9), total), fixed, regressed)

    return FineTuned(untrained(), 12, change(*unseen), change(*elsewhere)).sentence


def test_the_sentence_says_what_the_numbers_say():
    assert told((7, 0), (0, 9)) == (
        "Learnt from 12 drawings. Of the 40 others it reads 27 right, 20 before: 7 mended, 0 broken. "
        "But it has forgotten something: of 40 other digits it reads 11 right, 20 before."
    )
    assert told((3, 1), (0, 1)) == (
        "Learnt from 12 drawings. Of the 40 others it reads 22 right, 20 before: 3 mended, 1 broken. "
        "So small a difference can be chance: collect more drawings to know. "
        "It shows no sign of forgetting: of 40 other digits it reads 19 right, 20 before."
    )
    assert "chance" not in told((0, 0), (0, 0))


def test_one_label_alone_is_enough():
    same = Collection((Sample((((0.0, 0.0), (0.0, 100.0)),), 1),) * 10)
    result, _shares = finish(fine_tune(always(3), same, others(), epochs=1))
    assert result.unseen.before == Tally((0,) * 10, (0, 5, *[0] * 8))

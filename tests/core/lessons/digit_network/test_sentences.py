import torch

from core.datasets import load
from core.inference import Classifier
from core.lessons.digit_network.network import flow, untrained
from core.lessons.digit_network.sentences import notice, notice_batch, number, one_layer, progress
from core.pretrained import pretrained_classifier

DATA = load("digits")
OWN = Classifier(untrained("digits"), DATA.mean, DATA.std, DATA.classes)
SHIPPED = pretrained_classifier("mlp")


def test_it_is_said_whether_a_digit_is_read():
    image, target = DATA.test.inputs[:1], int(DATA.test.targets[0])
    made = flow(SHIPPED, image)
    p = made.probabilities[0, target].item()
    sentence = notice(made, target, True)
    assert sentence.startswith(f"**It reads {target}** with {p:.1%}")
    assert f"the loss is {-torch.tensor(p).log():.3f}" in sentence
    assert f"{int((made.hidden > 0).sum())} of 512" in sentence
    wrong = notice(made, (target + 1) % 10, True)
    assert f"the digit is a **{(target + 1) % 10}**" in wrong
    assert notice(flow(OWN, image), target, True).startswith("**Undecided:**")


def test_without_softmax_it_speaks_of_scores():
    made = flow(OWN, DATA.test.inputs[:1])
    sentence = notice(made, 3, False)
    assert f"from {number(made.outputs.min())} to {number(made.outputs.max())}" in sentence
    assert f"sum to {number(made.outputs.sum())}" in sentence


def test_the_sizes_of_a_batch_are_said_and_what_is_read_correctly():
    targets = DATA.test.targets[:200]
    made = flow(OWN, DATA.test.inputs[:200])
    right = int((made.outputs.argmax(dim=1) == targets).sum())
    sentence = notice_batch(made, targets)
    assert "(200, 784) → (200, 512) → (200, 10)" in sentence
    assert f"{right} of 200" in sentence
    assert "(1, 784) → (1, 512) → (1, 10)" in notice_batch(flow(OWN, DATA.test.inputs[:1]), targets[:1])


def test_progress_has_both_accuracies():
    assert "10.8%" in progress(0.108, 0.108, 0, 0.0, 360)
    sentence = progress(0.108, 0.953, 40, 5.0, 360)
    assert all(words in sentence for words in ("40 steps", "epoch 5.0", "95.3%", "10.8% before"))
    assert progress(0.108, 0.5, 1, 0.125, 360).startswith("After one step: **50.0%**")
    sentence = one_layer([0.675, 0.8, 0.919], 0.953, 5.0)
    assert all(words in sentence for words in ("67.5%", "91.9%", "after 3", "95.3%"))


def test_a_number_has_a_minus_and_no_negative_zero():
    assert [number(torch.tensor(value)) for value in (-1.234, -0.001, 2)] == ["−1.23", "0.00", "2.00"]

import contextlib
import io

import pytest
import torch

from core.lessons.one_step.loop import DATA, EPOCHS, loop_scene, loop_snippet, sentence, train_loop
from core.lessons.one_step.trace import Setup, trace


@pytest.mark.parametrize("shuffle", [False, True])
def test_every_epoch_uses_each_sample_once(shuffle):
    order = train_loop(shuffle).order.reshape(EPOCHS, len(DATA))
    assert (order.sort(dim=1).values == torch.arange(len(DATA))).all()
    assert bool((order == torch.arange(len(DATA))).all()) is not shuffle


def test_its_first_step_is_the_step_of_the_lesson():
    *inputs, target = DATA[0]
    step = trace(Setup(inputs=tuple(inputs), target=target), 1)[-1]
    loop = train_loop(False)
    assert loop.weights[1].tolist() == pytest.approx(step.weights.tolist())
    assert loop.losses[0].item() == pytest.approx(step.loss)


@pytest.mark.parametrize("shuffle", [False, True])
def test_it_learns(shuffle):
    loop = train_loop(shuffle)
    assert loop.mean_losses[-1] < 0.2 * loop.mean_losses[0]
    assert len(loop_scene(loop)["sentences"]) == EPOCHS * len(DATA) + 1


def test_the_sentence_counts_steps_and_epochs():
    loop = train_loop(False)
    assert "Epoch 1, step 3: sample 3" in sentence(loop, 3)
    assert "the epoch is over" not in sentence(loop, 3)
    assert "Epoch 2, step 8: sample 4" in sentence(loop, 8)
    assert "the epoch is over" in sentence(loop, 8)


def test_the_shown_program_trains_the_same():
    printed = io.StringIO()
    before = torch.get_default_dtype()
    with contextlib.redirect_stdout(printed):
        exec(loop_snippet(False), {})
    torch.set_default_dtype(before)
    means = [float(line.split()[1]) for line in printed.getvalue().splitlines()]
    assert means == pytest.approx(train_loop(False).mean_losses[len(DATA) :: len(DATA)].tolist())

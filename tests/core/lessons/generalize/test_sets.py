import pytest
import torch

from core.datasets import load
from core.lessons.generalize.sets import MAX_IMAGES, VALIDATION, make_sets


def images_of(split) -> set[bytes]:
    return {image.numpy().tobytes() for image in split.inputs}


def test_no_image_is_in_two_sets():
    sets = make_sets(MAX_IMAGES, 0.0, 0)
    assert (len(sets.training), len(sets.validation)) == (MAX_IMAGES, VALIDATION)
    assert len(sets.test) == len(load("digits").test)
    assert not images_of(sets.training) & images_of(sets.validation)
    assert not images_of(sets.test) & (images_of(sets.training) | images_of(sets.validation))


def test_a_larger_set_has_the_images_of_a_smaller_one_and_the_same_validation_set():
    few, many = make_sets(30, 0.2, 3), make_sets(90, 0.2, 3)
    assert torch.equal(many.training.inputs[:30], few.training.inputs)
    assert torch.equal(many.validation.inputs, few.validation.inputs)
    assert not torch.equal(make_sets(30, 0.2, 4).training.inputs, few.training.inputs)


@pytest.mark.parametrize("noise", [0.0, 0.2, 0.4])
def test_so_many_labels_are_wrong_and_all_others_right(noise):
    right, noisy = make_sets(100, 0.0, 1), make_sets(100, noise, 1)
    changed = (right.training.targets != noisy.training.targets).nonzero()[:, 0]
    assert sorted(noisy.wrong.tolist()) == changed.tolist()
    assert len(changed) == round(100 * noise)
    assert torch.equal(noisy.validation.targets, right.validation.targets)
    assert make_sets(100, 0.0, 1).training.targets.equal(right.training.targets)  # the data set itself has not changed


@pytest.mark.parametrize(("images", "noise"), [(0, 0.0), (MAX_IMAGES + 1, 0.0), (10, 1.1), (10, float("nan"))])
def test_what_there_is_not_is_refused(images, noise):
    with pytest.raises(ValueError, match="There are no"):
        make_sets(images, noise, 0)

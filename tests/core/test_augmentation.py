from dataclasses import fields, replace

import pytest
import torch

from core.augmentation import AUGMENTATIONS, Strength, vary
from core.datasets import load

CHANGING = [name for name in AUGMENTATIONS if name != "none"]


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def pictures():
    return load("digits").train.inputs[:200]


@pytest.mark.parametrize("augmentation", AUGMENTATIONS.values(), ids=AUGMENTATIONS)
def test_shape_range_and_seed(augmentation, pictures):
    out = augmentation.apply(pictures / 255, seeded())
    assert out.shape == pictures.shape
    assert out.dtype == torch.float32
    assert out.min() >= 0
    assert out.max() <= 1
    assert torch.equal(out, augmentation.apply(pictures / 255, seeded()))


def test_none_changes_nothing(pictures):
    assert torch.equal(AUGMENTATIONS["none"].apply(pictures, seeded()), pictures)


@pytest.mark.parametrize("name", CHANGING)
def test_bytes_and_unit_floats_give_the_same(name, pictures):
    apply = AUGMENTATIONS[name].apply
    torch.testing.assert_close(apply(pictures, seeded()), apply(pictures / 255, seeded()))


@pytest.mark.parametrize("name", CHANGING)
def test_each_picture_is_changed_in_its_own_way_and_stays_readable(name, pictures):
    copies = pictures[:1].repeat(50, 1, 1, 1) / 255
    out = AUGMENTATIONS[name].apply(copies, seeded())
    assert (out[0] - out[1]).abs().max() > 0.1
    ink, before = out.sum(dim=(1, 2, 3)), copies.sum(dim=(1, 2, 3))
    assert (ink / before).min() > 1 / 3
    assert (ink / before).max() < 3


def test_affine_keeps_the_digit_near_the_middle(pictures):
    out = AUGMENTATIONS["affine"].apply(pictures, seeded())
    rows = torch.arange(28.0)
    centre = (out.sum(dim=(1, 3)) * rows).sum(dim=1) / out.sum(dim=(1, 2, 3))
    assert (centre - 13.5).abs().max() < 4


STILL = Strength(turn=0, stretch=0, slant=0, shift=0, bend=0, stroke=0)


def test_no_strength_changes_nothing(pictures):
    torch.testing.assert_close(vary(pictures, seeded(), STILL), pictures / 255, rtol=0, atol=1e-4)


@pytest.mark.parametrize("kind", [field.name for field in fields(Strength)])
def test_each_kind_of_variation_takes_part(kind, pictures):
    amount = 20.0 if kind == "turn" else 0.5
    assert (vary(pictures, seeded(), replace(STILL, **{kind: amount})) - pictures / 255).abs().mean() > 0.01


def test_shift_is_in_pixels(pictures):
    spot = torch.zeros((400, 1, 28, 28))
    spot[:, :, 14, 14] = 1
    out = vary(spot, seeded(), replace(STILL, shift=3))
    column = (out.sum(dim=(1, 2)) * torch.arange(28.0)).sum(dim=1) / out.sum(dim=(1, 2, 3))
    assert 10.9 < column.min() < 11.2
    assert 16.8 < column.max() < 17.1


def test_strokes_become_thinner_and_thicker(pictures):
    copies = pictures[:1].repeat(100, 1, 1, 1)
    ink = vary(copies, seeded(), replace(STILL, stroke=1)).sum(dim=(1, 2, 3)) / (copies[0] / 255).sum()
    assert ink.min() < 0.7
    assert ink.max() > 1.3


def test_global_random_state_is_left_alone(pictures):
    before = torch.random.get_rng_state()
    for augmentation in AUGMENTATIONS.values():
        augmentation.apply(pictures, seeded())
    assert torch.equal(torch.random.get_rng_state(), before)

import base64
from io import BytesIO

import numpy as np
import pytest
import torch
from PIL import Image

from core.lessons.optimizers.race import VARIANTS, Entry, Setup, race
from core.lessons.optimizers.scene import MESH, drawn_heights, scene, shades
from core.lessons.optimizers.surfaces import SURFACES

ON_EVERY_SURFACE = pytest.mark.parametrize("surface", SURFACES)


def a_race(surface="bowl", steps=20, variants=VARIANTS, **rates):
    setup = Setup(surface, SURFACES[surface].start, steps)
    default = {name: VARIANTS[name].default_learning_rate(SURFACES[surface]) for name in variants}
    return setup, race(setup, [Entry(name, rate) for name, rate in (default | rates).items()])


@ON_EVERY_SURFACE
def test_every_racer_has_a_row_for_every_step(surface):
    setup, paths = a_race(surface)
    made = scene(setup, paths)
    assert made["positions"].shape == (len(VARIANTS), 21, 2)
    assert made["distances"].shape == (len(VARIANTS), 21)
    assert made["states"].shape == (len(VARIANTS), 21, 4, 2)
    for place, path in enumerate(paths.values()):
        torch.testing.assert_close(made["positions"][place], path.positions)
        torch.testing.assert_close(made["distances"][place], SURFACES[surface].distance(path.positions))


def test_a_state_stands_at_the_step_that_it_led_to():
    setup, paths = a_race(variants=("sgd", "adam"))
    sgd, adam = scene(setup, paths)["states"]
    assert sgd[0].isnan().all()
    assert adam[0].isnan().all()
    assert torch.equal(adam[3, 0], paths["adam"].gradients[2])
    assert torch.equal(adam[3, 1], paths["adam"].velocities[2])
    assert torch.equal(adam[3, 2], paths["adam"].squares[2])
    assert torch.equal(adam[3, 3], paths["adam"].effective[2])
    assert sgd[:, 1:3].isnan().all()  # it keeps neither


def test_who_left_the_map_stays_where_it_left():
    setup, paths = a_race(variants=("sgd", "adam"), sgd=10.0)
    made = scene(setup, paths)
    left = made["racers"][0]["left"]
    assert left == paths["sgd"].left < 20
    assert torch.equal(made["positions"][0, left:], paths["sgd"].positions[-1:].expand(21 - left, 2))
    assert made["racers"][1]["left"] is None


@ON_EVERY_SURFACE
def test_the_hill_is_lowest_at_a_minimum_and_rises_with_the_surface(surface):
    made = drawn_heights(SURFACES[surface])
    assert made.shape == (MESH[1], MESH[0])
    assert made.min() >= 0
    assert made.max() == 1
    _x, _y, heights = SURFACES[surface].grid(*MESH)
    assert torch.equal(made.flatten()[heights.flatten().argsort()], made.flatten().sort().values)


@ON_EVERY_SURFACE
def test_shades_are_darker_where_it_is_higher(surface):
    file = BytesIO(base64.b64decode(shades(SURFACES[surface]).partition("base64,")[2]))
    alpha = np.array(Image.open(file).convert("RGBA"))[..., 3].astype(float)
    _x, _y, heights = SURFACES[surface].grid(alpha.shape[1], alpha.shape[0])
    heights = heights.flip(0).numpy()
    inside = alpha != 160  # not a line between two shades
    ranks = heights[inside].argsort().argsort()
    assert np.corrcoef(ranks, alpha[inside])[0, 1] > 0.99
    assert alpha.ravel()[heights.argmin()] == 0

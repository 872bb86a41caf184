import base64
import json
import math
import re
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from core.lessons.optimizers.figures import CLICKS, NEAREST, SECONDS, clicked, course_map, distances, landscape
from core.lessons.optimizers.race import VARIANTS, Entry, Setup, race
from core.lessons.optimizers.surfaces import SURFACES
from core.plots.palette import COLORS

NO_NUMBER = re.compile(r"[\s\";>-](nan|inf)[\s\";<]")
SVG = "{http://www.w3.org/2000/svg}"
PICTURES = pytest.mark.parametrize("picture", [course_map, distances])
ON_EVERY_SURFACE = pytest.mark.parametrize("surface", SURFACES)


def a_race(surface="bowl", steps=20, variants=VARIANTS, **rates):
    setup = Setup(surface, SURFACES[surface].start, steps)
    default = {name: VARIANTS[name].default_learning_rate(SURFACES[surface]) for name in variants}
    return setup, race(setup, [Entry(name, rate) for name, rate in (default | rates).items()])


def dots(svg):
    """The places of the dots by their letters."""
    found = re.findall(r'<g transform="translate\(([-.\d]+) ([-.\d]+)\)">.*?>([A-Z])</text>', svg)
    return {letter: (float(x), float(y)) for x, y, letter in found}


def trail(svg, name):
    path = re.search(rf'<path id="{name}" d="M([^"]+)"', svg).group(1)
    return np.array([[float(number) for number in point.split()] for point in path.split("L")])


@PICTURES
@ON_EVERY_SURFACE
def test_each_is_a_small_whole_svg_with_a_label(picture, surface):
    setup, paths = a_race(surface, 200)
    for played in (None, 1.5):
        svg = picture(setup, paths, 100, played)
        root = ElementTree.fromstring(svg)
        assert root.tag == f"{SVG}svg"
        assert "100" in root.get("aria-label")
        assert len(svg) < 110_000
        assert not NO_NUMBER.search(svg)


@PICTURES
def test_trails_go_up_to_the_step_and_end_in_the_dot(picture):
    setup, paths = a_race()
    for step in (0, 7, 20):
        svg = picture(setup, paths, step)
        places = dots(svg)
        assert set(places) == {variant.letter for variant in VARIANTS.values()}
        for name, variant in VARIANTS.items():
            points = trail(svg, name)
            assert len(points) == step + 1
            assert tuple(points[-1]) == places[variant.letter]


@PICTURES
def test_colors_are_the_racers(picture):
    svg = picture(*a_race(), 20)
    for name, variant in VARIANTS.items():
        uses = re.findall(rf'<use href="#{name}" stroke="([^"]+)"', svg)
        assert COLORS[variant.color] in uses
        assert len(uses) == 2 + variant.hollow


def test_the_map_is_true_to_scale():
    setup, paths = a_race("ravine", variants=("adam",))
    svg = course_map(setup, paths, 20)
    x, y, width, height = (
        float(re.search(rf'<rect [^>]*{n}="([.\d]+)"', svg).group(1)) for n in ("x", "y", "width", "height")
    )
    (left, right), (bottom, top) = SURFACES["ravine"].view
    assert width / (right - left) == pytest.approx(height / (top - bottom))
    for place, position in zip(trail(svg, "adam"), paths["adam"].positions.tolist(), strict=True):
        expected = [
            x + (position[0] - left) / (right - left) * width,
            y + (top - position[1]) / (top - bottom) * height,
        ]
        assert place == pytest.approx(expected, abs=0.1)


def test_distances_have_equal_powers_of_ten():
    setup, paths = a_race("bowl", 20, ("sgd", "adagrad"))
    svg = distances(setup, paths, 20)
    heights = {
        float(label.replace("1e−", "1e-")): float(y)
        for y, label in re.findall(r'y="([.\d]+)" text-anchor="end"[^>]*>([.\de−]+)</text>', svg)
    }
    assert len(heights) == 9
    per_power = (heights[0.01] - heights[100]) / 4
    for name, path in paths.items():
        for (_x, y), distance in zip(trail(svg, name), path.distances.tolist(), strict=True):
            assert y == pytest.approx(heights[1] - math.log10(max(distance, NEAREST)) * per_power, abs=0.1)


def test_a_distance_of_zero_is_drawn_at_the_bottom():
    setup = Setup("bowl", (0.0, 0.0), 5)
    svg = distances(setup, race(setup, [Entry("sgd", 0.1)]), 5)
    assert len(set(trail(svg, "sgd")[:, 1])) == 1


@PICTURES
def test_a_moving_picture_visits_every_step_in_time(picture):
    setup, paths = a_race("bowl", 40, ("sgd", "adam"), sgd=0.7)
    svg = picture(setup, paths, 0, played=2.0)
    for name in ("sgd", "adam"):
        part = svg[svg.index(f'id="{name}"') :]
        uncovering = re.search(r'stroke-dashoffset" values="([^"]+)" begin="([^"]+)s" dur="([^"]+)s"', part)
        offsets = [float(value) for value in uncovering.group(1).split(";")]
        assert len(offsets) == paths[name].steps + 1
        assert (offsets[0], offsets[-1]) == (1, 0)
        assert offsets == sorted(offsets, reverse=True)
        assert float(uncovering.group(2)) == -2
        assert float(uncovering.group(3)) == pytest.approx(SECONDS * paths[name].steps / 40)
    moves = re.findall(r'type="translate" values="([^"]+)"', svg)
    for name, move in zip(("sgd", "adam"), moves, strict=True):
        points = np.array([[float(number) for number in point.split()] for point in move.split(";")])
        assert (points == trail(svg, name)).all()
    assert paths["sgd"].left is not None
    assert "animate" not in picture(setup, paths, 0)


def test_an_animation_of_one_who_does_not_move():
    setup = Setup("bowl", (0.0, 0.0), 5)
    assert not NO_NUMBER.search(course_map(setup, race(setup, [Entry("sgd", 0.1)]), 0, 0.0))


@ON_EVERY_SURFACE
def test_shades_are_darker_where_it_is_higher(surface):
    svg = course_map(*a_race(surface, 1, ("sgd",)), 1)
    file = BytesIO(base64.b64decode(re.search(r"base64,([^\"]+)", svg).group(1)))
    alpha = np.array(Image.open(file).convert("RGBA"))[..., 3].astype(float)
    _x, _y, heights = SURFACES[surface].grid(alpha.shape[1], alpha.shape[0])
    heights = heights.flip(0).numpy()
    inside = alpha != 160  # not a line between two shades
    ranks = heights[inside].argsort().argsort()
    assert np.corrcoef(ranks, alpha[inside])[0, 1] > 0.99
    assert alpha.ravel()[heights.argmin()] == 0


@ON_EVERY_SURFACE
def test_every_place_can_be_clicked_and_is_a_start(surface):
    picks = re.findall(r'data-pick="([^"]+)"', course_map(*a_race(surface, 1, ("sgd",)), 1))
    assert len(picks) == len(set(picks)) == CLICKS[0] * CLICKS[1]
    for pick in picks:
        Setup(surface, clicked(SURFACES[surface], pick))


def test_a_click_gives_the_middle_of_its_place():
    assert clicked(SURFACES["bowl"], "0,0") == (-2.85, -2.25)
    assert clicked(SURFACES["bowl"], f"{CLICKS[0] - 1},0") == (2.85, -2.25)
    svg = course_map(*a_race("bowl", 1, ("sgd",)), 1)
    corner = re.search(r'd="M([.\d]+) ([.\d]+)h[.\d]+v-[^"]+" data-pick="0,0"', svg)
    assert (float(corner.group(1)), float(corner.group(2))) == (38, 324)  # left and down


@ON_EVERY_SURFACE
def test_landscape_holds_surface_and_paths(surface):
    setup, paths = a_race(surface)
    figure = landscape(setup, paths, 30)
    hill, *ways = figure.data
    assert np.isfinite(hill.z).all()
    assert hill.z.min() >= 0
    assert [way.name for way in ways] == [variant.label for variant in VARIANTS.values()]
    lowest = min(SURFACES[surface].grid(400, 400)[2].min().item(), 0)
    for way, path in zip(ways, paths.values(), strict=True):
        seen = np.isfinite(way.x) & np.isfinite(way.y)
        assert seen[0]
        expected = np.log10(1 + np.maximum(path.values.numpy() - lowest, 0)) + 0.01 * hill.z.max()
        np.testing.assert_allclose(way.z, expected, atol=1e-3)
        np.testing.assert_allclose(way.x[seen], path.positions[seen, 0].numpy())
    assert len(json.dumps(json.loads(figure.to_json()))) < 200_000


def test_landscape_leaves_out_what_is_out_of_view():
    setup, paths = a_race("bowl", 20, ("sgd",), sgd=0.7)
    way = landscape(setup, paths).data[1]
    assert np.isnan(way.x[-1])
    assert not np.isnan(way.x[0])

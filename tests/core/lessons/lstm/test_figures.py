import base64
import io
import math
from xml.etree import ElementTree

import numpy as np
import pytest
import torch
from PIL import Image

from core.interpret.lstm_gates import QUANTITIES, Steps
from core.lessons.lstm.figures import UNREAD, cell_diagram, continued_wave, memory, reading
from core.plots.palette import COLORS

SVG = "{http://www.w3.org/2000/svg}"
STEPS, CELLS = 5, 3


def parse(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == "what it shows"
    return root


def words(root: ElementTree.Element) -> list[str]:
    return ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]


def titles(root: ElementTree.Element) -> list[str]:
    return [node.text for node in root.iter(f"{SVG}title")]


def images(root: ElementTree.Element) -> list[Image.Image]:
    return [
        Image.open(io.BytesIO(base64.b64decode(node.get("href").removeprefix("data:image/png;base64,"))))
        for node in root.iter(f"{SVG}image")
    ]


def signed(image: Image.Image) -> np.ndarray:
    """Read a map's colours as numbers in -1..1 again."""
    pixels = np.asarray(image.convert("RGBA")).astype(float)
    orange = np.array([int(COLORS["orange"][place : place + 2], 16) for place in (1, 3, 5)])
    return np.where((pixels[..., :3] == orange).all(axis=2), -1, 1) * pixels[..., 3] / 255


def some_steps() -> Steps:
    generator = torch.Generator().manual_seed(0)
    gates = [torch.rand(STEPS, CELLS, generator=generator) for _gate in range(6)]
    gates[2], gates[4], gates[5] = 2 * gates[2] - 1, 8 * gates[4] - 4, 2 * gates[5] - 1
    return Steps(*gates)


@pytest.mark.parametrize("row", [1, 2, 4])
def test_what_has_been_read_is_bright(row):
    picture = np.linspace(0, 1, 12).reshape(4, 3)
    probabilities = np.array([[0.8, 0.2], [0.3, 0.7], [0.5, 0.5], [0.1, 0.9]])
    root = parse(reading(picture, row, probabilities, ("<a>", "b"), "what it shows"))
    ink, said = images(root)
    expected = np.concatenate([picture[:row], UNREAD * picture[row:]])
    np.testing.assert_allclose(np.asarray(ink) / 255, expected, atol=0.003)
    np.testing.assert_allclose(signed(said)[:row], probabilities[:row], atol=0.01)
    assert (signed(said)[row:] == 0).all()
    best = "<a>" if row == 1 else "b"
    assert f"{best} ({probabilities[row - 1].max():.0%})" in words(root)
    assert titles(root) == [f"<a>: {probabilities[row - 1, 0]:.1%}", f"b: {probabilities[row - 1, 1]:.1%}"]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("step", [1, 3, STEPS])
def test_the_maps_hold_the_numbers_up_to_the_step(step, narrow):
    steps = some_steps()
    root = parse(memory(steps, (7, 70, 2), step, 1, "what it shows", narrow))
    for image, (name, quantity) in zip(images(root), QUANTITIES.items(), strict=True):
        values = getattr(steps, name).numpy()
        largest = quantity.largest or np.abs(values).max()
        np.testing.assert_allclose(signed(image)[:step], values[:step] / largest, atol=0.01)
        assert (signed(image)[step:] == 0).all()
        assert f"{quantity.label}[70] = {values[step - 1, 1]:.3g}" in titles(root)
    picks = [node.get("data-pick") for node in root.iter() if node.get("data-pick")]
    assert picks == ["0", "1", "2"] * len(QUANTITIES)


def test_a_memory_of_nothing_but_zeros():
    nothing = Steps(*(torch.zeros(STEPS, CELLS) for _quantity in QUANTITIES))
    root = parse(memory(nothing, range(CELLS), STEPS, 0, "what it shows"))
    assert all((signed(image) == 0).all() for image in images(root))


def test_one_cell_with_its_numbers():
    numbers = {"forget": 0.5, "input": 0.25, "candidate": -0.4, "output": 0.75, "cell": 0.9, "hidden": 0.5371}
    steps = Steps(*(torch.tensor([[0.0], [number]]) for number in numbers.values()))
    steps.cell[0] = 2.0
    root = parse(cell_diagram(steps, 2, 0, "what it shows"))
    assert "c = f·c₋₁ + i·g ≈ 0.50·2.00 + 0.25·(−0.40) ≈ 0.90" in words(root)
    assert "h = o·tanh(c) ≈ 0.75·tanh(0.90) ≈ 0.54" in words(root)
    for shown in ("c₋₁ 2.00", "f 0.50", "i 0.25", "g −0.40", "o 0.75", "c 0.90", "h 0.54", "1.00", "−0.10", "0.72"):
        assert shown in words(root)
    assert math.tanh(0.9) == pytest.approx(0.72, abs=0.005)
    assert "c₋₁ 0.00" in words(parse(cell_diagram(steps, 1, 0, "what it shows")))


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("seen", [1, 2, STEPS])
def test_the_continuation_begins_where_the_seen_values_end(seen, narrow):
    truth, predictions = np.linspace(-1, 1, STEPS + 1), np.full(STEPS, 0.5)
    root = parse(continued_wave(truth, predictions, seen, some_steps(), "what it shows", narrow))
    given, rest, own = (node.get("points").split() for node in root.iter(f"{SVG}polyline"))
    assert (len(given), len(rest), len(own)) == (seen, STEPS + 2 - seen, STEPS + 2 - seen)
    assert given[-1] == rest[0] == own[0]
    assert len({point.split(",")[1] for point in own[1:]}) == 1  # it says 0.5 throughout
    assert f"it sees {seen}" in words(root)
    assert f"it makes up {STEPS + 1 - seen}" in words(root)
    for image, (name, quantity) in zip(images(root), QUANTITIES.items(), strict=True):
        values = getattr(some_steps(), name).numpy().T
        np.testing.assert_allclose(signed(image), values / (quantity.largest or np.abs(values).max()), atol=0.01)


def test_a_continuation_that_runs_away_stays_in_its_picture():
    truth, predictions = np.zeros(STEPS + 1), np.array([0, 0, 5.0, -50.0, 500.0])
    root = parse(continued_wave(truth, predictions, 2, some_steps(), "what it shows"))
    heights = [
        float(point.split(",")[1]) for node in root.iter(f"{SVG}polyline") for point in node.get("points").split()
    ]
    assert min(heights) >= 0
    assert max(heights) <= 26 + 190

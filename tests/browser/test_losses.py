"""What the browser computes of losses, against torch."""

import numpy as np
import pytest
import torch

from core.lessons.losses.classes import choose
from core.lessons.losses.curves import loss_and_gradient
from core.lessons.losses.penalty import best_weights, costs, penalty_scene
from core.lessons.losses.scene import number_scene
from core.losses import LOSSES
from tests.browser.modules import load

ONE_BY_ONE = [name for name, loss in LOSSES.items() if not loss.compares_classes]
LOOK_UP = """([rows, look, places]) => {
  const table = Object.assign(Float32Array.from(rows.flat()), { shape: [rows.length, rows[0].length] })
  return places.map((place) => [0, 1].map((part) => modules.lossAt(table, look, part, ...place)))
}"""

COSTS = """([scene, { loss, penalties }, values]) => {
  const table = Object.assign(Float32Array.from(penalties.flat()), { shape: [penalties.length, penalties[0].length] })
  const arrays = { loss: Float32Array.from(loss), penalties: table }
  const { costs, best } = modules.costsOf({ ...scene, arrays }, values)
  return { costs: costs.map((line) => [...line]), best }
}"""


@pytest.mark.parametrize("loss", ONE_BY_ONE)
def test_a_loss_and_its_gradient_wherever_prediction_and_target_are_dragged(page, loss):
    load(page, "pictures/loss_curves")
    hyperparameters = {param.name: param.default for param in LOSSES[loss].hyperparameters}
    made = number_scene([loss], {loss: hyperparameters})
    generator = torch.Generator().manual_seed(1)
    predictions = (torch.randint(-400, 401, (200,), generator=generator).double() / 100).tolist()
    lowest, highest = (0, 100) if LOSSES[loss].squashes else (-200, 200)
    targets = (torch.randint(lowest, highest + 1, (200,), generator=generator).double() / 100).tolist()
    rows = made[loss].astype(np.float32).tolist()
    found = page.evaluate(LOOK_UP, [rows, made["losses"][0], list(zip(predictions, targets, strict=True))])
    expected = [
        loss_and_gradient(loss, prediction, target, **hyperparameters)
        for prediction, target in zip(predictions, targets, strict=True)
    ]
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-5)


def test_softmax_and_cross_entropy(page):
    load(page, "softmax")
    generator = torch.Generator().manual_seed(2)
    for _trial in range(100):
        logits = (12 * torch.rand(3, generator=generator) - 6).tolist()
        temperature = 0.2 + 4.8 * torch.rand(1, generator=generator).item()
        target = int(torch.randint(3, (1,), generator=generator))
        found = page.evaluate("(given) => modules.crossEntropy(...given)", [logits, target, temperature])
        expected = choose(logits, temperature, target)
        for name in ("powers", "probabilities", "loss", "gradients"):
            np.testing.assert_allclose(found[name], getattr(expected, name), rtol=1e-6, atol=1e-5)


def test_the_costs_with_a_penalty(page):
    load(page, "pictures/loss_penalty")
    scene = penalty_scene()
    given = {name: scene[name] for name in ("low", "high", "reach")}
    tables = {name: scene[name].astype(np.float32).tolist() for name in ("loss", "penalties")}
    for wanted, strength in ((1.0, 1.0), (0.3, 2.0), (-1.35, 0.45), (0.0, 4.0)):
        found = page.evaluate(COSTS, [given, tables, {"wanted": wanted, "strength": strength}])
        np.testing.assert_allclose(found["costs"][1:], costs(wanted, strength), rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(found["best"][1:], list(best_weights(wanted, strength).values()), atol=0.0101)

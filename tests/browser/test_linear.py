"""What the browser computes of a linear layer, against torch."""

import numpy as np
import pytest
import torch

from core.lessons.linear.linear_layer import Case, make, read_changes
from core.lessons.linear.scene import sum_scene
from tests.browser.journey import address_has, drag, keyed
from tests.browser.modules import load

SUM = """([scene, values]) => {
  const weight = Object.assign(Float32Array.from(scene.weight.flat()), { shape: [scene.weight.length, scene.x.length] })
  const bias = scene.bias && Float32Array.from(scene.bias)
  const arrays = { x: Float32Array.from(scene.x), weight, bias }
  const { sum, products } = modules.weightedSum({ ...scene, arrays }, values)
  return [sum, ...products]
}"""


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("inputs", "outputs"), [(1, 1), (4, 2), (784, 512)])
def test_a_sum_with_what_was_changed_by_hand(page, inputs, outputs, bias):
    load(page, "pictures/linear_sum")
    generator = torch.Generator().manual_seed(3)
    changed = ["x:1:0=1.5", f"weight:{outputs - 1}:0=-0.4", f"bias:{outputs - 1}=2", "x:0:0=3", "weight:600:0=1"]
    case = Case(((inputs, outputs),), 3, seed=int(torch.randint(1000, (1,), generator=generator)), bias=bias)
    x, layers = make(case)
    made = sum_scene(layers[0], x, 1, outputs - 1)
    arrays = {name: made[name].tolist() for name in ("x", "weight", "bias") if name in made}
    scene = {"row": 1, "outputs": made["outputs"], **arrays}
    found = page.evaluate(SUM, [scene, {"output": outputs - 1, "changed": changed}])
    moved, others = make(Case(case.sizes, 3, case.seed, bias, changes=read_changes(",".join(changed))))
    products = moved[1] * others[0].weight[outputs - 1]
    np.testing.assert_allclose(found, [others[0](moved)[1, outputs - 1], *products], atol=1e-5)


def test_a_weight_is_dragged_and_its_product_and_the_sum_follow(page, app):
    page.goto(f"{app}/linear")
    picture = keyed(page, "stage_linear_sum")
    line = picture.locator(".legend")
    line.wait_for()
    before = line.text_content()
    drag(page, picture.locator(".picture svg"), ".held >> nth=1", 70)
    address_has(page, "changed=weight%3A0%3A0")
    assert line.text_content() != before
    slide = picture.get_by_role("slider", name="its value")
    dragged = slide.input_value()
    slide.press("ArrowRight")
    assert float(slide.input_value()) == pytest.approx(float(dragged) + 0.1)
    picture.locator(".choice").last.click()
    address_has(page, "output=1")

import re

from playwright.sync_api import expect

from core.lessons.one_step.explain import STAGES, view
from core.lessons.one_step.trace import WEIGHTS, Setup


def sentence(setup: Setup, step: int, stage: str, picked: str = "w11") -> str:
    return STAGES[stage].notice(view(setup, step, stage, picked)).replace("`", "")


def test_a_step_line_by_line_with_a_picked_and_changed_weight(page, app):
    page.goto(f"{app}/one_step")
    said = page.locator(".st-key-notice")
    network = page.locator(".st-key-tiny_network svg:visible")
    expect(said).to_have_text(sentence(Setup(), 1, "forward"))
    expect(network).to_contain_text("w₁₁ 0.5")

    forward = page.locator(".st-key-next button:visible")
    for stage in ("loss", "backward"):
        forward.click()
        expect(said).to_have_text(sentence(Setup(), 1, stage))
    expect(network).to_contain_text("grad −0.84")

    # A weight is picked in the picture, and its chain of factors is written out.
    network.locator("[data-pick=v2]").click()
    expect(said).to_have_text(sentence(Setup(), 1, "backward", "v2"))
    page.wait_for_function("location.search.includes('picked=v2')")

    # Another number is typed; an empty field takes its usual one.
    page.get_by_text("Change the network and its numbers").click()
    field = page.locator(".st-key-one_step-v2 input")
    field.fill("")
    field.press("Enter")
    expect(field).to_have_value("-0.5")
    field.fill("0.25")
    field.press("Enter")
    changed = Setup(weights=tuple(0.25 if name == "v2" else weight.usual for name, weight in WEIGHTS.items()))
    expect(said).to_have_text(sentence(changed, 1, "backward", "v2"))
    expect(network).to_contain_text("v₂ 0.25")

    # On to the second step, and back again: the numbers are the same as before.
    for step, stage in ((1, "step"), (2, "zero_grad")):
        forward.click()
        expect(said).to_have_text(sentence(changed, step, stage, "v2"))
    back = page.locator(".st-key-back button:visible")
    for stage in ("step", "backward"):
        back.click()
        expect(said).to_have_text(sentence(changed, 1, stage, "v2"))

    page.get_by_role("button", name="Forget zero_grad").locator("visible=true").first.click()
    expect(said).to_have_text(sentence(Setup(zero_grad=False), 2, "backward"))
    page.get_by_role("tab", name="net.parameters()").click()
    expect(page.get_by_role("cell", name=re.compile("hidden.weight")).locator("visible=true").first).to_be_visible()

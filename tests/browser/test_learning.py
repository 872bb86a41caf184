import re

from playwright.sync_api import expect

from tests.browser.journey import address_has, box_of, button, drag, follow, keyed, notice, press, says, slider


def test_from_losses_to_optimizers(page, app):
    page.goto(f"{app}/losses")
    predictions_move_away_from_their_targets(page)
    follow(page, "optimizers")
    a_race_is_set_up_played_paused_and_begun_elsewhere(page)


def predictions_move_away_from_their_targets(page):
    says(page, re.compile("−1 .*−4"))
    readings = keyed(page, "stage_loss_curves").locator(".reading")
    expect(readings).to_have_text([re.compile("4.000"), re.compile("2.000"), re.compile("1.500")])
    prediction = slider(page, "prediction")
    prediction.press("ArrowRight")
    expect(readings.first).to_have_text("loss 3.960, gradient −3.980")
    says(page, re.compile("−0.99 .*−3.98"))
    curves = keyed(page, "stage_loss_curves").locator(".picture svg")
    drag(page, curves, "circle.handle >> nth=0", -40)  # the target
    address_has(page, "target=")
    expect(prediction).to_have_value("-0.99")
    drag(page, curves, "circle.handle >> nth=1", 60)
    address_has(page, "prediction=")
    expect(prediction).not_to_have_value("-0.99")

    page.get_by_role("radio", name="A batch").click()
    table = keyed(page, "stage_loss_terms").locator(".picture svg").last
    expect(table).to_contain_text("(5 − 11.5)²")
    press(page, "try_l1")
    expect(table).to_contain_text("|5 − 20.5|")
    expect(keyed(page, "stage_loss_terms").locator(".answers")).to_contain_text("L13.4")
    slider(page, "outlier").press("Home")
    expect(table).to_contain_text("|5 − 5.5|")
    address_has(page, "outlier=0")

    page.get_by_role("radio", name="Classes", exact=True).click()
    choice = keyed(page, "stage_softmax_loss")
    expect(choice.locator(".legend")).to_contain_text("−log 0.2595 = 1.349")
    slider(page, "logit of B").press("End")
    expect(choice.locator(".legend")).to_contain_text("e^z = 403.4")
    address_has(page, "logit_B=6")
    before = notice(page).text_content()
    press(page, "try_wrong")
    expect(notice(page)).not_to_have_text(before)

    page.get_by_role("radio", name="Why not MSE for classes").click()
    press(page, "try_sleep")
    says(page, re.compile(r"\b1,491\b.*\b50\b"))
    expect(keyed(page, "stage_loss_gradients").locator(".reading").last).to_contain_text("0.000948")
    address_has(page, "part=not_mse")


def a_race_is_set_up_played_paused_and_begun_elsewhere(page):
    picture = keyed(page, "stage_race")
    said, step = picture.locator(".sentence"), picture.get_by_role("slider", name="Step")
    toggle = picture.locator(".toggle")
    expect(said).to_contain_text(re.compile(r"step [1-9]\d?\b"))  # it begins by itself
    toggle.click()
    expect(toggle).to_have_attribute("data-playing", "false")
    address_has(page, "step=")
    paused = int(re.search(r"[?&]step=(\d+)", page.url)[1])
    assert 0 < paused < 100
    expect(said).to_contain_text(re.compile(rf"step {paused}\b"))
    expect(step).to_have_value(str(paused))

    step.press("End")
    expect(said).to_contain_text(re.compile(r"step 100\b"))
    default = said.text_content()
    slider(page, "S · SGD lr").press("ArrowRight")  # from 0.1 to 0.2
    expect(said).not_to_have_text(default)
    address_has(page, "ravine_sgd=0.2")
    for before in (99, 98):
        step.press("ArrowLeft")
        expect(said).to_contain_text(re.compile(rf"step {before}\b"))

    # The start is dragged into a corner: the race is run again from there, and played.
    box = box_of(picture.locator("svg image"))
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.975 * box["width"], box["y"] + 0.03 * box["height"], steps=5)
    expect(said).to_contain_text("At the start")
    page.mouse.up()
    address_has(page, "ravine_x=")
    address_has(page, "ravine_y=")
    expect(toggle).to_have_attribute("data-playing", "true")

    button(page, "Too large").click()
    address_has(page, "surface=bowl")
    expect(said).to_contain_text("SGD left the map")

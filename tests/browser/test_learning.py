import re

from playwright.sync_api import expect

from tests.browser.journey import (
    address_has,
    button,
    follow,
    keyed,
    keyed_button,
    notice,
    press,
    says,
    slider,
)

MAP = "(place) => place.querySelector('image').getBoundingClientRect().toJSON()"


def test_from_losses_to_optimizers(page, app):
    page.goto(f"{app}/losses")
    predictions_move_away_from_their_targets(page)
    follow(page, "optimizers")
    a_race_is_set_up_played_paused_and_begun_elsewhere(page)


def predictions_move_away_from_their_targets(page):
    says(page, re.compile("−1 .*−4"))
    expect(page.locator("[data-testid=stVegaLiteChart] :is(svg, canvas)").first).to_be_visible()
    slider(page, "Prediction").press("ArrowRight")
    says(page, re.compile("−0.9 .*−3.8"))

    page.get_by_role("radio", name="A batch").click()
    table = keyed(page, "terms").locator("svg")
    expect(table).to_contain_text("(5 − 11.5)²")
    press(page, "try_l1")
    expect(table).to_contain_text("|5 − 20.5|")
    expect(keyed(page, "best").locator("svg")).to_contain_text("L1 3.4")

    page.get_by_role("radio", name="Classes", exact=True).click()
    choice = keyed(page, "choice").locator("svg")
    expect(choice).to_contain_text("−log(")
    before = notice(page).text_content()
    press(page, "try_wrong")
    expect(notice(page)).not_to_have_text(before)

    page.get_by_role("radio", name="Why not MSE for classes").click()
    press(page, "try_sleep")
    says(page, re.compile(r"\b1,491\b.*\b50\b"))
    address_has(page, "part=not_mse")


def a_race_is_set_up_played_paused_and_begun_elsewhere(page):
    said, play = notice(page), keyed_button(page, "play")
    says(page, re.compile(r"\b100\b"))
    default = said.text_content()
    slider(page, "S · SGD lr").press("ArrowRight")  # from 0.1 to 0.2
    expect(said).not_to_have_text(default)
    address_has(page, "ravine_sgd=0.2")
    ended = said.text_content()

    play.click()
    expect(play).to_contain_text("Pause")
    says(page, re.compile(r"step [1-9]\d?\b"))  # on its own
    play.click()
    expect(play).to_contain_text("Play")
    address_has(page, "step=")
    paused = int(re.search(r"[?&]step=(\d+)", page.url)[1])
    assert 0 < paused < 100
    says(page, re.compile(rf"step {paused}\b"))
    expect(slider(page, "Step")).to_have_value(str(paused))

    # It goes on to the end, the last steps of it here.
    slider(page, "Step").press("End")
    expect(said).to_have_text(ended)
    for step in (99, 98):
        slider(page, "Step").press("ArrowLeft")
        says(page, re.compile(rf"step {step}\b"))
    play.click()
    expect(said).to_have_text(ended)
    expect(play).to_contain_text("Play")

    # A click on the map moves the start there.
    box = keyed(page, "map").locator(".place").evaluate(MAP)
    page.mouse.click(box["x"] + 0.975 * box["width"], box["y"] + 0.03 * box["height"])
    expect(said).not_to_have_text(ended)
    address_has(page, "ravine_x=")
    address_has(page, "ravine_y=")

    # The hill is drawn and can be turned.
    page.get_by_role("radio", name="3-D").click()
    expect(keyed(page, "landscape").locator(".gl-container canvas").first).to_be_visible()
    expect(keyed(page, "map")).to_have_count(0)

    button(page, "Too large").click()
    expect(keyed(page, "map")).to_be_visible()
    address_has(page, "surface=bowl")

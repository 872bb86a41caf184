import re

from playwright.sync_api import expect

from core.lessons.optimizers.figures import CLICKS, clicked
from core.lessons.optimizers.race import RACERS, Course, Entry, notice, race
from core.lessons.optimizers.surfaces import SURFACES

RAVINE = SURFACES["ravine"]
# The place is watched and not the drawing in it, which Play replaces by one that moves.
WATCH_DOT = """(place) => {
  window.places = []
  const look = () => {
    const dot = [...place.querySelectorAll("g[transform]")].pop().getBoundingClientRect()
    window.places.push(Math.round(dot.x) + "," + Math.round(dot.y))
    requestAnimationFrame(look)
  }
  look()
}"""
MAP = "(place) => place.querySelector('image').getBoundingClientRect().toJSON()"


def expected(step, start=RAVINE.start, **rates):
    usual = {name: RACERS[name].usual_learning_rate(RAVINE) for name in ("sgd", "momentum", "rmsprop", "adam")}
    entries = [Entry(name, rate) for name, rate in (usual | rates).items()]
    return notice(race(Course("ravine", start), entries), step)


def test_a_race_is_set_up_played_paused_and_begun_elsewhere(page, app):
    page.goto(f"{app}/optimizers")
    said = page.locator(".st-key-notice")
    expect(said).to_have_text(expected(100))

    # A learning rate, by the keyboard: one notch up, from 0.1 to 0.2.
    page.locator('input[aria-label="S · SGD lr"]').focus()
    page.keyboard.press("ArrowRight")
    expect(said).to_have_text(expected(100, sgd=0.2))
    page.wait_for_function("location.search.includes('ravine_sgd=0.2')")

    # Played: the dots move in the browser, between two looks of the server.
    play = page.locator(".st-key-play button:visible")
    play.click()
    expect(play).to_contain_text("Pause")
    page.locator(".st-key-map .place").evaluate(WATCH_DOT)
    expect(said).to_have_text(re.compile(r"After [3-9]\d steps"))
    assert page.evaluate("new Set(window.places).size") > 20
    play.click()
    expect(play).to_contain_text("Play")
    address = page.wait_for_function("(location.search.match(/[?&]step=(\\d+)/) || [])[1]")
    step = int(address.json_value())
    expect(said).to_have_text(expected(step, sgd=0.2))

    # It goes on from there to the end.
    play.click()
    expect(play).to_contain_text("Pause")
    expect(said).to_have_text(expected(100, sgd=0.2))
    expect(play).to_contain_text("Play")

    # A click on the map moves the start there.
    box = page.locator(".st-key-map .place").evaluate(MAP)
    page.mouse.click(box["x"] + 0.975 * box["width"], box["y"] + 0.03 * box["height"])
    start = clicked(RAVINE, f"{CLICKS[0] - 1},{CLICKS[1] - 1}")
    expect(said).to_have_text(expected(100, start, sgd=0.2))

    # The hill is drawn and can be turned.
    page.get_by_text("3-D", exact=True).click()
    expect(page.locator(".st-key-landscape .gl-container canvas").first).to_be_visible()
    expect(page.locator(".st-key-map")).to_have_count(0)


def test_too_large_ends_with_one_off_the_map(page, app):
    page.goto(f"{app}/optimizers")
    page.get_by_role("button", name="Too large").locator("visible=true").first.click()
    left = race(Course("bowl", SURFACES["bowl"].start), [Entry("sgd", 0.7)])["sgd"].left
    expect(page.locator(".st-key-notice")).to_contain_text(f"SGD left the map at step {left}")

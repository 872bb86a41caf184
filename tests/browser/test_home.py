import re

from playwright.sync_api import expect

STATION = ".st-key-loop [data-pick=loss]:visible"
# In one look, as the picture is drawn anew all the time.
BOXES = """(place) => ["data", "network"].map((name) => {
  const parts = [...place.querySelectorAll(`[data-pick=${name}]`)]
  return parts.find((part) => part.checkVisibility()).getBoundingClientRect().toJSON()
})"""


def test_a_network_goes_round_and_its_stations_lead_to_the_lessons(page, app):
    page.goto(app)
    notice = page.locator(".st-key-notice")
    expect(notice).to_contain_text("Round 1")
    expect(notice).to_contain_text("Round 2")  # on its own
    page.get_by_text("Whole rounds").click()
    expect(notice).to_contain_text("Round 6")
    page.locator(STATION).first.click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("See how a neural network learns")
    expect(page).to_have_url(re.compile("/losses"))


def test_on_a_phone_the_stations_stand_below_one_another(page, app):
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(app)
    page.locator(".st-key-loop svg:visible").wait_for()
    boxes = page.locator(".st-key-loop .place").evaluate(BOXES)
    assert boxes[1]["y"] > boxes[0]["y"] + 100
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in boxes)

"""Check yourself: a wrong answer leads to the picture that shows why, and what was answered is there again."""

from playwright.sync_api import Locator, Page, expect

from core.lessons.losses.checks import CHECKS
from core.text.check import RIGHT
from tests.browser.journey import address_has, at_rest, can_be_started, follow, keyed, press

SLOPE, CONFIDENT = (next(check for check in CHECKS if check.id == f"losses.{name}") for name in ("slope", "confident"))
KEYS = {check: f"check_losses_{check.id.replace('.', '_')}" for check in CHECKS}
TOP = "document.querySelector('[data-testid=stMain]').scrollTop"


def unfold(page: Page) -> None:
    keyed(page, "check_yourself").locator("summary").click()


def answers(page: Page, check) -> Locator:
    return keyed(page, KEYS[check]).get_by_role("radio")


def choose(page: Page, check, answer: int) -> None:
    keyed(page, KEYS[check]).locator("label[data-testid=stRadioOption]").nth(check.order().index(answer)).click()


def test_a_mistake_is_seen_where_it_is_one(page, app):
    page.goto(f"{app}/losses")
    at_rest(page)
    unfold(page)
    choose(page, CONFIDENT, 1)
    expect(page.get_by_text(CONFIDENT.wrong[0].mistake)).to_be_visible()
    assert page.evaluate(TOP) > 0
    press(page, f"see_{KEYS[CONFIDENT]}")
    address_has(page, "part=not_mse")
    page.wait_for_function(f"() => {TOP} === 0")
    at_rest(page)
    choose(page, CONFIDENT, RIGHT)
    expect(page.get_by_text(CONFIDENT.because)).to_be_visible()
    choose(page, SLOPE, 2)
    press(page, f"see_{KEYS[SLOPE]}")
    address_has(page, "surface=bowl")
    at_rest(page)
    assert page.evaluate(TOP) == 0
    follow(page, "losses")
    at_rest(page)
    unfold(page)
    place = CONFIDENT.order().index(RIGHT)
    expect(answers(page, CONFIDENT).nth(place)).to_be_checked()


def test_it_stays_open_when_a_training_ends(page, app):
    page.goto(f"{app}/train")
    keyed(page, "check_yourself").locator("summary").click()
    can_be_started(page)
    at_rest(page)
    expect(keyed(page, "check_yourself").locator("details")).to_have_attribute("open", "")

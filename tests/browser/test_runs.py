from playwright.sync_api import expect

from tests.browser.test_train import open_train, press

HEAD, ROW, TICK = 35, 35, 18  # pixels: heights of the table's rows, and where the boxes to tick are


def tick(page, row):
    """Tick a row; the table is a canvas, so there is nothing in it to find by its words."""
    table = page.locator(".st-key-runs_table canvas").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    page.mouse.click(box["x"] + TICK, box["y"] + HEAD + (row + 0.5) * ROW)


def says(page, words):
    expect(page.locator(".st-key-notice")).to_contain_text(words)


def choose(page, menu, option):
    """Choose from a menu, of which only a part is on the page at a time."""
    field = page.get_by_role("combobox", name=menu)
    field.click()
    field.fill(option)
    page.get_by_role("option", name=option, exact=True).click()


def change_and_run(page, thing, present, value):
    choose(page, "Change one thing", thing)
    choose(page, f"From {present} to", value)
    press(page, "run_changed")
    expect(page.locator(".st-key-run_actions")).to_have_count(0)  # there are two ticks now


def test_runs_are_compared_renamed_changed_and_deleted(page, app):
    open_train(page, app, "dataset=digits&hidden=16&epochs=2&augmentation=none")
    press(page, "start")
    expect(page.get_by_text("right on all 360 test pictures")).to_be_visible()
    page.get_by_role("link", name="Compare runs", exact=True).click()
    says(page, "Run 1: right in")

    # another seed: the new run is ticked beside the old one, over which it is drawn
    tick(page, 0)
    change_and_run(page, "Seed", "0", "1")
    chart = page.locator("[data-testid=stVegaLiteChart] :is(svg, canvas)").first
    table = page.locator(".st-key-runs_table canvas").first
    for element in (chart, table):
        element.evaluate("node => { node.dataset.mark = 'the same' }")
    expect(page.get_by_text("Nothing differs but the seed")).to_be_visible()
    says(page, "comes next")
    expect(page.get_by_text("It takes about")).to_be_visible()
    for element in (chart, table):  # drawn in place: were one of them ever a new element, it would blink
        assert element.get_attribute("data-mark") == "the same"
    page.get_by_text("Seconds", exact=True).click()
    page.wait_for_function("location.search.includes('table_axis=seconds')")

    # a name of one's own
    tick(page, 1)
    name = page.get_by_role("textbox", name="Name", exact=True)
    name.fill("<i>first</i>")
    name.press("Enter")
    says(page, "<i>first</i>: right in")

    # a change of more than luck, perhaps
    change_and_run(page, "Learning rate", "0.001", "0.03")
    says(page, "Run 3")

    # luck
    press(page, "seeds_repeat")
    expect(page.locator(".st-key-seeds_found")).to_contain_text("95 % interval")
    assert "5 of 5 seeds" in page.locator(".st-key-seeds_found").inner_text()

    # gone for good
    press(page, "delete_runs")
    page.get_by_role("button", name="Delete for good").locator("visible=true").click()
    says(page, "Run 2: right in")
    expect(page.get_by_text("Tick runs at the left")).to_be_visible()

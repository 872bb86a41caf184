import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.browser.journey import (
    address_has,
    box_of,
    can_be_pressed,
    can_be_started,
    choose,
    follow,
    keyed,
    keyed_button,
    notice,
    press,
    says,
    slider,
    take_home,
    type_in,
)

HEAD, ROW, TICK = 35, 35, 18  # pixels: heights of the table's rows, and where the boxes to tick are


def test_runs_are_compared_renamed_changed_and_deleted(page, app):
    page.goto(f"{app}/train?dataset=digits&hidden=16&epochs=2&augmentation=none")
    press(page, "start")
    expect(keyed(page, "confusion")).to_be_visible()
    follow(page, "runs")
    says(page, "Run 1")

    # another seed: the new run is ticked beside the old one, over which it is drawn
    tick(page, 0)
    change_and_run(page, "Seed", "1")
    says(page, re.compile("Run 1.*Run 2|Run 2.*Run 1"))
    page.get_by_role("radio", name="Seconds", exact=True).click()
    address_has(page, "table_axis=seconds")

    # a name of one's own
    tick(page, 1)
    type_in(page.get_by_role("textbox", name="Name", exact=True), "<i>first</i>")
    says(page, "<i>first</i>")

    # a change of more than luck, perhaps
    change_and_run(page, "Learning rate", "0.03")
    says(page, "Run 3")

    # luck
    press(page, "seeds_repeat")
    expect(keyed(page, "seeds_found")).to_contain_text("5 of 5")
    expect(keyed(page, "seeds_found")).to_contain_text("95")

    # gone for good
    press(page, "delete_runs")
    press(page, "delete_for_good")
    says(page, "Run 2")
    expect(notice(page)).not_to_contain_text("first")
    expect(notice(page)).not_to_contain_text("Run 3")
    expect(keyed(page, "run_actions")).to_have_count(0)  # none is ticked


def test_from_a_search_to_the_script_of_its_best_and_back_to_train(page, app, tmp_path):
    page.goto(f"{app}/train?dataset=digits&hidden=8&dropout=0.1&epochs=2")
    can_be_started(page)
    follow(page, "runs")
    page.get_by_role("radio", name="Search").click()
    press(page, "search_try_rates")
    expect(slider(page, "Tries at most")).to_have_value("16")
    slider(page, "Epochs of each try").press("Home")
    address_has(page, "search_epochs=1")
    press(page, "search_start")
    expect(keyed_button(page, "search_stop")).to_be_enabled()
    can_be_pressed(page, "search_start")  # it is over
    says(page, re.compile(r"\b16\b"))
    expect(keyed(page, "search_parallel").locator(".parcoords").first).to_be_visible()
    expect(keyed(page, "search_heat_map").locator(".heatmaplayer").first).to_be_attached()
    page.get_by_role("radio", name="Best", exact=True).click()
    address_has(page, "search_cell=best")

    leader = page.get_by_test_id("stMarkdown").filter(has_text=re.compile(r"^\d+\.\d% · Learning rate")).first
    optimizer = re.search(r"Optimizer (\w+)", leader.text_content())[1]
    rate = float(re.search(r"Learning rate ([\d.e-]+)", leader.text_content())[1])
    judged = leader.text_content()
    train = page.locator("[class*=st-key-search_train_]").first.get_by_role("button")
    train.click()
    expect(leader).not_to_have_text(judged)
    expect(train).to_be_enabled()

    page.get_by_role("radio", name="Take home").click()
    path = tmp_path / "script.py"
    take_home(page, "take_script").save_as(path)
    script = path.read_text()
    compile(script, path.name, "exec")
    assert f"lr={rate!r}" in script
    assert f"optim.{optimizer}(" in script

    page.get_by_role("radio", name="Search").click()
    page.locator("[class*=st-key-search_show_]").first.get_by_role("button").click()
    can_be_started(page)
    address_has(page, "dropout=")
    shown = parse_qs(urlsplit(page.evaluate("location.href")).query)
    assert (shown["hidden"], shown["dropout"], shown["epochs"]) == (["8"], ["0.1"], ["2"])
    assert shown.get("optimizer", ["adam"]) == [optimizer.lower()]
    default = 0.1 if optimizer == "SGD" else 0.001
    assert float(shown.get("learning_rate", [default])[0]) == rate


def tick(page, row):
    """Tick a row; the table is a canvas, so there is nothing in it to find by its words."""
    table = keyed(page, "runs_table").locator("canvas").first
    table.scroll_into_view_if_needed()
    box = box_of(table)
    page.mouse.click(box["x"] + TICK, box["y"] + HEAD + (row + 0.5) * ROW)


def change_and_run(page, thing, value):
    choose(page, page.get_by_role("combobox", name="Change one thing"), thing)
    choose(page, page.get_by_role("combobox", name=re.compile("^From .+ to")), value)
    press(page, "run_changed")
    expect(keyed(page, "run_actions")).to_have_count(0)  # there are two ticks now

import re
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import expect

from tests.browser.test_train import open_train, press


def test_from_a_search_to_the_script_of_its_best_and_back_to_train(page, app, tmp_path):
    open_train(page, app, "dataset=digits&hidden=8&dropout=0.1&epochs=2")
    page.get_by_role("link", name="Compare runs", exact=True).click()
    page.get_by_role("radio", name="Search").click()
    press(page, "search_try_rates")
    expect(page.get_by_text("16 tries of 16 combinations")).to_be_visible()
    press(page, "search_start")
    expect(page.get_by_text("16 of 16 tries")).to_be_visible()
    expect(page.locator(".st-key-search_start button:visible")).to_be_enabled()
    expect(page.locator(".st-key-notice")).to_contain_text("Best of 16: ")
    expect(page.locator(".st-key-search_parallel .parcoords").first).to_be_visible()
    expect(page.locator(".st-key-search_heat_map .heatmaplayer").first).to_be_attached()

    page.locator(".st-key-search_heat_map").scroll_into_view_if_needed()
    page.get_by_role("radio", name="Best", exact=True).click()
    page.wait_for_function("location.search.includes('search_cell=best')")

    leader = page.locator("[data-testid=stMarkdown]", has_text=re.compile(r"^\d+\.\d% · Learning rate")).first
    optimizer = re.search(r"Optimizer (\w+)", leader.inner_text())[1]
    rate = float(re.search(r"Learning rate ([\d.e-]+)", leader.inner_text())[1])
    train = page.get_by_role("button", name="Train it on all of it").first
    train.click()
    expect(leader).to_contain_text("on the test data")
    expect(train).to_be_enabled()

    page.get_by_role("radio", name="Take home").click()
    with page.expect_download() as download:
        page.locator(".st-key-take_script button:visible").click()
    path = tmp_path / "script.py"
    download.value.save_as(path)
    script = path.read_text()
    compile(script, path.name, "exec")
    assert f"lr={rate!r}" in script
    assert f"optim.{optimizer}(" in script

    page.get_by_role("radio", name="Search").click()
    page.get_by_role("button", name="Show on Train").first.click()
    expect(page.locator(".st-key-start button:visible")).to_be_enabled()
    page.wait_for_function("location.search.includes('dropout=')")
    shown = parse_qs(urlsplit(page.evaluate("location.href")).query)
    assert (shown["hidden"], shown["dropout"], shown["epochs"]) == (["8"], ["0.1"], ["2"])
    assert shown.get("optimizer", ["adam"]) == [optimizer.lower()]
    usual = 0.1 if optimizer == "SGD" else 0.001
    assert float(shown.get("learning_rate", [usual])[0]) == rate

from playwright.sync_api import expect


def test_a_network_is_broken_mended_and_handed_over_to_be_trained(page, app):
    page.goto(f"{app}/build")
    notice = page.locator(".st-key-notice")
    expect(notice).to_contain_text("98.7% of the 407,050 parameters")

    page.locator(".st-key-build-knob_1_neurons input").fill("100")
    page.locator(".st-key-build-knob_1_neurons input").press("Enter")
    expect(notice).to_contain_text("79,510 parameters")

    page.locator(".st-key-build-remove_0 button:visible").click()
    expect(notice).to_contain_text("Block 1, Linear 100, gets 1×28×28")
    expect(page.locator(".st-key-block_0")).to_contain_text("mat1 and mat2 shapes cannot be multiplied")

    page.locator(".st-key-build-add input").click()
    page.get_by_role("option", name="Flatten").click()
    page.locator(".st-key-block_3").wait_for()
    for place in (3, 2, 1):
        up = page.locator(f".st-key-block_{place} button:visible").filter(has_text="arrow_upward")
        expect(up).to_have_count(1)  # while blocks change places, a row may for a moment hold the buttons of two
        up.click()
        expect(page.locator(f".st-key-block_{place - 1}")).to_contain_text("Flatten")
    expect(notice).to_contain_text("79,510 parameters")
    expect(page.get_by_text("rows sum to 1.000000")).to_be_visible()
    page.wait_for_function("new URLSearchParams(location.search).get('blocks')?.includes('flatten')")

    page.locator(".st-key-train_this button:visible").click()
    expect(page.get_by_role("heading", name="Can a network learn to read?")).to_be_visible()

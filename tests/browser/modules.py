"""The modules of the browser's side, loaded into an empty page and called from a test."""

from pathlib import Path

from playwright.sync_api import Page

from pages.ui.stage import FOLDER, bundle


def load(page: Page, *names: str) -> None:
    """Put what the modules stage/<name>.js export into the page's global `modules`, so that a test can call it."""
    files = [FOLDER / f"{name}.js" for name in names]
    exported = ", ".join(f"...{Path(name).stem}_module" for name in names)
    code = f"{bundle(*files)}\nglobalThis.modules = {{ {exported} }}"
    page.goto("about:blank")
    page.add_script_tag(content=code, type="module")
    page.wait_for_function("() => globalThis.modules")

"""The page “Look inside” as the tests of its parts open it."""

from streamlit.testing.v1 import AppTest

from core.runs import Run
from tests.pages.app import APP, run_store_of


def open_inside(part: str, run: Run, **settings: str) -> AppTest:
    """Open a part with a run of the person's own chosen, and these settings in its address."""
    at = AppTest.from_file(str(APP), default_timeout=60).run()
    run_store = run_store_of(at)
    run_store.add(run)
    at.switch_page("pages/inside.py")
    for setting, text in {"part": part, "network": f"run-{run.number}", **settings}.items():
        at.query_params[setting] = text
    at.run()
    assert not at.exception
    return at

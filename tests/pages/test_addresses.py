"""Every setting of every page, with a value in the address that no computer would take for a number."""

import pytest

from pages.ui.navigation import LESSONS
from pages.ui.url_settings import Settings
from tests.pages.app import open_page

PARTS = {
    "build": ("batch", "code"),
    "digit_network": ("digit", "batch", "code"),
    "data": ("way", "batches", "sets", "puzzles"),
    "generalize": ("overfitting", "remedies", "weights"),
    "inside": ("xray", "layers", "pixels", "time", "mistakes", "class", "map"),
    "linear": ("neurons", "batch", "chain"),
    "losses": ("number", "batch", "classes", "not_mse", "penalty"),
    "lstm": ("digit", "wave"),
    "runs": ("table", "search", "rate", "landscape", "home"),
    "why_activations": ("stack", "two", "fit", "gradients"),
}
VISITS = [(page, part) for page in LESSONS for part in PARTS.get(page, ("",))]


@pytest.mark.parametrize("text", ["9" * 400, "-" + "9" * 5000, "1e999"], ids=["whole", "too_long", "infinite"])
@pytest.mark.parametrize(("page", "part"), VISITS)
def test_a_number_beyond_all_is_refused_wherever_one_is_asked_for(page, part, text, monkeypatch):
    take, asked = Settings._take, {"part"}

    def take_that(self, name, read):
        if name not in asked:
            asked.add(name)
            self._arrived[name] = text
        take(self, name, read)

    monkeypatch.setattr(Settings, "_take", take_that)
    open_page(page, **{"part": part} if part else {})
    assert page == "home" or len(asked) > 1

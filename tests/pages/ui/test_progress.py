import json

import pytest
from streamlit.testing.v1 import AppTest

from core.lessons.activations.checks import CHECKS
from core.lessons.activations.predictions import STEEPEST
from core.lessons.path import PATH
from core.text.check import RIGHT
from pages.ui.progress import marks_style
from tests.pages.app import open_page


def told(at: AppTest) -> dict:
    """What the browser is told of this session."""
    (sent,) = (element for element in at.get("bidi_component") if element.key == "progress")
    return json.loads(sent.proto.json)


def test_a_lesson_is_seen_predicted_and_understood():
    at = open_page("activations")
    assert told(at)["progress"] == {"activations": {"seen": True, "predicted": False, "understood": False}}
    at.button(key=f"{STEEPEST.id}.shown").click().run()
    assert told(at)["progress"]["activations"]["predicted"]
    for check in CHECKS:
        assert not told(at)["progress"]["activations"]["understood"]
        at.radio(key=f"check_activations_{check.id.replace('.', '_')}").set_value(RIGHT).run()
    assert told(at)["progress"]["activations"]["understood"]


def test_it_is_erased_by_one_button():
    at = open_page("linear")
    at.switch_page("pages/home.py").run()
    assert told(at) == {"progress": {"linear": {"seen": True, "predicted": False, "understood": False}}, "erased": 0}
    next(button for button in at.button if button.label == "Erase my progress").click().run()
    assert told(at) == {"progress": {}, "erased": 1}
    at.switch_page("pages/losses.py").run()
    assert told(at)["progress"] == {"losses": {"seen": True, "predicted": False, "understood": False}}


@pytest.mark.parametrize("name", PATH)
def test_every_lesson_has_its_marks(name):
    rules = [line for line in marks_style().splitlines() if f".st-key-path_{name}::after" in line]
    assert [line.count(f'~="{name}"') for line in rules] == [1, 1, 1, 2]  # the later one counts where several hold
    assert rules[-1].endswith('{ content: "✓ seen · predicted · understood" }')

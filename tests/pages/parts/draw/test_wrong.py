import torch

from core.digits.handwriting import draw
from core.digits.rasterize import DrawingCheck
from pages.parts.draw.without_mouse import KEYS, SAMPLE
from pages.parts.draw.wrong import LABEL, NEAREST
from tests.pages.test_draw import TAP, answer, open_page, texts

COLLECTION = "ui.labeled_drawings.collection"
FOUR = draw(4, torch.Generator().manual_seed(0), 0)


def run_until(at, done):
    for _time in range(200):
        if done(at):
            return
        at.run()
    raise AssertionError("It never came to an end.")


def teach(at, digit):
    at.button_group(key=LABEL).set_value(digit).run()
    at.button(key="draw_teach").click().run()
    assert not at.exception
    run_until(at, lambda at: "the copy reads" in texts(at))


def test_what_it_was_is_kept_and_a_copy_is_taught_it():
    at = open_page(FOUR, network="mlp")
    assert answer(at) == ":blue[4]"
    assert at.button(key="draw_teach").disabled
    teach(at, 9)
    (kept,) = at.session_state[COLLECTION].samples
    assert kept.label == 9
    assert "the copy reads 1 of 1 right, the network 0" in texts(at)
    assert answer(at) == ":blue[4]"  # the network itself stays as it is
    teach(at, 9)
    assert len(at.session_state[COLLECTION]) == 1  # the same drawing is kept once


def test_the_nearest_training_images_are_shown_for_each_drawing():
    at = open_page(FOUR, network="mlp")
    at.toggle(key=NEAREST).set_value(True).run()
    assert not at.exception
    run_until(at, lambda at: "most like your drawing" in texts(at))
    (shown,) = [html.proto.json for html in at.get("bidi_component") if "nearest" in str(html.proto.id)]
    assert shown.count("4") >= 5


def test_nothing_is_offered_for_what_was_not_read():
    at = open_page(TAP, network="mlp")
    assert DrawingCheck.DOT.sentence in texts(at)
    assert not [button for button in at.button if button.key == "draw_teach"]


def test_a_sample_is_taken_by_a_click():
    at = open_page(network="mlp")
    at.button_group(key=SAMPLE).set_value(3).run()
    assert not at.exception
    assert at.session_state["ui.digit_canvas.strokes"]
    assert at.session_state[KEYS] is not None

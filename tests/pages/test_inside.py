import pytest
import torch

from core.digits.handwriting import draw
from core.digits.rasterize import to_picture
from core.interpret.layer_outputs import notice as passage_notice
from core.interpret.layer_outputs import through_layers
from core.interpret.preprocessing import STAGES, notice, preprocessing_steps
from core.interpret.saliency import occlusion, promise
from core.pretrained import CHECKPOINTS, pretrained_classifier
from pages.parts.inside.subject import EXAMPLE
from pages.ui.digit_canvas import PEN
from tests.pages.app import address, open_page
from tests.pages.inside import open_inside

STROKES = draw(EXAMPLE, torch.Generator().manual_seed(0))
PICTURE = to_picture(STROKES).picture
PARTS = ("xray", "layers", "pixels")


def finish(at):
    """Let the work on the page go on until it is done."""
    for _tick in range(200):
        at.run()
        if not at.get("progress"):
            break
    assert not at.get("progress")
    assert not at.exception


def texts(at):
    return [element.value for kind in ("markdown", "caption") for element in at.get(kind)]


@pytest.mark.parametrize("network", CHECKPOINTS)
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("digit", ["drawing", "test"])
def test_every_part_of_every_network(network, part, digit):
    at = open_page("inside", network=network, part=part, digit=digit)
    assert not at.error
    assert not at.warning


def test_all_stages_are_the_way_to_the_network():
    at = open_page("inside", network="mlp")
    classifier = pretrained_classifier("mlp")
    probabilities = classifier.predict_proba(PICTURE)
    assert notice(probabilities, probabilities, classifier.classes, set()) in texts(at)


@pytest.mark.parametrize("step", [name for name, step in STAGES.items() if step.without])
def test_a_stage_can_be_switched_off(step):
    at = open_page("inside", network="mlp")
    at.toggle(key=f"inside.{step}").set_value(False).run()
    assert not at.exception
    classifier = pretrained_classifier("mlp")
    before, after = (
        classifier.predict_proba(PICTURE),
        preprocessing_steps(STROKES, PEN, {step}).predict_proba(classifier),
    )
    assert notice(before, after, classifier.classes, {step}) in texts(at)
    assert address(at)[step] == "0"


def test_the_layers_are_those_of_the_network():
    at = open_page("inside", network="cnn", part="layers")
    classifier = pretrained_classifier("cnn")
    passage = through_layers(classifier, PICTURE)
    assert passage_notice(passage, classifier.classes) in texts(at)
    shown = [text for text in texts(at) if text.startswith("**") and "→" in text]
    assert len(shown) == sum(not layer.hands_on for layer in passage.layers)


def test_what_covering_costs_is_computed():
    at = open_page("inside", network="mlp", part="pixels", size="7")
    classifier = pretrained_classifier("mlp")
    best = int(classifier.predict_proba(PICTURE).argmax())
    assert occlusion(classifier, PICTURE, best, 7, 3).sentence(classifier.classes[best]) in texts(at)
    assert promise(classifier, PICTURE, best).sentence in texts(at)


def test_a_change_towards_another_digit_is_found():
    at = open_page("inside", network="mlp", part="pixels", target="1")
    finish(at)
    assert any("makes it “1”" in text or "No change" in text for text in texts(at))


def test_the_pictures_that_excite_a_unit_are_found():
    at = open_page("inside", network="mlp", part="layers", unit="3")
    finish(at)
    assert at.session_state["inside.layers.search"][1].done


@pytest.mark.parametrize(
    "invalid", [{"network": "x"}, {"digit": "x"}, {"part": "x"}, {"digit": "test", "index": "99999999"}]
)
def test_nonsense_in_the_address_gets_a_sentence(invalid):
    at = open_page("inside", **invalid)
    assert len(at.warning) == 1
    assert not at.error


def test_a_unit_that_another_layer_does_not_have_becomes_its_last():
    at = open_page("inside", network="mlp", part="layers", unit="400")
    finish(at)
    places = at.selectbox(key="inside.layer").options
    at.selectbox(key="inside.layer").select_index(len(places) - 1).run()
    assert not at.exception
    assert at.number_input(key="inside.unit").value == 9


def test_what_one_part_keeps_another_does_not_show(finished, patience):
    at = open_inside("time", finished)
    at.segmented_control(key="inside.part").set_value("class").run()
    assert not at.exception
    assert not at.info

import numpy as np
import pytest
import torch

from core.config import TrainConfig
from core.datasets import load
from core.digits.canvas_json import canvas_from_strokes
from core.digits.collection import Collection, CollectionError, Sample, read_collection, sample_of, write_collection
from core.digits.handwriting import draw
from core.interpret.fine_tuning import FEWEST, Tally, fine_tune, scores
from core.pretrained import CHECKPOINTS, CheckpointError, pretrained_classifier
from core.runs import Run
from pages.ui.background import Work
from tests.pages.app import address, open_page, run_store_of

COLLECTION = "ui.labeled_drawings.collection"


pytestmark = pytest.mark.usefixtures("patience")


def drawings(count, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return Collection(tuple(sample_of(draw(k % 10, generator), k % 10) for k in range(count)))


def open_class(count=0, **settings):
    at = open_page("inside", part="class", **settings)
    if count:
        at.session_state[COLLECTION] = drawings(count)
        at.run()
        assert not at.exception
    return at


def draw_on(at, strokes, canvas=0):
    """Put strokes on the canvas, as the browser does, which the page has seen already."""
    drawn = canvas_from_strokes(strokes, "#FFFFFF", 18)
    at.session_state["ui.digit_canvas.strokes"] = strokes
    at.session_state[f"canvas-{canvas}"] = {"drawing": {"raw": drawn, "data": None}, "backgroundFit": None}


def kept(at):
    return at.session_state[COLLECTION]


def texts(at):
    return "\n".join(element.value for element in [*at.markdown, *at.caption])


def button(at, key):
    return next(button for button in at.button if button.key == key)


def press(at, key):
    button(at, key).click().run()
    assert not at.exception


def upload(at, content, name="ours.jsonl"):
    at.file_uploader[0].set_value((name, content, "application/jsonl")).run()
    assert not at.exception


def tune(at):
    press(at, "inside_tune")
    at.run()  # in the browser the panel asks for this run itself
    assert not at.exception


def test_an_empty_collection_says_so():
    at = open_class()
    assert "The collection is empty" in texts(at)
    assert "stay in this session alone" in texts(at)
    assert button(at, "inside_add").disabled
    assert at.get("download_button")[0].proto.disabled
    assert not at.dataframe


def test_a_drawing_is_labelled_and_added():
    at = open_class()
    strokes = draw(3, torch.Generator().manual_seed(4))
    draw_on(at, strokes)
    at.segmented_control(key="inside_label").set_value(3).run()
    press(at, "inside_add")
    (sample,) = kept(at).samples
    assert sample.label == 3
    assert torch.equal(sample.picture, sample_of(strokes, 3).picture)
    assert at.session_state["ui.digit_canvas.strokes"] == []  # room for the next
    assert at.segmented_control(key="inside_label").value is None
    assert at.dataframe[0].value["3"].tolist() == ["1/1"] * 3
    assert at.dataframe[0].value["4"].tolist() == ["–"] * 3


def test_a_scribble_is_refused_and_nothing_is_lost():
    at = open_class(3)
    draw_on(at, [np.random.default_rng(0).uniform(50, 200, (60, 2))])
    at.segmented_control(key="inside_label").set_value(3).run()
    press(at, "inside_add")
    assert "scribble" in at.warning[0].value
    assert kept(at) == drawings(3)


def test_a_drawing_is_added_while_a_test_picture_is_looked_at():
    at = open_class(digit="test")
    draw_on(at, draw(5, torch.Generator().manual_seed(4)))
    at.segmented_control(key="inside_label").set_value(5).run()
    press(at, "inside_add")
    assert kept(at).counts[5] == 1


def test_the_table_is_what_the_networks_answer():
    at = open_class(25)
    classifiers = {recipe.label: pretrained_classifier(name) for name, recipe in CHECKPOINTS.items()}
    expected = scores(drawings(25), classifiers)
    table = at.dataframe[0].value
    assert table["Network"].tolist() == list(expected)
    for place, tally in enumerate(expected.values()):
        assert table["all"][place] == f"{tally.share:.0%} ({tally.all_right}/25)"
        assert [table[str(digit)][place] for digit in range(10)] == [
            f"{right}/{total}" for right, total in zip(tally.right, tally.total, strict=True)
        ]
    assert f"reads {max(tally.all_right for tally in expected.values())} of 25 right" in texts(at)


def test_the_best_and_the_worst_are_named():
    at = open_class()
    wrong = Collection(tuple(Sample(sample.strokes, (sample.label + 1) % 10) for sample in drawings(3).samples))
    at.session_state[COLLECTION] = wrong
    at.run()
    assert "Every network reads 0 of 3 right." in texts(at)
    show = {"one": Tally((1,) * 10, (2,) * 10), "other": Tally((0, *(1,) * 9), (2,) * 10)}
    at.session_state["inside.handwriting.scores"][1].result = show
    at.run()
    assert "Of your 20 drawings **one** reads 10 right, and **other** 9." in texts(at)


def test_a_drawing_is_relabelled_and_removed():
    at = open_class(12)
    at.number_input(key="inside_selected").set_value(4).run()
    at.selectbox(key="inside_new_label_3_3").set_value(8).run()
    assert kept(at) == drawings(12).relabel(3, 8)
    assert at.dataframe[0].value["3"].tolist() == ["–"] * 3
    at.number_input(key="inside_selected").set_value(12).run()
    press(at, "inside_remove")
    assert kept(at) == drawings(12).relabel(3, 8).remove(11)
    assert at.number_input(key="inside_selected").value == 11


def test_the_last_one_can_be_removed():
    at = open_class(1)
    press(at, "inside_remove")
    assert len(kept(at)) == 0
    assert "The collection is empty" in texts(at)


def test_a_file_is_added_without_what_is_there_already():
    at = open_class(4)
    upload(at, write_collection(drawings(10)))
    assert kept(at) == drawings(10)
    assert "6 drawings added; 4 " in at.info[0].value
    assert read_collection(write_collection(kept(at))) == kept(at)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x80\x04 no text", "not a collection"),
        (b"[" * 100_000, "not a collection"),
        (write_collection(drawings(2)).replace(b'"label":1', b'"label":-1'), "Line 3"),
        (write_collection(Collection((Sample((((1.0, 2.0),),), 1),))) * 300, "Line"),
    ],
)
def test_a_bad_file_gets_a_sentence_and_nothing_is_lost(content, words):
    at = open_class(3)
    upload(at, content)
    assert words in at.warning[0].value
    assert kept(at) == drawings(3)


def test_a_full_collection_takes_no_more():
    at = open_class()
    at.session_state[COLLECTION] = Collection((Sample((((10.0, 10.0), (90.0, 200.0)),), 1),) * 490)
    at.run()
    press(at, "inside_examples")
    assert "at most 500" in at.warning[0].value
    assert len(kept(at)) == 490


def test_other_hands():
    at = open_class()
    press(at, "inside_examples")
    assert kept(at).counts == (3,) * 10
    press(at, "inside_examples")
    assert len(set(kept(at).samples)) == 60


def test_too_few_to_learn_from():
    at = open_class(FEWEST - 1)
    assert button(at, "inside_tune").disabled
    assert f"at least {FEWEST} drawings" in at.info[0].value
    assert f"has {FEWEST - 1}." in at.info[0].value


def test_a_copy_learns_and_is_compared():
    at = open_class(20, network="mlp", epochs="2", rate="0.001")
    assert address(at) == {"part": "class", "network": "mlp", "epochs": "2", "rate": "0.001"}
    tune(at)
    generator = fine_tune(pretrained_classifier("mlp"), drawings(20), load("digits").test, 2, 0.001)
    tuned = Work(generator)
    tuned.advance()
    assert tuned.result.sentence in texts(at)
    table = at.dataframe[1].value
    assert table["all"].tolist() == [
        f"{tally.share:.0%} ({tally.all_right}/{tally.all})"
        for change in (tuned.result.unseen, tuned.result.elsewhere)
        for tally in (change.before, change.after)
    ]
    assert "What it says to the present digit" in texts(at)


def test_a_network_of_other_things_cannot_learn_from_digits(monkeypatch):
    monkeypatch.setattr("pages.parts.inside.handwriting.classifies_digits", lambda _classifier: False)
    at = open_class(12)
    assert "not trained on digits" in at.info[0].value
    assert "inside_tune" not in [button.key for button in at.button]


def test_a_shipped_network_that_cannot_be_read_is_said(monkeypatch):
    def missing(name):
        if name == "lstm":
            raise CheckpointError("The file lstm.json is missing: install the app anew.")
        return pretrained_classifier(name)

    monkeypatch.setattr("pages.parts.inside.handwriting.pretrained_classifier", missing)
    at = open_class(12)
    assert "install the app anew" in at.error[0].value
    assert len(at.dataframe[0].value) == 2


def test_learning_is_cancelled(monkeypatch):
    at = open_class(20, network="mlp")
    monkeypatch.setattr(Work, "advance", lambda *_given: None)
    press(at, "inside_tune")
    assert at.get("progress")
    press(at, "inside_cancel_tuning")
    assert "inside.handwriting.tuning" not in at.session_state
    assert len(kept(at)) == 20


def test_learning_that_fails_is_said():
    def fails():
        yield 0.1
        raise CollectionError("The loss was no longer a finite number.")

    at = open_class(20, network="mlp")
    at.session_state["inside.handwriting.tuning"] = (("mlp", "MLP"), Work(fails()))
    at.run()
    assert not at.exception
    assert "inside.handwriting.tuning" not in at.session_state


@pytest.fixture
def run():
    config = TrainConfig(dataset="digits", model="cnn", epochs=50)
    started = Run(config, load("digits"), number=1)
    yield started
    started.stop()
    assert started.wait(60)


def test_a_run_is_in_the_table_and_stays_as_it_was_seen(run):
    at = open_class(10)
    run_store_of(at).add(run)
    at.run()
    at.selectbox(key="inside.network").set_value("run-1").run()
    assert not at.exception
    assert run.title in at.dataframe[0].value["Network"].tolist()
    assert "still learning" in texts(at)
    reading = at.session_state["inside.handwriting.scores"][1]
    at.run()
    assert at.session_state["inside.handwriting.scores"][1] is reading
    press(at, "inside_look_again")
    assert at.session_state["inside.handwriting.scores"][1] is not reading

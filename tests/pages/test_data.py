import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.datasets import default_dataset, load
from core.lessons.data import choosing, speed
from core.lessons.data.choosing import GUESSES
from core.lessons.data.puzzles import PUZZLES, answer_of, verdict
from core.text.prediction import SHOWN
from pages.parts.data.batches import SPEED
from pages.ui import background
from tests.pages.app import address, open_page, picture, settle, told


def sentences(at: AppTest) -> list[str]:
    return told(at)


def press(at: AppTest, key: str) -> None:
    at.button(key=key).click().run()
    assert not at.exception


def test_the_way_begins_with_the_set_s_own_mean_and_std():
    at = open_page("data")
    data = load(default_dataset())
    header, arrays = picture(at, "data_way")
    assert header["values"] == {"station": 0, "mean": round(data.mean, 4), "std": round(data.std, 4)}
    assert (arrays["images"] == data.train.inputs[:8].numpy()).all()
    assert arrays["labels"].tolist() == data.train.targets[:8].tolist()
    assert address(at) == {}


def test_what_is_moved_in_the_picture_reaches_address_and_code():
    at = open_page("data")
    settle(at, "data_way", station=3, mean=0.5, std=0.25, lens=[3, 4])
    assert address(at) == {"station": "3", "mean": "0.5", "std": "0.25"}
    assert "transforms.Normalize((0.5,), (0.25,))" in at.code[0].value


def test_another_first_image_is_another_batch():
    at = open_page("data", index="5")
    _header, arrays = picture(at, "data_way")
    assert arrays["labels"].tolist() == load(default_dataset()).train.targets[5:13].tolist()
    assert "train[5]" in at.code[0].value


def test_the_last_batch_is_smaller_and_said_to_be():
    at = open_page("data", part="batches")
    _header, arrays = picture(at, "data_batches")
    assert arrays["sizes"].tolist() == [64, 64, 64, 64, 4]
    assert "260 = 4 × 64 + 4" in sentences(at)[-1]
    at.select_slider(key="data.batch_size").set_value(2).run()
    assert not at.exception
    assert picture(at, "data_batches")[1]["sizes"].tolist() == [2] * 130
    assert "260 = 130 × 2" in sentences(at)[-1]
    at.toggle(key="data.shuffle").set_value(False).run()
    order = picture(at, "data_batches")[1]["order"]
    assert (order == torch.arange(260).numpy()).all()


def test_the_speeds_are_those_that_were_measured(monkeypatch):
    monkeypatch.setattr(speed, "TURN", 0.002)
    monkeypatch.setattr(background, "SLICE", 60)
    at = open_page("data", part="batches", batch_size="200")
    at.button(key="measure").click().run()
    assert not at.exception
    speeds = at.session_state[SPEED][1].result
    assert [each.way for each in speeds] == list(speed.WAYS)
    assert speed.notice(speeds, 200) in sentences(at)


@pytest.fixture
def at_once(monkeypatch):
    """Have the networks trained in one go, and fewer of them."""
    monkeypatch.setattr("pages.parts.data.choosing.SECONDS", 60)
    monkeypatch.setattr(choosing, "EPOCHS", 1)


def test_a_guess_trains_the_networks_and_is_answered(at_once):
    at = open_page("data", part="sets")
    assert all(element.key != "data_choosing" for element in at.get("bidi_component"))
    press(at, "data_guess.guess.same")
    assert address(at) == {"part": "sets", "guess": "same"}
    _header, arrays = picture(at, "data_choosing")
    table = torch.tensor(arrays["table"])
    assert table.shape == (len(choosing.SIZES), len(choosing.WAYS), choosing.NETWORKS)
    assert choosing.say_verdict("same", table[1]) in sentences(at)
    press(at, "data_guess.guess.again")
    assert address(at) == {"part": "sets"}
    assert {f"data_guess.guess.{key}" for key in (*GUESSES, SHOWN)} <= {button.key for button in at.button}


def test_whoever_just_looks_is_told_no_verdict(at_once):
    at = open_page("data", part="sets", guess=SHOWN)
    assert picture(at, "data_choosing")
    assert not any("You said" in sentence for sentence in sentences(at))


@pytest.mark.parametrize("name", PUZZLES)
def test_a_puzzle_shows_nothing_before_it_was_guessed_and_the_truth_after(name):
    puzzle = PUZZLES[name]
    wrong = next(answer for answer in puzzle.answers if answer != puzzle.right)
    for guess in (wrong, puzzle.right, SHOWN):
        at = open_page("data", part="puzzles", puzzle=name)
        assert "PyTorch gives" not in " ".join(sentences(at))
        press(at, f"data_guess.answer_{name}.{guess}")
        (said,) = [sentence for sentence in sentences(at) if "PyTorch gives" in sentence]
        assert said.startswith(verdict(puzzle, guess))
        assert answer_of(puzzle, puzzle.result()) in said
        assert address(at)[f"answer_{name}"] == guess


def test_the_puzzles_lead_from_one_to_the_next():
    at = open_page("data", part="puzzles")
    for name in [*PUZZLES, next(iter(PUZZLES))]:
        assert at.session_state["data.puzzle"] == name
        if f"data_guess.answer_{name}.shown" in [button.key for button in at.button]:
            press(at, f"data_guess.answer_{name}.{SHOWN}")
        press(at, "data.next_button")


@pytest.mark.parametrize("settings", [{"guess": "none"}, {"puzzle": "x"}, {"answer_dtype_overflow": "right"}])
def test_an_answer_that_there_is_not_is_refused(settings):
    part = "sets" if "guess" in settings else "puzzles"
    at = open_page("data", part=part, **settings)
    assert len(at.warning) == 1
    assert address(at) == {"part": part}


def test_without_mnist_the_page_says_so():
    at = open_page("data")
    if default_dataset() == "digits":
        assert any("offline digits" in caption.value for caption in at.caption)
        assert "MNIST is not on this computer" in picture(at, "data_way")[0]["says"]["notices"][0]

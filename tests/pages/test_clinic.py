"""The clinic: what is shown of each patient, repairs, the question, and what stands in the address."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.datasets import DatasetMissing
from core.lessons.clinic import training
from core.lessons.clinic.cases import CASES, FAULTS
from core.lessons.clinic.predictions import QUESTIONS
from core.lessons.clinic.program import text
from core.lessons.clinic.sentences import symptom, verdict
from core.text.prediction import SHOWN
from pages.ui import background
from tests.core.lessons.clinic.runs import cured, run_of
from tests.pages.app import address, open_page, picture, settle, told

PICTURE, CODE = "clinic", "clinic_code"


@pytest.fixture(autouse=True)
def in_one_go(patience):
    """Every training is over when its page is there."""


def sentences(at: AppTest) -> list[str]:
    return told(at)


def says(at: AppTest, sentence: str) -> bool:
    return any(said.startswith(sentence) for said in sentences(at))


def choose(at: AppTest, repair: str) -> None:
    """Choose what stands in the places of the program, as its menus tell it."""
    settle(at, CODE, repair=repair, epoch=0)


@pytest.mark.parametrize("key", CASES)
def test_a_patient_as_it_came_and_with_its_cure(key):
    at = open_page("clinic", case=key)
    broken, sound = run_of(key), cured(key)
    header, arrays = picture(at, PICTURE)
    assert says(at, symptom(broken))
    np.testing.assert_array_equal(arrays["loss"], broken.loss)
    assert "loss_before" not in arrays
    assert "fresh" not in str(header["lines"])
    at.button(key="show_me").click().run()
    header, arrays = picture(at, PICTURE)
    assert says(at, verdict(broken, sound, sound))
    assert says(at, "**Mended.**")
    np.testing.assert_array_equal(arrays["loss"], sound.loss)
    np.testing.assert_array_equal(arrays["loss_before"], broken.loss)
    assert "fresh" in str(header["lines"])
    assert at.code[0].value == text(CASES[key].program(CASES[key].cure), 0)
    assert at.button(key="show_me").disabled
    link = address(at)
    again = open_page("clinic", **link)
    assert says(again, "**Mended.**")
    assert picture(again, CODE)[0]["values"] == {"repair": link["repair"]}


def test_a_wrong_repair_then_the_right_one_and_back():
    at = open_page("clinic", case="4")
    choose(at, "rate:tiny")
    assert says(at, "**Not mended.**")
    assert "`rate = 0.0001`: Steps of a ten-thousandth" in "\n".join(sentences(at))
    assert address(at) == {"case": "4", "repair": "rate:tiny"}
    choose(at, "before:zero_grad")
    assert says(at, "**Mended.**")
    assert "tiny" not in str(address(at))
    at.button(key="as_it_came").click().run()
    assert says(at, symptom(run_of("4")))
    assert address(at) == {"case": "4"}


def test_a_repair_is_watched_from_the_first_epoch():
    at = open_page("clinic", epoch="19")
    assert picture(at, PICTURE)[0]["values"] == {"epoch": 19}
    choose(at, "last:none")
    assert picture(at, PICTURE)[0]["values"] == {"epoch": 0}
    settle(at, PICTURE, epoch=7)
    assert address(at) == {"repair": "last:none", "epoch": "7"}


def test_another_patient_comes_as_it_is():
    at = open_page("clinic", case="2", repair="rate:usual", epoch="5")
    at.button(key="next_patient").click().run()
    assert address(at) == {"case": "3"}
    assert says(at, symptom(run_of("3")))
    choose(at, "rate:usual")
    at.selectbox(key="clinic.case").set_value("12").run()
    assert address(at) == {"case": "12"}
    at.button(key="next_patient").click().run()
    assert not address(at)


def test_another_seed_is_another_training():
    at = open_page("clinic")
    at.button(key="other_seed").click().run()
    assert address(at) == {"seed": "1"}
    np.testing.assert_array_equal(picture(at, PICTURE)[1]["loss"], run_of("1", seed=1).loss)
    assert "torch.manual_seed(1)" in at.code[0].value


@pytest.mark.parametrize("key", CASES)
def test_the_question_is_answered_by_what_mends(key):
    question = QUESTIONS[key]
    for guess in (next(iter(question.answers)), SHOWN):
        at = open_page("clinic", case=key)
        assert "badge[computed]" not in str(sentences(at))
        at.button(key=f"{question.id}.{guess}").click().run()
        (answers,) = (said for said in sentences(at) if "badge[computed]" in said)
        (right,) = (line for line in answers.splitlines() if "badge[computed]" in line)
        assert FAULTS[CASES[key].fault] in right
        assert says(at, symptom(run_of(key)))  # the code is for the person to mend


def test_the_code_has_the_places_of_the_patient():
    header, _arrays = picture(open_page("clinic", case="9"), CODE)
    assert set(header["choices"]) == set(CASES["9"].places)
    assert ["nothing", "# nothing here"] in header["choices"]["mode"]
    assert not any("import" in line["text"] for line in header["lines"])


def test_while_it_trains_the_last_picture_stays(monkeypatch):
    at = open_page("clinic", case="6")
    monkeypatch.setattr(background.Work, "advance", lambda self, seconds=None: None)
    choose(at, "rate:large,hidden:many")
    assert not at.exception
    np.testing.assert_array_equal(picture(at, PICTURE)[1]["loss"], run_of("6").loss)
    assert not says(at, "**")


def test_without_its_images_the_page_says_what_to_do(monkeypatch):
    def missing():
        raise DatasetMissing("Install scikit-learn.")

    monkeypatch.setattr(training, "_images", missing)
    at = open_page("clinic", seed="77")  # a training that nobody has asked for yet
    assert at.error[0].value == "Install scikit-learn."


@pytest.mark.parametrize(
    "nonsense",
    [
        {"case": "13"},
        {"repair": "rate"},
        {"repair": "rate:usual,rate:tiny"},
        {"repair": "mode:eval"},
        {"seed": "-1"},
        {"seed": "9" * 12},
        {"epoch": "20"},
    ],
)
def test_nonsense_in_the_address_gets_a_sentence(nonsense):
    at = open_page("clinic", **nonsense)
    assert "The address asks for what cannot be had" in at.warning[0].value
    assert says(at, symptom(run_of("1")))

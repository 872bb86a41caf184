import io
import re
from contextlib import redirect_stdout

import pytest
from streamlit.testing.v1 import AppTest

from core.lessons.losses import batches, classes, curves, penalty
from core.losses import LOSSES
from tests.pages.app import address, open_page, picture, settle, told

PARTS = ("number", "batch", "classes", "not_mse", "penalty")
ONE_BY_ONE = [name for name, loss in LOSSES.items() if not loss.compares_classes]


def press(at: AppTest, name: str) -> None:
    at.button(key=f"try_{name}").click().run()
    assert not at.exception


def sentence(at: AppTest) -> str:
    """What the page says of the picture, the last words beside it that ask nothing."""
    return [text for text in told(at) if not text.startswith("**Predict first.**")][-1]


def one_number(names: list[str], prediction: float, target: float) -> str:
    gradients = {name: tuple(map(float, curves.loss_and_gradient(name, prediction, target))) for name in names}
    return curves.notice(prediction, target, gradients)


def a_batch(loss: str, outputs: list[float], targets: list[float]) -> str:
    best = {name: batches.best_constant(name, targets) for name in ("mse", "l1", "huber")}
    batch = batches.compare(loss, outputs, targets)
    return f"{batches.notice(batch)} {batches.notice_best(targets, best)}"


def gradients(losses: list[str], logit_margin: float) -> str:
    sizes = {loss: classes.gradient(loss, [logit_margin]).item() for loss in losses}
    return classes.notice_gradients(
        logit_margin, sizes, {loss: classes.recovery(loss, logit_margin)[-1] for loss in losses}
    )


def test_one_number_begins_with_three_losses_and_their_numbers():
    at = open_page("losses")
    header, arrays = picture(at, "loss_curves")
    assert [loss["table"] for loss in header["losses"]] == ["mse", "l1", "huber"]
    assert header["values"] == {"prediction": -1, "target": 1}
    assert {name: table.shape for name, table in arrays.items()} == dict.fromkeys(("mse", "l1", "huber"), (2, 1201))
    assert sentence(at) == one_number(["mse", "l1", "huber"], -1.0, 1.0)


def test_prediction_target_and_delta_change_the_numbers():
    at = open_page("losses")
    settle(at, "loss_curves", prediction=3, target=-1)
    at.slider(key="losses.huber_delta").set_value(2.0).run()
    assert "From 3 to the target −1: MSE pulls down (gradient 8)" in sentence(at)
    assert "Huber pulls down (gradient 2)" in sentence(at)
    assert address(at) == {"prediction": "3", "target": "-1", "huber_delta": "2"}
    assert "tensor(3.0, requires_grad=True)" in at.code[0].value


def test_a_loss_that_cannot_compare_with_the_target_says_so_and_the_picture_stays():
    at = open_page("losses", losses="mse,bce", target="1.5")
    assert [warning.value for warning in at.warning] == [
        "Binary cross-entropy compares with targets from 0 (no) to 1 (yes), and 1.5 is none."
    ]
    assert sentence(at) == one_number(["mse"], -1.0, 1.5)
    at.pills(key="losses.losses").set_value(["bce"]).run()
    assert not at.exception
    assert at.info[0].value == "Choose at least one loss that can compare with this target."
    settle(at, "loss_curves", target=1)
    assert sentence(at) == one_number(["bce"], -1.0, 1.0)


def test_without_a_loss_there_is_nothing_to_draw():
    at = open_page("losses", losses="")
    assert at.info[0].value == "Choose at least one loss."
    assert all(element.key != "loss_curves" for element in at.get("bidi_component"))


def test_a_batch_is_told_in_its_numbers():
    at = open_page("losses", part="batch", outlier="15")
    assert sentence(at) == a_batch("mse", [2.5, 3, 4.5, 3.5, 5], [2, 3.4, 4, 3, 20.5])
    settle(at, "loss_terms", outlier=0)
    assert sentence(at) == a_batch("mse", [2.5, 3, 4.5, 3.5, 5], [2, 3.4, 4, 3, 5.5])
    at.segmented_control(key="losses.batch_loss").set_value("l1").run()
    assert sentence(at) == a_batch("l1", [2.5, 3, 4.5, 3.5, 5], [2, 3.4, 4, 3, 5.5])


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("outputs", "", "out has 0 numbers"),
        ("outputs", "1, 2", "2 outputs and 5 targets"),
        ("outputs", "1, nan, 3, 4, 5", "“nan” in out"),
        ("targets", "1, 2, 3, 4, 1e30", "“1e30” in target"),
        ("targets", "1, 2, inf, <b>", "“inf” in target"),
        ("targets", "1," * 100, "target has 100 numbers"),
    ],
)
def test_bad_lists_get_a_sentence_and_lose_nothing(field, text, words):
    at = open_page("losses", part="batch")
    at.text_input(key=f"losses.{field}").set_value(text).run()
    assert not at.exception
    assert len(at.error) == 1
    assert words in at.error[0].value
    assert at.text_input(key=f"losses.{field}").value == text


def test_classes_are_told_in_their_numbers():
    at = open_page("losses", part="classes", logit_A="5", logit_B="-3", right="B")
    choice = classes.choose([5.0, -3.0, -1.0], 1.0, 1)
    assert sentence(at) == classes.notice_choice(choice, ("A", "B", "C"))
    settle(at, "softmax_loss", temperature=5)
    at.segmented_control(key="losses.right").set_value("C").run()
    choice = classes.choose([5.0, -3.0, -1.0], 5.0, 2)
    assert sentence(at) == classes.notice_choice(choice, ("A", "B", "C"))


def test_why_not_mse_is_told_in_its_numbers():
    at = open_page("losses", part="not_mse", lead="8")
    assert sentence(at) == gradients(["cross_entropy", "mse"], 8.0)
    settle(at, "loss_gradients", lead=-3)
    assert sentence(at) == gradients(["cross_entropy", "mse"], -3.0)
    at.pills(key="losses.pulls").set_value([]).run()
    assert not at.exception
    assert at.info[0].value == "Choose at least one loss."


ENDS = {
    "loss_curves": ("number", {"prediction": (-4, 4), "target": (-2, 2)}),
    "loss_terms": ("batch", {"outlier": (0, 20)}),
    "softmax_loss": ("classes", {f"logit_{name}": (-6, 6) for name in "ABC"} | {"temperature": (0.2, 5)}),
    "loss_gradients": ("not_mse", {"lead": (-12, 12)}),
    "loss_penalty": ("penalty", {"wanted": (-2, 2), "strength": (0, 4)}),
}


@pytest.mark.parametrize("end", [0, 1])
@pytest.mark.parametrize("key", ENDS)
def test_everything_at_both_ends(key, end):
    part, moved = ENDS[key]
    at = open_page("losses", part=part, losses=",".join(ONE_BY_ONE), batch_loss="huber", pulls=",".join(LOSSES))
    settle(at, key, **{name: ends[end] for name, ends in moved.items()})
    for slider in at.slider:
        slider.set_value((slider.min, slider.max)[end]).run()
    assert not at.exception
    assert "nan" not in sentence(at)
    assert not at.error


@pytest.mark.parametrize("told", ["far", 7, float("inf"), None, [1, 2], "1" * 10_000])
def test_what_no_picture_would_tell_changes_nothing(told):
    at = open_page("losses", prediction="3")
    settle(at, "loss_curves", prediction=told)
    assert picture(at, "loss_curves")[0]["values"]["prediction"] == 3


@pytest.mark.parametrize("loss", ONE_BY_ONE)
def test_every_loss_of_a_batch(loss):
    lists = {"outputs": "2, -1", "targets": "1, 0", "outlier": "0", "logits": "2, -1", "answers": "1, 0"}
    at = open_page("losses", part="batch", batch_loss=loss, **lists)
    assert sentence(at) == a_batch(loss, [2.0, -1.0], [1.0, 0.0])
    assert not at.error


def test_yes_or_no_has_its_own_numbers_and_what_was_typed_for_another_loss_stays():
    at = open_page("losses", part="batch")
    at.text_input(key="losses.targets").set_value("7, 8, 9, 10, 11").run()
    at.segmented_control(key="losses.batch_loss").set_value("bce").run()
    assert not at.error
    assert sentence(at) == a_batch("bce", [3, -2, 0.5, 4], [1, 0, 1, 0])
    at.text_input(key="losses.answers").set_value("1, 0, 0, 0").run()
    assert sentence(at) == a_batch("bce", [3, -2, 0.5, 4], [1, 0, 0, 0])
    at.segmented_control(key="losses.batch_loss").set_value("l1").run()
    assert sentence(at) == a_batch("l1", [2.5, 3, 4.5, 3.5, 5], [7, 8, 9, 10, 17])
    at.segmented_control(key="losses.batch_loss").set_value("bce").run()
    assert sentence(at) == a_batch("bce", [3, -2, 0.5, 4], [1, 0, 0, 0])
    at.text_input(key="losses.answers").set_value("1, 0, 0, 2").run()
    assert "2 is none" in at.error[0].value


@pytest.mark.parametrize(
    ("part", "name", "expected"),
    [
        ("number", "far", lambda: one_number(["mse", "l1", "huber"], -3.0, 1.0)),
        ("number", "near", lambda: one_number(["mse", "l1", "huber"], 0.9, 1.0)),
        ("number", "yes", lambda: one_number(["mse", "bce"], 3.0, 1.0)),
        ("batch", "mse", lambda: a_batch("mse", [2.5, 3, 4.5, 3.5, 5], [2, 3.4, 4, 3, 20.5])),
        ("batch", "l1", lambda: a_batch("l1", [2.5, 3, 4.5, 3.5, 5], [2, 3.4, 4, 3, 20.5])),
        ("batch", "questions", lambda: a_batch("bce", [3, -2, 0.5, 4], [1, 0, 1, 0])),
        ("not_mse", "sleep", lambda: gradients(["cross_entropy", "mse"], 8.0)),
        ("not_mse", "doubt", lambda: gradients(["cross_entropy", "mse"], 0.0)),
        ("not_mse", "all", lambda: gradients(list(LOSSES), 6.0)),
        ("penalty", "little", lambda: penalty.notice(0.3, 1.0)),
    ],
)
def test_try_this_sets_the_controls(part, name, expected):
    at = open_page("losses", part=part)
    press(at, name)
    assert sentence(at) == expected()


def test_confidently_wrong_costs_much_and_confidently_right_little():
    at = open_page("losses", part="classes")
    press(at, "wrong")
    assert "confident in A, which is wrong" in sentence(at)
    press(at, "hot")
    assert "At temperature 1" in sentence(at)
    press(at, "right")
    assert sentence(at).startswith("The right class, B, gets 99")


def test_a_setting_survives_a_visit_to_another_part():
    at = open_page("losses")
    settle(at, "loss_curves", prediction=2.5)
    at.segmented_control(key="losses.part").set_value("classes").run()
    at.segmented_control(key="losses.part").set_value("number").run()
    assert picture(at, "loss_curves")[0]["values"]["prediction"] == 2.5


@pytest.mark.parametrize("part", PARTS)
def test_the_code_on_the_page_runs(part):
    at = open_page("losses", part=part)
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(at.code[0].value, {})
    expected = {
        "number": 4.0,
        "batch": batches.compare("mse", [2.5, 3, 4.5, 3.5, 5], [2, 3.4, 4, 3, 11.5]).mean,
        "classes": classes.choose([2.0, 1.0, -1.0], 1.0, 1).loss,
        "not_mse": classes.gradient("cross_entropy", [4.0]).item(),
        "penalty": 0.5,
    }[part]
    numbers = [float(number) for number in re.findall(r"-?\d+\.\d+", printed.getvalue())]
    assert min(abs(number - expected) for number in numbers) < 1e-5


@pytest.mark.parametrize(
    "parameters",
    [
        {"part": "bogus"},
        {"prediction": "nan", "target": "1e9"},
        {"losses": "mse,cross_entropy"},
        {"huber_delta": "0"},
        {"part": "batch", "outputs": "9" * 5000},
        {"part": "batch", "outlier": "-1", "batch_loss": "cross_entropy"},
        {"part": "classes", "logit_A": "inf", "right": "Z", "temperature": "0"},
        {"part": "not_mse", "lead": "1e99", "pulls": "<b>"},
    ],
)
def test_nonsense_in_the_address(parameters):
    at = open_page("losses", **parameters)
    assert len(at.warning) == 1
    assert "what cannot be had" in at.warning[0].value
    assert not at.error
    assert any(character.isdigit() for character in sentence(at))


@pytest.mark.parametrize("part", PARTS)
def test_every_control_has_a_label(part):
    at = open_page("losses", part=part)
    controls = [*at.pills, *at.slider, *at.button, *at.segmented_control, *at.text_input]
    assert all(control.label for control in controls)


def test_a_penalty_moves_with_the_picture():
    at = open_page("losses", part="penalty")
    assert penalty.notice(1.0, 1.0) in [element.value for element in at.markdown]
    settle(at, "loss_penalty", wanted=0.3, strength=2.0)
    assert address(at) == {"part": "penalty", "wanted": "0.3", "strength": "2"}
    assert penalty.notice(0.3, 2.0) in [element.value for element in at.markdown]
    assert penalty.snippet(0.3, 2.0).strip() in [code.value for code in at.code]

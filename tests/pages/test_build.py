import pytest
import torch

from core.blocks import BLOCKS, format_blocks, parse_blocks
from core.blocks.network import trace
from core.blocks.registry import MAX_BLOCKS
from core.codegen.blocks import script
from core.lessons.build.examples import EXAMPLES
from core.lessons.build.forward import MAX_SAMPLES, run
from core.lessons.build.memory import memory, notice, readable
from core.lessons.build.problems import INPUTS, TASKS
from tests.pages.app import address, open_page, picture, settle

COURSE = EXAMPLES["course"].text
PICTURE = "network_stack"
IMAGE = (1, 28, 28)
SHAPES = {"vector": (4,), "image": IMAGE, "sequence": (20, 3)}


def blocks_of(at):
    return format_blocks(at.session_state["build.blocks"])


def stack(at):
    return picture(at, PICTURE)[0]


def titles(at):
    return [row["title"] for row in stack(at)["rows"]]


def rearrange(at, text, chosen=0):
    """Let the blocks go in the picture in this order."""
    settle(at, PICTURE, blocks=[word for word in text.split(",") if word], chosen=chosen)


def sentences(at):
    return [markdown.value for markdown in at.markdown]


def press(at, key):
    at.button(key=f"build.{key}").click().run()
    assert not at.exception


def test_starts_with_the_courses_net():
    at = open_page("build")
    blocks = parse_blocks(COURSE)
    rows = trace(blocks, IMAGE)
    assert blocks_of(at) == COURSE
    assert [metric.value for metric in at.metric] == ["407,050", readable(memory(rows, 64).total)]
    assert stack(at)["notice"] == notice(blocks, rows, IMAGE, 64)
    assert titles(at) == ["Flatten", "Linear 512", "ReLU", "Linear 10"]
    assert stack(at)["values"] == {"blocks": ["flatten", "linear:512", "relu", "linear:10"], "chosen": 1}
    assert "784 → 512 · **401,920** parameters" in [caption.value for caption in at.caption]
    assert at.query_params == {}


def test_blocks_are_added_moved_changed_and_removed():
    at = open_page("build")
    rearrange(at, f"{COURSE},dropout:0.2", chosen=4)
    assert blocks_of(at) == f"{COURSE},dropout:0.2"
    assert address(at) == {"blocks": f"{COURSE},dropout:0.2", "chosen": "4"}
    rearrange(at, "flatten,linear:512,relu,dropout:0.2,linear:10", chosen=3)
    at.number_input(key="build.knob_dropout_share").set_value(0.5).run()
    rearrange(at, "flatten,dropout:0.5,linear:512,linear:10", chosen=2)
    at.number_input(key="build.knob_linear_neurons").set_value(32).run()
    assert blocks_of(at) == "flatten,dropout:0.5,linear:32,linear:10"
    at.button(key="try_course").click().run()
    assert "blocks" not in at.query_params
    settle(at, PICTURE, chosen=1)
    assert at.number_input(key="build.knob_linear_neurons").value == 512


def test_the_controls_are_those_of_the_chosen_block():
    at = open_page("build", blocks="conv:16:3,relu,lstm:64", chosen="2")
    assert [field.key for field in at.number_input if "knob" in field.key] == ["build.knob_lstm_hidden"]
    settle(at, PICTURE, chosen=0)
    assert {field.key for field in at.number_input if "knob" in field.key} == {
        f"build.knob_conv_{name}" for name in ("filters", "kernel", "stride", "padding")
    }
    settle(at, PICTURE, chosen=1)
    assert not [field for field in at.number_input if "knob" in field.key]


def test_the_chosen_block_may_be_one_that_is_there_no_more():
    at = open_page("build", blocks="relu,linear:5", input="vector", chosen="20")
    assert stack(at)["values"]["chosen"] == 1


def test_all_blocks_may_go_and_come_back():
    at = open_page("build")
    rearrange(at, "")
    assert blocks_of(at) == ""
    assert any("No block yet" in warning.value for warning in at.warning)
    at.button(key="suit").click().run()
    assert not at.exception
    assert blocks_of(at) == "flatten,linear:10"


def test_every_change_can_be_undone():
    at = open_page("build", input="vector", blocks="linear:5,relu,linear:3,softmax", chosen="0")
    assert at.button(key="build.undo").disabled
    assert any(caption.value == "It takes the place of Linear 3, Softmax." for caption in at.caption)
    at.button(key="suit").click().run()
    assert blocks_of(at) == "linear:5,relu,linear:3"
    at.number_input(key="build.knob_linear_neurons").set_value(8).run()
    at.button(key="try_cnn").click().run()
    press(at, "undo")
    assert (blocks_of(at), at.session_state["build.input"]) == ("linear:8,relu,linear:3", "vector")
    press(at, "undo")
    assert at.number_input(key="build.knob_linear_neurons").value == 5
    press(at, "undo")
    assert blocks_of(at) == "linear:5,relu,linear:3,softmax"
    assert at.button(key="build.undo").disabled
    rearrange(at, "relu,linear:5")
    assert blocks_of(at) == "relu,linear:5"
    press(at, "undo")
    assert blocks_of(at) == "linear:5,relu,linear:3,softmax"
    settle(at, PICTURE, chosen=2)
    assert at.button(key="build.undo").disabled


@pytest.mark.parametrize(
    "told", [["nonsense"], ["linear:1e9"], ["relu"] * (MAX_BLOCKS + 1), ["x" * 5000], 7, None, [None], {"a": 1}]
)
def test_what_no_picture_would_tell_changes_nothing(told):
    at = open_page("build")
    settle(at, PICTURE, blocks=told, chosen=told)
    assert blocks_of(at) == COURSE
    assert at.button(key="build.undo").disabled


@pytest.mark.parametrize("key", BLOCKS)
def test_every_block_stands_in_every_problem(key):
    for kind in INPUTS:
        open_page("build", blocks=key, input=kind)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("kind", INPUTS)
def test_the_end_that_suits_gives_a_loss(kind, task):
    at = open_page("build", blocks="flatten,linear:7,relu", input=kind, task=task)
    assert any("wants" in warning.value for warning in at.warning)
    at.button(key="suit").click().run()
    assert not at.exception
    assert at.success[0].value == "This network ends so."
    classes = {"image": 10}.get(kind, 3 if task == "multi_class" else 2)
    passage = run(parse_blocks(blocks_of(at)), kind, SHAPES[kind], task, classes, 64)
    assert any(f"**{passage.loss:.4f}**" in sentence for sentence in sentences(at))
    assert f"{INPUTS[kind].note} {TASKS[task].example}" in [caption.value for caption in at.caption]


@pytest.mark.parametrize("batch", [1, 3, MAX_SAMPLES])
def test_the_rows_sum_to_one_for_any_batch(batch):
    at = open_page("build")
    at.number_input(key="build.batch").set_value(batch).run()
    assert not at.exception
    sums = run(parse_blocks(COURSE), "image", IMAGE, "multi_class", 10, batch).answers.sum(dim=1)
    words = f"each row sums to 1 (from {sums.min().item():.6f} to {sums.max().item():.6f})."
    assert any(words in sentence for sentence in sentences(at))
    assert any(f"`[{batch}, 512]` → `[{batch}, 10]`" in sentence for sentence in sentences(at))


@pytest.mark.parametrize(
    ("name", "extreme"), [("inputs", 1), ("inputs", 1000), ("steps", 100), ("features", 100), ("classes", 20)]
)
def test_sizes_at_their_ends(name, extreme):
    at = open_page("build", input="vector" if name == "inputs" else "sequence")
    at.number_input(key=f"build.{name}").set_value(extreme).run()
    assert not at.exception


def test_a_forgotten_flatten_is_shown_at_its_block():
    at = open_page("build")
    at.button(key="try_forgotten").click().run()
    assert not at.exception
    (error,) = at.error
    row = trace(at.session_state["build.blocks"], IMAGE, 64)[0]
    assert "1792x28" in row.error
    assert error.value == f"{row.mend}\n\n` {row.error} `"
    assert at.metric[0].label == "Parameters so far"
    assert not [button for button in at.button if button.key == "train_this"]


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "forgotten"])
def test_every_example_can_be_trained_and_its_code_runs(name):
    at = open_page("build", part="code", input="vector")
    at.button(key=f"try_{name}").click().run()
    assert not at.exception
    assert at.button(key="train_this")
    code = at.code[0].value
    assert code.strip() == script(parse_blocks(EXAMPLES[name].text), IMAGE, 64).strip()
    names = {"__name__": "shown"}
    exec(code, names)
    assert names["network"](torch.rand(2, *IMAGE)).shape == (2, 10)


@pytest.mark.parametrize("parameters", [{"input": "vector"}, {"blocks": "flatten,linear:9"}, {"blocks": ""}])
def test_only_a_digit_network_can_be_trained(parameters):
    assert not [button for button in open_page("build", **parameters).button if button.key == "train_this"]


def test_train_this_hands_the_blocks_over():
    at = open_page("build", blocks="flatten,linear:20,relu,linear:10")
    at.button(key="train_this").click().run()
    assert not at.exception
    assert at.session_state["train.model"] == "blocks"
    assert at.session_state["train.blocks"] == "flatten,linear:20,relu,linear:10"


@pytest.mark.parametrize(
    "blocks",
    ["linear:1e9", "linear:nan", "nonsense", "dropout:inf", "x" * 5000, "relu," * 100, "<b>:1"],
)
def test_nonsense_in_the_address_gets_a_sentence(blocks):
    at = open_page("build", blocks=blocks, batch="1e9", unknown="1")
    assert "cannot be had" in at.warning[0].value
    assert blocks_of(at) == COURSE
    assert at.number_input(key="build.batch").value == 64


def test_huge_layers_get_a_sentence_and_no_memory():
    at = open_page("build", blocks="flatten,linear:1000000,linear:1000000,linear:10")
    assert any("too much to run" in warning.value for warning in at.warning)
    assert at.metric[0].value == f"{785 * 10**6 + 10**12 + 10**6 + 10**7 + 10:,}"


def test_a_network_for_points_goes_to_the_playground():
    at = open_page("build", input="vector", inputs="2", task="binary", blocks="linear:5,relu,linear:1")
    at.button(key="train_this").click().run()
    assert not at.exception
    assert at.session_state["playground.hidden"] == (5,)
    assert at.session_state["playground.activations"] == ("relu",)
    assert at.session_state["playground.dataset"] == "circle"


def test_a_network_that_the_playground_cannot_draw_is_not_offered_to_it():
    at = open_page("build", input="vector", inputs="2", task="binary", blocks="linear:50,relu,linear:1")
    assert not [button for button in at.button if button.key == "train_this"]

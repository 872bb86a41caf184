import io

import numpy as np
import pytest
import torch
from safetensors.torch import save
from streamlit.testing.v1 import AppTest

from core.config import TrainConfig
from core.datasets import data_of
from core.digits.rasterize import to_picture
from core.export.weights import weights
from core.pretrained import CHECKPOINTS, load, pretrained_classifier
from core.runs import Run
from core.runs.run import run_classifier
from pages.ui.weights_upload import MAX_KEPT, MAX_NAME, shortened
from tests.pages.app import APP, as_read, run_store_of

SEVEN = [np.array([[80.0, 70], [200, 68], [140, 220]]), np.array([[110.0, 150], [190, 145]])]
PICTURE = to_picture(SEVEN).picture


@pytest.fixture(scope="module")
def run():
    config = TrainConfig(dataset="digits", hidden=(8,), epochs=1)
    run = Run(config, data_of(config))
    assert run.wait(60)
    return run


def open_draw():
    at = AppTest.from_file(str(APP), default_timeout=60).run()
    at.session_state["ui.digit_canvas.strokes"] = SEVEN
    at.switch_page("pages/draw.py")
    at.run()
    assert not at.exception
    return at


def upload(at, content, name="mine.safetensors"):
    at.file_uploader[0].set_value((name, content, "application/octet-stream")).run()
    assert not at.exception
    return at


def saved(tensors):
    file = io.BytesIO()
    torch.save(tensors, file)
    return file.getvalue()


def chosen(at):
    return at.selectbox(key="draw.network")


def said(at):
    return "\n".join(element.value for element in (*at.markdown, *at.caption, *at.success, *at.error))


def test_a_file_of_this_app_answers_at_once(run):
    at = upload(open_draw(), weights(run))
    assert chosen(at).options[-1] == "Loaded: mine.safetensors"
    assert chosen(at).value == "loaded-1"
    assert f"These weights fit {run.title}." in said(at)
    assert f"with {run_classifier(run).predict_proba(PICTURE).max():.1%}" in said(at)


@pytest.mark.parametrize("name", CHECKPOINTS)
def test_the_weights_of_a_shipped_network_are_known_again(name):
    at = upload(open_draw(), saved(load(name).network.state_dict()), "weights.pt")
    assert CHECKPOINTS[name].label in at.success[0].value
    assert f"{pretrained_classifier(name).predict_proba(PICTURE).max():.1%} confident" in said(at)


def test_a_run_of_the_session_is_known_again(run):
    at = open_draw()
    run_store_of(at).add(run)
    at.run()
    upload(at, saved(run.model_snapshot().state_dict()), "weights.pth")
    assert "These weights fit Run 1" in said(at)
    assert f"with {run_classifier(run).predict_proba(PICTURE).max():.1%}" in said(at)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"PK\x03\x04", "damaged"),
        (b"hello, this is a text", "neither safetensors nor"),
        (save({"layers.1.weight": torch.zeros(3, 3)}), "[3, 3]"),
        (saved(torch.nn.Linear(2, 2)), "code"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_anything_else_is_refused_and_nothing_changes(content, reason):
    at = upload(open_draw(), content)
    assert reason in as_read(at.error[0])
    assert chosen(at).value == "cnn"
    assert chosen(at).options == [recipe.label for recipe in CHECKPOINTS.values()]
    assert at.session_state["ui.digit_canvas.strokes"] is not None


def test_only_the_newest_are_kept(run):
    at = open_draw()
    for number in range(MAX_KEPT + 1):
        upload(at, weights(run), f"file{number}.safetensors")
        assert chosen(at).value == f"loaded-{number + 1}"
    assert [option for option in chosen(at).options if "Loaded" in option] == [
        f"Loaded: file{number}.safetensors" for number in range(1, MAX_KEPT + 1)
    ]


@pytest.mark.parametrize("part", ["xray", "time", "mistakes", "class", "map"])
def test_look_inside_takes_it_too(run, part):
    at = upload(open_draw(), weights(run))
    at.switch_page("pages/inside.py")
    at.query_params["part"] = part
    at.query_params["network"] = "loaded-1"
    at.run()
    assert not at.exception
    assert at.selectbox(key="inside.network").value == "loaded-1"


def test_a_loaded_network_that_is_gone_gives_way_to_the_shipped_one(run):
    at = upload(open_draw(), weights(run))
    at.session_state["ui.weights_upload.kept"] = {}
    at.run()
    assert not at.exception
    assert f"{pretrained_classifier('cnn').predict_proba(PICTURE).max():.1%} confident" in said(at)


def test_names_of_files_are_short_and_plain():
    assert shortened("mine.pt") == "mine.pt"
    assert shortened("a\x00b\n\u202ec.pt") == "abc.pt"
    long = shortened("x" * 500 + ".safetensors")
    assert len(long) <= MAX_NAME
    assert long.endswith("tensors")


def test_what_was_done_to_make_weights_fit_is_said():
    tensors = {f"module.{name}": tensor.half() for name, tensor in load("mlp").network.state_dict().items()}
    at = upload(open_draw(), saved({"model_state_dict": tensors, "epoch": 3}), "checkpoint.pth")
    assert CHECKPOINTS["mlp"].label in as_read(at.success[0])
    assert "Its numbers are float16, and were made float32." in as_read(at.success[0])

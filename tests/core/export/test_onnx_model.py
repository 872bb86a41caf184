import warnings
from dataclasses import replace
from threading import Thread

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from core.activations import ACTIVATIONS
from core.config.json_file import read_config
from core.export.onnx_model import INPUTS, OUTPUTS, onnx_model
from core.models import OUTPUT_LAYERS
from core.runs import Run
from tests.core.export.trained import CONFIGS, paused, trained

POINTS = CONFIGS["points"]


def answers(model: bytes, inputs: torch.Tensor) -> np.ndarray:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run([OUTPUTS], {INPUTS: inputs.numpy()})[0]


def compare(run: Run, model: bytes) -> None:
    network = run.model_snapshot()
    for samples in (1, 2, 5):
        inputs = run.data.prepare(run.data.test.inputs[:samples])
        with torch.inference_mode():
            expected = network(inputs).numpy()
        np.testing.assert_allclose(answers(model, inputs), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", CONFIGS)
def test_every_network_answers_as_in_pytorch(name):
    run = trained(name)
    model = onnx_model(run)
    compare(run, model)
    onnx.checker.check_model(onnx.load_model_from_string(model), full_check=True)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_can_be_exported(activation):
    run = paused(replace(POINTS, activations=(), activation=activation))
    compare(run, onnx_model(run))


@pytest.mark.parametrize("output_layer", OUTPUT_LAYERS)
def test_every_output_layer_can_be_exported(output_layer):
    run = paused(replace(CONFIGS["mlp"], output_layer=output_layer))
    compare(run, onnx_model(run))


@pytest.mark.parametrize(
    "blocks", ["lstm:8,linear:10", "lstm:8:all,flatten,softmax,linear:10", "conv:4:3:2:1,flatten,linear:10"]
)
def test_blocks_of_all_kinds_can_be_exported(blocks):
    run = paused(replace(CONFIGS["blocks"], blocks=blocks))
    compare(run, onnx_model(run))


def test_it_says_how_its_inputs_are_prepared():
    run = trained("mlp")
    told = {entry.key: entry.value for entry in onnx.load_model_from_string(onnx_model(run)).metadata_props}
    assert read_config(told["config"]) == run.config
    assert (float(told["mean"]), float(told["std"])) == (run.data.mean, run.data.std)


def test_it_is_silent(capfd):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        onnx_model(trained("lstm"))
    told = capfd.readouterr()
    assert (told.out, told.err) == ("", "")


def test_several_people_may_ask_while_a_network_trains():
    run = Run(replace(CONFIGS["mlp"], epochs=1000), trained("mlp").data)
    made = []
    threads = [Thread(target=lambda: made.append(onnx_model(run))) for _person in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.stop()
    assert run.wait(60)
    assert len(made) == 4
    inputs = run.data.prepare(run.data.test.inputs[:3])
    assert all(np.isfinite(answers(model, inputs)).all() for model in made)
    assert run.view().message == ""

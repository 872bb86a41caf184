import ast
import json
import subprocess
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.activations import ACTIVATIONS
from core.augmentation import AUGMENTATIONS
from core.codegen.notebook import notebook
from core.codegen.script import MAX_EPOCHS, MEASURES, script, sections
from core.config import TrainConfig
from core.datasets import DATASETS, POINTS, data_of
from core.features import FEATURES
from core.lessons.build.examples import EXAMPLES
from core.lessons.build.problems import TASKS
from core.losses import LOSSES
from core.models import MODELS, OUTPUT_LAYERS, build_network
from core.optimizers import OPTIMIZERS
from core.regularization import REGULARIZATIONS
from core.schedules import SCHEDULES
from core.training import evaluate, make_loss, train
from tests.configs import GIVEN, had

pytestmark = pytest.mark.usefixtures("one_thread")

# Of the 20 pictures of the tiny MNIST, and of the 10 points, the last batch is a smaller one.
PICTURES = TrainConfig(dataset="mnist", hidden=(6,), channels=(3,), batch_size=6, epochs=2, seed=3)
PLANE = TrainConfig(
    dataset="circle", model="points", loss="bce", hidden=(4, 2), samples=20, batch_size=4, epochs=2, seed=3
)
HOSTILE = "''')#\\ import os"  # a label, at its longest, and without what a label may not have


def repeat(config: TrainConfig) -> dict:
    """Run the program in this process and return its globals, after comparing its losses with the run's."""
    room = {"__name__": "__main__"}
    exec(compile(script(config), "script.py", "exec"), room)
    assert room["losses"] == losses_of(config)
    return room


def losses_of(config: TrainConfig, network: torch.nn.Module | None = None) -> list[float]:
    return [snapshot.loss for snapshot in train(config, data_of(config), network)]


def weights_fit(config: TrainConfig) -> None:
    """Train in the app, and compare with the weights that the program has saved, which must fit in strictly."""
    network, brought = (build_network(config, config.problem.shape, config.problem.outputs) for _ in range(2))
    losses_of(config, network)
    brought.load_state_dict(torch.load("weights.pt", weights_only=True))
    for mine, theirs in zip(brought.state_dict().values(), network.state_dict().values(), strict=True):
        assert torch.equal(mine, theirs)


# --- In a process of its own ------------------------------------------------------------------------------------------

PROGRAMS = {
    "mlp": replace(PICTURES, hidden=(512,), optimizer="sgd", learning_rate=0.1),
    "cnn": TrainConfig(
        dataset="digits", model="cnn", hidden=(16,), augmentation="affine", schedule="one_cycle", epochs=1
    ),
    "lstm": TrainConfig(dataset="digits", model="lstm", hidden=(16, 12), dropout=0.2, epochs=1),
    "points": replace(PLANE, dataset="spiral", samples=200, features=tuple(FEATURES), epochs=3),
}
ALONE = """
import json, pathlib, runpy
room = runpy.run_path("script.py", run_name="__main__")
pathlib.Path("losses.json").write_text(json.dumps(room["losses"]))
"""
# Beside a torch without CUDA torchvision cannot be imported unaided: see core/datasets/torchvision_import.py.
WITH_TORCHVISION = f"""
import sys
sys.path.append({str(Path(__file__).parents[3])!r})
import core.datasets.torchvision_import
sys.path.pop()
{ALONE}
"""


@pytest.fixture(scope="module")
def processes(folder):
    """Each program in a fresh process and a folder of its own, all begun at once."""
    started = {}
    for name, config in PROGRAMS.items():
        place = folder / name
        place.mkdir()
        (place / "script.py").write_text(script(config), encoding="utf-8")
        if fetched := config.dataset == "mnist":
            (place / "data").symlink_to(folder / "data")
        command = [sys.executable, "-W", "error", "-c", WITH_TORCHVISION if fetched else ALONE]
        started[name] = subprocess.Popen(
            command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
    yield started
    for process in started.values():
        process.kill()
        process.communicate()


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_fresh_process_repeats_the_run(name, processes, folder, monkeypatch):
    config = PROGRAMS[name]
    expected = losses_of(config)
    out, errors = processes[name].communicate()
    assert errors == ""
    assert json.loads((folder / name / "losses.json").read_text()) == pytest.approx(expected, rel=0, abs=1e-5)
    assert len(set(expected)) == len(expected)
    assert sum(line.startswith("epoch ") for line in out.splitlines()) == config.epochs
    monkeypatch.chdir(folder / name)
    weights_fit(config)


# --- Every entry of every menu ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("values", [{}, {"momentum": 0.9, "nesterov": True, "beta2": 0.9, "weight_decay": 0.01}])
def test_every_optimizer(optimizer, values, folder):
    repeat(replace(PICTURES, optimizer=optimizer, learning_rate=0.01, **values))


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output_layer", OUTPUT_LAYERS)
def test_every_loss_and_output_layer(loss, output_layer, folder):
    repeat(replace(PICTURES, loss=loss, output_layer=output_layer, label_smoothing=0.1))
    weights_fit(replace(PICTURES, loss=loss, output_layer=output_layer, label_smoothing=0.1))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule(schedule, folder):
    repeat(replace(PICTURES, schedule=schedule))


@pytest.mark.parametrize("regularization", REGULARIZATIONS)
def test_every_regularization(regularization, folder):
    repeat(replace(PICTURES, model="cnn", regularization=regularization, regularization_rate=1 / 3))


@pytest.mark.parametrize("augmentation", AUGMENTATIONS)
def test_every_augmentation(augmentation, folder):
    repeat(replace(PICTURES, augmentation=augmentation))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation(activation, folder):
    repeat(replace(PICTURES, activation=activation))
    repeat(replace(PLANE, activation=activation))


@pytest.mark.parametrize("model", [name for name, model in MODELS.items() if not model.for_points])
@pytest.mark.parametrize("dropout", [0.0, 1 / 3])
@pytest.mark.parametrize("output_layer", ["none", "softmax"])
def test_every_model_for_pictures(model, dropout, output_layer, folder):
    config = replace(PICTURES, model=model, dropout=dropout, output_layer=output_layer, hidden=(6, 5), channels=(3, 4))
    repeat(config)
    weights_fit(config)


@pytest.mark.parametrize("model", ["cnn", "blocks", "mlp"])
def test_a_single_example_that_is_left_over(model, folder):
    blocks = "conv:3:5:2,batchnorm,flatten,linear:5,batchnorm,linear:10"
    config = replace(PICTURES, model=model, blocks=blocks, batch_size=19, schedule="one_cycle")
    steps = 1 if model != "mlp" else 2  # of an epoch
    assert len(repeat(config)["losses"]) == steps * config.epochs
    weights_fit(config)


def test_a_network_without_hidden_layers(folder):
    repeat(replace(PICTURES, hidden=()))
    repeat(replace(PLANE, hidden=()))


@pytest.mark.parametrize(
    "blocks",
    [
        *(example.text for name, example in EXAMPLES.items() if name != "forgotten"),
        "conv:4:5:2:1,batchnorm,leaky_relu:0.2,maxpool:2,lstm:8:all,dropout:0.3,linear:6,lstm:5,elu:1.5,linear:10",
        "flatten,dropout:0.25,linear:7,batchnorm,dropout,linear:10,softmax",
    ],
)
def test_blocks(blocks, folder):
    config = replace(PICTURES, model="blocks", blocks=blocks)
    repeat(config)
    weights_fit(config)


@pytest.mark.parametrize("dataset", POINTS)
def test_every_set_of_points(dataset, folder):
    text = POINTS[dataset].default_text
    problem = POINTS[dataset].problem(text)
    for loss in [name for name, loss in LOSSES.items() if loss.suits(problem.task)]:
        config = replace(PLANE, dataset=dataset, points=text, loss=loss, noise=0.1)
        room = repeat(config)
        data = data_of(config)
        assert torch.equal(room["train_inputs"], data.train.inputs)
        assert torch.equal(room["test_inputs"], data.test.inputs)


def test_features_activations_and_dropouts_of_each_layer(folder):
    config = replace(PLANE, features=tuple(FEATURES), activations=("tanh", "sigmoid"), dropouts=(0.25, 0.5))
    repeat(config)
    weights_fit(config)


def test_the_offline_digits_are_those_of_the_app(folder):
    config = replace(PICTURES, dataset="digits", batch_size=400, epochs=1, augmentation="handwriting")
    room = repeat(config)
    data = data_of(config)
    assert torch.equal((room["train_pictures"] * 255).round().byte(), data.train.inputs)
    assert torch.equal(room["train_labels"], data.train.targets)
    assert torch.equal(room["test_inputs"], data.prepare(data.test.inputs))
    assert torch.equal(room["test_labels"], data.test.targets)


@pytest.mark.parametrize("dataset", [name for name, dataset in DATASETS.items() if dataset.source])
def test_each_set_of_torchvision_is_asked_for_by_its_name(dataset):
    assert f'datasets.{DATASETS[dataset].source.torchvision_class}("data"' in script(replace(PICTURES, dataset=dataset))


# --- What it prints and says ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "config",
    [
        PICTURES,
        replace(PICTURES, model="cnn", dropout=0.5, loss="mse"),
        PLANE,
        replace(PLANE, dataset="plane", loss="mse"),
    ],
)
def test_it_prints_the_scores_of_each_epoch(config, folder, capsys):
    repeat(config)
    *_, epoch = (line for line in capsys.readouterr().out.splitlines() if line.startswith("epoch"))
    data, network = data_of(config), build_network(config, config.problem.shape, config.problem.outputs)
    losses = losses_of(config, network)
    score = evaluate(network, data, data.test, make_loss(config))
    half = losses[len(losses) // 2 :]
    assert f"mean loss of the batches {sum(half) / len(half):.4f}, test loss {score.loss:.4f}, " in epoch
    if config.problem.task == "regression":
        network.eval()
        error = TASKS["regression"].measure(network(data.test.inputs), data.test.targets).item()
        assert epoch.endswith(f"mean absolute error {error:.4f}")
    else:
        assert epoch.endswith(f"accuracy {score.accuracy:.1%}")


def test_every_task_has_a_measure():
    assert MEASURES.keys() == TASKS.keys()


def test_the_parts_come_in_the_order_of_the_course():
    headings = [section.heading for section in sections(PICTURES)[1:]]
    assert headings == ["Data", "Network", "Loss", "Optimizer", "Test", "Training", "Take the weights along"]


def test_numbers_are_written_out():
    text = script(TrainConfig())
    for line in ("nn.Linear(784, 512),", "nn.Linear(512, 10),", "for epoch in range(5):", "nn.CrossEntropyLoss()"):
        assert line in text
    assert "torch.optim.Adam(network.parameters(), lr=0.001, fused=True)" in text


def test_a_run_without_an_end_is_repeated_for_so_many_epochs():
    endless = replace(PLANE, epochs=100_000)
    assert f"for epoch in range({MAX_EPOCHS}):" in script(endless)
    assert "for epoch in range(7):" in script(endless, epochs=7)
    cycle = script(replace(endless, schedule="one_cycle"), epochs=7)
    assert "/ 100000\n" in cycle


def test_a_pause_of_the_app_is_told():
    assert "pauses" not in script(PLANE)
    assert "pauses once the test loss is 0.05" in " ".join(script(replace(PLANE, stop_loss=0.05)).split("\n# "))


def test_fewer_epochs_begin_as_the_whole_run_does(folder):
    config = replace(PICTURES, schedule="one_cycle")
    room = {"__name__": "__main__"}
    exec(script(config, epochs=1), room)
    assert room["losses"] == [snapshot.loss for snapshot in islice(train(config, data_of(config)), 4)]


def test_a_loss_beyond_all_bounds_ends_it_with_a_sentence(folder):
    config = replace(PICTURES, optimizer="sgd", learning_rate=100.0, loss="mse", activation="identity", epochs=100)
    room = {"__name__": "__main__"}
    with pytest.raises(ArithmeticError, match="smaller learning rate"):
        exec(script(config), room)
    expected = losses_of(config)
    assert room["losses"][:-1] == expected[:-1]
    assert not torch.tensor([room["losses"][-1], expected[-1]]).isfinite().any()


@pytest.mark.parametrize(
    "config",
    [
        replace(PLANE, dataset="own", points=f"1,1,{HOSTILE};2,2,B;3,3,B"),
        replace(PLANE, dataset="formula", points="sin(x1) * x2 + 12345.678"),
    ],
)
def test_nothing_that_a_person_typed_is_in_it(config, folder):
    text = script(config)
    assert "import os" not in text
    assert "12345" not in text
    repeat(config)


@pytest.mark.parametrize("break_", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\u2028", "\x85"])
def test_words_stay_comments(break_, monkeypatch, folder):
    """Whatever a language's catalogue has for them."""
    monkeypatch.setattr("core.codegen.script._", lambda words: f"{words}{break_}raise SystemExit #")
    repeat(PLANE)


@pytest.mark.parametrize("config", [PICTURES, PLANE, replace(PICTURES, model="lstm", dropout=0.5)])
def test_it_is_made_alike_each_time_and_imports_torch_alone(config):
    assert script(config) == script(replace(config))
    tree = ast.parse(script(config))
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= {"torch", "torchvision", *sys.stdlib_module_names}


@pytest.mark.parametrize("about", GIVEN)
@settings(max_examples=15)
@given(data=st.data())
def test_whatever_can_be_had_has_a_program_and_a_notebook(about, data):
    config = had(data.draw(GIVEN[about]))
    if config is not None:
        code = script(config)
        compile(code, "script.py", "exec")
        assert "evil" not in code
        assert json.loads(notebook(config))["nbformat"] == 4

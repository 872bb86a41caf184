"""Every program that a page shows is run as a person runs it who has copied it: alone, without the app."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block, Code

from core.activations import ACTIVATIONS
from core.config import TrainConfig
from core.datasets import POINTS, data_of, default_dataset, load
from core.lessons.activations.analysis import curve
from core.lessons.autograd.trace import CASES, NUMBERS, final_grads, run
from core.lessons.build.problems import TASKS
from core.lessons.clinic.cases import CASES as PATIENTS
from core.lessons.convolution.convolution import KERNELS, Layer, convolve, pick_example
from core.lessons.data.puzzles import PUZZLES, Puzzle
from core.lessons.linear.linear_layer import Case, forward, make
from core.lessons.losses import batches, classes, curves
from core.lessons.losses.penalty import best_weights
from core.lessons.one_step.loop import DATA, train_loop
from core.lessons.one_step.trace import Setup, trace
from core.lessons.optimizers.race import VARIANTS, Entry, race
from core.lessons.optimizers.race import Setup as Course
from core.lessons.optimizers.surfaces import SURFACES
from core.lessons.why_activations.fitting import MAX_STEPS, Fit, FitConfig
from core.training import train
from tests.core.datasets.tiny_mnist import to_idx
from tests.core.lessons.clinic.runs import run_of
from tests.pages.app import open_page
from tests.pages.runs import CONFIG, open_runs

PAGES = Path(__file__).parents[2] / "pages"
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?")

# It runs each program of a list in a namespace of its own, in an empty folder, and tells what each has printed.
ALONE = """
import contextlib, io, json, sys, traceback
import torch
try:
    import torchvision
except RuntimeError:  # its operators are those of another build of torch; a pair that fits together has them
    operators = torch.library.Library("torchvision", "FRAGMENT")
    for name in ("nms", "qnms"):
        operators.define(name + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
told = []
for code in json.load(open(sys.argv[1])):
    printed, error = io.StringIO(), ""
    torch.set_default_dtype(torch.float32)
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(code, "shown", "exec"), {"__name__": "__main__"})
        except BaseException:
            error = traceback.format_exc()
    told.append([printed.getvalue(), error])
leaked = [name for name in sys.modules if name.split(".")[0] in ("core", "pages", "streamlit")]
json.dump([told, leaked], open(sys.argv[2], "w"))
"""


Numbers = list[float]


@dataclass(frozen=True)
class Shown:
    """A page with these settings, and numbers that each of its programs has to print, one after the other."""

    page: str
    settings: dict[str, str]
    expected: Callable[[AppTest], list[Numbers]]


def activations(_at: AppTest) -> list[Numbers]:
    pairs = [curve(ACTIVATIONS[name], np.array(-1.5)) for name in ACTIVATIONS]
    return [[float(value), float(value), float(slope)] for value, slope in pairs]


def graph(case: str) -> Callable[[AppTest], list[Numbers]]:
    values = [run(case, NUMBERS).nodes[name].value for name in ("z", "y", "error", "loss")]
    return lambda _at: [[*values, *final_grads(case, NUMBERS).values()]]


def clinic(key: str) -> Callable[[AppTest], list[Numbers]]:
    run = run_of(key)
    return lambda _at: [[run.epochs, run.loss[-1], run.train, run.test]]


def convolution(kernel: str, layer: Layer) -> Callable[[AppTest], list[Numbers]]:
    maps = convolve(pick_example(load(default_dataset()), 3, 0), KERNELS[kernel].filters()[0], layer)
    end = maps.output if maps.pooled is None else maps.pooled
    return lambda _at: [[1, 1, *end.shape, end.abs().max().item()]]


def puzzled(puzzle: Puzzle) -> Callable[[AppTest], list[Numbers]]:
    result = puzzle.result()
    return lambda _at: [list(result.shape) if puzzle.by_shape else result.flatten().tolist()]


def linear(case: Case) -> Callable[[AppTest], list[Numbers]]:
    x, layers = make(case)
    y = forward(layers, x)[-1]
    return lambda _at: [[*y.shape, *y[0, :2].tolist()]]


def ends(surface: str) -> Callable[[AppTest], list[Numbers]]:
    entries = [Entry(name, variant.default_learning_rate(SURFACES[surface])) for name, variant in VARIANTS.items()]
    paths = race(Course(surface, SURFACES[surface].start, 100), entries)
    return lambda _at: [path.positions[-1].tolist() for path in paths.values()]


def pulls_of_one_number(_at: AppTest) -> list[Numbers]:
    pairs = [curves.loss_and_gradient(name, -1.0, 1.0) for name in ("mse", "l1", "huber")]
    return [[float(number) for number in pair] for pair in pairs][:1]


def batch(_at: AppTest) -> list[Numbers]:
    found = batches.compare("mse", [2.5, 3, 4.5, 3.5, 5], [2, 3.4, 4, 3, 11.5])
    return [[*found.terms, found.mean, *found.gradients]]


def choice(_at: AppTest) -> list[Numbers]:
    found = classes.choose([2.0, 1.0, -1.0], 1.0, 1)
    return [[*found.probabilities, found.loss, *found.gradients]]


def pulls(_at: AppTest) -> list[Numbers]:
    return [[classes.gradient("mse", [4.0]).item()]]


def first_steps(_at: AppTest) -> list[Numbers]:
    losses = [moment.loss for moment in trace(Setup(), 2) if moment.stage == "step"]
    around = [mean for epoch in (1, 2) for mean in (epoch, train_loop(False).mean_losses[epoch * len(DATA)].item())]
    return [[1, losses[0], 2, losses[1]], around]


def penalized(_at: AppTest) -> list[Numbers]:
    return [[1, round(best_weights(1.0, 1.0)["l1"], 2)]]


def two_weights(_at: AppTest) -> list[Numbers]:
    return [[18, -18]]


def fit(_at: AppTest) -> list[Numbers]:
    fit = Fit(FitConfig("zigzag", (), "relu", 12, 1, seed=19))
    fit.advance_to(MAX_STEPS + 1)
    return [[fit.error]]


def parameters(count: int, *shape: int) -> Callable[[AppTest], list[Numbers]]:
    return lambda _at: [[count, *shape]]


def playground(at: AppTest) -> list[Numbers]:
    config = at.session_state["playground.runs"].current.config
    return [first_epoch(config)]


def first_epoch(config: TrainConfig) -> Numbers:
    """Return the number of the first epoch and its mean loss, with the four digits that the program prints."""
    data = data_of(config)
    steps = -(-len(data.train) // config.batch_size)
    snapshots = train(config, data)
    losses = [next(snapshots).loss for _step in range(steps)]
    return [1, round(sum(losses) / steps, 4)]


def shown_on_playground(dataset: str) -> Shown:
    problem = POINTS[dataset].problem(POINTS[dataset].default_text)
    settings = {"part": "code", "dataset": dataset, "loss": TASKS[problem.task].loss}
    return Shown("playground", settings, playground)


SHOWN = [
    Shown("activations", {"functions": ",".join(ACTIVATIONS), "x": "-1.5"}, activations),
    *(Shown("autograd", {"case": case}, graph(case)) for case in CASES),
    Shown("build", {"part": "code"}, parameters(407_050, 64, 10)),
    Shown("build", {"part": "code", "blocks": "lstm:64,linear:10", "batch": "3"}, parameters(24_714, 3, 10)),
    *(Shown("clinic", {"case": key}, clinic(key)) for key in PATIENTS),
    Shown("convolution", {}, convolution("vertical", Layer())),
    Shown(
        "convolution",
        {"kernel": "trained", "relu": "1", "pooling": "max", "stride": "2", "padding": "1", "bias": "0.5"},
        convolution("trained", Layer(2, 1, 0.5, True, "max")),
    ),
    Shown("digit_network", {"part": "code"}, parameters(407_050, 200, 10)),
    Shown("data", {"index": "3"}, lambda _at: [[8, 1, 28, 28, 8, 784, 8, 10]]),
    Shown("data", {"part": "batches"}, lambda _at: 2 * [[5, 64, 4]]),
    Shown("data", {"part": "batches", "batch_size": "200", "shuffle": "0"}, lambda _at: 2 * [[2, 200, 60]]),
    *(Shown("data", {"part": "puzzles", "puzzle": name}, puzzled(puzzle)) for name, puzzle in PUZZLES.items()),
    Shown("linear", {}, linear(Case(((4, 2),), 3))),
    Shown("linear", {"part": "batch", "bias": "0"}, linear(Case(((4, 2),), 3, bias=False))),
    Shown("linear", {"part": "chain"}, linear(Case(((10, 5), (5, 2)), 3))),
    Shown("linear", {"inputs": "784", "outputs": "2", "digit": "1"}, linear(Case(((784, 2),), 1, digit=True))),
    Shown("losses", {}, pulls_of_one_number),
    Shown("losses", {"part": "batch"}, batch),
    Shown("losses", {"part": "classes"}, choice),
    Shown("losses", {"part": "not_mse", "pulls": "mse"}, pulls),
    Shown("losses", {"part": "penalty"}, penalized),
    Shown("one_step", {"step": "2", "shuffle": "0"}, first_steps),
    *(
        Shown("optimizers", {"surface": surface, "racers": ",".join(VARIANTS)}, ends(surface))
        for surface in ("bowl", "rosenbrock")
    ),
    Shown("why_activations", {"part": "fit", "target": "zigzag", "bends": "relu", "neurons": "12", "hidden": "1"}, fit),
    Shown("why_activations", {"part": "two"}, two_weights),
    *map(shown_on_playground, POINTS),
]


def programs(at: AppTest) -> list[str]:
    """Return the Python that a page shows, but for the excerpts from the app's own files."""
    return [code.value for code in _codes(at.main) if code.language == "python"]


def _codes(block: Block) -> Iterator[Code]:
    for child in block.children.values():
        if isinstance(child, Code):
            yield child
        elif isinstance(child, Block) and getattr(child, "label", "") != "The code behind this page":
            yield from _codes(child)


@pytest.fixture(scope="module")
def opened() -> list[tuple[str, list[str], list[Numbers]]]:
    """What each page of SHOWN shows and what its programs have to print, and a page of a run."""
    found = []
    for shown in SHOWN:
        at = open_page(shown.page, **shown.settings)
        found.append((f"{shown.page} {shown.settings}", programs(at), shown.expected(at)))
        if shown.page == "playground":
            at.session_state["playground.runs"].current.stop()
    at = open_runs(CONFIG, part="home")
    found.append(("runs", programs(at), [first_epoch(CONFIG)]))
    return found


def run_alone(codes: list[str], folder: Path) -> list[tuple[str, str]]:
    """Return what each program printed, and its error, in a fresh process that cannot import the app."""
    given, told = folder / "codes.json", folder / "told.json"
    given.write_text(json.dumps(codes))
    command = [sys.executable, "-I", "-c", ALONE, str(given), str(told)]
    subprocess.run(command, cwd=folder, check=True, timeout=300)
    outcomes, leaked = json.loads(told.read_text())
    assert not leaked
    return [(printed, error) for printed, error in outcomes]


def write_mnist(folder: Path) -> None:
    """Put images where torchvision looks for them before it downloads any."""
    folder.mkdir(parents=True)
    for kind in ("train", "t10k"):
        images, labels = np.zeros((300, 28, 28), np.uint8), np.arange(300, dtype=np.uint8) % 10
        (folder / f"{kind}-images-idx3-ubyte").write_bytes(to_idx(images))
        (folder / f"{kind}-labels-idx1-ubyte").write_bytes(to_idx(labels))


def holds(printed: str, wanted: Numbers) -> bool:
    """Return whether these numbers stand in a text one after the other, to four digits."""
    found = np.array([float(number) for number in NUMBER.findall(printed)])
    if len(found) < len(wanted):
        return False
    windows = np.lib.stride_tricks.sliding_window_view(found, len(wanted))
    return bool(np.isclose(windows, wanted, rtol=2e-4, atol=1e-4).all(axis=1).any())


def test_every_program_runs_alone_and_prints_the_pages_numbers(opened, tmp_path):
    codes = [code for _name, shown, _expected in opened for code in shown]
    write_mnist(tmp_path / "data" / "MNIST" / "raw")
    told = iter(run_alone(codes, tmp_path))
    for name, shown, expected in opened:
        assert len(shown) >= len(expected) > 0, name
        for _code, wanted in zip(shown, expected, strict=True):
            printed, error = next(told)
            assert not error, f"{name}: {error}"
            assert holds(printed, wanted), f"{name} should print {wanted}, and printed {printed}"


def test_no_program_is_shown_that_is_not_tried_here():
    tried = {shown.page for shown in SHOWN} | {"runs"}
    excerpts = PAGES / "ui" / "source_code.py"  # of the app's own files
    for path in sorted(PAGES.rglob("*.py")):
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        codes = [call for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "code"]
        python = [call for call in codes if any(_is_python(keyword) for keyword in call.keywords)]
        if path == excerpts or not codes:
            continue
        # A block that is no Python says so: st.code(…, language=None).
        assert all(any(keyword.arg == "language" for keyword in call.keywords) for call in codes), path
        page = path.relative_to(PAGES).parts
        name = page[1] if page[0] == "parts" else path.stem
        assert not python or name in tried, f"{path} shows a program: add its page to SHOWN"


def _is_python(keyword: ast.keyword) -> bool:
    return keyword.arg == "language" and isinstance(keyword.value, ast.Constant) and keyword.value.value == "python"

import json
from dataclasses import replace

import nbformat
import pytest
import torch
from nbclient import NotebookClient

from core.augmentation import AUGMENTATIONS
from core.codegen.notebook import notebook
from core.codegen.script import sections
from core.config import TrainConfig
from core.datasets import data_of
from core.training import train

pytestmark = pytest.mark.usefixtures("one_thread")

PLANE = TrainConfig(
    dataset="rings3", model="points", hidden=(4, 2), samples=40, batch_size=6, epochs=2, features=("x1", "product")
)
DIGITS = TrainConfig(
    dataset="digits", model="cnn", hidden=(8,), channels=(3,), batch_size=300, epochs=1, augmentation="affine"
)


def code_of(config: TrainConfig) -> list[str]:
    return [cell.source for cell in nbformat.reads(notebook(config), 4).cells if cell.cell_type == "code"]


def losses_of(config: TrainConfig) -> list[float]:
    return [snapshot.loss for snapshot in train(config, data_of(config))]


def test_a_kernel_repeats_the_run(tmp_path):
    read = nbformat.reads(notebook(PLANE), 4)
    read.cells.append(nbformat.v4.new_code_cell("import json\nprint(json.dumps(losses))"))
    NotebookClient(read, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert json.loads(read.cells[-1].outputs[0].text) == pytest.approx(losses_of(PLANE), rel=0, abs=1e-5)
    assert torch.load(tmp_path / "weights.pt", weights_only=True).keys()


@pytest.mark.parametrize("config", [PLANE, DIGITS])
def test_its_cells_repeat_the_run_one_after_another(config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    room = {"__name__": "__main__"}
    for cell in code_of(config):
        exec(cell, room)
    assert room["losses"] == losses_of(config)


@pytest.mark.parametrize("config", [PLANE, DIGITS, TrainConfig()])
def test_it_is_a_valid_notebook_and_the_same_each_time(config):
    text = notebook(config)
    nbformat.validate(nbformat.reads(text, 4), relax_add_props=False)
    assert text == notebook(replace(config))
    cells = json.loads(text)["cells"]
    assert len({cell["id"] for cell in cells}) == len(cells) == 2 * len(sections(config))


def test_every_code_has_words_above_it_and_a_heading():
    cells = nbformat.reads(notebook(PLANE), 4).cells
    for words, code, section in zip(cells[::2], cells[1::2], sections(PLANE), strict=True):
        assert (words.cell_type, code.cell_type) == ("markdown", "code")
        assert words.source.splitlines()[0].endswith(section.heading)
        assert section.words in words.source
        assert section.formula in words.source


def test_formulas_are_shown():
    assert r"\log \frac{e^{z_t}}{\sum_k e^{z_k}}" in nbformat.reads(notebook(PLANE), 4).cells[8].source


@pytest.mark.parametrize(("augmentation", "folded"), [("none", 2), ("affine", 3)])
def test_long_cells_are_folded(augmentation, folded):
    assert augmentation in AUGMENTATIONS
    cells = nbformat.reads(notebook(replace(DIGITS, augmentation=augmentation)), 4).cells
    hidden = [cell for cell in cells if cell.metadata.get("jupyter", {}).get("source_hidden")]
    assert len(hidden) == folded
    assert all(len(cell.source) < 2500 for cell in cells if cell.cell_type == "code" and cell not in hidden)

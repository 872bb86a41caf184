import re

import numpy as np
import pytest
import torch

from pages.ui import stage as stages
from pages.ui.stage import FOLDER, PICTURES, bundle, code
from tests.packed import unpack


def test_each_module_stands_once_and_after_what_it_needs(tmp_path):
    (tmp_path / "numbers.js").write_text("export const one = 1\nexport function two() { return 2 }\n")
    (tmp_path / "sums.js").write_text('// @ts-check\nimport { one, two } from "./numbers.js"\nexport class Sum {}\n')
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "sum.js").write_text(
        'import { Sum } from "../sums.js"\nimport { one } from "../numbers.js"\n'
    )
    text = bundle(tmp_path / "pictures" / "sum.js", tmp_path / "sums.js")
    assert re.findall(r"^const (\w+_module) = ", text, re.MULTILINE) == ["numbers_module", "sums_module", "sum_module"]
    assert "return { one, two }" in text
    assert "const { one, two } = numbers_module" in text
    assert "export" not in text
    assert "import" not in text


def test_no_two_modules_have_one_name():
    names = [file.stem for file in FOLDER.rglob("*.js")]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("picture", [file.stem for file in (FOLDER / PICTURES).glob("*.js")])
def test_nothing_is_left_that_only_a_file_of_its_own_may_have(picture):
    assert not re.search(r"^(import|export (?!default))", code(picture), re.MULTILINE)


def test_each_picture_has_the_name_of_its_file():
    for file in (FOLDER / PICTURES).glob("*.js"):
        assert re.search(
            rf"^export (function|const|class) {file.stem}\b", file.read_text(encoding="utf-8"), re.MULTILINE
        )


def test_a_scene_is_sent_as_arrays_and_plain_values(monkeypatch):
    sent = {}
    monkeypatch.setattr(stages.v2, "component", lambda *_args, **_more: lambda **values: sent.update(values))
    scene = {"name": "Größe", "a": np.arange(3), "b": torch.tensor([0.5]), "c": np.array([1, 2], dtype=np.uint8)}
    stages.stage("activations", scene, {"x": 2}, key="k", alt="Words", height=100)
    header, arrays = unpack(sent["data"])
    assert header["name"] == "Größe"
    assert (header["picture"], header["alt"], header["values"], header["turn"]) == ("activations", "Words", {"x": 2}, 0)
    assert {name: array.dtype.name for name, array in arrays.items()} == {"a": "int32", "b": "float32", "c": "uint8"}


@pytest.mark.parametrize("told", [None, 3, {"settled": None}, {"settled": {"turn": "1", "values": {"x": 1}}}, {"x": 1}])
def test_what_no_picture_would_tell_is_nothing(told, monkeypatch):
    monkeypatch.setattr(stages.st, "session_state", {"k": told})
    accepted = []

    class Settings:
        accept = accepted.append

    stages.take_settled("k", Settings())
    assert accepted == []


def test_what_was_settled_is_taken_once(monkeypatch):
    monkeypatch.setattr(stages.st, "session_state", {"k": {"settled": {"turn": 1, "values": {"x": 1}}}})
    accepted = []

    class Settings:
        accept = accepted.append

    stages.take_settled("k", Settings())
    stages.take_settled("k", Settings())
    assert accepted == [{"x": 1}]

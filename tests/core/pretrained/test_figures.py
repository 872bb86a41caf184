import re
import sys

import pytest
import torch

from core.digits.collection import Collection, sample_of, write_collection
from core.digits.handwriting import draw
from core.pretrained import CHECKPOINTS, figures
from tests.core.digits.test_unipen import TWO

pytestmark = pytest.mark.usefixtures("one_thread")


def collection(label, count=12):
    generator = torch.Generator().manual_seed(label)
    return Collection(tuple(sample_of(draw(label, generator, 0), label) for _time in range(count)))


def table(lines, title):
    """The rows under a heading: what stands first, and the numbers."""
    rows = {}
    for line in lines[lines.index(f"## {title}\n") + 3 :]:
        if not line.startswith("|"):
            return rows
        name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
        rows[name] = [float(re.sub("[%,]", "", cell)) for cell in cells]
    return rows


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.setattr(figures, "OF_EACH_STYLE", 1)
    for label in (3, 7):
        (tmp_path / f"writer{label}.jsonl").write_bytes(write_collection(collection(label)))
    return list(figures.page([each for label in (3, 7) for each in figures.read(tmp_path / f"writer{label}.jsonl")]))


def test_each_writer_has_a_row(page):
    rows = table(page, "By writer")
    assert list(rows) == ["writer3", "writer7"]
    for count, *shares in rows.values():
        assert count == 12
        assert len(shares) == len(CHECKPOINTS)
        assert min(shares) > 80
    (whole,) = table(page, "All").values()
    assert whole[0] == 24
    assert whole[1] == pytest.approx(sum(shares[1] for shares in rows.values()) / 2, abs=0.1)


def test_size_and_place_make_no_difference(page):
    for title in ("By size on the canvas", "By place"):
        rows = list(table(page, title).values())
        assert len(rows) >= 3
        assert all(row == rows[0] for row in rows)


def test_a_pen_that_fills_the_loops_makes_a_difference(page):
    rows = table(page, "By pen, in pixels of 28")
    assert list(rows) == [f"{pen:g}" for pen in figures.PENS]


def test_of_pen_strokes_those_count_that_were_not_learned_from(tmp_path):
    file = tmp_path / "pen.tra"
    file.write_text(TWO.replace(".COMMENT 8 12", f".COMMENT 8 {figures.LAST_WRITER + 1}"))
    (only,) = figures.read(file)
    assert (only.writer, only.labels.tolist()) == (f"pen {figures.LAST_WRITER + 1}", [8])


def test_a_file_of_another_kind_is_refused_in_a_sentence(tmp_path, monkeypatch, capsys):
    file = tmp_path / "other.txt"
    file.write_text("hello")
    monkeypatch.setattr(sys, "argv", ["figures", str(file)])
    with pytest.raises(SystemExit):
        figures.main()
    assert "no segment" in capsys.readouterr().err

"""How well the shipped networks read drawn digits: `python -m core.pretrained.figures [FILE ...]` prints a page of it.

A file is what the app's “Download the collection” gives (core.digits.collection), one for each writer, or pen strokes
in UNIPEN text (core.digits.unipen), of which those writers count whom the networks did not learn from. Without a file
the digits are new ones of `core.digits.handwriting`, whose styles the networks know.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from core.digits import handwriting, unipen
from core.digits.collection import CollectionError, read_collection
from core.digits.rasterize import CANVAS, THICKNESS, Stroke, bounds, to_pictures
from core.digits.styles import STYLES
from core.digits.unipen import UnipenError, labels_of
from core.inference import Classifier
from core.interpret.metrics import reliability
from core.pretrained import CHECKPOINTS, pretrained_classifier
from core.pretrained.train import LAST_WRITER

SIZES = (40, 80, 160, 260)  # canvas units of the longer side
PROPORTIONS = (0.16, 0.25, 0.5, 1.0, 1.6, 2.2)  # width for a height of 1
PENS = (1.5, 2.0, 2.5, 3.0, 3.5)  # pixels of 28
DRAWN = 2_000  # digits where no file is given
OF_EACH_STYLE = 40
WORST = 12  # styles
AT_ONCE = 64

Drawing = Sequence[Stroke]


@dataclass(frozen=True, eq=False)
class Written:
    """What one person wrote: drawings in any units, and their digits int64 [N]."""

    writer: str
    drawings: list[Drawing]
    labels: Tensor


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="a collection or UNIPEN text")
    try:
        written = [each for file in parser.parse_args().files for each in read(file)]
    except (OSError, UnipenError, CollectionError) as error:
        parser.error(str(error))
    print("\n".join(page(written or [made_up()])))


def read(file: Path) -> list[Written]:
    """Return what a file holds, by writer.

    Raises:
        OSError: it cannot be read.
        UnipenError, CollectionError: it is neither kind of file; the message is a sentence that says why.
    """
    if file.suffix == ".jsonl":
        samples = read_collection(file.read_bytes()).samples
        labels = torch.tensor([sample.label for sample in samples], dtype=torch.int64)
        return [Written(file.stem, [sample.drawing for sample in samples], labels)]
    digits = [digit for digit in unipen.read(file) if digit.writer > LAST_WRITER]
    return [
        Written(f"{file.name.split('.')[0]} {writer}", [each.strokes for each in mine], labels_of(mine))
        for writer in sorted({digit.writer for digit in digits})
        for mine in [[digit for digit in digits if digit.writer == writer]]
    ]


def made_up() -> Written:
    """Return digits that the app draws by itself, always the same."""
    generator = torch.Generator().manual_seed(0)
    labels = torch.randint(0, 10, (DRAWN,), generator=generator)
    return Written("the app", [handwriting.draw(label, generator) for label in labels.tolist()], labels)


def page(written: Sequence[Written]) -> Iterator[str]:
    """Yield the lines of a Markdown page about what these people wrote."""
    drawings = [drawing for each in written for drawing in each.drawings]
    labels = torch.cat([each.labels for each in written])
    yield "# Drawn digits\n"
    yield f"How many of {len(labels):,} drawn digits, on which it was not trained, each shipped network reads right."
    yield "`python -m core.pretrained.figures FILE ...` makes this page from anybody's drawings: from files that **Look"
    yield f"inside** gives, or from pen strokes such as those of [UCI's data set 81]({unipen.SOURCE}).\n"
    yield from _table("All", [("right", drawings, labels, THICKNESS)])
    yield "Calibration error, in percentage points: " + ", ".join(
        f"{name} {100 * _calibration(classifier, drawings, labels):.1f}" for name, classifier in _classifiers().items()
    )
    yield ""
    if len(written) > 1:
        yield from _table("By writer", [(each.writer, each.drawings, each.labels, THICKNESS) for each in written])
    digits = [(str(digit), labels == digit) for digit in range(10)]
    yield from _table(
        "By digit", [(name, _chosen(drawings, those), labels[those], THICKNESS) for name, those in digits]
    )
    yield from _table(
        "By size on the canvas", [(f"{size}", _sized(drawings, size), labels, THICKNESS) for size in SIZES]
    )
    places = (("top left", 0.0, 0.0), ("middle", 0.5, 0.5), ("bottom right", 1.0, 1.0))
    yield from _table("By place", [(name, _placed(drawings, x, y), labels, THICKNESS) for name, x, y in places])
    others = labels != 1  # a 1 has hardly any width of its own
    yield from _table(
        "By proportion (width for a height of 1, without the 1)",
        [(f"{each:g}", _shaped(_chosen(drawings, others), each), labels[others], THICKNESS) for each in PROPORTIONS],
    )
    yield from _table("By pen, in pixels of 28", [(f"{pen:g}", drawings, labels, pen) for pen in PENS])
    yield from _styles()


def _table(title: str, rows: Iterable[tuple[str, Sequence[Drawing], Tensor, float]]) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| | digits | " + " | ".join(CHECKPOINTS) + " |"
    yield "|---|---:|" + "---:|" * len(CHECKPOINTS)
    for name, drawings, labels, pen in rows:
        pictures = _pictures(drawings, pen)
        shares = [_share(classifier, pictures, labels) for classifier in _classifiers().values()]
        yield f"| {name} | {len(labels):,} | " + " | ".join(f"{share:.1%}" for share in shares) + " |"
    yield ""


def _styles() -> Iterator[str]:
    generator = torch.Generator().manual_seed(1)
    rows = []
    for digit, styles in STYLES.items():
        for place, style in enumerate(styles):
            pictures = _pictures(
                [handwriting.draw(digit, generator, place) for _time in range(OF_EACH_STYLE)], THICKNESS
            )
            labels = torch.full((OF_EACH_STYLE,), digit)
            shares = [_share(classifier, pictures, labels) for classifier in _classifiers().values()]
            rows.append((min(shares), f"{digit}, {style.label}", shares))
    yield f"## The {WORST} styles that are hardest to read, of {len(rows)} that the app draws\n"
    yield "| | " + " | ".join(CHECKPOINTS) + " |"
    yield "|---|" + "---:|" * len(CHECKPOINTS)
    for _worst, name, shares in sorted(rows)[:WORST]:
        yield f"| {name} | " + " | ".join(f"{share:.1%}" for share in shares) + " |"


def _classifiers() -> dict[str, Classifier]:
    return {name: pretrained_classifier(name) for name in CHECKPOINTS}


def _pictures(drawings: Sequence[Drawing], pen: float) -> Tensor:
    parts = [to_pictures(drawings[start : start + AT_ONCE], pen) for start in range(0, len(drawings), AT_ONCE)]
    return torch.cat([torch.zeros(0, 1, 28, 28), *parts])


@torch.inference_mode()
def _probabilities(classifier: Classifier, pictures: Tensor) -> Tensor:
    outputs = [classifier.network(classifier.prepare(batch)) for batch in pictures.split(AT_ONCE)]
    return classifier.to_probabilities(torch.cat(outputs))


def _share(classifier: Classifier, pictures: Tensor, labels: Tensor) -> float:
    return (_probabilities(classifier, pictures).argmax(dim=1) == labels).double().mean().item()


def _calibration(classifier: Classifier, drawings: Sequence[Drawing], labels: Tensor) -> float:
    return reliability(_probabilities(classifier, _pictures(drawings, THICKNESS)), labels).error


def _chosen(drawings: Sequence[Drawing], those: Tensor) -> list[Drawing]:
    return [drawings[place] for place in those.nonzero().flatten().tolist()]


def _sized(drawings: Iterable[Drawing], size: float) -> list[Drawing]:
    """Return drawings whose longer side has so many canvas units."""
    return [
        [(stroke - low) * (size / max((high - low).max(), 1e-9)) for stroke in drawing]
        for drawing in drawings
        for low, high in [bounds(drawing)]
    ]


def _placed(drawings: Iterable[Drawing], x: float, y: float) -> list[Drawing]:
    """Return drawings of half the canvas's size at a place, 0 to 1 each way."""
    half = CANVAS / 2
    return [[stroke + np.array([x, y]) * half for stroke in drawing] for drawing in _sized(drawings, half)]


def _shaped(drawings: Iterable[Drawing], proportion: float) -> list[Drawing]:
    """Return drawings stretched to a proportion of width to height."""
    return [
        [(stroke - low) / (high - low).clip(min=1e-9) * [proportion, 1.0] * 100 for stroke in drawing]
        for drawing in drawings
        for low, high in [bounds(drawing)]
    ]


if __name__ == "__main__":
    main()

"""The picture of a training: a few test images as they are read now, the curves, and the weights of the first layer."""

from functools import lru_cache
from weakref import WeakKeyDictionary

import numpy as np
import streamlit as st

from core.config import TrainConfig
from core.datasets import load
from core.lessons.train.progress import Look, Progress, describe_answers, describe_tiles
from core.losses import probabilities
from core.models import build_network
from core.runs import Run
from core.runs.learning_curves import Chart
from core.text.i18n import _
from pages.parts.train.tiles import NO_MARK, Mark, tiles

CURVES = ("loss_curve", "accuracy_curve")
STYLE = """<style>
.st-key-strip {min-height: 58px}  /* the places are kept while the browser still loads what stands in them */
.st-key-curves > div {min-width: 0}
@media (max-width: 640px) {.st-key-strip {min-height: 120px}}
</style>"""

_progress: WeakKeyDictionary[Run, Progress] = WeakKeyDictionary()


def look_at_run(run: Run, moving: bool) -> tuple[Progress, Look]:
    """Return the examples of a run, and what its network, as it was published last, makes of them."""
    if run not in _progress:
        _progress[run] = Progress(run.data)
    progress = _progress[run]
    return progress, progress.look(run.snapshot_step, run.model_snapshot, run.probabilities, moving)


@lru_cache(maxsize=32)
def look_at_untrained(config: TrainConfig) -> tuple[Progress, Look]:
    """Return the examples, and what a network of these settings makes of them before it is trained."""
    data = load(config.dataset)
    progress = Progress(data)

    def network():
        return build_network(config, data.input_shape, data.problem.outputs).eval()

    return progress, progress.look(0, network, lambda outputs: probabilities(outputs, config.output_layer, config.loss))


def show_picture(progress: Progress, look: Look, names: tuple[str, ...], charts: tuple[Chart, Chart]) -> None:
    """Show what was seen of a network, and its curves.

    Args:
        names: the untranslated names of the classes.
        charts: of the loss and of the accuracy.
    """
    classes = tuple(_(name) for name in names)
    st.html(STYLE)
    with st.container(gap="xsmall"):
        st.markdown(
            _(":small[Test images, never trained on, as they are read: :green[**✓**] right, :orange[**✗**] wrong]")
        )
        with st.container(key="strip"):
            _strip(progress, look, classes)
    if look.tiles is None:
        _curves(charts)
        return
    left, right = st.columns([7, 2])
    with left:
        _curves(charts)
    with right, st.container(gap="xsmall"):
        st.markdown(_(":small[First layer: {count} of {units:,}]").format(count=len(look.tiles), units=look.units))
        _weights(look.tiles, describe_tiles(look))


def _curves(charts: tuple[Chart, Chart]) -> None:
    with st.container(gap="xsmall"):
        st.markdown(
            _(":small[:blue[━●] training sample, as it is · :orange[━●] test sample · :gray[━] training batches]")
        )
        with st.container(horizontal=True, wrap=False, gap="small", key="curves"):
            for chart, key in zip(charts, CURVES, strict=True):
                st.vega_lite_chart(chart.spec, key=key, width="stretch", alt=chart.described)


def _strip(progress: Progress, look: Look, classes: tuple[str, ...]) -> None:
    marks: list[Mark] = []
    for label, answer, confidence in zip(progress.labels, look.answers, look.confidences, strict=True):
        right = bool(label == answer)
        title = _("{truth}, read as {answer} ({confidence:.0%})").format(
            truth=classes[label], answer=classes[answer], confidence=confidence
        )
        marks.append((f"{'✓' if right else '✗'} {classes[answer]}", "right" if right else "wrong", title))
    images = progress.examples.inputs[:, 0].numpy() / 255
    alt = describe_answers(progress.labels, look.answers, classes)
    tiles(images, marks, alt, "strip_tiles", columns=len(images), narrow=len(images) // 2)


def _weights(weights: np.ndarray, alt: str) -> None:
    largest = np.abs(weights).max() or 1.0
    tiles(
        0.5 + weights / largest / 2,
        [NO_MARK] * len(weights),
        alt,
        "weight_tiles",
        columns=4,
        narrow=6,
        by_sign=True,
    )

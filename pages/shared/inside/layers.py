"""A digit on its way through the layers of a network."""

from collections.abc import Iterator

import numpy as np
import streamlit as st

from core.figures.matrix import matrix
from core.i18n import _
from core.models import LSTMNet
from core.pictures import contact_sheet, enlarge, signed
from core.through_layers import (
    Excitement,
    LayerOutput,
    excitement,
    first_weights,
    notice,
    notice_excitement,
    row_by_row,
    through_layers,
)
from pages.shared.frame import live
from pages.shared.inside.subject import Subject
from pages.shared.picture import picture
from pages.shared.settings import Settings
from pages.shared.work import TICK, Work, work

MOST_MAPS = 32  # of a layer; more are not told apart
ROW = 64  # numbers of a wide layer in one line
WIDTH = 620  # pixels
SEARCH = "inside_search"


def show(subject: Subject, settings: Settings) -> None:
    """Show what each layer gives, the weights of the first, and what excites a unit most."""
    passage = through_layers(subject.reader, subject.picture)
    with st.container(key="notice"):
        st.markdown(notice(passage, subject.classes))
    show_answer(subject, passage)
    weights = first_weights(subject.reader.network)
    if weights is not None:
        st.subheader(_("What the first layer looks for"), anchor=False)
        shown = weights[:MOST_MAPS]
        st.caption(
            _(
                "The weights of {shown} of its {all} units as pictures: :blue[blue] where ink speaks for the unit, "
                ":orange[orange] where it speaks against it."
            ).format(shown=len(shown), all=len(weights))
        )
        show_sheet(signed(shown.numpy(), weights.abs().max().item()))
    st.subheader(_("What each layer gives"), anchor=False)
    with st.container(horizontal=True, gap="medium"):
        st.image(enlarge(subject.picture[0].numpy(), 5), _("the picture"), output_format="PNG")
    for place, layer in enumerate(passage.layers):
        if not layer.hands_on:
            show_layer(place, layer)
    if isinstance(subject.reader.network, LSTMNet):
        show_rows(subject)
    choose_unit(subject, settings, passage.layers)


def show_answer(subject: Subject, passage) -> None:
    rows = np.stack([passage.logits.numpy(), passage.probabilities.numpy()])
    names = [_("before the softmax"), _("probability")]
    for name, values in zip(names, rows, strict=True):
        st.caption(name)
        picture(matrix(values, name, columns=subject.classes), f"inside_{name}")


def show_layer(place: int, layer: LayerOutput) -> None:
    shape = "×".join(map(str, layer.values.shape))
    st.markdown(f"**{place + 1} · {layer.name}**({layer.settings}) → `{shape}`")
    values = layer.values.numpy()
    if values.ndim == 3:
        show_sheet(signed(values[:MOST_MAPS], np.abs(values).max()))
    elif values.ndim == 2:
        show_strip(signed(values[:, :ROW]), 8)
    else:
        width = min(ROW, values.size)
        padded = np.pad(values, (0, -values.size % width))
        show_strip(signed(padded.reshape(-1, width)), 9)


def show_sheet(pictures: np.ndarray) -> None:
    """Show small pictures [N, H, W, 4] in rows."""
    side = pictures.shape[2]
    columns = max(1, min(len(pictures), 16 if side <= 14 else 8))
    factor = max(1, WIDTH // (columns * (side + 1)))
    sheet = contact_sheet(pictures, columns, factor)
    st.image(sheet, width=sheet.shape[1], output_format="PNG")


def show_strip(strip: np.ndarray, factor: int) -> None:
    st.image(enlarge(strip, factor), width=strip.shape[1] * factor, output_format="PNG")


def show_rows(subject: Subject) -> None:
    st.subheader(_("What it says after each row"), anchor=False)
    reading = row_by_row(subject.reader, subject.picture)
    names = [str(row) for row in range(1, len(reading.probabilities) + 1)]
    st.caption(_("One line for each row read, one column for each digit; the last line is its answer."))
    picture(
        matrix(reading.probabilities.numpy(), _("Probabilities by row"), names, subject.classes, 1.0), "inside_rows"
    )


def choose_unit(subject: Subject, settings: Settings, layers: tuple[LayerOutput, ...]) -> None:
    """Let a unit be chosen, and look for the test pictures that excite it most."""
    st.subheader(_("What excites a unit most?"), anchor=False)
    places = [place for place, layer in enumerate(layers) if not layer.hands_on]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = settings.pick(
            "layer",
            _("Layer"),
            places,
            places[0],
            format_func=lambda place: f"{place + 1} · {layers[place].name}",
            width=220,
        )
        unit = settings.number("unit", _("Unit"), 0, layers[place].units - 1, 0, width=130)

    def begin() -> Iterator[Excitement]:
        return excitement(subject.reader, subject.data.test.inputs)

    search = work(SEARCH, subject.key, begin)
    live(run_every=None if search.done else TICK)(show_exciting)(subject, search, place, unit, search.done)


def show_exciting(subject: Subject, search: Work, place: int, unit: int, done: bool) -> None:
    search.go_on()
    if search.done != done:
        st.rerun()
    found = search.latest
    if not search.done:
        st.progress(found.share_done, _("Looking through the test pictures"))
    indices, values = found.indices[place][unit], found.values[place][unit]
    st.markdown(notice_excitement(found, place, unit, subject.data.test.targets, subject.classes))
    with st.container(horizontal=True):
        for index, value in zip(indices.tolist(), values.tolist(), strict=True):
            pixels = subject.data.test.inputs[index, 0].numpy()
            truth = subject.classes[subject.data.test.targets[index]]
            st.image(enlarge(pixels, 3), f"{truth} · {value:.2f}", width=84, output_format="PNG")

"""A digit on its way through the layers of a network."""

from collections.abc import Generator
from dataclasses import replace

import numpy as np
import streamlit as st

from core.interpret.layer_outputs import (
    LayerOutput,
    Passage,
    TopActivating,
    activation,
    first_weights,
    notice,
    notice_activation,
    row_by_row,
    through_layers,
)
from core.models import LSTMNet
from core.plots.images import contact_sheet, enlarge, signed
from core.plots.matrix import matrix
from core.plots.tiles import sheet
from core.text.i18n import _
from pages.parts.inside.subject import Subject, hold
from pages.ui.background import TICK, Work, work
from pages.ui.page_frame import live
from pages.ui.session import session_key
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

MAX_MAPS = 32  # of a layer; more are not told apart
ROW = 64  # numbers of a wide layer in one line
WIDTH = 620  # pixels
SEARCH = session_key(__name__, "search")
CLICKED = session_key(__name__, "clicked")

Unit = tuple[int, int]  # the layer's place in Passage.layers, and the unit's number


def show(subject: Subject, settings: Settings) -> None:
    """Show what each layer gives, the weights of the first, and what excites a unit most."""
    settings.set(st.session_state.pop(CLICKED, {}))
    key, classifier = hold(subject)
    subject = replace(subject, classifier=classifier)
    passage = through_layers(subject.classifier, subject.picture)
    with st.container(key="notice"):
        st.markdown(notice(passage, subject.classes))
    show_answer(subject, passage)
    marked = choose_unit(subject, key, settings, passage.layers)
    clicked = [show_weights(subject, passage.layers, marked)]
    st.subheader(_("What each layer gives"), anchor=False)
    st.caption(_("Click on a map or a number to see above what excites it most."))
    with st.container(horizontal=True, gap="medium"):
        st.image(
            enlarge(subject.picture[0].numpy(), 5),
            _("the image"),
            output_format="PNG",
            alt=_("The image that the network reads"),
        )
    clicked += [show_layer(place, layer, marked) for place, layer in enumerate(passage.layers) if not layer.hands_on]
    if isinstance(subject.classifier.network, LSTMNet):
        show_rows(subject)
    for pick in filter(None, clicked):
        place, unit = map(int, pick.split(":"))
        st.session_state[CLICKED] = {"layer": place, "unit": unit}
        st.rerun()  # the choice stands above what was clicked on


def show_answer(subject: Subject, passage: Passage) -> None:
    rows = np.stack([passage.logits.numpy(), passage.probabilities.numpy()])
    names = [_("before the softmax"), _("probability")]
    for name, values in zip(names, rows, strict=True):
        st.caption(name)
        picture(matrix(values, name, columns=subject.classes), f"inside_{name}")


def show_weights(subject: Subject, layers: tuple[LayerOutput, ...], marked: Unit) -> str | None:
    """Show the weights that meet the picture; return what was clicked on."""
    weights = first_weights(subject.classifier.network)
    if weights is None:
        return None
    st.subheader(_("What the first layer looks for"), anchor=False)
    st.caption(
        _(
            "The weights of {shown} of its {all} units as pictures: :blue[blue] where ink speaks for the unit, "
            ":orange[orange] where it speaks against it."
        ).format(shown=min(MAX_MAPS, len(weights)), all=len(weights))
    )
    first = next(place for place, layer in enumerate(layers) if not layer.hands_on)
    titles = [_("unit {number}").format(number=unit) for unit in range(len(weights))]
    if len(weights) != layers[first].units:  # the four gates of an LSTM are not units of their own
        show_sheet(signed(weights[:MAX_MAPS].numpy()), _("Weights of the first layer"))
        return None
    return show_units(weights.numpy(), titles, _("The weights of the first layer"), first, marked, "weights")


def show_layer(place: int, layer: LayerOutput, marked: Unit) -> str | None:
    """Show what a layer gives; return what was clicked on."""
    shape = "×".join(map(str, layer.values.shape))
    title = f"{place + 1} · {layer.name}"
    st.markdown(f"**{title}**({layer.settings}) → `{shape}`")
    values = layer.values.numpy()
    if values.ndim == 2:
        strip = signed(values[:, :ROW])
        alt = _("What {layer} gives, a row of {count} values for each step").format(
            layer=layer.name, count=values.shape[1]
        )
        st.image(enlarge(strip, 8), width=8 * strip.shape[1], output_format="PNG", alt=alt)
        return None
    if values.ndim == 1:
        titles = [_("unit {number}: {value:.3g}").format(number=unit, value=value) for unit, value in enumerate(values)]
        return show_units(values[:, None, None], titles, title, place, marked, f"layer_{place}")
    titles = [_("map {number}").format(number=unit) for unit in range(len(values))]
    return show_units(values, titles, title, place, marked, f"layer_{place}")


def show_units(values: np.ndarray, titles: list[str], label: str, place: int, marked: Unit, key: str) -> str | None:
    """Show the pictures of a layer's units, [N, H, W]; return the one that was clicked on."""
    side = values.shape[2]
    columns = ROW if side == 1 else 16 if side <= 14 else 8
    shown = values if side == 1 else values[:MAX_MAPS]
    zoom = 9 if side == 1 else max(1, WIDTH // (columns * (side + 1)))
    here = marked[1] if marked[0] == place and marked[1] < len(shown) else None
    drawn = sheet(signed(shown, np.abs(values).max()), titles[: len(shown)], label, columns, zoom, str(place), here)
    return picture(drawn, f"inside_{key}")


def show_sheet(pictures: np.ndarray, alt: str) -> None:
    """Show small pictures [N, H, W, 4] in rows."""
    side = pictures.shape[2]
    columns = max(1, min(len(pictures), 16 if side <= 14 else 8))
    factor = max(1, WIDTH // (columns * (side + 1)))
    laid_out = contact_sheet(pictures, columns, factor)
    st.image(laid_out, width=laid_out.shape[1], output_format="PNG", alt=alt)


def show_rows(subject: Subject) -> None:
    st.subheader(_("What it says after each row"), anchor=False)
    reading = row_by_row(subject.classifier, subject.picture)
    names = [str(row) for row in range(1, len(reading.probabilities) + 1)]
    st.caption(_("One line for each row read, one column for each digit; the last line is its answer."))
    picture(
        matrix(reading.probabilities.numpy(), _("Probabilities by row"), names, subject.classes, 1.0), "inside_rows"
    )


def choose_unit(subject: Subject, key: str, settings: Settings, layers: tuple[LayerOutput, ...]) -> Unit:
    """Let a unit be chosen, and look for the test pictures that excite it most; return its layer's place and number."""
    st.subheader(_("What excites a unit most?"), anchor=False)
    places = [place for place, layer in enumerate(layers) if not layer.hands_on]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = settings.selectbox(
            "layer",
            _("Layer"),
            places,
            places[0],
            format_func=lambda place: f"{place + 1} · {layers[place].name}",
            width=220,
        )
        unit = settings.number("unit", _("Unit"), 0, layers[place].units - 1, 0, width=130)

    def begin() -> Generator[TopActivating, None, None]:
        yield from activation(subject.classifier, subject.data.test.inputs)

    search = work(SEARCH, key, begin)
    live(run_every=None if search.done else TICK)(show_top_activating)(subject, search, place, unit, search.done)
    return place, unit


def show_top_activating(subject: Subject, search: Work[TopActivating, None], place: int, unit: int, done: bool) -> None:
    search.advance()
    if search.done != done:
        st.rerun()
    found = search.latest
    if found is None:
        return
    if not search.done:
        st.progress(found.share_done, _("Looking through the test pictures"))
    indices, values = found.indices[place][unit], found.values[place][unit]
    st.markdown(notice_activation(found, place, unit, subject.data.test.targets, subject.classes))
    with st.container(horizontal=True):
        for index, value in zip(indices.tolist(), values.tolist(), strict=True):
            pixels = subject.data.test.inputs[index, 0].numpy()
            truth = subject.classes[int(subject.data.test.targets[index])]
            caption = f"{truth} · {value:.2f}"
            st.image(enlarge(pixels, 3), caption, width=84, output_format="PNG", alt=caption)

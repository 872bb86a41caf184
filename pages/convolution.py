"""Convolution of a digit with a fixed or learned kernel: stride, padding, bias, ReLU and pooling."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from typing import Any

import streamlit as st
from torch import Tensor

from core.datasets import DATASETS, DatasetDamaged, DatasetMissing, available, default_dataset, load
from core.lessons.convolution.convolution import (
    KERNELS,
    MAX_PADDING,
    MAX_STRIDE,
    MAX_WEIGHT,
    POOLINGS,
    SIZES,
    KernelError,
    Layer,
    Maps,
    close_up,
    convolve,
    explain_size,
    kernel_from_rows,
    notice,
    pick_example,
    snippet,
    strongest,
)
from core.lessons.convolution.predictions import BRIGHT, SEES, bright_truth, counts, sees_truth, vertical_edges
from core.lessons.convolution.scene import scene
from core.plots.images import signed
from core.plots.tiles import sheet
from core.pretrained import SHAPE, CheckpointError
from core.pretrained import load as load_network
from core.text.i18n import _
from pages.ui import say
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.session import session_key
from pages.ui.source_code import show_source
from pages.ui.stage import stage, take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

WINDOW = "convolution_window"
EXAMPLES = 100  # images of each class; the smallest data set has so many
TILES, TILE = 6, 5  # filters in a row, and pixels of a weight
PICKED = session_key("convolution", "picked")
DEFAULTS = {"kernel": "vertical", "stride": 1, "padding": 0, "bias": 0.0, "relu": False, "pooling": "none"}


def show(settings: Settings, case: dict[str, Any]) -> None:
    """Set the controls, and go to where most is found."""
    settings.set(DEFAULTS | case)
    for name in ("row", "column"):
        st.session_state.pop(settings.key(name), None)


def edit(settings: Settings, rows: list[list[float]] | None) -> None:
    """Make these weights the person's own kernel; rounded, as nobody wants to edit nine digits."""
    if rows is None:  # they are
        return
    weights = {f"w{y}{x}": round(weight, 2) for y, row in enumerate(rows) for x, weight in enumerate(row)}
    settings.set({"kernel": "own", "size": len(rows)} | weights)


def choose_image(settings: Settings) -> tuple[str, int, int]:
    """Return data set, class and number of the image, the last from 0."""
    there = {name: dataset for name, dataset in DATASETS.items() if dataset.shape == SHAPE and available(name)}
    dataset = settings.menu("dataset", _("Images"), there, default_dataset())
    classes = {str(place): _(name) for place, name in enumerate(DATASETS[dataset].classes)}
    with st.container(horizontal=True, wrap=False):
        label = settings.menu("class", _("Class"), classes, "3", format_func=classes.__getitem__)
        number = settings.number("number", _("Which one"), 1, EXAMPLES, 1)
    return dataset, int(label), number - 1


def choose_kernel(settings: Settings) -> list[list[float]]:
    """Return the rows of the kernel. Raises CheckpointError."""
    words = _(
        "Mathematical convolution flips the kernel first; what PyTorch computes is called cross-correlation. For "
        "learned kernels it makes no difference."
    )
    name = settings.menu("kernel", _("Kernel"), KERNELS, "vertical", help=words)
    st.caption(_(KERNELS[name].note))
    filters = KERNELS[name].filters
    rows = choose_filter(settings, filters()) if filters is not None else None
    fields = st.popover(
        _("Edit its numbers"),
        icon=":material/edit:",
        width="stretch",
        key=settings.key("fields"),
        on_change=edit,
        args=(settings, rows),
    )
    with fields:
        return write_kernel(settings) if rows is None else rows


def choose_filter(settings: Settings, filters: Tensor) -> list[list[float]]:
    """Return the rows of one of the filters [filters, size, size]."""
    number, count = 0, len(filters)
    if count > 1:
        network = load_network("cnn")
        st.caption(
            _(
                "In training they read normalized pixels, (pixel − {mean:g}) / {std:g}; here pixels go from 0 to 1."
            ).format(mean=network.data_mean, std=network.data_std)
        )
        number = settings.slider("filter", _("Filter"), 0, count - 1, 0)
        titles = [_("Filter {number}").format(number=place) for place in range(count)]
        label = _("All {count} filters, of which number {number} is chosen").format(count=count, number=number)
        picked = picture(sheet(signed(filters.numpy()), titles, label, TILES, TILE, "filter", number), "filters")
        if picked:
            st.session_state[PICKED] = {"filter": int(picked.removeprefix("filter:"))}
            st.rerun()
    return filters[number].tolist()


def write_kernel(settings: Settings) -> list[list[float]]:
    """Show a field for each weight, and return the rows."""
    size = settings.select_slider("size", _("Size"), SIZES, SIZES[0])
    st.caption(_("Each from −{limit:g} to {limit:g}").format(limit=MAX_WEIGHT))
    limits, places, rows = (-MAX_WEIGHT, MAX_WEIGHT), range(size), []
    looks = {"format": "%g", "label_visibility": "collapsed", "width": 64}
    for y in places:
        with st.container(horizontal=True, wrap=False, gap="xxsmall"):
            names = [_("Weight in row {row}, column {column}").format(row=y, column=x) for x in places]
            default = [float(x == y == size // 2) for x in places]  # it leaves the image as it is
            rows.append([settings.number(f"w{y}{x}", names[x], *limits, default[x], 0.5, **looks) for x in places])
    return rows


def choose_layer(settings: Settings) -> Layer:
    with st.container(horizontal=True, wrap=False):
        stride = settings.slider("stride", _("Stride"), 1, MAX_STRIDE, 1, help=_("Pixels from place to place."))
        padding = settings.slider("padding", _("Padding"), 0, MAX_PADDING, 0, help=_("Zeros around the image."))
    bias = settings.slider("bias", _("Bias"), -2.0, 2.0, 0.0, 0.1)
    relu = settings.switch("relu", "ReLU", help=_("Numbers below 0 become 0."))
    pooling = settings.menu("pooling", _("Pooling"), POOLINGS, "none")
    return Layer(stride, padding, bias, relu, pooling)


def choose_place(settings: Settings, maps: Maps) -> int:
    """Return the place of the output that the kernel has come to, counted row after row."""
    rows, columns = maps.output.shape
    row, column = strongest(maps.output)
    place = settings.value("row", 0, rows - 1, row), settings.value("column", 0, columns - 1, column)
    for name, chosen, usual in zip(("row", "column"), place, (row, column), strict=True):
        if chosen == usual:  # it goes along with the strongest, as it would for who follows the link
            st.session_state.pop(settings.key(name))
    return place[0] * columns + place[1]


def suggest(settings: Settings) -> None:
    show_suggestions(
        Suggestion(
            _("Vertical edges"), ":material/vertical_split:", _("Where does dark turn to bright?"),
            show, (settings, {}),
        ),
        Suggestion(
            _("Blur"), ":material/blur_on:", _("Nine equal weights: each number is a mean."),
            show, (settings, {"kernel": "blur"}),
        ),
        Suggestion(
            _("Half the size"), ":material/photo_size_select_small:",
            _("Two pixels at a time: a quarter of the numbers."), show, (settings, {"stride": 2, "padding": 1}),
        ),
        Suggestion(
            _("A trained filter"), ":material/model_training:", _("Found by training; then ReLU and pooling."),
            show, (settings, {"kernel": "trained", "filter": 23, "relu": True, "pooling": "max"}),
        ),
    )  # fmt: skip


def ask(settings: Settings, image: Tensor, kernel: Tensor, layer: Layer) -> None:
    predict(SEES, lambda: sees_truth(image, kernel, layer), counts(image, kernel))
    predict(BRIGHT, lambda: bright_truth(image, vertical_edges()), reveal=show, args=(settings, {}))


def lesson(settings: Settings) -> None:
    """Show the kernel on its way, and below it what it is and what it reads."""
    settings.set(st.session_state.pop(PICKED, {}))
    take_settled(WINDOW, settings)
    walk = st.container()  # comes first, and is drawn from what stands below it
    suggest(settings)
    places = st.columns(3, gap="medium")
    try:
        with places[0]:
            rows = choose_kernel(settings)
        with places[1]:
            example = choose_image(settings)
        with places[2]:
            layer = choose_layer(settings)
        kernel, image = kernel_from_rows(rows), pick_example(load(example[0]), *example[1:])
    except (KernelError, CheckpointError, DatasetMissing, DatasetDamaged) as problem:
        say.error(str(problem))
        return
    maps = convolve(image, kernel, layer)
    place = choose_place(settings, maps)
    settings.write_url()
    with walk:
        alt = _("A kernel on its way over an image, its products, and the output that they make")
        stage("convolution", scene(maps, kernel, layer), {"place": place}, key=WINDOW, alt=alt, height=330)
        with st.container(key="notice"):
            st.markdown(notice(maps, kernel, layer.stride))
    st.caption(explain_size(len(image), len(kernel), layer, maps))
    ask(settings, image, kernel, layer)
    st.subheader(_("In PyTorch"), anchor=False)
    st.code(snippet(image, kernel, layer), language="python")


def main() -> None:
    begin()
    st.write(
        _(
            "At each place of the image, a convolution multiplies the pixels in a small window by weights and adds "
            "them up. Point at the digit, and click to stay."
        )
    )
    live()(lesson)(Settings("convolution"))
    show_source(convolve, close_up)
    end_lesson("convolution")


main()

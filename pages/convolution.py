"""Convolution of a digit with a fixed or learned kernel: stride, padding, bias, ReLU and pooling."""

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
from core.lessons.convolution.figures import filters_drawing, maps_drawing, numbers_drawing
from core.pretrained import SHAPE, CheckpointError
from core.pretrained import load as load_network
from core.text.i18n import _
from pages.ui import say
from pages.ui.page_frame import begin, live
from pages.ui.session import session_key
from pages.ui.source_code import show_source
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

TICK = 0.3  # seconds from place to place
EXAMPLES = 100  # pictures of each class; the smallest data set has so many
PLAYING = session_key("convolution", "playing")
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


def go(**values: int) -> None:
    """Set controls that are on the page already: in the next run, before they are drawn."""
    st.session_state[PICKED] = values
    st.rerun()


def choose_picture(settings: Settings) -> tuple[str, int, int]:
    """Return data set, class and number of the picture, the last from 0."""
    there = {name: dataset for name, dataset in DATASETS.items() if dataset.shape == SHAPE and available(name)}
    dataset = settings.menu("dataset", _("Pictures"), there, default_dataset())
    classes = {str(place): _(name) for place, name in enumerate(DATASETS[dataset].classes)}
    with st.container(horizontal=True, wrap=False):
        label = settings.menu("class", _("Class"), classes, "3", format_func=classes.__getitem__)
        number = settings.number("number", _("Which one"), 1, EXAMPLES, 1)
    return dataset, int(label), number - 1


def choose_kernel(settings: Settings) -> list[list[float]]:
    """Return the rows of the kernel. Raises CheckpointError."""
    words = _(
        "PyTorch lays the kernel on the window as it is, which mathematics calls a cross-correlation; its convolution "
        "flips the kernel first. For a kernel that is learned it makes no difference."
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
    number = 0
    if len(filters) > 1:
        network = load_network("cnn")
        st.caption(
            _(
                "In training they read normalised pixels, (pixel − {mean:g}) / {std:g}; here pixels go from 0 to 1."
            ).format(mean=network.data_mean, std=network.data_std)
        )
        number = settings.slider("filter", _("Filter"), 0, len(filters) - 1, 0)
        picked = picture(filters_drawing(filters.numpy(), number), "filters")
        if picked:
            go(filter=int(picked))
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
            default = [float(x == y == size // 2) for x in places]  # it leaves the picture as it is
            rows.append([settings.number(f"w{y}{x}", names[x], *limits, default[x], 0.5, **looks) for x in places])
    return rows


def choose_layer(settings: Settings) -> Layer:
    with st.container(horizontal=True, wrap=False):
        stride = settings.slider("stride", _("Stride"), 1, MAX_STRIDE, 1, help=_("Pixels from place to place."))
        padding = settings.slider("padding", _("Padding"), 0, MAX_PADDING, 0, help=_("Zeros around the picture."))
    bias = settings.slider("bias", _("Bias"), -2.0, 2.0, 0.0, 0.1)
    relu = settings.switch("relu", "ReLU", help=_("Numbers below 0 become 0."))
    pooling = settings.menu("pooling", _("Pooling"), POOLINGS, "none")
    return Layer(stride, padding, bias, relu, pooling)


def move(settings: Settings, rows: int, columns: int) -> None:
    """Before the sliders are drawn again: keep the place inside the map, and go on by one while it is played."""
    row, column = (st.session_state.get(settings.key(name)) for name in ("row", "column"))
    if row is None or column is None:  # they are drawn for the first time
        return
    row, column = min(row, rows - 1), min(column, columns - 1)
    if st.session_state.get(PLAYING):
        last = rows * columns - 1
        place = (row * columns + column + 1) % (last + 1)
        row, column = divmod(place, columns)
        st.session_state[PLAYING] = place < last
    settings.set({"row": row, "column": column})


def walk(settings: Settings, kernel: Tensor, layer: Layer, maps: Maps, played: bool) -> None:
    """Show one place of the output and how its number comes about, and go on to the next while it is played."""
    rows, columns = maps.output.shape
    peak = strongest(maps.output)
    move(settings, rows, columns)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        label, icon = (_("Pause"), ":material/pause:") if played else (_("Play"), ":material/play_arrow:")
        if st.button(label, icon=icon, type="primary", width=110, key=settings.key("play")):
            st.session_state[PLAYING] = not played
        row = settings.slider("row", _("Row"), 0, rows - 1, peak[0])
        column = settings.slider("column", _("Column"), 0, columns - 1, peak[1])
    if st.session_state.get(PLAYING, False) != played:
        st.rerun()  # the clock belongs to the whole page
    if not played:  # else each tick would be one more step back for the browser's Back
        settings.write_url()
    wide, narrow = (maps_drawing(maps, len(kernel), layer, row, column, phone) for phone in (False, True))
    picked = picture(wide, "maps", narrow)
    with st.container(key="notice"):
        st.markdown(notice(maps, kernel, layer.stride, row, column))
    close = close_up(maps, kernel, layer.stride, row, column)
    sums = (close, kernel.numpy(), maps, layer, row, column)
    picture(numbers_drawing(*sums), "numbers", numbers_drawing(*sums, narrow=True))
    if picked:
        row, column = map(int, picked.split(":"))
        go(row=row, column=column)


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


def main() -> None:
    begin()
    settings = Settings("convolution")
    settings.set(st.session_state.pop(PICKED, {}))
    st.write(
        _(
            "A convolution slides a small kernel over the picture. At each place it multiplies the pixels in the "
            "window by the kernel’s weights and adds them up: one number of the output."
        )
    )
    suggest(settings)
    left, right = st.columns([1, 3], gap="medium")
    with left:
        try:
            example, rows, layer = choose_picture(settings), choose_kernel(settings), choose_layer(settings)
            kernel = kernel_from_rows(rows)
            image = pick_example(load(example[0]), *example[1:])
        except (KernelError, CheckpointError, DatasetMissing, DatasetDamaged) as problem:
            say.error(str(problem))
            return
    maps = convolve(image, kernel, layer)
    with right:
        played = st.session_state.get(PLAYING, False)
        live(run_every=TICK if played else None)(walk)(settings, kernel, layer, maps, played)
        st.caption(explain_size(len(image), len(kernel), layer, maps))
    st.subheader(_("In PyTorch"), anchor=False)
    st.code(snippet(image, kernel, layer), language="python")
    show_source(convolve, close_up)


main()

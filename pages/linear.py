"""The linear layer y = xWᵀ + b: each output as a weighted sum, its shapes for a batch, and two layers in a row."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import streamlit as st
from torch import Tensor, nn

from core.lessons.linear.figures import batch_matrices, joined_layers, layer_matrices
from core.lessons.linear.linear_layer import (
    BATCHES,
    MAX_TERMS,
    PIXELS,
    SIZES,
    Case,
    Change,
    Passage,
    ShapeMismatch,
    forward,
    make,
    notice_batches,
    notice_chain,
    notice_sum,
    pass_batches,
    read_changes,
    shape_text,
    snippet,
    write_changes,
    written_out,
)
from core.lessons.linear.predictions import WEIGHT, ZERO, weight_shapes, weight_truth, zero_truth
from core.lessons.linear.scene import sum_scene
from core.plots.network_diagram import Column, Joint, network
from core.text.i18n import N_, _
from pages.ui import say
from pages.ui.lesson_end import end_lesson
from pages.ui.page_frame import begin, live
from pages.ui.predict import predict
from pages.ui.seed import choose_seed
from pages.ui.stage import stage, take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

SLIDER, FIELD = 190, 120  # pixels
SUM, DIGIT = "linear_sum", "linear_digit"  # the pictures
HEIGHT = 250
BATCH = 3  # rows to begin with
ONE_LAYER = {"inputs": (N_("Inputs"), 4), "outputs": (N_("Outputs"), 2)}
TWO_LAYERS = {
    "first_in": (N_("Layer 1: inputs"), 10),
    "first_out": (N_("Layer 1: outputs"), 5),
    "second_in": (N_("Layer 2: inputs"), 5),
    "second_out": (N_("Layer 2: outputs"), 2),
}
FITTING = {name: default for name, (_label, default) in TWO_LAYERS.items()}
TITLES = "xhy"  # of the columns of neurons of two layers
# What a click on a part of a picture sets: the parts are called "<kind>:<place>:<place>".
PICKS = {"x": ("row",), "y": ("row", "output"), "weight": ("output",), "bias": ("output",)}


@dataclass(frozen=True)
class Part:
    """One side of the lesson; `show` shows all of it, and returns the settings that it shows."""

    label: str
    show: Callable[[Settings], Case]


def choose_case(
    settings: Settings,
    sizes: dict[str, tuple[str, int]],
    *suggestions: tuple[str, str, str, Mapping[str, int | bool]],
    digits: bool = False,
) -> Case:
    """Show the settings, of which the sizes are given by labels and default values, and the suggestions for them.

    A suggestion sets all of them but for what it is about, so that it shows what it says. Where `digits` are allowed, a
    real one can come in if it has room.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        numbers = [
            settings.select_slider(name, _(label), SIZES, default, width=SLIDER)
            for name, (label, default) in sizes.items()
        ]
        digit = (
            digits
            and numbers[0] == PIXELS
            and settings.switch(
                "digit", _("A real digit"), help=_("One handwritten digit comes in, pixel after pixel.")
            )
        )
        batch = 1 if digit else settings.select_slider("batch", _("Batch size"), BATCHES, BATCH, width=SLIDER)
        bias = settings.switch("bias", _("Bias"), True)
        seed = choose_seed(settings, _("Other numbers"), also={"changed": ()})
    usual = {name: default for name, (_label, default) in sizes.items()}
    usual |= {"batch": BATCH, "bias": True, "seed": 0, "row": 0, "output": 0, "digit": False, "changed": ()}
    show_suggestions(
        *(
            Suggestion(label, icon, help, settings.set, ({**usual, **values},))
            for label, icon, help, values in suggestions
        )
    )
    return Case(tuple(zip(numbers[::2], numbers[1::2], strict=True)), batch, seed, bias, digit)


def read_neuron(text: str) -> str:
    if not re.fullmatch(r"[12]:[0-9]{1,3}", text):
        raise ValueError(text)
    return text


def choose_place(settings: Settings, name: str, label: str, count: int) -> int:
    """Show which of so many rows or outputs is looked at; return its number. A click on a picture may have set it."""
    clicked = st.session_state.get(settings.key("clicked"), {})
    place = clicked.pop(name, st.session_state.get(settings.key(name)))
    if place is not None:
        settings.set({name: min(place, count - 1)})  # there may be fewer of them now
    return settings.number(name, label, 0, count - 1, 0, width=FIELD)


def choose_number(settings: Settings, y: Tensor) -> tuple[int, int]:
    """Show which number of y is looked at; return its row and its output."""
    with st.container(horizontal=True):
        row = choose_place(settings, "row", _("Row of x"), len(y))
        return row, choose_place(settings, "output", _("Output"), y.shape[1])


def follow(settings: Settings, picked: str | None) -> None:
    """Look at what was clicked on."""
    if picked:
        kind, *places = picked.split(":")
        st.session_state[settings.key("clicked")] = dict(zip(PICKS[kind], map(int, places), strict=False))
        st.rerun()


def notice(sentence: str) -> None:
    with st.container(key="notice"):
        st.markdown(sentence)


def column(title: str, tensor: Tensor, row: int) -> Column:
    """Return one row of a batch as neurons, with the shape of the whole batch below."""
    names = [f"{title}[{row}, {place}]" for place in range(tensor.shape[1])]
    return Column(title, tensor[row].numpy(), shape_text(tensor), names)


def linear_layers(layers: nn.Sequential) -> list[nn.Linear]:
    return [layer for layer in layers if isinstance(layer, nn.Linear)]


def arrays(layer: nn.Linear) -> tuple[np.ndarray, np.ndarray | None]:
    """Return weight and bias; None for a layer without bias."""
    return layer.weight.numpy(), None if layer.bias is None else layer.bias.numpy()


def draw_network(layers: Sequence[nn.Linear], tensors: list[Tensor], row: int, picked: tuple[int, int]) -> str:
    columns = [column(title, tensor, row) for title, tensor in zip(TITLES, tensors, strict=True)]
    joints = [Joint(*arrays(layer), f"weight {shape_text(layer.weight)}") for layer in layers]
    return network(columns, joints, _("The layers, with row {row} of the batch going through").format(row=row), picked)


def show_neurons(settings: Settings) -> Case:
    take_settled(SUM, settings)
    take_settled(DIGIT, settings)
    changes = settings.bind_value("changed", (), read_changes, write_changes)
    flow = settings.value("flow", 0.0, 2.0, 2.0)
    place = st.container()  # comes first, and is drawn from what stands below it
    fresh = choose_case(
        settings,
        ONE_LAYER,
        (
            _("One neuron"),
            ":material/adjust:",
            _("Three inputs and one output: one sum a row."),
            {"inputs": 3, "outputs": 1},
        ),
        (_("No bias"), ":material/remove:", _("One term less in every sum."), {"bias": False}),
        (
            _("A whole digit"),
            ":material/image:",
            _("28 × 28 pixels in, 512 numbers out: the first layer of the course’s network."),
            {"inputs": PIXELS, "outputs": 512, "digit": True},
        ),
        digits=True,
    )
    case = replace(fresh, changes=changes)
    x, layers = make(case)
    (y,) = forward(layers, x)
    (layer,) = linear_layers(layers)
    predict(ZERO, lambda: zero_truth(layer), reveal=silence, args=(settings, case))
    settings.value("output", 0, y.shape[1] - 1, 0)  # another may have been clicked on in the picture
    row, output = choose_number(settings, y)
    with place:
        moved = {"output": output, "changed": [write_changes([change]) for change in changes], "flow": flow}
        show_flow(fresh, row, output, moved)
        notice(notice_sum(layer, x, row, output))
    letters, numbers, products, value = written_out(layer, x, row, output)
    st.markdown(f"$y_{{{row},{output}}} = {letters}$")
    st.markdown(rf"$\approx {numbers}$")
    st.markdown(rf"$\approx {products} \approx \mathbf{{{value}}}$")
    follow(settings, picture(layer_matrices(*arrays(layer), output), settings.key("weights")))
    return case


def silence(settings: Settings, case: Case) -> None:
    """Set the inputs of the row that is looked at to 0, where that can be done by hand as well."""
    inputs = case.sizes[0][0]
    if not case.digit and inputs <= MAX_TERMS:
        row = settings.get("row")
        kept = [change for change in case.changes if change.kind != "x"]
        settings.set({"changed": (*kept, *(Change("x", (row, place), 0.0) for place in range(inputs)))})


def show_flow(case: Case, row: int, output: int, values: dict[str, Any]) -> None:
    """Show how one output comes about, with the numbers of a case that nobody has changed."""
    x, layers = make(case)
    (layer,) = linear_layers(layers)
    alt = _("One output as the sum of its inputs times their weights")
    shown = DIGIT if case.digit else SUM
    stage(shown, sum_scene(layer, x, row, output), values, key=shown, alt=alt, height=HEIGHT)


def show_batch(settings: Settings) -> Case:
    place = st.container()  # comes first, and is drawn from what stands below it
    case = choose_case(
        settings,
        ONE_LAYER,
        (_("One row"), ":material/looks_one:", _("The smallest batch."), {"batch": min(BATCHES)}),
        (_("200 rows"), ":material/table_rows:", _("More rows in, more rows out: and the weights?"), {"batch": 200}),
    )
    x, layers = make(case)
    (layer,) = linear_layers(layers)
    y = layer(x)
    largest = make(replace(case, batch=max(BATCHES)))[0]
    passages = pass_batches(layer, largest)
    predict(
        WEIGHT, lambda: weight_truth(layer, largest), weight_shapes(layer), settings.set, ({"batch": max(BATCHES)},)
    )
    row, output = choose_number(settings, y)
    weight, bias = arrays(layer)
    drawing = batch_matrices(x.numpy(), weight, bias, y.numpy(), row, output)
    with place:
        clicked = picture(drawing, settings.key("batch_matrices"))
        show_sum("y", layer, x, row, output)
        notice(notice_batches(layer, passages, case.batch))
    follow(settings, clicked)
    table(passages, case.batch)
    return case


def show_sum(name: str, layer: nn.Linear, x: Tensor, row: int, output: int) -> None:
    """Show one number of what a layer makes of x as the sum that it is, in one line."""
    _letters, numbers, _products, value = written_out(layer, x, row, output)
    st.markdown(rf"${name}_{{{row},{output}}} \approx {numbers} \approx \mathbf{{{value}}}$")


def table(passages: list[Passage], chosen: int) -> None:
    """List what batches of several sizes did to the layer, in Markdown; the chosen batch is in bold."""
    head = (_("x"), _("y"), _("parameters"), _("changed by it"))
    rows = [
        [str(list(item.x_shape)), str(list(item.y_shape)), f"{item.parameters:,}", f"{item.changed:,}"]
        for item in passages
    ]
    rows = [
        [f"**{cell}**" if item.batch == chosen else cell for cell in row]
        for item, row in zip(passages, rows, strict=True)
    ]
    st.markdown("\n".join("| " + " | ".join(row) + " |" for row in (head, ["---:"] * len(head), *rows)))


def show_chain(settings: Settings) -> Case:
    place = st.container()  # comes first, and is drawn from what stands below it
    case = choose_case(
        settings,
        TWO_LAYERS,
        (_("10 → 5 → 2"), ":material/link:", _("Two layers that fit together."), FITTING),
        (_("A mismatch"), ":material/link_off:", _("What does PyTorch say?"), FITTING | {"second_in": 4}),
    )
    x, layers = make(case)
    with place:
        picture(joined_layers(case.sizes, case.batch), settings.key("joined"))
        try:
            outputs = forward(layers, x)
        except ShapeMismatch as problem:
            mismatch(settings, problem, *case.sizes)
            return case
        notice(notice_chain(layers, x, outputs))
    row = choose_place(settings, "row", _("Row of x"), case.batch)
    show_chosen(settings, linear_layers(layers), [x, *outputs], row)
    return case


def show_chosen(settings: Settings, layers: Sequence[nn.Linear], tensors: list[Tensor], row: int) -> None:
    """Draw the layers, and write out the sum of the neuron that was clicked on."""
    column, place = map(int, settings.bind_value("neuron", "2:0", read_neuron, str).split(":"))
    place = min(place, layers[column - 1].out_features - 1)  # there may be fewer of them now
    show_sum(TITLES[column], layers[column - 1], tensors[column - 1], row, place)
    picked = picture(draw_network(layers, tensors, row, (column, place)), settings.key("chain"))
    if picked:
        settings.set({"neuron": picked})
        st.rerun()


def mismatch(settings: Settings, problem: ShapeMismatch, first: tuple[int, int], second: tuple[int, int]) -> None:
    """Show what PyTorch says of two layers that do not fit together, what it means, and the two ways to mend it."""
    say.error(f"RuntimeError: {problem.torch_words}", icon=":material/link_off:")
    notice(str(problem))
    with st.container(horizontal=True):
        for label, values in (
            (_("Make layer 2 take {count}"), {"second_in": first[1]}),
            (_("Make layer 1 give {count}"), {"first_out": second[0]}),
        ):
            (count,) = values.values()
            st.button(label.format(count=count), icon=":material/build:", on_click=settings.set, args=(values,))


PARTS = {
    "neurons": Part(N_("One layer"), show_neurons),
    "batch": Part(N_("A batch"), show_batch),
    "chain": Part(N_("Two layers"), show_chain),
}


def lesson(settings: Settings, part: str) -> None:
    """Show a part, and the program that makes the same numbers."""
    shown = PARTS[part].show(settings)
    settings.write_url()
    with st.expander(_("The same numbers in PyTorch"), icon=":material/code:"):
        st.code(snippet(shown), language="python")


def main() -> None:
    begin()
    settings = Settings("linear")
    st.write(
        _("Each output is a sum: every input times its own weight, plus a bias. Click on an output to see its sum.")
    )
    part = settings.segments("part", _("Part"), PARTS, "neurons", label_visibility="collapsed")
    live()(lesson)(settings, part)
    end_lesson("linear")


main()

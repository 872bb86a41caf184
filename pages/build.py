"""Layers as blocks: their shapes, parameters and memory, the output layer and loss of a task, and the PyTorch code."""

import pages.ui.cold_link  # noqa: F401  (before PyTorch)

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st
import torch.nn.functional as F

from core.blocks import format_blocks, parse_blocks
from core.blocks.network import Row, build, trace
from core.blocks.registry import BlocksError, Hyperparameter, Placed
from core.codegen.blocks import script
from core.lessons.build.examples import EXAMPLES
from core.lessons.build.forward import MAX_SAMPLES, Passage, run
from core.lessons.build.memory import memory, readable
from core.lessons.build.predictions import DEEPER, MEMORY, ONCE, TWICE, block_counts, deeper_truth, memory_truth
from core.lessons.build.problems import CLASSES, INPUTS, TASKS, advice, suiting_end
from core.losses import LOSSES
from core.models import OUTPUT_LAYERS
from core.playground.from_blocks import points_settings
from core.plots.matrix import matrix
from core.text.i18n import N_, _
from pages.parts.build.block_editor import NAME, chosen_blocks, edit_chosen, put, show_stack
from pages.parts.playground.form import show_config
from pages.ui import say
from pages.ui.lesson_end import end_lesson
from pages.ui.navigation import page
from pages.ui.page_frame import begin
from pages.ui.predict import predict
from pages.ui.source_code import show_source
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

FIELD = 130  # pixels
BATCH = 64  # samples
SHOWN = 6  # samples of a batch whose numbers are shown
TRAINABLE = INPUTS["image"]
PLANE = (2,)  # the shape of a point


@dataclass(frozen=True)
class Problem:
    """What comes in and what is asked.

    Attributes:
        kind: a key of INPUTS.
        task: a key of TASKS.
        shape: of one sample.
    """

    kind: str
    task: str
    shape: tuple[int, ...]
    classes: int
    batch: int


@dataclass(frozen=True)
class Stack:
    """The blocks, and what `trace` has found for each."""

    blocks: tuple[Placed, ...]
    rows: list[Row]

    @property
    def sound(self) -> bool:
        return not any(row.error for row in self.rows)


def choose_problem(settings: Settings) -> Problem:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = settings.segments("input", _("What comes in"), INPUTS, "image")
        task = settings.segments("task", _("What is asked"), TASKS, "multi_class")
        sizes = [number(settings, param) for param in INPUTS[kind].sizes]
        classes = INPUTS[kind].classes or (number(settings, CLASSES) if task == "multi_class" else 2)
        batch = settings.number("batch", _("Batch size"), 1, MAX_SAMPLES, BATCH, width=FIELD)
    return Problem(kind, task, INPUTS[kind].shape_of(sizes), classes, batch)


def number(settings: Settings, param: Hyperparameter) -> int:
    minimum, maximum, default = int(param.minimum), int(param.maximum), int(param.default)
    return settings.number(param.name, _(param.label), minimum, maximum, default, width=FIELD)


def show_totals(stack: Stack, batch: int) -> None:
    need = memory(stack.rows, batch)
    with st.container(horizontal=True):
        st.metric(
            _("Parameters") if stack.sound else _("Parameters so far"), f"{sum(row.parameters for row in stack.rows):,}"
        )
        st.metric(_("Memory in training"), readable(need.total))
    st.caption(
        _(
            "{weights} weights + {gradients} gradients + {adam} for Adam + {outputs} outputs for a batch of {batch:,}"
        ).format(
            weights=readable(need.weights),
            gradients=readable(need.gradients),
            adam=readable(need.adam),
            outputs=readable(need.outputs),
            batch=batch,
        )
    )


def show_end(settings: Settings, problem: Problem, stack: Stack) -> None:
    """Show which end suits the problem, and why; offer it where the stack has another."""
    wanted = TASKS[problem.task]
    loss = LOSSES[wanted.loss].module.__name__
    neurons = wanted.neurons(problem.classes)
    st.markdown(
        _("**{task}** ends with `nn.Linear(…, {neurons})` and learns with `nn.{loss}`.").format(
            task=_(wanted.label), neurons=neurons, loss=loss
        )
    )
    st.caption(_(wanted.why))
    if not stack.sound:
        return
    better = advice(stack.blocks, stack.rows, wanted, problem.classes)
    if not better:
        say.success(_("This network ends so."), icon=":material/check:")
        return
    say.warning(better)
    try:
        ended, gone = suiting_end(stack.blocks, problem.shape, neurons)
    except BlocksError as full:
        say.warning(str(full))
        return
    st.button(
        _("Give it that end"), icon=":material/auto_fix_high:", key="suit", on_click=put, args=(settings, {NAME: ended})
    )
    if gone:
        st.caption(_("It takes the place of {blocks}.").format(blocks=", ".join(placed.title for placed in gone)))


def show_training(problem: Problem, stack: Stack) -> None:
    """Offer to train the network where it reads the digits, or points of the plane."""
    blocks, rows = stack.blocks, stack.rows
    if not stack.sound or not rows:
        return
    digits = problem.shape == TRAINABLE.shape and rows[-1].after == (TRAINABLE.classes,)
    points = points_settings(blocks, problem.task) if problem.shape == PLANE else None
    if not digits and not points:
        return
    if st.button(_("Train this"), icon=":material/model_training:", type="primary", key="train_this"):
        if digits:
            Settings("train", here=False).set({"model": "blocks", "blocks": format_blocks(blocks)})
            st.switch_page(page("train"))
        elif points:
            show_config(points)
            st.switch_page(page("playground"))


def show_batch(settings: Settings, problem: Problem, stack: Stack) -> None:
    try:
        passage = run(stack.blocks, problem.kind, problem.shape, problem.task, problem.classes, problem.batch)
    except BlocksError as refused:
        say.warning(str(refused))
        return
    st.markdown(" → ".join(f"`{list(size)}`" for size in passage.shapes))
    st.caption(f"{_(INPUTS[problem.kind].note)} {_(TASKS[problem.task].example)}")
    show_answers(settings, problem, passage)


def show_answers(settings: Settings, problem: Problem, passage: Passage) -> None:
    """Show the answers beside the targets, and the loss, where the network ends as the task wants."""
    answers, targets = passage.answers, passage.targets
    if answers is None or targets is None:
        say.info(_("The loss cannot be computed yet: give the network the end that suits, above."))
        return
    task, wanted = problem.task, TASKS[problem.task]
    names = [str(label) for label in range(answers.shape[1])] if task == "multi_class" else []
    samples = [_("sample {number}").format(number=number) for number in range(min(SHOWN, problem.batch))]
    if task == "multi_class":
        targets = F.one_hot(targets, problem.classes)
        sums = answers.sum(dim=1)
        st.markdown(
            _("Softmax has made **probabilities** of the outputs: each row sums to 1 (from {least:.6f} to {most:.6f}).")
            .format(least=sums.min().item(), most=sums.max().item())
        )  # fmt: skip
    elif wanted.answer != "none":
        st.markdown(_("**{layer}** of the outputs:").format(layer=_(OUTPUT_LAYERS[wanted.answer].label)))
    else:
        st.markdown(_("The **outputs**:"))
    picture(matrix(answers[:SHOWN].numpy(), _("Answers"), samples, names), key=settings.key("answers"))
    st.markdown(_("The **targets**, one-hot:") if task == "multi_class" else _("The **targets**:"))
    picture(matrix(targets[:SHOWN].numpy(), _("Targets"), samples, names), key=settings.key("targets"))
    st.markdown(
        _("{loss}: **{value:.4f}**, {metric}: **{measure:.4g}**. Its weights are random: it has learnt nothing yet.")
        .format(loss=_(LOSSES[wanted.loss].label), value=passage.loss, metric=_(wanted.metric), measure=passage.measure)
    )  # fmt: skip


def show_code(_settings: Settings, problem: Problem, stack: Stack) -> None:
    st.code(script(stack.blocks, problem.shape, problem.batch), language="python")


@dataclass(frozen=True)
class Part:
    label: str
    show: Callable[[Settings, Problem, Stack], None]


PARTS = {"batch": Part(N_("Run a batch"), show_batch), "code": Part(N_("The code"), show_code)}


def stack_of(name: str) -> dict[str, Any]:
    """Return the settings that show an example."""
    return {NAME: parse_blocks(EXAMPLES[name].text), "input": "image", "task": "multi_class", "batch": BATCH}


def ask(settings: Settings, stack: Stack) -> None:
    predict(DEEPER, deeper_truth, block_counts(), put, (settings, stack_of("cnn")))
    if stack.sound:
        numbers = {"once": ONCE, "twice": TWICE}
        predict(MEMORY, lambda: memory_truth(stack.rows), numbers, settings.set, ({"batch": TWICE},))


def suggest(settings: Settings) -> None:
    show_suggestions(
        *(
            Suggestion(
                _(example.label),
                example.icon,
                _(example.note),
                put,
                (settings, stack_of(name)),
                f"try_{name}",
            )
            for name, example in EXAMPLES.items()
        )
    )


def main() -> None:
    begin()
    settings = Settings("build")
    st.write(_("Drag blocks into place. Each one reads what the one before it gives, so the shapes have to fit."))
    picture_of_stack = st.container()  # comes first, and is drawn from what stands below it
    left, right = st.columns([3, 2], gap="medium")
    suggest(settings)
    problem = choose_problem(settings)
    blocks = chosen_blocks(settings, EXAMPLES["course"].text)
    rows = trace(blocks, problem.shape, problem.batch)
    stack = Stack(blocks, rows)
    with picture_of_stack:
        show_stack(settings, blocks, rows, problem.kind, problem.shape, problem.batch)
    with left:
        edit_chosen(settings, blocks, rows)
    with right:
        show_totals(stack, problem.batch)
        show_end(settings, problem, stack)
        show_training(problem, stack)
    ask(settings, stack)
    part = settings.segments("part", _("Part"), PARTS, "batch", label_visibility="collapsed")
    if stack.sound:
        PARTS[part].show(settings, problem, stack)
    else:
        say.info(_("Fix the block above first: nothing comes out of the network yet."))
    settings.write_url()
    show_source(trace, build)
    end_lesson("build")


main()

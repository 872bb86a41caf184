"""The stack of blocks: the picture in which it is rearranged, and the controls of the chosen block."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from core.blocks import format_blocks, parse_blocks
from core.blocks.network import Row
from core.blocks.registry import FAMILIES, MAX_BLOCKS, BlocksError, Choice, Hyperparameter, Placed, Shape, Value
from core.lessons.build.edit import change
from core.lessons.build.memory import size
from core.lessons.build.scene import scene, texts
from core.text.i18n import _
from pages.ui import say
from pages.ui.stage import stage, take_settled
from pages.ui.url_settings import Settings

PICTURE = "network_stack"
NAME, CHOSEN = "blocks", "chosen"
PAST = "blocks_past"
MAX_UNDONE = 50


def chosen_blocks(settings: Settings, default: str) -> tuple[Placed, ...]:
    """Return the stack, which is in the address as text; what was moved in the picture can be undone."""
    before = st.session_state.get(settings.key(NAME))
    take_settled(PICTURE, settings)
    blocks = settings.bind_value(NAME, parse_blocks(default), parse_blocks, format_blocks)
    if before is not None and before != blocks:
        _remember(settings, {NAME: before})
    return blocks


def show_stack(
    settings: Settings, blocks: tuple[Placed, ...], rows: Sequence[Row], kind: str, shape: Shape, batch: int
) -> None:
    """Show the blocks with a sample flowing through, to be dragged into place."""
    chosen = min(settings.value(CHOSEN, 0, MAX_BLOCKS - 1, 1), max(0, len(blocks) - 1))
    values = {NAME: texts(blocks), CHOSEN: chosen}
    alt = _("The blocks of the network, and what each makes of one sample")
    stage("network_stack", scene(blocks, rows, kind, shape, batch), values, key=PICTURE, alt=alt, height=190)


def edit_chosen(settings: Settings, blocks: Sequence[Placed], rows: Sequence[Row]) -> None:
    """Show the chosen block with its hyperparameters, and what keeps a block from reading its input."""
    for row in rows:
        if row.error:
            say.error(row.mend, code=row.error, icon=":material/error:")
    if blocks:
        place = min(settings.get(CHOSEN), len(blocks) - 1)
        _show_block(settings, place, blocks[place], rows[place])
    st.button(
        _("Undo"),
        icon=":material/undo:",
        disabled=not st.session_state.get(settings.key(PAST)),
        key=settings.key("undo"),
        on_click=_undo,
        args=(settings,),
    )


def put(settings: Settings, values: Mapping[str, Any]) -> None:
    """Set the stack, and other settings with it, in a way that can be undone; to be called as a button's on_click."""
    _remember(settings, {name: settings.get(name) for name in values})
    settings.set(values)


def edit(settings: Settings, function: Callable[..., tuple[Placed, ...]], *arguments: Any) -> None:
    """Put a function of the present stack in its place; to be called as a control's on_change."""
    try:
        put(settings, {NAME: function(settings.get(NAME), *arguments)})
    except BlocksError:
        return  # a value that no browser would send: the control goes back to what the stack has


def _remember(settings: Settings, values: Mapping[str, Any]) -> None:
    st.session_state.setdefault(settings.key(PAST), deque(maxlen=MAX_UNDONE)).append(values)


def _show_block(settings: Settings, place: int, placed: Placed, row: Row) -> None:
    block = placed.block
    title = f":{FAMILIES[block.family].color}-badge[{block.icon} {_(block.label)}]"
    st.markdown(f"{title} {_(block.note)}")
    if block.hyperparameters:
        fields = st.grid(min_column_width=130)
        for param, value in zip(block.hyperparameters, placed.values, strict=True):
            with fields.cell():
                _show_hyperparameter(settings, place, placed.key, param, value)
    st.caption(_sizes(row))


def _show_hyperparameter(
    settings: Settings, place: int, block: str, param: Hyperparameter | Choice, value: Value
) -> None:
    name = f"knob_{block}_{param.name}"
    key = settings.key(name)
    if st.session_state.get(key) != value:  # the stack alone knows: the widget follows it
        st.session_state[key] = value
    options = {"key": key, "on_change": _change, "args": (settings, place, param.name, name)}
    if isinstance(param, Choice):
        words = param.options
        st.selectbox(_(param.label), list(words), format_func=lambda option: _(words[option]), **options)
    else:
        st.number_input(_(param.label), param.minimum, param.maximum, param.default, param.step, **options)


def _sizes(row: Row) -> str:
    if row.before is None:
        return _("waits for the block before it")
    weights = _(" · **{count:,}** parameters").format(count=row.parameters) if row.parameters else ""
    return f"{size(row.before)} → {size(row.after) if row.after else '✕'}{weights}"


def _undo(settings: Settings) -> None:
    past = st.session_state.get(settings.key(PAST))
    if past:
        settings.set(past.pop())


def _change(settings: Settings, place: int, param: str, name: str) -> None:
    edit(settings, change, place, param, settings.get(name))

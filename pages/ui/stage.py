"""Pictures that answer under the finger: the server sends all their numbers once, the browser moves through them.

What is moved there reaches the server when it is let go: then it is in the settings, and so in the address.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from streamlit.components import v2
from torch import Tensor

from core.plots.packing import pack
from core.plots.palette import COLORS
from core.text.i18n import _
from pages.ui.streamlit_workarounds import shown_by
from pages.ui.url_settings import Settings

FOLDER = Path(__file__).with_name("stage")
PICTURES = "pictures"
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)"\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?:function|class|const) (\w+)", re.MULTILINE)

Scene = Mapping[str, Any]
"""What a picture is made of, by its own names: arrays and tensors, and beside them what JSON knows."""


def take_settled(key: str, settings: Settings) -> None:
    """Put what the browser has settled since into the settings; to be called before they are read.

    What comes from a browser is input like any other: a value that its setting cannot have counts as none.
    """
    match st.session_state.get(key):
        case {"settled": {"turn": int(turn), "values": {**values}}} if turn > st.session_state.get(_taken(key), 0):
            st.session_state[_taken(key)] = turn
            settings.accept(values)


def stage(picture: str, scene: Scene, values: Mapping[str, Any], *, key: str, alt: str, height: int) -> None:
    """Show a picture.

    Args:
        picture: the name of its module in stage/pictures/, and of the function in it.
        values: what can be moved, as it is now; by the names of the settings.
        key: the element's own, and that of `take_settled`.
        alt: what the picture is about, for those who cannot see it; what it shows at a moment it says itself.
        height: pixels of the picture alone, without its controls; less on a small screen.
    """
    arrays = {name: np.asarray(value) for name, value in scene.items() if isinstance(value, np.ndarray | Tensor)}
    plain = {name: value for name, value in scene.items() if name not in arrays}
    turn = st.session_state.get(_taken(key), 0)
    frame = {"picture": picture, "key": key, "alt": alt, "height": height, "values": values, "turn": turn}
    # Registered in each run, which costs nothing: see svg_view.py.
    html = f'<div class="stage" style="--height:{height}px"></div>'
    show = v2.component(f"stage_{picture}_{height}", html=html, css=_style(picture), js=shown_by(_room(picture)))
    with st.container(key=f"stage_{key}", gap=None):
        # The code stands in a message that never changes, so it travels once for a session.
        v2.component(f"code_{picture}", js=code(picture))(key=f"code_{key}")
        show(data=pack({**plain, **frame, "words": _words()}, _compact(arrays)), key=key, on_settled_change=_nothing)


def feed(picture: str, data: bytes, picture_key: str, *, key: str, tells: Sequence[str]) -> None:
    """Send a picture that is on the page what changes often, in a message of its own beside the scene.

    Args:
        picture, picture_key: its name, and the `key` of its stage.
        data: as `core.plots.packing.pack` makes it.
        key: the element's own; what the picture tells is in st.session_state under it.
        tells: the names of what the picture tells by it, each of which runs the fragment around it.
    """
    html = f'<div class="feed" data-key="{picture_key}"></div>'
    show = v2.component(f"feed_{picture_key}", html=html, js=shown_by(_room(picture)))
    callbacks: dict[str, Any] = {f"on_{name}_change": _nothing for name in tells}
    show(data=data, key=key, **callbacks)


@cache
def code(picture: str) -> str:
    """Return the module of a picture and all that it imports as one module, which shows what `_room` has for it."""
    file = FOLDER / PICTURES / f"{picture}.js"
    start = f"""
export default function ({{ parentElement }}) {{
  parentElement.host.dataset.drawn = "" // for page_frame.css: it takes no room, so that nothing need wait for it
  const room = (globalThis.{_room(picture)} ??= {{}})
  room.show = (component) => {_scope(FOLDER / "stage.js")}.showStage(component, {_scope(file)})
  room.arrived?.()
}}
"""
    return bundle(FOLDER / "stage.js", file) + start


def _room(picture: str) -> str:
    return f"playgroundStage_{picture}"


def bundle(*files: Path) -> str:
    """Return ES modules and all that they import as one: each a scope of its own, once, and after what it needs.

    The modules import by lines `import { name } from "./file.js"`, and export functions, classes and constants.
    """
    parts: dict[Path, str] = {}

    def add(file: Path) -> None:
        if file in parts:
            return
        text = file.read_text(encoding="utf-8")
        for _names, needed in _IMPORT.findall(text):
            add((file.parent / needed).resolve())
        body = _IMPORT.sub(lambda line: f"const {{{line[1]}}} = {_scope(Path(line[2]))}\n", text)
        exported = ", ".join(_EXPORT.findall(text))
        body = _EXPORT.sub(lambda line: line[0].removeprefix("export "), body)
        parts[file] = f"const {_scope(file)} = (() => {{\n{body}\nreturn {{ {exported} }}\n}})()"

    for file in files:
        add(file.resolve())
    return "\n".join(parts.values())


def _scope(file: Path) -> str:
    return f"{file.stem}_module"


@cache
def _style(picture: str) -> str:
    """Return the style of all pictures, and behind it that of this one, where it has a file of its own."""
    colors = "".join(f"--{name}: {color}; " for name, color in COLORS.items())
    files = (FOLDER / "stage.css", FOLDER / PICTURES / f"{picture}.css")
    return "\n".join([f":host {{ {colors}}}", *(file.read_text(encoding="utf-8") for file in files if file.exists())])


def _compact(arrays: Mapping[str, NDArray]) -> dict[str, NDArray]:
    """Return floats as float32, which is more than a picture shows, and whole numbers as int32."""
    kinds = {"f": np.float32, "i": np.int32, "b": np.uint8}
    return {
        name: array if array.dtype == np.uint8 else array.astype(kinds[array.dtype.kind], copy=False)
        for name, array in arrays.items()
    }


def _taken(key: str) -> str:
    return f"ui.stage.{key}.turn"


def _nothing() -> None:
    """Streamlit keeps what a component tells only where it has a callback."""


def _words() -> dict[str, str]:
    return {
        "play": _("Play (space bar)"),
        "pause": _("Pause (space bar)"),
        "back": _("One step back"),
        "next": _("One step further"),
        "speed": _("Speed"),
        "numbers": _("The numbers as a table"),
    }

"""Networks whose weights a person brings back in a file."""

from dataclasses import dataclass

import streamlit as st

from core import pretrained
from core.export.load_weights import MAX_BYTES, BroughtBack, Known, WeightsError, known_of, load_weights
from core.pretrained import CHECKPOINTS, CheckpointError
from core.text.i18n import _
from pages.ui import say
from pages.ui.session import session_key, session_run_store
from pages.ui.url_settings import Settings

MAX_KEPT = 3
MAX_NAME = 24
KEPT = session_key(__name__, "kept")
COUNTED = session_key(__name__, "counted")
SAID = session_key(__name__, "said")


@dataclass(frozen=True, eq=False)
class Loaded:
    """What a person loaded in this session; `label` is what it is called in menus."""

    label: str
    brought: BroughtBack


def loaded_networks() -> dict[str, Loaded]:
    """Return the newest networks that were loaded in this session, oldest first, by their key in menus."""
    return st.session_state.get(KEPT, {})


def offer_loading(settings: Settings) -> None:
    """Let the person load weights from a file; what fits becomes the value of the setting "network"."""
    with st.popover(_("Load weights"), icon=":material/upload_file:", key="bring_back"):
        st.caption(
            _(
                "From safetensors, as *Compare runs* saves them, or from a `state_dict` that `torch.save` wrote, alone "
                "or in a checkpoint. They have to fit a network that comes with the app, a run of this session, or the "
                "one that the file names."
            )
        )
        count = st.session_state.get(COUNTED, 0)
        key = f"brought_back_file_{count}"  # another for each file, so that the browser lets go of the one before
        st.file_uploader(
            _("File"),
            type=["safetensors", "pt", "pth"],
            max_upload_size=MAX_BYTES // 1024**2,
            key=key,
            on_change=_load,
            args=(key, settings),
        )
        if SAID in st.session_state:
            fits, sentence = st.session_state[SAID]
            (say.success if fits else say.error)(sentence)


def _load(key: str, settings: Settings) -> None:
    file = st.session_state[key]
    st.session_state.pop(SAID, None)
    if file is None:  # it was taken away again
        return
    try:
        if file.size > MAX_BYTES:
            raise WeightsError(_("The file is too large: {most} MB at most.").format(most=MAX_BYTES // 1024**2))
        brought = load_weights(file.getvalue(), _known())
    except WeightsError as problem:
        st.session_state[SAID] = (False, str(problem))
        return
    count = st.session_state[COUNTED] = st.session_state.get(COUNTED, 0) + 1
    name, loaded = f"loaded-{count}", Loaded(_("Loaded: {file}").format(file=shortened(file.name)), brought)
    kept = {**loaded_networks(), name: loaded}
    st.session_state[KEPT] = dict(list(kept.items())[-MAX_KEPT:])
    fits = _("These weights fit {network}.").format(network=brought.fits.label)
    st.session_state[SAID] = (True, " ".join([fits, *brought.notes]))
    settings.set({"network": name})


def _known() -> list[Known]:
    """Return the networks that weights may fit; the person’s own first, as theirs is what a person brings back."""
    known = [
        known_of(f"{entry.name}: {entry.run.title}", entry.run.config, entry.run.data.mean, entry.run.data.std)
        for entry in reversed(session_run_store().entries)
    ]
    for name, recipe in CHECKPOINTS.items():
        try:
            shipped = pretrained.load(name)
        except CheckpointError:  # said wherever that network is chosen; here the others are enough
            continue
        known.append(known_of(_(recipe.label), recipe.config, shipped.data_mean, shipped.data_std))
    return [network for network in known if network is not None]


def shortened(name: str) -> str:
    """Return a file's name for a menu: its printable letters, the middle left out where they are too many."""
    plain = "".join(letter for letter in name if letter.isprintable())
    if len(plain) <= MAX_NAME:
        return plain
    half = (MAX_NAME - 1) // 2
    return f"{plain[:half]}…{plain[-half:]}"

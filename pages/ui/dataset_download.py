"""Getting a data set that is not on this computer yet."""

import streamlit as st

from core.datasets import DATASETS, available
from core.datasets.downloads import Download, download, latest_download
from core.scheduler import JobStatus
from core.text.i18n import _
from pages.ui import say
from pages.ui.page_frame import live
from pages.ui.session import session_key

STARTED = session_key(__name__, "started")


def offer_download(name: str) -> bool:
    """Return whether a data set can be used; where it cannot, show how to get it, or how far its download is."""
    started: dict[str, Download] = st.session_state.setdefault(STARTED, {})
    running = latest_download(name)
    if running is not None and not running.over:  # begun before this page was loaded again, or by somebody else
        started[name] = running
    present = started.get(name)
    if present is not None and not present.over:
        live(run_every=0.5)(_progress)(present)
        return False
    if available(name):
        return True
    if present is not None and present.status is not JobStatus.FINISHED:
        say.warning(present.message)
    st.button(
        _("Download {label}").format(label=_(DATASETS[name].label)),
        icon=":material/download:",
        on_click=lambda: started.update({name: download(name)}),
        key="download",
    )
    return False


def _progress(present: Download) -> None:
    if present.over:
        st.rerun()
    received, total = present.received, present.total
    share = min(received / total, 1.0) if total else 0.0
    st.progress(share, f"{present.message} {received / 1e6:.1f} MB")
    st.button(_("Cancel"), icon=":material/close:", on_click=present.cancel, key="cancel_download")

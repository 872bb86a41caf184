"""The digits that a person has drawn and labeled, the same on every page."""

import streamlit as st

from core.digits.collection import Collection
from pages.ui.session import session_key

COLLECTION = session_key(__name__, "collection")


def labeled_drawings() -> Collection:
    """Return all that there are."""
    return st.session_state.setdefault(COLLECTION, Collection())


def keep(collection: Collection) -> None:
    """Have these from now on."""
    st.session_state[COLLECTION] = collection

"""The names that a person gives to runs, as they can stand in a sentence."""

import re


def plain(text: str) -> str:
    """Return text in which Markdown finds nothing to change: no link, no colour, no picture, no formula."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~$:&-])", r"\\\1", text)

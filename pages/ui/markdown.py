"""Text that is nobody's Markdown, as a name that a person gave, made ready to stand in it letter for letter."""

import re

# Streamlit looks for links, icons and arrows in the finished text, where nothing is escaped any more. A sign of no
# width parts what they begin with, and stands before what begins a list or a heading.
JOINER = "\u2060"
_PARTED = re.compile(r"(?<=:)(?=[\w+/-])|(?<=www)(?=\.)|(?=@)|(?<=[<>~-])(?=[<>=-])|^(?=[#+=-]|\d+[.)])", re.IGNORECASE)
_ESCAPED = re.compile(rf"[\\`*\[\]<>&$~|]|:(?={JOINER})|(?<![^\W_])_|_(?![^\W_])")


def plain(text: str) -> str:
    """Return Markdown that shows a text in one line as it is: no link, no colour, no picture, no formula."""
    return _ESCAPED.sub(r"\\\g<0>", _PARTED.sub(JOINER, _one_line(text)))


def code(text: str) -> str:
    """Return Markdown that shows a text in one line as code."""
    text = _one_line(text)
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    return f"{fence} {text} {fence}"


def _one_line(text: str) -> str:
    """Return the words with one space between; what has no shape, or turns the direction of what follows, as �."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in " ".join(text.split()))

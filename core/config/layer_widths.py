"""Layer widths as a person types them: "512, 256" <-> (512, 256)."""

import re

from core.text.given import told
from core.text.i18n import _

NO_LAYER = "none"  # an empty text would vanish from an address


class LayersError(ValueError):
    """A list of layer widths cannot be read; the message is a sentence that says how to write one."""


def parse_layers(text: str) -> tuple[int, ...]:
    """Read widths that are separated by commas, spaces or hyphens; an empty text or “none” means no layer.

    Raises:
        LayersError: something in the text is not a whole number.
    """
    if text.strip() == NO_LAYER:
        return ()
    words = [word for word in re.split(r"[\s,;–-]+", text.strip()) if word]
    for word in words:
        if not (word.isascii() and word.isdigit() and len(word) <= 18):
            raise LayersError(
                _(
                    "“{word}” is not a number of neurons: write whole numbers with commas between, such as 512, 256."
                ).format(word=told(word, 20))
            )
    return tuple(int(word) for word in words)


def format_layers(widths: tuple[int, ...]) -> str:
    """Write widths as `parse_layers` reads them."""
    return ", ".join(map(str, widths)) or NO_LAYER

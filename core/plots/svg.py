"""The few SVG shapes that drawings are made of; every word in them is escaped."""

from xml.sax.saxutils import escape, quoteattr

from core.plots.palette import COLORS

NARROWEST = 520  # pixels; on a narrower page a drawing is scrolled, for smaller its numbers could not be read


def drawing(
    width: float, height: float, *parts: str, label: str, widest: float | None = None, narrowest: float = NARROWEST
) -> str:
    """Return a whole SVG, as wide as the page allows.

    Args:
        label: what it shows, for those who cannot see it.
        widest: the pixels that it takes up at most; `width` where None.
        narrowest: the pixels below which it is scrolled, if it is that wide.
    """
    style = f"width:100%;max-width:{widest or width:g}px;min-width:{min(width, narrowest):g}px;height:auto"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" style="{style}" role="img" '
        f'aria-label={quoteattr(label)} font-size="14" fill="currentColor">{"".join(parts)}</svg>'
    )


def group(*parts: str, title: str = "", pick: str = "", **attributes: object) -> str:
    """Put parts together; `title` appears when the mouse rests on them, `pick` is returned when they are clicked."""
    picked = f" data-pick={quoteattr(pick)}" if pick else ""
    tip = f"<title>{escape(title)}</title>" if title else ""
    return f"<g{picked}{_attributes(attributes)}>{tip}{''.join(parts)}</g>"


def line(x1: float, y1: float, x2: float, y2: float, **attributes: object) -> str:
    """Return a straight line, in the colour of the text unless `stroke` says otherwise."""
    attributes = {"stroke": "currentColor"} | attributes
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"{_attributes(attributes)}/>'


def arrow(x1: float, y1: float, x2: float, y2: float, size: float = 6, **attributes: object) -> str:
    """Return a level arrow from left to right or from right to left."""
    back = -size if x2 > x1 else size
    attributes = {"stroke": "currentColor", "stroke_width": 1.5, "fill": "none"} | attributes
    path = f"M{x1:g} {y1:g}L{x2:g} {y2:g}m{back:g} {-size:g}l{-back:g} {size:g}l{back:g} {size:g}"
    return f'<path d="{path}"{_attributes(attributes)}/>'


def rectangle(x: float, y: float, width: float, height: float, **attributes: object) -> str:
    """Return a rectangle by its left upper corner."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"{_attributes(attributes)}/>'


def circle(x: float, y: float, radius: float, **attributes: object) -> str:
    """Return a circle by its centre."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}"{_attributes(attributes)}/>'


def text(x: float, y: float, words: str, anchor: str = "middle", **attributes: object) -> str:
    """Return words whose middle height is at y; `anchor` is start, middle or end."""
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" dominant-baseline="central"{_attributes(attributes)}>'
        f"{escape(words)}</text>"
    )


def sign_color(number: float) -> str:
    """Return the colour of a number by its sign: blue for plus, orange for minus."""
    return COLORS["orange" if number < 0 else "blue"]


def _attributes(attributes: dict[str, object]) -> str:
    return "".join(f" {name.replace('_', '-')}={quoteattr(str(value))}" for name, value in attributes.items())

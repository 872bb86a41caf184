"""A picture drawn as SVG, which changes in place, takes the page's font and text colour, and can be clicked on."""

from streamlit.components import v2

from core.plots.palette import COLORS, GRAY

# Words need more contrast than lines: they have the theme's shade of the colour that a drawing gives them.
_WORDS = "".join(
    f"text[fill='{color}'] {{ fill: var(--st-{name}-text-color) }}\n"
    for name, color in {**COLORS, "gray": GRAY}.items()
)
_STYLE = (
    _WORDS
    + """
:host { display: block; container-type: inline-size }
.place { overflow-x: auto; color: var(--st-text-color); font-family: var(--st-font) }
svg { display: block; margin: auto }
[data-pick] { cursor: pointer }
.narrow { display: none }
@container (max-width: 560px) { .narrow { display: block } .narrow + .wide { display: none } }
"""
)
_SCRIPT = """
export default function ({ data, parentElement, setTriggerValue }) {
  const place = parentElement.querySelector(".place")
  // Not drawn anew where nothing has changed, so that the text under a resting mouse stays.
  if (place.drawn !== data) {
    place.innerHTML = data
    place.drawn = data
    parentElement.host.dataset.drawn = "" // for page_frame.css: what stands below has its place now
  }
  place.onclick = (event) => {
    const hit = event.target.closest("[data-pick]")
    if (hit) setTriggerValue("picked", hit.dataset.pick)
  }
}
"""


def picture(svg: str, key: str, narrow: str = "") -> str | None:
    """Show an SVG drawing; return the `data-pick` of the part that was just clicked on, else None.

    Args:
        svg: as `core.plots.svg.drawing` makes it, of which every word is escaped.
        key: the element's own, so that a new drawing takes the old one's place without a blank moment.
        narrow: the drawing to show in its place where there is little room, as on a phone.
    """
    if narrow:
        svg = f'<div class="narrow">{narrow}</div><div class="wide">{svg}</div>'
    # Registered in each run, which costs nothing: a component that was registered when the module was imported would
    # be unknown to the next server in the same process, as in tests.
    component = v2.component("picture", html='<div class="place"></div>', css=_STYLE, js=_SCRIPT)
    return component(data=svg, key=key, on_picked_change=_nothing).picked


def _nothing() -> None:
    """Streamlit returns a trigger's value only where it has a callback."""

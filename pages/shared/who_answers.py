"""The choice of a network that reads digits: one that comes with the app, or a run of the person's own."""

from core.checkpoints import CHECKPOINTS
from core.drawing import SIDE
from core.i18n import _
from core.runs import Run
from pages.shared.session import session_shelf
from pages.shared.settings import Settings


def choose_network(settings: Settings) -> tuple[str, Run | None]:
    """Show the choice; return the name of a shipped network, or a run of the person's own."""
    own = {
        f"run-{entry.run.number}": entry
        for entry in session_shelf().entries
        if entry.run.data.input_shape == (1, SIDE, SIDE)
    }
    labels = {name: _(recipe.label) for name, recipe in CHECKPOINTS.items()} | {
        name: f"{entry.name}: {entry.run.title}" for name, entry in own.items()
    }
    name = settings.menu("network", _("Who answers?"), labels, "cnn", format_func=labels.__getitem__, width=420)
    return name, own[name].run if name in own else None

"""The choice of a network that reads digits: one that comes with the app, or a run of the person's own."""

from core.checkpoints import CHECKPOINTS
from core.drawing import SIDE
from core.i18n import _
from core.runs import Run
from pages.shared.session import session_runs
from pages.shared.settings import Settings


def choose_network(settings: Settings) -> tuple[str, Run | None]:
    """Show the choice; return the name of a shipped network, or a run of the person's own."""
    own = {f"run-{run.number}": run for run in session_runs().all if run.data.input_shape == (1, SIDE, SIDE)}
    labels = {name: _(recipe.label) for name, recipe in CHECKPOINTS.items()} | {
        name: _("Your run {number}: {title}").format(number=run.number, title=run.title) for name, run in own.items()
    }
    name = settings.menu("network", _("Who answers?"), labels, "cnn", format_func=labels.__getitem__, width=420)
    return name, own.get(name)

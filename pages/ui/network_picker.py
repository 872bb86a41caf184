"""The choice of a network that reads digits: one that comes with the app, a run of the person's own, or a file's."""

from core.digits.rasterize import SIDE
from core.inference import Classifier
from core.pretrained import CHECKPOINTS, pretrained_classifier
from core.runs import Run
from core.runs.run import run_classifier
from core.runs.store import Entry
from core.text.i18n import _
from pages.ui.session import session_run_store
from pages.ui.url_settings import Settings
from pages.ui.weights_upload import loaded_networks


def choose_network(settings: Settings) -> tuple[str, Run | None]:
    """Show the choice; return the key of what was chosen, and the run where it is one of the person's own."""
    own = own_networks()
    labels = {name: _(recipe.label) for name, recipe in CHECKPOINTS.items()} | {
        name: f"{entry.name}: {entry.run.title}" for name, entry in own.items()
    }
    labels |= {name: loaded.label for name, loaded in loaded_networks().items()}
    name = settings.menu("network", _("Who answers?"), labels, "cnn", format_func=labels.__getitem__, width=420)
    return name, own[name].run if name in own else None


def own_networks() -> dict[str, Entry]:
    """Return the person's runs whose networks read digits, by their keys in the choice, oldest first."""
    return {
        f"run-{entry.run.number}": entry
        for entry in session_run_store().entries
        if entry.run.data.input_shape == (1, SIDE, SIDE)
    }


def classifier_of(name: str, run: Run | None) -> Classifier:
    """Return the network that was chosen. Raises CheckpointError where a shipped one cannot be read."""
    if run is not None:
        return run_classifier(run)
    loaded = loaded_networks().get(name)
    return loaded.brought.classifier if loaded else pretrained_classifier(name)


def loss_of(name: str, run: Run | None) -> str:
    """Return the loss, a key of core.losses.LOSSES, that the chosen network was trained with."""
    loaded = loaded_networks().get(name)
    config = run.config if run else loaded.brought.fits.config if loaded else CHECKPOINTS[name].config
    return config.loss


def key_of(name: str, run: Run | None) -> str:
    """Return what tells the chosen network from others, and from itself while it learns on."""
    if run is None:
        return name
    last = run.view().last
    return f"{name}:{last.step if last else 0}"


def title_of(name: str, run: Run | None) -> str:
    """Return what the chosen network is called."""
    loaded = loaded_networks().get(name)
    return run.title if run else loaded.label if loaded else _(CHECKPOINTS[name].label)

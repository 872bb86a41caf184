"""The settings of a run that mean something for it, in words."""

from core.activations import ACTIVATIONS
from core.augmentation import AUGMENTATIONS
from core.config import TrainConfig
from core.datasets import DATASETS, POINTS
from core.features import FEATURES
from core.losses import LOSSES
from core.models import MODELS, OUTPUT_LAYERS
from core.optimizers import OPTIMIZERS
from core.regularization import REGULARIZATIONS
from core.schedules import SCHEDULES
from core.text.i18n import N_, _

NAMED = {
    "activation": ACTIVATIONS,
    "activations": ACTIVATIONS,
    "augmentation": AUGMENTATIONS,
    "dataset": DATASETS | POINTS,
    "features": FEATURES,
    "loss": LOSSES,
    "model": MODELS,
    "optimizer": OPTIMIZERS,
    "output_layer": OUTPUT_LAYERS,
    "regularization": REGULARIZATIONS,
    "schedule": SCHEDULES,
}
PLURALS = {"activation": "activations", "dropout": "dropouts"}
LONGEST = 300  # letters; points that a person has set one by one are many more


def used_settings(config: TrainConfig) -> list[tuple[str, str]]:
    """Return label and value, in words, of each setting that the run made use of."""
    return [(_(label), _words(name, getattr(config, name))) for name, label in LABELS.items() if _uses(config, name)]


def _uses(config: TrainConfig, name: str) -> bool:
    model, optimizer = MODELS[config.model], OPTIMIZERS[config.optimizer]
    points = config.dataset in POINTS
    match name:
        case "samples" | "noise":
            return points and name in POINTS[config.dataset].takes
        case "points":
            return points and "text" in POINTS[config.dataset].takes
        case "test_share":
            return points
        case "activation" | "dropout":  # one for all layers, unless each has its own
            return name in model.settings and not getattr(config, PLURALS[name])
        case "activations" | "dropouts":
            return name in model.settings and bool(getattr(config, name))
        case "hidden" | "channels" | "stride" | "blocks" | "features":
            return name in model.settings
        case "momentum" | "nesterov" | "beta2":
            return name in optimizer.knobs
        case "label_smoothing":
            return LOSSES[config.loss].takes_label_smoothing and not points
        case "regularization_rate":
            return REGULARIZATIONS[config.regularization].penalty is not None
        case "augmentation":
            return not points
        case "stop_loss" | "regularization":
            return getattr(config, name) != getattr(TrainConfig, name)
        case _always:
            return True


def _words(name: str, value: object) -> str:
    match value:
        case bool():
            return _("on") if value else _("off")
        case tuple():
            return ", ".join(_words(name, entry) for entry in value) or "–"
        case float():
            return f"{value:g}"
        case str() if name in NAMED:
            return _(NAMED[name][value].label)
        case _number_or_text:
            words = str(value)
            return words if len(words) <= LONGEST else f"{words[:LONGEST]} …"


LABELS = {
    "dataset": N_("Data set"),
    "points": N_("Formula or points"),
    "samples": N_("Points"),
    "noise": N_("Noise"),
    "test_share": N_("Share of the points that is for testing"),
    "augmentation": N_("Augmentation"),
    "batch_size": N_("Batch size"),
    "model": N_("Kind"),
    "features": N_("Features"),
    "channels": N_("Filters of each convolution"),
    "stride": N_("Stride of the first convolution"),
    "hidden": N_("Neurons of each hidden layer"),
    "blocks": N_("Blocks"),
    "activation": N_("Activation"),
    "activations": N_("Activations"),
    "dropout": N_("Dropout"),
    "dropouts": N_("Dropouts"),
    "output_layer": N_("Output layer"),
    "loss": N_("Loss"),
    "label_smoothing": N_("Label smoothing"),
    "optimizer": N_("Optimizer"),
    "learning_rate": N_("Learning rate"),
    "momentum": N_("Momentum"),
    "nesterov": N_("Nesterov"),
    "beta2": N_("Memory of squared gradients β₂"),
    "weight_decay": N_("Weight decay"),
    "regularization": N_("Regularization"),
    "regularization_rate": N_("Its rate"),
    "schedule": N_("Learning rate over the run"),
    "epochs": N_("Epochs"),
    "stop_loss": N_("Pause at a test loss of"),
    "seed": N_("Seed"),
}

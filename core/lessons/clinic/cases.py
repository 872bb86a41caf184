"""The patients: twelve trainings that go wrong, where each can be changed, and what mends it."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from core.lessons.clinic.program import PLACES, Program
from core.lessons.clinic.training import Run
from core.text.i18n import N_

LOSS_MARGIN = 0.3  # by which the loss of a mended training may be above that of the sound one
ACCURACY_MARGIN = 0.05  # and its accuracy on fresh images below
HONESTY_MARGIN = 0.1  # by which the accuracy that it reports may differ from that on fresh images

Repair = Mapping[str, str]
"""What is put into which places; both by their names in PLACES."""

FAULTS = {
    "softmax_twice": N_("Softmax is applied twice"),
    "rate_large": N_("The learning rate is too large"),
    "rate_small": N_("The learning rate is too small"),
    "zero_grad": N_("The gradients are never cleared"),
    "zeros": N_("All neurons begin alike"),
    "dead": N_("No neuron ever gives more than 0"),
    "labels": N_("The labels do not belong to the images"),
    "scale": N_("The inputs are not normalized"),
    "mode": N_("It is tested as if it were training"),
    "axis": N_("Softmax runs over the wrong axis"),
    "overfitting": N_("It overfits: too little data for the network"),
    "leak": N_("Test images are among the training images"),
}


@dataclass(frozen=True)
class Case:
    """A patient; its key in CASES is its stable id, which like the label does not tell the fault.

    Attributes:
        fault: a key of FAULTS.
        broken: what stands in the places of its program, where that is not what Program has.
        cure: what mends it.
        offered: what may be put into which places, among it what is there to begin with.
        suspects: keys of FAULTS to choose from, its own among them.
    """

    label: str
    fault: str
    broken: Repair
    cure: Repair
    offered: Mapping[str, tuple[str, ...]]
    suspects: tuple[str, ...]
    places: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", tuple(place for place in PLACES if place in self.offered))

    def program(self, repair: Repair | None = None) -> Program:
        """Return its program, as it came or with a repair."""
        return replace(Program(), **{**self.broken, **(repair or {})})

    def changed(self, repair: Repair) -> dict[str, str]:
        """Return what of a repair is not there to begin with."""
        came = self.program()
        return {
            place: repair[place] for place in self.places if place in repair and repair[place] != getattr(came, place)
        }

    def single_repairs(self) -> Iterator[dict[str, str]]:
        """Yield every repair of one place."""
        for place in self.places:
            for choice in self.offered[place]:
                if self.changed({place: choice}):
                    yield {place: choice}


def is_mended(run: Run, sound: Run) -> bool:
    """Return whether a training is as good as the sound one, and honest about it."""
    return (
        math.isfinite(run.final_loss)
        and 0 <= run.final_loss <= sound.final_loss + LOSS_MARGIN
        and run.fresh >= sound.fresh - ACCURACY_MARGIN
        and abs(run.test - run.fresh) <= HONESTY_MARGIN
    )


def read_repair(case: Case, text: str) -> dict[str, str]:
    """Return a repair from its text in an address, such as "rate:usual,last:none"; raises ValueError."""
    repair = {}
    for part in filter(None, text.split(",")):
        place, _colon, choice = part.partition(":")
        if place in repair or choice not in case.offered.get(place, ()):
            raise ValueError(f"{part!r} is no repair of this patient.")
        repair[place] = choice
    return case.changed(repair)


def write_repair(repair: Repair) -> str:
    """Return a repair as `read_repair` reads it."""
    return ",".join(f"{place}:{choice}" for place, choice in repair.items())


CASES: Mapping[str, Case] = {
    "1": Case(
        N_("It learns, but its loss stays high"),
        "softmax_twice",
        {"last": "softmax"},
        {"last": "none"},
        {
            "hidden": ("usual", "many"),
            "rate": ("large", "usual", "tiny"),
            "epochs": ("usual", "more"),
            "last": ("softmax", "sigmoid", "log_softmax", "none"),
        },
        ("overfitting", "rate_small", "softmax_twice", "zeros"),
    ),
    "2": Case(
        N_("A wild start, and then nothing"),
        "rate_large",
        {"rate": "large"},
        {"rate": "usual"},
        {
            "hidden": ("usual", "many"),
            "rate": ("huge", "large", "usual", "tiny"),
            "batch": ("usual", "large"),
            "activation": ("relu", "leaky_relu"),
        },
        ("labels", "zero_grad", "rate_large", "scale"),
    ),
    "3": Case(
        N_("The curve is nearly flat"),
        "rate_small",
        {"rate": "tiny"},
        {"rate": "usual"},
        {
            "hidden": ("usual", "many"),
            "rate": ("huge", "usual", "small", "tiny"),
            "epochs": ("usual", "more"),
            "init": ("none", "zero_bias"),
        },
        ("zeros", "rate_small", "dead", "labels"),
    ),
    "4": Case(
        N_("The loss goes up and down"),
        "zero_grad",
        {"before": "nothing"},
        {"before": "zero_grad"},
        {
            "hidden": ("usual", "many"),
            "rate": ("large", "usual", "tiny"),
            "before": ("nothing", "zero_grad"),
            "between": ("nothing", "zero_grad"),
        },
        ("rate_large", "scale", "softmax_twice", "zero_grad"),
    ),
    "5": Case(
        N_("Guessing, from the first step to the last"),
        "zeros",
        {"init": "zeros"},
        {"init": "none"},
        {
            "rate": ("large", "usual"),
            "epochs": ("usual", "more"),
            "activation": ("relu", "sigmoid"),
            "init": ("zeros", "equal", "zero_bias", "none"),
        },
        ("rate_small", "dead", "zeros", "labels"),
    ),
    "6": Case(
        N_("It answers the same, whatever it is shown"),
        "dead",
        {"init": "low_bias"},
        {"init": "zero_bias"},
        {
            "hidden": ("usual", "many"),
            "rate": ("large", "usual"),
            "activation": ("relu", "leaky_relu", "sigmoid"),
            "init": ("low_bias", "zero_bias", "none"),
        },
        ("dead", "zeros", "rate_small", "zero_grad"),
    ),
    "7": Case(
        N_("It learns something, but nothing of use"),
        "labels",
        {"order": "apart"},
        {"order": "together"},
        {
            "order": ("apart", "images", "together"),
            "train": ("usual", "many"),
            "hidden": ("usual", "many"),
            "epochs": ("usual", "more"),
        },
        ("overfitting", "rate_small", "labels", "leak"),
    ),
    "8": Case(
        N_("It starts badly and does not recover"),
        "scale",
        {"scale": "raw"},
        {"scale": "standard"},
        {
            "scale": ("raw", "larger", "standard"),
            "epochs": ("usual", "more"),
            "activation": ("relu", "leaky_relu"),
            "init": ("none", "zero_bias"),
        },
        ("zero_grad", "softmax_twice", "scale", "labels"),
    ),
    "9": Case(
        N_("It reads its own training images badly"),
        "mode",
        {"dropout": "most", "mode": "nothing"},
        {"mode": "eval"},
        {
            "rate": ("usual", "small"),
            "dropout": ("most", "half", "none"),
            "no_grad": ("nothing", "no_grad"),
            "mode": ("nothing", "train", "eval"),
        },
        ("overfitting", "mode", "labels", "rate_small"),
    ),
    "10": Case(
        N_("It reads well, and its loss is enormous"),
        "axis",
        {"last": "wrong_axis", "loss": "nll", "batch": "large"},
        {"last": "log_softmax"},
        {
            "rate": ("large", "usual", "small"),
            "batch": ("usual", "large"),
            "epochs": ("usual", "more"),
            "last": ("wrong_axis", "softmax", "log_softmax"),
        },
        ("softmax_twice", "axis", "rate_large", "scale"),
    ),
    "11": Case(
        N_("Perfect in training, and not outside"),
        "overfitting",
        {"train": "few", "hidden": "many"},
        {"train": "many"},
        {
            "train": ("few", "usual", "many"),
            "hidden": ("usual", "many"),
            "epochs": ("fewer", "usual"),
            "dropout": ("none", "half"),
            "optimizer": ("sgd", "decay"),
        },
        ("leak", "overfitting", "mode", "labels"),
    ),
    "12": Case(
        N_("Hardly a mistake, on either set"),
        "leak",
        {"train": "few", "test": "same", "epochs": "more"},
        {"test": "apart"},
        {
            "test": ("same", "inside", "overlap", "apart"),
            "dropout": ("none", "half"),
            "optimizer": ("sgd", "decay"),
            "mode": ("eval", "nothing"),
        },
        ("mode", "labels", "leak", "scale"),
    ),
}

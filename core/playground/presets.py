"""Settings of the 2-D playground worth trying, each one click on its page."""

from dataclasses import dataclass, field
from typing import Any

from core.text.i18n import N_


@dataclass(frozen=True)
class PointsPreset:
    """One button; `changes` are fields of a TrainConfig for points that differ from the usual ones."""

    label: str
    icon: str
    note: str
    changes: dict[str, Any] = field(default_factory=dict)


POINTS_PRESETS = {
    "line": PointsPreset(
        N_("Only lines"),
        ":material/remove:",
        N_("A circle without activations: however many layers, the boundary stays a straight line."),
        {"dataset": "circle", "hidden": (4, 2), "activation": "identity"},
    ),
    "features": PointsPreset(
        N_("The right features"),
        ":material/lightbulb:",
        N_("No hidden layer at all: told x₁² and x₂², a single neuron finds the circle."),
        {"dataset": "circle", "hidden": (), "features": ("x1_squared", "x2_squared")},
    ),
    "spiral": PointsPreset(
        N_("Learn the spiral"),
        ":material/cyclone:",
        N_("The hardest of the classic sets, from the two coordinates alone."),
        {
            "dataset": "spiral",
            "hidden": (8, 8, 8),
            "samples": 1000,
            "optimizer": "adam",
            "learning_rate": 0.01,
        },
    ),
    "dead": PointsPreset(
        N_("Dead ReLUs"),
        ":material/bedtime:",
        N_("Steps so large that neurons are thrown to where they answer 0 to every point, and never learn again."),
        {"dataset": "xor", "hidden": (8, 4), "activation": "relu", "learning_rate": 3.0},
    ),
    "by_heart": PointsPreset(
        N_("Learn by heart"),
        ":material/psychology:",
        N_("Few and noisy points, a large network: the test loss rises while the training loss falls."),
        {
            "dataset": "moons",
            "hidden": (8, 8, 8),
            "noise": 0.45,
            "samples": 100,
            "test_share": 0.5,
            "optimizer": "adam",
            "learning_rate": 0.01,
        },
    ),
    "rings": PointsPreset(
        N_("Four classes"),
        ":material/adjust:",
        N_("Four rings, four outputs, softmax: each point goes to the largest."),
        {"dataset": "rings4", "hidden": (8, 6), "optimizer": "adam", "learning_rate": 0.01},
    ),
}

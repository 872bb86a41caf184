"""Changes of the network of the 2-D playground, one click each: settings in, settings out."""

from core.features import FEATURES

MAX_LAYERS, MAX_NEURONS = 6, 8
NEW_LAYER = 2  # neurons

Shape = dict[str, tuple]
"""The fields `features`, `hidden`, `activations` and `dropouts` of a TrainConfig for points."""


def toggle_feature(shape: Shape, name: str) -> Shape:
    """Switch a feature on or off; the last one stays on."""
    features = set(shape["features"]) ^ {name}
    return shape | {"features": tuple(key for key in FEATURES if key in features) or shape["features"]}


def add_layer(shape: Shape) -> Shape:
    """Add a hidden layer of NEW_LAYER neurons at the end; nothing where there are MAX_LAYERS."""
    if len(shape["hidden"]) >= MAX_LAYERS:
        return shape
    grown = {name: shape[name] and (*shape[name], shape[name][-1]) for name in ("activations", "dropouts")}
    return shape | grown | {"hidden": (*shape["hidden"], NEW_LAYER)}


def remove_layer(shape: Shape) -> Shape:
    """Take the last hidden layer away, if there is one."""
    return shape | {name: shape[name][:-1] for name in ("hidden", "activations", "dropouts")}


def resize_layer(shape: Shape, layer: int, change: int) -> Shape:
    """Give a hidden layer, counted from 0, some neurons more or fewer; it keeps 1 to MAX_NEURONS."""
    hidden = list(shape["hidden"])
    if 0 <= layer < len(hidden):
        hidden[layer] = min(MAX_NEURONS, max(1, hidden[layer] + change))
    return shape | {"hidden": tuple(hidden)}

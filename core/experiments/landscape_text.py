"""What to notice in a landscape, in its own numbers."""

import numpy as np

from core.experiments.landscape import Landscape, Path
from core.optimizers import OPTIMIZERS
from core.text.i18n import _


def path_notice(landscape: Landscape) -> str:
    """Say what a run's path came to, and how much of it the plane shows."""
    (path,) = landscape.paths
    words = _(
        "**The plane holds {share:.0%} of how the weights moved.** In {steps:,} steps the loss went from {first:.3g} "
        "to {last:.3g}; where the path is drawn, the plane’s own loss is at most {gap:.2g} away from the real one."
    ).format(share=landscape.share, steps=path.steps[-1], first=path.losses[0], last=path.losses[-1], gap=path.gap)
    return " ".join([words, *_warnings(landscape)])


def random_notice(landscape: Landscape) -> str:
    """Say how far the loss rises around a network."""
    (path,) = landscape.paths
    words = _(
        "**In the middle the loss is {middle:.3g}.** Half a filter’s length away it is {near:.3g} on average, a whole "
        "length away {far:.3g}; an untrained network has {untrained:.3g}."
    ).format(
        middle=path.losses[0],
        near=around(landscape, 0.5),
        far=around(landscape, 1.0),
        untrained=landscape.untrained,
    )
    return " ".join([words, *_warnings(landscape)])


def optimizers_notice(landscape: Landscape) -> str:
    """Say who came lowest, and how much of all paths the plane shows."""
    best, *others = sorted(landscape.paths, key=lambda path: path.losses[-1])
    words = [
        _("After {steps:,} steps **{best}** is lowest, with a loss of {loss:.3g}").format(
            steps=best.steps[-1], best=_label(best), loss=best.losses[-1]
        ),
        *(_("{name} has {loss:.3g}").format(name=_label(path), loss=path.losses[-1]) for path in others),
    ]
    far = max(abs(path.losses[-1] - path.below[-1]) for path in landscape.paths)
    held = _(
        "The plane holds {share:.0%} of how their weights moved; at the ends its own loss is up to {far:.2g} away from "
        "the real one."
    ).format(share=landscape.share, far=far)
    return " ".join([f"{'; '.join(words)}.", held, *_warnings(landscape)])


def around(landscape: Landscape, radius: float) -> float:
    """Return the mean loss on a circle around the middle, each loss cut off at the ceiling."""
    distances = np.hypot(landscape.x[None, :], landscape.y[:, None])
    spacing = landscape.x[1] - landscape.x[0]
    ring = np.abs(distances - radius) <= spacing / 2
    return float(np.minimum(landscape.losses[ring], landscape.ceiling).mean())


def _warnings(landscape: Landscape) -> list[str]:
    words = [
        _("{name} ran away after {steps:,} steps: its learning rate is too large.").format(
            name=_label(path), steps=path.steps[-1]
        )
        for path in landscape.paths
        if path.ran_away
    ]
    if landscape.cut:
        words.append(
            _("On {share:.0%} of the plane the loss is above {ceiling:.3g}, and cut off there.").format(
                share=max(landscape.cut, 0.01), ceiling=landscape.ceiling
            )
        )
    return words


def _label(path: Path) -> str:
    return OPTIMIZERS[path.optimizer].label

"""What the page asks before it shows it, and what is true, computed."""

import torch

from core.lessons.optimizers.race import VARIANTS, Entry, Path, Setup, race, run
from core.lessons.optimizers.surfaces import SURFACES
from core.text.i18n import N_, _
from core.text.numbers import plain
from core.text.prediction import Prediction, Truth

RATE = Prediction(
    "optimizers.rate",
    N_(
        "On the bowl SGD with a learning rate of {small:g} takes {steps} steps to come within {near:g} of the minimum. "
        "And with {large:g}, ten times as much?"
    ),
    {
        "ten": N_("About a tenth of the steps"),
        "sooner": N_("Somewhat fewer steps"),
        "later": N_("More steps"),
        "never": N_("It never gets there"),
    },
)
ADAM = Prediction(
    "optimizers.adam",
    N_("SGD and Adam race on the bowl, both with a learning rate of {rate:g}. Who is nearer after {steps} steps?"),
    {"adam": N_("Adam: it is always the faster one"), "sgd": N_("SGD"), "same": N_("Both are equally near")},
)
SURFACE = "bowl"
SETUP, ELSEWHERE = (Setup(name, SURFACES[name].start) for name in (SURFACE, "ravine"))
SMALL, LARGE, NEAR = 0.07, 0.7, 0.1
SAME_RATE = 0.1
SAME = 1.5  # times as far; less is equally near


def steps_to(path: Path, near: float) -> int | None:
    """Return after how many steps a path was so near to a minimum for the first time; None where it never was."""
    there = torch.nonzero(path.distances < near)
    return int(there[0]) if len(there) else None


def rate_numbers() -> dict[str, float | int | None]:
    """Return the numbers that RATE names, the steps counted in a race."""
    return {"small": SMALL, "large": LARGE, "near": NEAR, "steps": steps_to(run(SETUP, Entry("sgd", SMALL)), NEAR)}


def rate_truth() -> Truth:
    """Let SGD run with both learning rates."""
    slow, fast = (run(SETUP, Entry("sgd", rate)) for rate in (SMALL, LARGE))
    before, steps = steps_to(slow, NEAR), steps_to(fast, NEAR)
    if before is None:
        raise ValueError("the small learning rate has to get there")
    if steps is None:
        far = fast.distances
        sentence = _(
            "After {steps} steps it is **{last}** away from the minimum, and at the start it was {first}: each step "
            "jumps over the valley and lands farther up the other wall."
        )
        return Truth("never", sentence.format(steps=fast.steps, last=plain(far[-1].item()), first=plain(far[0].item())))
    answer = "ten" if steps <= before / 5 else "sooner" if steps < before else "later"
    sentence = _("It takes **{steps}** steps, and {before} with the small learning rate.")
    return Truth(answer, sentence.format(steps=steps, before=before))


def adam_truth() -> Truth:
    """Let both run, and measure how far they are from the minimum at the end."""
    far, elsewhere = _distances(SETUP), _distances(ELSEWHERE)
    winner, loser = sorted(far, key=far.__getitem__)
    sentence = _(
        "{winner} is **{near:.5f}** away from the minimum, {loser} {far:.5f}. On the {surface}, with the same learning "
        "rates, {winner} ends {other_near:.2f} away and {loser} {other_far:.2f}: no optimizer wins everywhere."
    )
    return Truth(
        "same" if far[loser] < SAME * far[winner] else winner,
        sentence.format(
            winner=_(VARIANTS[winner].label),
            loser=_(VARIANTS[loser].label),
            near=far[winner],
            far=far[loser],
            surface=_(SURFACES[ELSEWHERE.surface].label).lower(),
            other_near=elsewhere[winner],
            other_far=elsewhere[loser],
        ),
    )


def _distances(setup: Setup) -> dict[str, float]:
    paths = race(setup, (Entry("sgd", SAME_RATE), Entry("adam", SAME_RATE)))
    return {name: path.distances[-1].item() for name, path in paths.items()}

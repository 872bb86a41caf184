"""What the page asks before it shows it, and what is true, computed."""

from itertools import pairwise
from statistics import fmean

import torch
from torch.func import functional_call

from core.lessons.home.training_loop import BATCH, POINTS, ROUNDS, journey, tiny_network, two_clouds
from core.text.i18n import N_, _
from core.text.numbers import plain
from core.text.prediction import Prediction, Truth

LOSSES = Prediction(
    "home.losses",
    N_("The network learns for {rounds} rounds. In how many is the loss lower than in the round before?"),
    {
        "all": N_("In all of them: each step goes downhill"),
        "most": N_("In nearly all of them"),
        "half": N_("In about half of them"),
        "few": N_("In a few"),
    },
)
USED = Prediction(
    "home.used",
    N_(
        "The trained network classifies {points} points it has never seen. How many of its {parameters} numbers change?"
    ),
    {
        "all": N_("All: it learns while it is used"),
        "some": N_("Some: those that were wrong"),
        "none": N_("None"),
    },
)
MOST, FEW = 0.8, 0.3  # of the rounds: more are nearly all, fewer are a few
ENDS = 10  # rounds at the beginning and at the end that are compared


def numbers() -> dict[str, int]:
    """Return the numbers that the questions name."""
    parameters = sum(parameter.numel() for parameter in tiny_network().parameters())
    return {"rounds": ROUNDS, "points": POINTS, "parameters": parameters}


def losses_truth(seed: int) -> Truth:
    """Count the rounds of the journey of this seed in which the loss falls."""
    losses = [each.loss for each in journey(seed).rounds]
    falls = [later < earlier for earlier, later in pairwise(losses)]
    share = fmean(falls)
    sentence = _(
        "In **{falls}** of {count}. Each batch of {batch} is another one, with easier or harder points, so the loss "
        "jumps. The mean of the first {ends} rounds is {first}, and of the last {ends} {last}."
    )
    return Truth(
        "all" if all(falls) else "most" if share > MOST else "few" if share < FEW else "half",
        sentence.format(
            falls=sum(falls),
            count=len(falls),
            batch=BATCH,
            ends=ENDS,
            first=plain(fmean(losses[:ENDS]), ".2g"),
            last=plain(fmean(losses[-ENDS:]), ".2g"),
        ),
    )


def used_truth(seed: int) -> Truth:
    """Let the network at the end of the journey of this seed classify new points, and compare its numbers."""
    last = journey(seed).rounds[-1]
    weights = {name: weight.clone() for name, weight in last.moved.items()}
    points, classes = two_clouds(torch.Generator().manual_seed(seed + 1))
    right = ((functional_call(tiny_network(), weights, (points,)) > 0.5) == (classes > 0.5)).sum().item()
    changed = sum(int((weights[name] != weight).sum()) for name, weight in last.moved.items())
    trained = sum(int((last.weights[name] != weight).sum()) for name, weight in last.moved.items())
    parameters = numbers()["parameters"]
    sentence = _(
        "**{changed}** of {parameters} changed while it classified {points} points, {right} of them correctly. One "
        "round of training changes {trained}: `optimizer.step()` does that, and nothing else."
    )
    return Truth(
        "none" if not changed else "all" if changed == parameters else "some",
        sentence.format(changed=changed, parameters=parameters, points=len(points), right=right, trained=trained),
    )

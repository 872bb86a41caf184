"""What the page asks before it shows it, and what is true, computed."""

from copy import deepcopy

from torch import nn

from core.datasets import Data
from core.lessons.digit_network.network import Flow, linear_layers, training_config
from core.lessons.digit_network.sentences import number
from core.text.i18n import N_, _
from core.text.prediction import Prediction, Truth
from core.training import train

PARAMETERS = Prediction(
    "digit_network.parameters",
    N_("How many numbers does training change in this network?"),
    {
        "neurons": N_("{neurons:,}: one for each neuron"),
        "first": N_("{first:,}: one for each pixel and hidden neuron"),
        "weights": N_("{weights:,}: one for each connection"),
        "all": N_("{all:,}: connections and neurons together"),
    },
)
SCORES = Prediction(
    "digit_network.scores",
    N_("Take softmax away: what do the ten outputs of an image sum to?"),
    {
        "one": N_("1, as before"),
        "zero": N_("0: half of them are negative"),
        "any": N_("Any number, another one for each image"),
    },
)
STEP = Prediction(
    "digit_network.step",
    N_("One training step, with 200 images: how many of the network’s numbers move?"),
    {
        "right": N_("Those of the right digit’s output"),
        "last": N_("Those of the last layer"),
        "half": N_("About half of them"),
        "most": N_("Most of them, in all layers"),
    },
)
HALF = 0.65  # of all; more are most of them


def parameter_counts(network: nn.Module) -> dict[str, int]:
    """Return the numbers that the answers of PARAMETERS name, counted in the network."""
    layers = linear_layers(network)
    neurons = sum(layer.out_features for layer in layers)
    connections = [layer.in_features * layer.out_features for layer in layers]
    return {
        "neurons": neurons,
        "first": connections[0],
        "weights": sum(connections),
        "all": sum(connections) + neurons,
    }


def parameters_truth(network: nn.Module) -> Truth:
    """Count what PyTorch hands to the optimizer."""
    sizes = [parameter.numel() for parameter in network.parameters()]
    answer = next(name for name, count in parameter_counts(network).items() if count == sum(sizes))
    parts = " + ".join(f"{size:,}" for size in sizes)
    sentence = _("{parts} = **{all:,}**: each connection has a weight, and each neuron a bias as well.")
    return Truth(answer, sentence.format(parts=parts, all=sum(sizes)))


def step_truth(network: nn.Module, data: Data) -> Truth:
    """Train a copy of the network for one step, and count the numbers that are others than before."""
    trained = deepcopy(network)
    config = training_config(data.name)
    next(train(config, data, trained))
    moved = [(new != old).float() for new, old in zip(trained.parameters(), network.parameters(), strict=True)]
    counts = [int(each.sum()) for each in moved]
    total, all_of_them = sum(counts), sum(each.numel() for each in moved)
    last = moved[-2].numel() + moved[-1].numel()
    bounds = {"right": moved[-2].shape[1] + 1, "last": last, "half": round(HALF * all_of_them), "most": all_of_them}
    sentence = _(
        "**{moved:,}** of {all:,} moved, {share:.1%}, and {last:,} of those in the last layer: the gradient of the "
        "loss reaches every layer."
    )
    return Truth(
        next(name for name, bound in bounds.items() if total <= bound),
        sentence.format(moved=total, all=all_of_them, share=total / all_of_them, last=sum(counts[-2:])),
    )


def scores_truth(made: Flow) -> Truth:
    """Sum the outputs of many images."""
    sums = made.outputs.sum(dim=1)
    answer = "any"
    for name, value in (("one", 1.0), ("zero", 0.0)):
        if (sums - value).abs().max() < 0.001:
            answer = name
    rounding = (made.probabilities.sum(dim=1) - 1).abs().max().item()
    sentence = _(
        "Of {count} test images the outputs sum to between **{low}** and **{high}**; after softmax each "
        "sum is 1, to within {rounding:.0e}."
    )
    return Truth(
        answer,
        sentence.format(count=len(sums), low=number(sums.min()), high=number(sums.max()), rounding=rounding),
    )

"""What the page asks before it shows it, and what is true, computed."""

from torch import nn

from core.lessons.digit_network.network import Flow, linear_layers
from core.lessons.digit_network.sentences import number
from core.text.i18n import N_, _
from core.text.prediction import Prediction, Truth

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


def scores_truth(made: Flow) -> Truth:
    """Sum the outputs of many images."""
    sums = made.outputs.sum(dim=1)
    answer = "any"
    for name, value in (("one", 1.0), ("zero", 0.0)):
        if (sums - value).abs().max() < 0.001:
            answer = name
    shares = made.probabilities.sum(dim=1)
    sentence = _(
        "Of {count} test images the outputs sum to between **{low}** and **{high}**; after softmax the sums are "
        "between {least:.4f} and {most:.4f}."
    )
    return Truth(
        answer,
        sentence.format(
            count=len(sums), low=number(sums.min()), high=number(sums.max()), least=shares.min(), most=shares.max()
        ),
    )

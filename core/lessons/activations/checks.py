"""The questions to check yourself with at the end of the page Activations."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "activations.relu",
        N_("ReLU is made of two straight pieces. Can a network of ReLUs follow a curve?"),
        N_("Yes: many kinks together come close to it"),
        N_("Each neuron puts a kink in another place, and a line of many short pieces looks like a curve."),
        (
            Wrong(
                N_("No: straight pieces stay a straight line"),
                N_("ReLU is not linear: straight lines add up to a straight line, but lines with a kink do not."),
                "activations?functions=relu&x=0",
            ),
            Wrong(
                N_("Only with a sigmoid somewhere among them"),
                N_("No smooth function is needed: ReLU neurons alone fit this curve, each with a corner of its own."),
                "why_activations?part=fit&target=zigzag&bends=relu&neurons=12&hidden=1&optimizer=adam&rate=0.01",
            ),
        ),
    ),
    Check(
        "activations.flat",
        N_("Sigmoid gets a very large sum. What can its neuron learn from this example?"),
        N_("Hardly anything: the curve is flat there"),
        N_("The gradient is multiplied by the slope, and far to the right the slope of sigmoid is almost 0."),
        (
            Wrong(
                N_("A lot: its output is as high as it gets"),
                N_("The height is what the neuron answers; what it learns by is the slope, and that is nearly 0 here."),
                "activations?functions=sigmoid,relu&x=5",
            ),
            Wrong(
                N_("Nothing, now and for ever: it is dead"),
                N_("The slope is small but never 0, and for other inputs the curve is still steep."),
                "activations?functions=sigmoid,relu&x=0",
            ),
        ),
    ),
    Check(
        "activations.dead",
        N_("A ReLU neuron gives 0 for every training example. What happens to it?"),
        N_("It stays so: no gradient reaches its weights"),
        N_("Left of 0 the slope of ReLU is 0, so the gradient of its weights is 0 and no step moves them."),
        (
            Wrong(
                N_("It recovers: the next steps push it back up"),
                N_("A step needs a gradient, and a flat curve passes none back; LeakyReLU would."),
                "activations?functions=relu,leaky_relu&x=-3",
            ),
            Wrong(
                N_("It is removed: the network becomes smaller"),
                N_("Nothing takes it out: it keeps its weights and goes on giving 0."),
                "one_step?b1=-1&stage=backward",
            ),
        ),
    ),
    Check(
        "activations.shape",
        N_("A layer’s outputs go through an activation. What does it do to them?"),
        N_("It bends each number by itself"),
        N_("The same function is applied to each number alone, so their count stays and none looks at another."),
        (
            Wrong(
                N_("It mixes them with one another"),
                N_("Mixing is what a linear layer does; an activation sees one number at a time."),
                "activations?functions=tanh,relu&x=2",
            ),
            Wrong(
                N_("It leaves out those that are small"),
                N_("None is left out: ReLU makes negative numbers 0, and a 0 is still a number that is passed on."),
                "activations?functions=relu&x=-3",
            ),
        ),
    ),
)

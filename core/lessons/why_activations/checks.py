"""The questions to check yourself with at the end of the page Why activations."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "why_activations.stack",
        N_("More linear layers are stacked, with nothing between them. What can the network do now?"),
        N_("What a single linear layer can do"),
        N_(
            "A linear function of a linear function is linear: one layer with the product of the weights does the same."
        ),
        (
            Wrong(
                N_("More: every layer bends the line a bit"),
                N_(
                    "A linear layer bends nothing; without activations the line stays straight, however many there are."
                ),
                "why_activations?part=stack&depth=20&activation=identity",
            ),
            Wrong(
                N_("More: it has more weights to learn with"),
                N_("The weights are more, but they multiply into one matrix: more layers are not always better."),
                "why_activations?part=stack&depth=20&activation=identity",
            ),
        ),
    ),
    Check(
        "why_activations.corners",
        N_("A network has one hidden layer of ReLUs. What limits the corners that its curve can have?"),
        N_("The number of hidden neurons"),
        N_("Each ReLU switches on or off at one place and can put one corner there."),
        (
            Wrong(
                N_("The number of training steps"),
                N_("Training moves the corners to where they help; it makes no more of them than there are neurons."),
                "why_activations?part=fit&target=zigzag&bends=relu&neurons=12&hidden=1&optimizer=adam&rate=0.01",
            ),
            Wrong(
                N_("The number of training examples"),
                N_("Examples say where the curve should go; whether it can turn there is up to the neurons."),
                "why_activations?part=fit&target=zigzag&bends=relu&neurons=2&hidden=1&optimizer=adam&rate=0.01",
            ),
        ),
    ),
    Check(
        "why_activations.vanishing",
        N_("In a deep stack of sigmoids the first layers hardly learn. Why?"),
        N_("Each layer on the way makes the gradient smaller"),
        N_("On its way back the gradient is multiplied by a small slope at every sigmoid."),
        (
            Wrong(
                N_("They read the inputs, which need no learning"),
                N_("Their weights are as random as all others; it is the gradient that does not arrive."),
                "why_activations?part=gradients&deep=20&functions=sigmoid,relu&first_weights=pytorch",
            ),
            Wrong(
                N_("They get a smaller learning rate than the last"),
                N_("The learning rate is one for all layers; the gradients differ, by a factor of millions and more."),
                "why_activations?part=gradients&deep=20&functions=sigmoid,relu&first_weights=pytorch",
            ),
        ),
    ),
    Check(
        "why_activations.cure",
        N_("The gradient vanishes in a deep network. What helps it to reach the first layers?"),
        N_("Initial weights that keep its size"),
        N_("With weights that fit the activation, as He’s for ReLU, the gradient is about as large in all layers."),
        (
            Wrong(
                N_("A learning rate that is larger in all layers"),
                N_("It makes all steps larger alike: the last layers would jump long before the first ones move."),
                "why_activations?part=gradients&deep=20&functions=sigmoid,relu&first_weights=pytorch",
            ),
            Wrong(
                N_("More training images"),
                N_("The gradient shrinks on its way through the layers, whatever the images are."),
                "why_activations?part=gradients&deep=20&functions=tanh,relu&first_weights=he",
            ),
        ),
    ),
)

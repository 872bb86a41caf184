"""The questions to check yourself with at the end of the page A digit network."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "digit_network.sees",
        N_("What does one hidden neuron of this network look at?"),
        N_("All pixels, each with its own weight"),
        N_("The first layer is linear: each of its outputs is a sum over every pixel."),
        (
            Wrong(
                N_("One pixel of the image"),
                N_(
                    "Its sum is made of all pixels; the weights that are drawn for it are as many as the image "
                    "has pixels."
                ),
                "digit_network?part=digit&weights=shipped&softmax=1",
            ),
            Wrong(
                N_("One small part of the image, as a stroke"),
                N_("That is what a convolution does; in a linear layer every pixel has a weight for every neuron."),
                "convolution?kernel=vertical&stride=1&padding=0",
            ),
        ),
    ),
    Check(
        "digit_network.stores",
        N_("A network has been trained. What is stored in it?"),
        N_("Only its weights and biases"),
        N_("Training changes these numbers and keeps nothing else; how many there are was decided before."),
        (
            Wrong(
                N_("The images that it has learned from"),
                N_(
                    "No image is kept: the network has as many numbers after training as before, whatever it was shown."
                ),
                "digit_network?part=code",
            ),
            Wrong(
                N_("The right answer for each image"),
                N_("Answers are computed anew each time, from the pixels and the weights."),
                "digit_network?part=digit&weights=shipped&softmax=1",
            ),
        ),
    ),
    Check(
        "digit_network.softmax",
        N_("Softmax is taken away from the output. Which digit does the network choose?"),
        N_("The same one as with softmax"),
        N_("Softmax keeps the order of the scores: the largest score becomes the largest probability."),
        (
            Wrong(
                N_("Another one, as scores can be negative"),
                N_("The sign does not matter: the largest score is chosen, whatever the others are."),
                "digit_network?part=digit&weights=shipped&softmax=0&flow=3",
            ),
            Wrong(
                N_("None, as nothing sums to 1 any more"),
                N_("To choose, it is enough to know which score is the largest; a sum of 1 is for probabilities."),
                "digit_network?part=digit&weights=shipped&softmax=0&flow=3",
            ),
        ),
    ),
    Check(
        "digit_network.one_hot",
        N_("Why is the target of a digit a row of zeros with a single 1?"),
        N_("So that all digits are equally different"),
        N_("Digits are classes and not amounts: between any two one-hot rows the distance is the same."),
        (
            Wrong(
                N_("So that larger digits count for more"),
                N_("In a one-hot row every digit is a single 1; only its place differs."),
                "data?part=way&station=6",
            ),
            Wrong(
                N_("Because outputs can only be 0 or 1 as well"),
                N_("Outputs can be any numbers; the target says which of them should be the largest."),
                "digit_network?part=digit&weights=shipped&softmax=0&flow=3",
            ),
        ),
    ),
)

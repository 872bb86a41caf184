"""The questions to check yourself with at the end of the page Build a network."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "build.deeper",
        N_("Another layer is added to a network. Does it get better?"),
        N_("Not always: it can also learn worse"),
        N_(
            "More layers can follow more complicated patterns, but the gradient has a longer way and noise is "
            "learned as well."
        ),
        (
            Wrong(
                N_("Yes: more layers are always better"),
                N_("A deep stack can learn nothing at all, as where its gradient vanishes on the way back."),
                "why_activations?part=gradients&deep=20&functions=sigmoid,relu&first_weights=pytorch",
            ),
            Wrong(
                N_("Yes, if only all shapes fit together"),
                N_("Fitting shapes let numbers through; they do not say how well the network learns."),
                "playground?dataset=moons&hidden=8,8,8&noise=0.45&samples=100&test_share=0.5"
                "&optimizer=adam&learning_rate=0.01",
            ),
        ),
    ),
    Check(
        "build.flatten",
        N_("What does a Flatten layer learn?"),
        N_("Nothing: it only puts numbers in a row"),
        N_("It has no parameters; the same numbers come out, in another shape."),
        (
            Wrong(
                N_("Which of the pixels belong together best"),
                N_("It has nothing to learn with: its number of parameters is 0."),
                "build?blocks=flatten,linear:512,relu,linear:10&input=image&task=multi_class",
            ),
            Wrong(
                N_("How to make images smaller"),
                N_("No number is lost: as many come out as went in; pooling is what makes maps smaller."),
                "build?blocks=conv:16:3,relu,maxpool:2,flatten,linear:10&input=image&task=multi_class",
            ),
        ),
    ),
    Check(
        "build.memory",
        N_("Training uses a larger batch. What grows?"),
        N_("The outputs that are kept in memory"),
        N_(
            "Every layer’s output is kept for the backward pass, once for each sample; the parameters are "
            "shared by all."
        ),
        (
            Wrong(
                N_("The number of parameters"),
                N_("Parameters belong to the layers, and a layer is the same for one sample and for many."),
                "build?batch=128",
            ),
            Wrong(
                N_("Nothing: it is still the same network"),
                N_("The weights are the same, but the outputs for every sample have to be kept for backward."),
                "build?batch=128",
            ),
        ),
    ),
    Check(
        "build.outputs",
        N_("A network is to tell ten digits apart. What should its last layer give?"),
        N_("Ten scores, one for each digit"),
        N_("The largest score is the answer, and cross-entropy compares all of them with the right class."),
        (
            Wrong(
                N_("One number: the digit itself"),
                N_(
                    "Then a 3 would lie between 2 and 4, though digits are no scale: each class needs a score "
                    "of its own."
                ),
                "build?blocks=flatten,linear:512,relu,linear:1&input=image&task=multi_class",
            ),
            Wrong(
                N_("Ten numbers that sum to 1"),
                N_("Scores may be any numbers: softmax, which is inside the loss, makes them sum to 1."),
                "digit_network?part=digit&softmax=0&flow=3",
            ),
        ),
    ),
)

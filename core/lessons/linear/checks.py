"""The questions to check yourself with at the end of the lesson Linear layer."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "linear.bias",
        N_("How many biases does a linear layer have?"),
        N_("One for each output"),
        N_("Each output is one sum of products, and its bias is added to that sum once."),
        (
            Wrong(
                N_("One for each weight"),
                N_("A bias belongs to no weight: it is added once, after all products have been summed."),
                "linear?part=neurons&inputs=4&outputs=2&bias=1",
            ),
            Wrong(
                N_("One for each input"),
                N_("An input meets only weights; the bias comes in at the output, however many inputs there are."),
                "linear?part=neurons&inputs=3&outputs=1&bias=1",
            ),
            Wrong(
                N_("One for the whole layer"),
                N_("Each output can be shifted on its own: the bias is a row of numbers, one below each output."),
                "linear?part=batch&inputs=4&outputs=2&bias=1",
            ),
        ),
    ),
    Check(
        "linear.batch",
        N_("A larger batch goes through a linear layer. What happens to its weights?"),
        N_("Nothing: all rows share the same weights"),
        N_("The layer does the same to each row of x, so more rows make more rows of y and no more weights."),
        (
            Wrong(
                N_("There are more: each row needs its own"),
                N_("The size of the weight is fixed by inputs and outputs, and the batch size is neither."),
                "linear?part=batch&batch=200",
            ),
            Wrong(
                N_("They change: each row adjusts them"),
                N_("A forward pass only reads the weights; only an optimizer’s step changes them."),
                "linear?part=batch&batch=200",
            ),
        ),
    ),
    Check(
        "linear.fit",
        N_("When do two linear layers fit together, one after the other?"),
        N_("If the first gives as many numbers as the second takes"),
        N_("The outputs of the first are the inputs of the second, so these two sizes have to be equal."),
        (
            Wrong(
                N_("If both of them take the same number of inputs"),
                N_("Only the first layer sees the inputs: the second takes what the first one gives."),
                "linear?part=chain&first_in=10&first_out=5&second_in=10&second_out=2",
            ),
            Wrong(
                N_("Always: what is missing is filled up with zeros"),
                N_("PyTorch fills up nothing: it stops with an error where the sizes differ."),
                "linear?part=chain&first_in=10&first_out=5&second_in=4&second_out=2",
            ),
        ),
    ),
    Check(
        "linear.zero",
        N_("One input of a row is 0. What does that do to an output?"),
        N_("This input adds nothing; the other terms stay"),
        N_("The product of 0 and any weight is 0, and all other products and the bias are summed as before."),
        (
            Wrong(
                N_("It makes the output 0, whatever the others are"),
                N_("The products are added, not multiplied with each other: one 0 does not erase the rest."),
                "linear?part=neurons&inputs=4&outputs=2&changed=x:0:0=0",
            ),
            Wrong(
                N_("Its weight alone is added, without the input"),
                N_("A weight is never added by itself: without an input there is nothing for it to weigh."),
                "linear?part=neurons&inputs=4&outputs=2&changed=x:0:0=0",
            ),
        ),
    ),
)

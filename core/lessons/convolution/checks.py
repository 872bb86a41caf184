"""The questions to check yourself with at the end of the page Convolution."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "convolution.shared",
        N_("A filter slides over the whole image. How many sets of weights does it have?"),
        N_("One: the same at every place"),
        N_("The weights are shared: what is found in one corner is found by the same numbers in another."),
        (
            Wrong(
                N_("One for each place of the image"),
                N_("The window moves, but the numbers in it do not change on the way."),
                "convolution?kernel=vertical&stride=1&padding=0&relu=0&pooling=none",
            ),
            Wrong(
                N_("One for each image of the batch"),
                N_("All images meet the same filter; only what they show differs."),
                "convolution?kernel=vertical&stride=1&padding=0&relu=0&pooling=none",
            ),
        ),
    ),
    Check(
        "convolution.moved",
        N_("The digit is moved two pixels to the right. What happens to the output of a filter?"),
        N_("It moves along, and is otherwise the same"),
        N_("The same weights meet the same pixels, only at another place."),
        (
            Wrong(
                N_("It stays: a filter finds things anywhere"),
                N_("It finds them anywhere, but the output says where: each number belongs to its place in the image."),
                "convolution?kernel=vertical&stride=1&padding=0&relu=0&pooling=none",
            ),
            Wrong(
                N_("It is different: other weights see it now"),
                N_("So it would be in a linear layer; the weights of a filter are the same everywhere."),
                "digit_network?part=digit&weights=shipped&softmax=1",
            ),
        ),
    ),
    Check(
        "convolution.learned",
        N_("Who decides the numbers of a filter in a trained CNN?"),
        N_("Training, as for all weights"),
        N_("A filter is a weight like any other: it has a gradient and moves with every step."),
        (
            Wrong(
                N_("People who know what edges are"),
                N_("Filters like those for edges can be written by hand, but a CNN finds its own in training."),
                "convolution?kernel=trained&filter=23&relu=1&pooling=max",
            ),
            Wrong(
                N_("The image that is being read"),
                N_("Reading an image only uses the filter; the weights stay as training has left them."),
                "convolution?kernel=trained&filter=23&relu=1&pooling=max",
            ),
        ),
    ),
    Check(
        "convolution.stride",
        N_("What does a stride of 2 change about a convolution?"),
        N_("It skips places: the output gets smaller"),
        N_("The window moves two pixels at a time, so there are fewer places and fewer outputs."),
        (
            Wrong(
                N_("It widens the window: each sum gets longer"),
                N_("The kernel keeps its size, and each sum as many products; it is only computed at fewer places."),
                "convolution?kernel=vertical&stride=2&padding=1",
            ),
            Wrong(
                N_("It doubles the steps: the output gets larger"),
                N_("Larger steps need fewer of them to cross the image, so fewer numbers come out."),
                "convolution?kernel=vertical&stride=2&padding=1",
            ),
        ),
    ),
)

"""The questions to check yourself with at the end of the page Draw."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "draw.learns",
        N_("You draw digits, and the network answers. What does it learn from your drawings?"),
        N_("Nothing: its weights stay as they are"),
        N_("Answering is a forward pass alone: without a loss, a gradient and a step nothing is learned."),
        (
            Wrong(
                N_("It goes on learning while it is used"),
                N_("Only training changes weights: using a network reads them, however often."),
                "one_step?stage=forward&step=1",
            ),
            Wrong(
                N_("It remembers them for the next time"),
                N_("There is no place for a drawing in it: it consists of its weights alone."),
                "digit_network?part=code",
            ),
        ),
    ),
    Check(
        "draw.house",
        N_("You draw a house. What does a network say that has learned ten digits?"),
        N_("That it is one of the ten digits"),
        N_("It has ten outputs and softmax makes them sum to 1: there is none for “something else”."),
        (
            Wrong(
                N_("That it is not a digit"),
                N_("No output stands for that, and nobody has ever shown it anything but digits."),
                "digit_network?part=digit&weights=shipped&softmax=1",
            ),
            Wrong(
                N_("That all digits are equally likely"),
                N_("It could, but it seldom does: also what shows nothing makes some score the largest."),
                "losses?part=classes&logit_A=3&logit_B=0&logit_C=0&right=B&temperature=1",
            ),
        ),
    ),
    Check(
        "draw.centered",
        N_("Why is your drawing scaled and centered before the network reads it?"),
        N_("Because its training images were, too"),
        N_("A network reads well what is like its training data, and these have the digit in the middle."),
        (
            Wrong(
                N_("Because it cannot compute anything else"),
                N_("It can: the pixels are just as many; its answer is only less often correct."),
                "inside?part=xray",
            ),
            Wrong(
                N_("So that it takes up less memory"),
                N_("The image has the same size before and after; it is the digit in it that is moved."),
                "inside?part=xray",
            ),
        ),
    ),
    Check(
        "draw.sure",
        N_("The network gives its answer a probability close to 1. What does that mean?"),
        N_("That one score is far above the others"),
        N_("Softmax knows only the scores: it says how they compare, and not whether any of them is right."),
        (
            Wrong(
                N_("That the answer is practically certain"),
                N_("It can be as confident about an image that shows nothing at all."),
                "losses?part=classes&logit_A=5&logit_B=-3&logit_C=0&right=B&temperature=1",
            ),
            Wrong(
                N_("That it has seen this image in training"),
                N_("Nothing is looked up: any image with such scores gets this probability."),
                "digit_network?part=digit&weights=shipped&softmax=1",
            ),
        ),
    ),
)

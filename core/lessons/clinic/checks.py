"""The questions to check yourself with at the end of the clinic."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "clinic.zero_grad",
        N_("Where does `optimizer.zero_grad()` belong in a training step?"),
        N_("Before `backward()` adds the new gradients"),
        N_("`backward()` adds to what is there; after clearing, `step()` finds the gradients of this batch alone."),
        (
            Wrong(
                N_("Nowhere: `step()` clears the gradients itself"),
                N_("It only uses them: here they are never cleared, and each step goes by the sum of all so far."),
                "clinic?case=4&repair=&seed=0&epoch=19",
            ),
            Wrong(
                N_("Between `backward()` and `step()`, to tidy up"),
                N_("The new gradients are then gone before they were used: no weight ever moves."),
                "clinic?case=4&repair=between:zero_grad&seed=0&epoch=19",
            ),
        ),
    ),
    Check(
        "clinic.flat",
        N_("The training loss hardly falls, from the first step to the last. What does this curve alone tell?"),
        N_("Only that little is learned: many faults look so"),
        N_("It is the values and gradients in the layers that tell such faults apart, and then the code."),
        (
            Wrong(
                N_("That the learning rate is too small for it"),
                N_("All weights begin at 0 here: the curve is just as flat, and a larger rate is of no help."),
                "clinic?case=5&repair=rate:large&seed=0&epoch=19",
            ),
            Wrong(
                N_("That the network has too few neurons to learn"),
                N_("With many more of them the curve stays flat: here it is the learning rate that is too small."),
                "clinic?case=3&repair=hidden:many&seed=0&epoch=19",
            ),
        ),
    ),
    Check(
        "clinic.labels",
        N_("Images and labels have been shuffled, each in an order of its own. What happens in training?"),
        N_("The loss falls: wrong labels can be memorized"),
        N_("Each image can be learned with the label that it has got; only the test shows that this is of no use."),
        (
            Wrong(
                N_("The loss stays: wrong labels cannot be learned"),
                N_("It falls, and the training accuracy rises; it is the test accuracy that stays where guessing is."),
                "clinic?case=7&repair=&seed=0&epoch=19",
            ),
            Wrong(
                N_("It stops with an error: the labels do not fit"),
                N_("A label is a number like any other: a program can run without an error and learn nothing of use."),
                "clinic?case=7&repair=order:images&seed=0&epoch=19",
            ),
        ),
    ),
    Check(
        "clinic.leak",
        N_("The test accuracy is nearly perfect at the first try. What should be checked first?"),
        N_("Whether test images are among the training images"),
        N_("Images that it has learned from may be answered from memory: they say little about new ones."),
        (
            Wrong(
                N_("Nothing: by now the network reads any new digit"),
                N_("Not this one: it has learned from its test images, and reads far fewer of those that are fresh."),
                "clinic?case=12&repair=test:inside&seed=0&epoch=39",
            ),
            Wrong(
                N_("Whether the training accuracy is as high, too"),
                N_("It is, and that says nothing: here both are measured on the very same images."),
                "clinic?case=12&repair=&seed=0&epoch=39",
            ),
        ),
    ),
)

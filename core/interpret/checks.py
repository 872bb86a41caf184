"""The questions to check yourself with at the end of the page Look inside."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "inside.saliency",
        N_("A saliency map marks a pixel strongly. What does that say about it?"),
        N_("To change it would change the answer a lot"),
        N_("The map shows the size of the gradient of the answer’s score for each pixel."),
        (
            Wrong(
                N_("It is one of the brightest pixels"),
                N_("The map is about influence, not brightness: dark pixels beside a stroke can count most."),
                "inside?part=pixels&digit=test&index=0",
            ),
            Wrong(
                N_("It belongs to the stroke that makes the digit"),
                N_("Where a stroke is missing can matter as much as where one is."),
                "inside?part=pixels&digit=test&index=0",
            ),
        ),
    ),
    Check(
        "inside.layers",
        N_("What happens to an image on its way through the layers of a CNN?"),
        N_("Its maps become smaller, and more of them"),
        N_("Pooling gives up places, and each layer has more filters: less where, and more what."),
        (
            Wrong(
                N_("It becomes sharper from layer to layer"),
                N_("The maps get coarser: they are no pictures but say how well each filter fits."),
                "inside?part=layers&digit=test&index=0",
            ),
            Wrong(
                N_("It is compared with stored images"),
                N_("No image is stored: each layer computes with its weights what the next one reads."),
                "inside?part=layers&digit=test&index=0",
            ),
        ),
    ),
    Check(
        "inside.fine_tuning",
        N_("A network is fine-tuned on your handwriting alone. What about the digits that it knew?"),
        N_("It may read them worse than before"),
        N_("The same weights are moved for the new digits, and nothing holds them where the old ones need them."),
        (
            Wrong(
                N_("It reads them just as well as before"),
                N_("Nothing is set aside: new learning can overwrite the old."),
                "inside?part=class",
            ),
            Wrong(
                N_("A second network is kept for them"),
                N_("There is one set of weights, and fine-tuning goes on with it."),
                "inside?part=class",
            ),
        ),
    ),
    Check(
        "inside.overconfident",
        N_("On average a network is more confident than it is correct. What is it called?"),
        N_("Overconfident: its probabilities are too high"),
        N_("Calibrated would mean that of all answers with the same confidence, just that fraction is correct."),
        (
            Wrong(
                N_("Accurate: it is sure of what it knows"),
                N_("Confidence is not accuracy: it can be just as sure of an answer that is wrong."),
                "inside?part=mistakes",
            ),
            Wrong(
                N_("Overfitted: its training loss has become too high"),
                N_("Overfitting shows in a low training loss; this is about probabilities and how often they hold."),
                "inside?part=mistakes",
            ),
        ),
    ),
)

"""The questions to check yourself with at the end of the lesson Generalization."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "generalize.stop",
        N_("Early stopping goes back to the weights of one epoch. Of which one?"),
        N_("Where the validation loss was lowest"),
        N_("Up to there what was learned held for new images; after it, more and more only for the training images."),
        (
            Wrong(
                N_("Where the training loss was lowest"),
                N_("That is near the end, when even wrong labels are memorized: new images are read worse there."),
                "generalize?part=overfitting&images=300&noise=40&seed=0&epoch=60",
            ),
            Wrong(
                N_("Just before the validation loss first rose"),
                N_("The curve wobbles: after its first small rise it falls further, and is lowest many epochs later."),
                "generalize?part=overfitting&images=100&noise=20&seed=0&epoch=60",
            ),
        ),
    ),
    Check(
        "generalize.gap",
        N_("A network reads all of its training images, and far fewer of the new ones. What closes this gap best?"),
        N_("More images to learn from"),
        N_("What fits many images at once is seldom special to a few of them: it holds for new ones, too."),
        (
            Wrong(
                N_("More epochs on the same images"),
                N_("All training images are read long before the end: the later epochs change the gap only a little."),
                "generalize?part=overfitting&images=30&noise=0&seed=0&epoch=60",
            ),
            Wrong(
                N_("More neurons in the hidden layer"),
                N_("This network has many: enough to memorize its few images, and the gap is there all the same."),
                "clinic?case=11&repair=&seed=0&epoch=19",
            ),
        ),
    ),
    Check(
        "generalize.dropout",
        N_("Dropout is added to a network. What does it change?"),
        N_("Its training: random values are zeroed in each step"),
        N_("No neuron can rely on a single other one then; in a test, after `net.eval()`, all values are used."),
        (
            Wrong(
                N_("Its test, too: random values are zeroed there as well"),
                N_("Only where `net.eval()` is forgotten, as in gray: with it the network reads more test images."),
                "clinic?case=9&repair=mode:eval&seed=0&epoch=19",
            ),
            Wrong(
                N_("Its size: some of the neurons are removed for good"),
                N_("Each step zeroes others, and all come back: shapes and parameters are those without dropout."),
                "build?blocks=flatten,linear:512,relu,dropout:0.5,linear:10&chosen=3&input=image&task=multi_class",
            ),
        ),
    ),
    Check(
        "generalize.initial",
        N_("How large should the initial weights of a deep network be?"),
        N_("So that values keep their size from layer to layer"),
        N_("Then the values reach the last layer and the gradients the first one, neither too small nor too large."),
        (
            Wrong(
                N_("Close to 0, so that training is free to choose"),
                N_("The values die out from layer to layer, and the gradients on their way back: nothing is learned."),
                "generalize?part=weights&start=small&activation=tanh&seed=0&look=26",
            ),
            Wrong(
                N_("Large, so that the gradients are large as well"),
                N_("They are, as the values grow from layer to layer: the steps go too far, and training diverges."),
                "generalize?part=weights&start=large&activation=relu&seed=0&look=26",
            ),
        ),
    ),
)

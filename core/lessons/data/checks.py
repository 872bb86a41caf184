"""The questions to check yourself with at the end of the lesson Data."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "data.normalize",
        N_("What does normalizing change about the pixels?"),
        N_("Their values: they now lie around 0"),
        N_("The mean is subtracted and the result divided by the standard deviation, so the mean is 0 and the std 1."),
        (
            Wrong(
                N_("Their number: fewer have to be read"),
                N_("Every pixel stays; each gets another value, and the shape is the same before and after."),
                "data?station=3",
            ),
            Wrong(
                N_("Their noise: the images get cleaner"),
                N_("All pixels go through the same straight line, which removes nothing and can be undone."),
                "data?station=3&mean=0.5&std=0.5",
            ),
        ),
    ),
    Check(
        "data.shuffle",
        N_("Why is the training set shuffled before each epoch?"),
        N_("So that the batches are different each time"),
        N_("Each step then sees another mix of images, and not the same ones in the same order again."),
        (
            Wrong(
                N_("So that no image is ever used more than once"),
                N_("Each epoch uses every image once, so all images come again in the next epoch."),
                "data?part=batches&batch_size=64&shuffle=1",
            ),
            Wrong(
                N_("So that similar images come together"),
                N_("It is the other way round: shuffling mixes the classes in each batch."),
                "data?part=batches&batch_size=64&shuffle=0",
            ),
        ),
    ),
    Check(
        "data.chosen",
        N_("You keep the best of many networks. Which images tell how good it really is?"),
        N_("Images that had no part in the choice"),
        N_("What was picked by a set looks better on that set than it is; fresh images know nothing of the pick."),
        (
            Wrong(
                N_("The images by which it has been chosen"),
                N_("The choice has used these up: the best network is partly the luckiest one on them."),
                "data?part=sets&guess=shown&networks=40&size=0",
            ),
            Wrong(
                N_("The images that it was trained on"),
                N_("A network can be right on these from memory alone, and still fail on new ones."),
                "playground?dataset=moons&hidden=8,8,8&noise=0.45&samples=100&test_share=0.5&optimizer=adam&learning_rate=0.01",
            ),
        ),
    ),
    Check(
        "data.flatten",
        N_("A batch of images is flattened for a linear layer. What becomes one row?"),
        N_("Each image by itself"),
        N_("The batch axis stays, and all other axes are joined: one row of numbers for each image."),
        (
            Wrong(
                N_("The whole batch at once"),
                N_("Then the layer could not tell one image from the next: flattening leaves the batch axis alone."),
                "data?station=5",
            ),
            Wrong(
                N_("Each line of each image"),
                N_("That is what the layer gets without flattening, and its weights do not fit such short rows."),
                "build?blocks=linear:10",
            ),
        ),
    ),
)

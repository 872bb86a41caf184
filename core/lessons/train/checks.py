"""The questions to check yourself with at the end of the page Train."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "train.memory",
        N_("The training loss keeps falling, and the test loss begins to rise. What is going on?"),
        N_("The network memorizes its training data"),
        N_("It fits what is special about the training images, and this does not hold for new ones: it overfits."),
        (
            Wrong(
                N_("It gets better: the training loss counts"),
                N_("A lower training loss is not a better network: on new data this one gets worse."),
                "playground?dataset=moons&hidden=8,8,8&noise=0.45&samples=100&test_share=0.5"
                "&optimizer=adam&learning_rate=0.01",
            ),
            Wrong(
                N_("It learns too slowly: the rate is too small"),
                N_("The training loss falls, so it does learn; what it learns is of no use elsewhere."),
                "playground?dataset=moons&hidden=8,8,8&noise=0.45&samples=100&test_share=0.5"
                "&optimizer=adam&learning_rate=0.01",
            ),
        ),
    ),
    Check(
        "train.epoch",
        N_("What is one epoch?"),
        N_("Every training image has been used once"),
        N_("The set is dealt out in batches, and the epoch is over when none is left."),
        (
            Wrong(
                N_("One batch has been used"),
                N_("That is one step; an epoch takes as many steps as there are batches."),
                "data?part=batches&batch_size=64&shuffle=1",
            ),
            Wrong(
                N_("The loss has stopped falling for some steps"),
                N_("An epoch only counts images; the loss may go on falling for many epochs, or for none."),
                "data?part=batches&batch_size=64&shuffle=0",
            ),
        ),
    ),
    Check(
        "train.eval",
        N_("A network with dropout is tested. Why is `net.eval()` called first?"),
        N_("So that dropout zeroes nothing"),
        N_(
            "In training mode random values are zeroed; a test should use all of the network, and give the same "
            "each time."
        ),
        (
            Wrong(
                N_("So that the test changes no weights"),
                N_("A forward pass changes no weights in either mode: only the optimizer’s step does."),
                "one_step?stage=forward&step=1",
            ),
            Wrong(
                N_("So that no gradients are computed"),
                N_("That is the work of `torch.no_grad()`: in eval mode a graph is still kept."),
                "autograd?case=no_grad",
            ),
        ),
    ),
    Check(
        "train.diverges",
        N_("The training loss grows from step to step. What should be tried first?"),
        N_("A smaller learning rate"),
        N_("Each step overshoots: with shorter steps the slope at the beginning of a step still holds at its end."),
        (
            Wrong(
                N_("More epochs, until it falls"),
                N_("Steps that are too large stay too large: more of them lead farther away."),
                "optimizers?surface=bowl&racers=sgd&bowl_sgd=0.7&steps=100&step=20",
            ),
            Wrong(
                N_("A larger network"),
                N_("It would take steps that are as large: the length of a step is not a matter of size."),
                "one_step?rate=1&stage=step&step=2",
            ),
        ),
    ),
)

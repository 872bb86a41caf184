"""The questions to check yourself with at the end of the page One training step."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "one_step.line",
        N_("Which line of a training step changes the weights?"),
        N_("`optimizer.step()`"),
        N_("Only this line writes to the weights; all lines before it read them."),
        (
            Wrong(
                N_("`loss.backward()`"),
                N_("It fills `.grad`, and the weights are the same after it as before."),
                "one_step?stage=backward&step=1",
            ),
            Wrong(
                N_("`output = net(x)`"),
                N_("A forward pass reads the weights: a network that is used does not learn."),
                "one_step?stage=forward&step=1",
            ),
        ),
    ),
    Check(
        "one_step.zero_grad",
        N_("Why is there an `optimizer.zero_grad()` in each step?"),
        N_("Else new gradients are added to the old ones"),
        N_("`backward()` adds to `.grad`, so without it a step would follow the sum of all gradients so far."),
        (
            Wrong(
                N_("Else the weights would keep their old values"),
                N_("They should keep them: only the gradients are cleared, never the weights."),
                "one_step?forget=0&stage=zero_grad&step=2",
            ),
            Wrong(
                N_("Else `backward()` would raise an error"),
                N_("There is no error: training goes on with gradients that are too large, and nobody warns you."),
                "one_step?forget=1&stage=backward&step=2",
            ),
        ),
    ),
    Check(
        "one_step.direction",
        N_("The gradient of a weight is positive. Where does SGD move the weight?"),
        N_("Down: against its gradient"),
        N_("With the weight the loss would grow, so the step goes the other way."),
        (
            Wrong(
                N_("Up: along its gradient"),
                N_("The gradient points to where the loss grows: along it, training would make the network worse."),
                "one_step?stage=step&step=1&picked=w21",
            ),
            Wrong(
                N_("Towards 0, to keep it small"),
                N_("A step knows only the gradient; drawing weights to 0 is what weight decay does."),
                "one_step?stage=step&step=1&picked=w21&decay=0",
            ),
        ),
    ),
    Check(
        "one_step.lower",
        N_("All five lines are correct. Is the loss of this example lower after the step?"),
        N_("Only if the step is small enough"),
        N_("The gradient is the slope at one place: after a large step the slope there no longer counts."),
        (
            Wrong(
                N_("Yes: the gradient leads downhill"),
                N_("Downhill from here, but a long step can end on the other side, and higher."),
                "one_step?rate=1&stage=step&step=1",
            ),
            Wrong(
                N_("No: it takes at least an epoch"),
                N_("Each step already changes the loss; an epoch is only the time until all examples have been used."),
                "one_step?rate=0.1&stage=step&step=1",
            ),
        ),
    ),
)

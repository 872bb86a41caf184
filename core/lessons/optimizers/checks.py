"""The questions to check yourself with at the end of the page Optimizers."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "optimizers.rate",
        N_("The learning rate is made larger and larger. What happens to training?"),
        N_("It gets faster at first, and then diverges"),
        N_("Beyond some size each step overshoots by more than the last one, and the loss grows."),
        (
            Wrong(
                N_("It gets faster: larger steps take less time"),
                N_("A larger learning rate is not always faster: too large a step lands higher up on the other side."),
                "optimizers?surface=bowl&racers=sgd&bowl_sgd=0.7&steps=100&step=10",
            ),
            Wrong(
                N_("It gets less exact, but not slower"),
                N_("Too large steps do not just miss the bottom: they never get near it."),
                "optimizers?surface=bowl&racers=sgd&bowl_sgd=0.7&steps=100&step=20",
            ),
        ),
    ),
    Check(
        "optimizers.adam",
        N_("Is Adam always faster than SGD?"),
        N_("No: it depends on the problem and the rates"),
        N_("On the bowl, with the same learning rate, SGD is nearer to the minimum after the same number of steps."),
        (
            Wrong(
                N_("Yes, if both have the same learning rate"),
                N_(
                    "With the same rate on the same bowl, SGD is nearer in the end: its steps shrink with the gradient."
                ),
                "optimizers?surface=bowl&racers=sgd,adam&bowl_sgd=0.1&bowl_adam=0.1&steps=100&step=100",
            ),
            Wrong(
                N_("Yes, as it adapts the step of each weight"),
                N_("Adapting helps where slopes differ a lot; it does not win every race."),
                "optimizers?surface=bowl&racers=sgd,adam&bowl_sgd=0.1&bowl_adam=0.1&steps=100&step=100",
            ),
        ),
    ),
    Check(
        "optimizers.stands",
        N_("Gradient descent has come to rest. What is sure about this place?"),
        N_("Only that its slope is 0"),
        N_("Steps are made of the gradient: where it is 0 nothing moves, be it a minimum or a saddle."),
        (
            Wrong(
                N_("It is the lowest point of all"),
                N_("Here it rests on a saddle, with a lower place on either side: the slope knows nothing of these."),
                "optimizers?surface=saddle&racers=sgd&saddle_x=-1.8&saddle_y=0&steps=100&step=100",
            ),
            Wrong(
                N_("It is the bottom of some valley"),
                N_("On a saddle the slope is 0 as well, and it goes down on two sides."),
                "optimizers?surface=saddle&racers=sgd&saddle_x=-1.8&saddle_y=0&steps=100&step=100",
            ),
        ),
    ),
    Check(
        "optimizers.momentum",
        N_("What does momentum add to a step of SGD?"),
        N_("A part of the step before"),
        N_("Steps in the same direction add up, and those to and fro cancel out."),
        (
            Wrong(
                N_("A larger rate on steep slopes"),
                N_("The learning rate stays as it is; what is remembered is the last direction."),
                "optimizers?surface=ravine&racers=sgd,momentum&ravine_sgd=0.2"
                "&ravine_momentum=0.05&momentum=0.9&steps=100&step=20",
            ),
            Wrong(
                N_("A random push out of valleys"),
                N_("Nothing is random: from the same start the same path follows each time."),
                "optimizers?surface=ravine&racers=momentum&ravine_momentum=0.05&momentum=0.9&steps=100&step=100",
            ),
        ),
    ),
)

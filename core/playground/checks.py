"""The questions to check yourself with at the end of the page 2-D playground."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "playground.better",
        N_("Two networks learn the same points. Which is the better one?"),
        N_("The one with the lower test loss"),
        N_("New points are what a network is for, and only points that it has not learned from stand for them."),
        (
            Wrong(
                N_("The one with the lower training loss"),
                N_("A lower training loss can be mere memory: the loss on new points rises meanwhile."),
                "playground?dataset=moons&hidden=8,8,8&noise=0.45&samples=100&test_share=0.5"
                "&optimizer=adam&learning_rate=0.01",
            ),
            Wrong(
                N_("The one with more neurons"),
                N_("More neurons can follow the noise more closely, which helps on the training points alone."),
                "playground?dataset=moons&hidden=8,8,8&noise=0.45&samples=100&test_share=0.5"
                "&optimizer=adam&learning_rate=0.01",
            ),
        ),
    ),
    Check(
        "playground.features",
        N_("A single neuron cannot separate a disk from the ring around it. What would help?"),
        N_("The squares of x₁ and x₂ as inputs"),
        N_("In the squares a circle is a straight line, and a straight line is what a single neuron can draw."),
        (
            Wrong(
                N_("Training the neuron for many more epochs"),
                N_("However long it learns, the boundary of a single neuron stays straight in its inputs."),
                "playground?dataset=circle&hidden=&features=x1,x2",
            ),
            Wrong(
                N_("A larger learning rate"),
                N_("It moves the line faster, but a line it stays."),
                "playground?dataset=circle&hidden=&features=x1,x2&learning_rate=0.3",
            ),
        ),
    ),
    Check(
        "playground.identity",
        N_("Several layers, all with the identity as activation. What does the boundary look like?"),
        N_("A straight line"),
        N_("Linear layers make one linear function, and its boundary is where that is 0: a line."),
        (
            Wrong(
                N_("A curve, if there are enough layers"),
                N_("Without activations no number of layers bends anything."),
                "playground?dataset=circle&hidden=4,2&activation=identity",
            ),
            Wrong(
                N_("A closed shape around the points"),
                N_("To close in on points a boundary has to bend, and that takes an activation."),
                "playground?dataset=circle&hidden=4,2&activation=identity",
            ),
        ),
    ),
    Check(
        "playground.alike",
        N_("All neurons of a layer begin with the same weights. What does training do?"),
        N_("It keeps them alike, as if there were one"),
        N_("Equal neurons compute the same and get the same gradient, so every step leaves them equal."),
        (
            Wrong(
                N_("It makes them different before long"),
                N_(
                    "Nothing sets them apart: only random initial weights do, and so a layer acts like a single neuron."
                ),
                "playground?dataset=circle&hidden=1&activation=tanh",
            ),
            Wrong(
                N_("It chooses one, and the others die out"),
                N_("No neuron is chosen: each of them gets exactly the same gradient."),
                "playground?dataset=circle&hidden=1&activation=tanh",
            ),
        ),
    ),
)

"""The questions to check yourself with at the end of the page Compare runs."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "runs.seed",
        N_("One run is slightly more accurate than another, each with one seed. Which settings are better?"),
        N_("That cannot be told from one seed each"),
        N_("The same settings with another seed differ as well: a difference counts if it is larger than that."),
        (
            Wrong(
                N_("Those of the run with the higher accuracy"),
                N_("A lead can be chance: the best of many looks better where it was measured than on fresh images."),
                "data?part=sets&guess=shown&networks=40&size=0",
            ),
            Wrong(
                N_("Those of the lower training loss"),
                N_("The training loss has chance in it too, and it does not say which is better on new data."),
                "playground?dataset=moons&hidden=8,8,8&noise=0.45&samples=100&test_share=0.5"
                "&optimizer=adam&learning_rate=0.01",
            ),
        ),
    ),
    Check(
        "runs.rates",
        N_("How are two optimizers compared fairly?"),
        N_("Each with the rate that suits it best"),
        N_("A rate that suits one can be far too small or too large for the other."),
        (
            Wrong(
                N_("Both with the same learning rate"),
                N_("Who wins then depends on which rate it is: each needs a rate of its own."),
                "optimizers?surface=ravine&racers=sgd,momentum&ravine_sgd=0.2&ravine_momentum=0.2&steps=100&step=100",
            ),
            Wrong(
                N_("Both with their default learning rate"),
                N_("A default suits no problem in particular, and another one can turn the order round."),
                "optimizers?surface=bowl&racers=sgd,adam&bowl_sgd=0.1&bowl_adam=0.1&steps=100&step=100",
            ),
        ),
    ),
    Check(
        "runs.one_thing",
        N_("A run differs from another in three settings, and is better. Which of them helped?"),
        N_("That is open: change one at a time"),
        N_("One can help, another harm, and only the sum of all is seen."),
        (
            Wrong(
                N_("All three, each by a part of it"),
                N_("One can even do harm: momentum is ahead here in spite of its smaller learning rate."),
                "optimizers?surface=ravine&racers=sgd,momentum&ravine_sgd=0.2"
                "&ravine_momentum=0.05&momentum=0.9&steps=100&step=100",
            ),
            Wrong(
                N_("The one that was changed the most"),
                N_("How far a number was moved does not say what it did: here the smaller rate is not what helps."),
                "optimizers?surface=ravine&racers=sgd,momentum&ravine_sgd=0.2"
                "&ravine_momentum=0.05&momentum=0.9&steps=100&step=100",
            ),
        ),
    ),
    Check(
        "runs.range_test",
        N_("In a range test the learning rate is raised at every step. Which one is good for training?"),
        N_("A rate where the loss falls steeply"),
        N_("There each step helps most; where the loss is lowest, the rate is already about to be too large."),
        (
            Wrong(
                N_("The largest, at the end of the curve"),
                N_("There the loss has already gone up again: training would diverge."),
                "optimizers?surface=bowl&racers=sgd&bowl_sgd=0.7&steps=100&step=10",
            ),
            Wrong(
                N_("The smallest, at its beginning"),
                N_("It is safe, but so small that training hardly gets anywhere."),
                "optimizers?surface=bowl&racers=sgd&bowl_sgd=0.0001&steps=100&step=100",
            ),
        ),
    ),
)

"""The questions to check yourself with at the end of the lesson Losses."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "losses.accuracy",
        N_("The cross-entropy of a classifier has fallen. What about its accuracy?"),
        N_("It may have risen, stayed, or even fallen"),
        N_("The loss looks at the probability of the right class, the accuracy only at whether it is the largest."),
        (
            Wrong(
                N_("It has risen by as much as the loss fell"),
                N_("The loss is not the accuracy: it has no upper end, and counts how confident each answer is."),
                "losses?part=classes&logit_A=5&logit_B=-3&logit_C=0&right=B&temperature=1",
            ),
            Wrong(
                N_("It has risen, at least by a little"),
                N_("The right class can gain probability without being first: the loss falls, and no answer changes."),
                "losses?part=classes&logit_A=1&logit_B=0.9&logit_C=-3&right=B&temperature=1",
            ),
        ),
    ),
    Check(
        "losses.softmax",
        N_("Training uses nn.CrossEntropyLoss. Where does softmax go?"),
        N_("Nowhere: the loss takes the logits as they are"),
        N_("Softmax is already inside this loss; a second one before it would squeeze the logits together."),
        (
            Wrong(
                N_("At the end of the network, right before the loss"),
                N_("Softmax is then applied twice: even a perfect 0, 1, 0 is no longer close to certain."),
                "losses?part=classes&logit_A=0&logit_B=1&logit_C=0&right=B&temperature=1",
            ),
            Wrong(
                N_("After the loss, to make it a probability"),
                N_("A loss is one number for how wrong the answer is; softmax of one number is always 1."),
                "losses?part=classes&logit_A=5&logit_B=-3&logit_C=0&right=B&temperature=1",
            ),
        ),
    ),
    Check(
        "losses.outlier",
        N_("One target of a batch is far off. Which loss lets it count most?"),
        N_("MSE: its error is squared"),
        N_("Squaring makes a large error much larger, so that one term can outweigh all others in the mean."),
        (
            Wrong(
                N_("L1: its error counts in full"),
                N_("L1 takes the error as it is, and MSE its square, which is far more where the error is large."),
                "losses?part=batch&batch_loss=l1&outlier=15",
            ),
            Wrong(
                N_("None: the mean evens it out"),
                N_("Each sample has one term in the mean, but the terms are not equally large."),
                "losses?part=batch&batch_loss=mse&outlier=15",
            ),
        ),
    ),
    Check(
        "losses.slope",
        N_("What does training need to know about a loss?"),
        N_("Its slope: which way it falls"),
        N_("The optimizer changes each weight against its gradient; the value of the loss is only for us to watch."),
        (
            Wrong(
                N_("Its value: it has to reach 0"),
                N_("On both sides of the target the loss has the same value: it does not say which way to go."),
                "losses?part=number&losses=mse,l1&prediction=-1&target=1",
            ),
            Wrong(
                N_("Its minimum, found by trying all weights"),
                N_("Nothing is tried out: the slope at the present weights is all that a step needs."),
                "optimizers?surface=bowl&racers=sgd&bowl_sgd=0.1&steps=100&step=0",
            ),
        ),
    ),
    Check(
        "losses.confident",
        N_("A network is confident and wrong. Why is MSE on its probabilities a poor loss then?"),
        N_("Its gradient nearly vanishes, so it hardly learns"),
        N_("The gradient has to come back through softmax, which is flat where the network is confident."),
        (
            Wrong(
                N_("Its gradient explodes, so the weights jump"),
                N_("It is the other way round: the more confident the mistake, the smaller the gradient of MSE."),
                "losses?part=not_mse&lead=8&pulls=cross_entropy,mse",
            ),
            Wrong(
                N_("Its value is 0, so the mistake goes unnoticed"),
                N_("The value is large, as it should be; it is the slope that is missing."),
                "losses?part=not_mse&lead=8&pulls=cross_entropy,mse",
            ),
        ),
    ),
)

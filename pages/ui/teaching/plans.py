"""Plans for teaching with the app: what to show, for how long, and what to ask before it is shown."""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from core.text.i18n import N_


@dataclass(frozen=True)
class Moment:
    """A part of a plan that is about one picture.

    Attributes:
        minutes: how long it takes, with the question.
        link: the address of a page that is set up for it, such as "losses?part=classes&right=B".
        do: one sentence of the catalogue that says what to do there.
        ask: the id of a prediction or a check, to be asked before the picture is moved.
    """

    minutes: int
    link: str
    do: str
    ask: str

    @property
    def page(self) -> str:
        return self.link.partition("?")[0]

    @property
    def settings(self) -> dict[str, str]:
        """The settings in the link, by their names."""
        return dict(parse_qsl(self.link.partition("?")[2], keep_blank_values=True))


def length(plan: tuple[Moment, ...]) -> int:
    """Return how many minutes a plan takes."""
    return sum(moment.minutes for moment in plan)


_ROUND = N_("Let the network go round the loop, and name the four steps: data, network, loss, optimizer.")
_WAY = N_("Play the way of an image from the bytes of a file to a row of numbers; stop at each shape.")
_NEURON = N_("Move the inputs, and follow one output: a sum of products, and a bias.")
_KINK = N_("Drag the input from right to left through 0, and watch the slope.")
_STACK = N_("Add linear layers up to 20, then put ReLU between them.")
_DIGIT = N_("Send a digit through 784-512-10, click on a neuron, and switch softmax off and on.")
_CLASSES = N_("Drag the logit of the right class until it is the largest, and then farther: does the loss get to 0?")
_RATE = N_("Play the race, then make the learning rate ten times as large, and play it again.")
_STEP = N_("Go through the five lines of a training step, and read each number as it changes.")
_TRAIN = N_("Let a training run, watch both curves, and let the class say when to stop.")
_DRAW = N_("Let somebody draw a digit, then something that is none.")
_AGAIN = N_("Name the four steps once more, each with the picture that the class has seen of it.")

PLANS: dict[str, tuple[Moment, ...]] = {
    "45": (
        Moment(4, "home", _ROUND, "home.losses"),
        Moment(3, "data?part=way&station=0", _WAY, "data.flatten"),
        Moment(4, "linear?part=neurons&inputs=3&outputs=1&bias=1", _NEURON, "linear.bias"),
        Moment(3, "activations?functions=relu&x=3", _KINK, "activations.passed"),
        Moment(4, "why_activations?part=stack&depth=1&activation=identity", _STACK, "why_activations.line"),
        Moment(4, "digit_network?part=digit&weights=shipped&softmax=1", _DIGIT, "digit_network.softmax"),
        Moment(4, "losses?part=classes&logit_A=1&logit_B=0.9&logit_C=-3&right=B&temperature=1", _CLASSES,
               "losses.right"),
        Moment(4, "optimizers?surface=bowl&racers=sgd&bowl_sgd=0.07&steps=100&step=0", _RATE, "optimizers.rate"),
        Moment(5, "one_step?rate=0.1&stage=forward&step=1", _STEP, "one_step.line"),
        Moment(5, "train?dataset=digits", _TRAIN, "train.epoch"),
        Moment(3, "draw", _DRAW, "draw.house"),
        Moment(2, "home", _AGAIN, "draw.learns"),
    ),
    "90": (
        Moment(5, "home", _ROUND, "home.losses"),
        Moment(5, "data?part=way&station=0", _WAY, "data.flatten"),
        Moment(4, "data?part=batches&batch_size=64&shuffle=1",
               N_("Deal out an epoch of batches, and look at the last one."), "data.shuffle"),
        Moment(5, "linear?part=neurons&inputs=3&outputs=1&bias=1", _NEURON, "linear.bias"),
        Moment(4, "linear?part=batch&inputs=4&outputs=2&bias=1",
               N_("Make the batch larger, and compare the shapes of input, output and weight."), "linear.weight"),
        Moment(4, "activations?functions=relu&x=3", _KINK, "activations.passed"),
        Moment(5, "why_activations?part=stack&depth=1&activation=identity", _STACK, "why_activations.line"),
        Moment(5, "why_activations?part=fit&target=zigzag&bends=relu&neurons=12&hidden=1&optimizer=adam&rate=0.01",
               N_("Play the fit, then add the neurons one after the other and count the corners."),
               "why_activations.corners"),
        Moment(5, "digit_network?part=digit&weights=shipped&softmax=1", _DIGIT, "digit_network.softmax"),
        Moment(5, "losses?part=classes&logit_A=1&logit_B=0.9&logit_C=-3&right=B&temperature=1", _CLASSES,
               "losses.right"),
        Moment(4, "losses?part=not_mse&lead=0&pulls=cross_entropy,mse",
               N_("Drag the wrong class’s lead from 0 upward, and compare the two gradients."), "losses.wrong"),
        Moment(5, "optimizers?surface=bowl&racers=sgd&bowl_sgd=0.07&steps=100&step=0", _RATE, "optimizers.rate"),
        Moment(4, "optimizers?surface=bowl&racers=sgd,adam&bowl_sgd=0.1&bowl_adam=0.1&steps=100&step=0",
               N_("Let both race; then choose another surface, and let them race again."), "optimizers.adam"),
        Moment(5, "autograd?case=once&x=2&w=0.5&b=1.5&target=4",
               N_("Let the graph grow line by line, then run backward, and follow one gradient on its way."),
               "autograd.twice"),
        Moment(5, "one_step?rate=0.1&stage=forward&step=1", _STEP, "one_step.line"),
        Moment(8, "train?dataset=digits", _TRAIN, "train.epoch"),
        Moment(5, "generalize?part=overfitting&images=300&noise=40",
               N_("Scrub through the epochs, and look for the one at which to stop."), "train.memory"),
        Moment(4, "draw", _DRAW, "draw.house"),
        Moment(3, "inside?part=pixels&digit=test&index=0",
               N_("Look at the pixels that the answer depends on, and at some that it does not."), "inside.saliency"),
    ),
}  # fmt: skip
"""Minutes, as in the address of the presenter's view -> the moments of the plan."""

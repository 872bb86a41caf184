"""The way through the course: how long each lesson takes, what comes before it, and what to take along."""

from dataclasses import dataclass

from core.text.i18n import N_

MIN_REMEMBER, MAX_REMEMBER = 2, 3


@dataclass(frozen=True)
class Stop:
    """One lesson on the way.

    Attributes:
        minutes: about how long it takes, with its questions.
        after: the pages whose lessons come before; none where anybody can begin with it.
        remember: sentences of the catalogue, MIN_REMEMBER to MAX_REMEMBER.
    """

    minutes: int
    after: tuple[str, ...]
    remember: tuple[str, ...]

    def __post_init__(self) -> None:
        if not MIN_REMEMBER <= len(self.remember) <= MAX_REMEMBER:
            raise ValueError(f"{len(self.remember)} things to remember, not {MIN_REMEMBER} to {MAX_REMEMBER}.")


PATH = {
    "data": Stop(
        15,
        (),
        (
            N_("An image becomes a tensor of numbers; a batch has many along its first axis: [N, 1, 28, 28]."),
            N_("Normalizing shifts and scales the numbers; it changes no image’s content."),
            N_("Train on the training set, choose by the validation set, and look at the test set once."),
        ),
    ),
    "linear": Stop(
        10,
        (),
        (
            N_("A linear layer multiplies by a weight [out, in] and adds a bias [out]: y = x Wᵀ + b."),
            N_("The batch passes through row by row; the layer’s size does not depend on it."),
            N_("Layers fit together where the outputs of one are the inputs of the next."),
        ),
    ),
    "activations": Stop(
        10,
        ("linear",),
        (
            N_("An activation bends each number by itself and has no weights to learn, but for a few such as PReLU."),
            N_("Where the curve is flat, its slope is near 0, and hardly any gradient gets through."),
        ),
    ),
    "why_activations": Stop(
        15,
        ("linear", "activations"),
        (
            N_("Linear layers with nothing between them are one linear layer."),
            N_("With bends between them, enough neurons follow any curve."),
            N_("Through many flat activations the gradient fades on its way back."),
        ),
    ),
    "build": Stop(
        15,
        ("linear", "activations"),
        (
            N_("What goes in decides the kind of layers: numbers, images or sequences."),
            N_("The question decides the last layer: Linear for values, Sigmoid for yes or no, Softmax for classes."),
        ),
    ),
    "digit_network": Stop(
        15,
        ("data", "linear", "activations"),
        (
            N_("784 numbers become 512 and then 10: one score for each digit."),
            N_("Softmax turns scores into probabilities that sum to 1; the largest stays the largest."),
            N_("The network is a function with many parameters, and training changes nothing but those."),
        ),
    ),
    "convolution": Stop(
        10,
        ("digit_network",),
        (
            N_("A filter looks at a small window, with the same weights at every place."),
            N_("Padding keeps the size, stride and pooling reduce it."),
        ),
    ),
    "lstm": Stop(
        15,
        ("digit_network",),
        (
            N_("An LSTM reads a sequence step by step, and all that it knows of the past is in its state."),
            N_("Gates decide what is forgotten, what is added, and what is given out."),
        ),
    ),
    "losses": Stop(
        15,
        ("linear",),
        (
            N_("A loss is one number for how wrong the predictions are; its slope says which way to go."),
            N_("MSE weighs a large error more than L1 does, so that outliers count for more."),
            N_("CrossEntropyLoss takes logits: softmax is inside it."),
        ),
    ),
    "optimizers": Stop(
        10,
        ("losses",),
        (
            N_("weight = weight − lr · grad; the optimizers differ in what they make of grad."),
            N_("Too small a learning rate takes long, too large a one never arrives."),
        ),
    ),
    "autograd": Stop(
        10,
        ("losses",),
        (
            N_("PyTorch notes each operation on tensors that require gradients, and goes back along this graph."),
            N_("Gradients add up in .grad until zero_grad clears them."),
        ),
    ),
    "one_step": Stop(
        15,
        ("losses", "optimizers", "autograd"),
        (
            N_("Five lines make a step: zero_grad, forward, loss, backward, step."),
            N_("backward computes the gradients, and only step moves the weights."),
            N_("The loop repeats the step for every batch, and an epoch has used all the data once."),
        ),
    ),
    "playground": Stop(
        15,
        ("one_step",),
        (
            N_("Each hidden neuron draws a line, and the next layer puts their shapes together."),
            N_("More neurons fit more shapes, and the noise as well."),
        ),
    ),
    "train": Stop(
        20,
        ("one_step", "digit_network"),
        (
            N_("Watch the loss on images that the network does not learn from."),
            N_("Each optimizer has its own scale of learning rates."),
        ),
    ),
    "generalize": Stop(
        15,
        ("train",),
        (
            N_("A large network can memorize its training data: only unseen data show what it is worth."),
            N_("Stop where the validation loss is lowest, and compare remedies with several seeds."),
            N_("Initial weights have to keep values and gradients at about the same size from layer to layer."),
        ),
    ),
    "runs": Stop(
        15,
        ("train",),
        (
            N_("A single run is chance: compare several seeds before you say that a setting is better."),
            N_("Change one thing at a time."),
        ),
    ),
    "clinic": Stop(
        20,
        ("train", "generalize"),
        (
            N_("Look at the curves first, then at the values and gradients of each layer, and then at the code."),
            N_("A program that runs without an error may still learn nothing."),
        ),
    ),
    "draw": Stop(
        10,
        ("train",),
        (
            N_("A network reads well what is like its training data; your drawing has to be brought into that form."),
            N_("A probability of 90% should be right nine times out of ten; that can be measured."),
        ),
    ),
    "inside": Stop(
        15,
        ("draw", "convolution"),
        (
            N_("Each layer’s numbers can be shown: the network hides nothing, it is only large."),
            N_("What changes the answer most tells what the network looks at."),
        ),
    ),
}
"""The stops by their pages, in the order of the course."""

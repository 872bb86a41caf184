"""The questions to check yourself with at the end of the page Autograd."""

from core.text.check import Check, Wrong
from core.text.i18n import N_

CHECKS = (
    Check(
        "autograd.backward",
        N_("What does `loss.backward()` change?"),
        N_("Only the `.grad` of the leaves"),
        N_("It computes the gradients and adds them to `.grad`; the weights wait for the optimizer’s step."),
        (
            Wrong(
                N_("The weights: they take a step"),
                N_("The weights are as before: a step is taken by the optimizer, on another line."),
                "one_step?stage=backward&step=1",
            ),
            Wrong(
                N_("The loss: it becomes smaller"),
                N_("The loss is a number that was already computed; nothing is computed again."),
                "autograd?case=once",
            ),
        ),
    ),
    Check(
        "autograd.sign",
        N_("The gradient of a weight is negative. What does that say?"),
        N_("A little more of the weight lowers the loss"),
        N_("The gradient is the slope of the loss: where it is negative, the loss falls as the weight grows."),
        (
            Wrong(
                N_("The weight itself is smaller than 0 as well"),
                N_("The sign of the gradient is about where the loss falls, and the weight may be positive."),
                "autograd?case=once&x=2&w=0.5&b=1.5&target=4",
            ),
            Wrong(
                N_("The loss is smaller than 0"),
                N_("A squared error is never negative: its slope can be."),
                "autograd?case=once&x=2&w=0.5&b=1.5&target=4",
            ),
        ),
    ),
    Check(
        "autograd.no_grad",
        N_("A network is only to be used. What is `torch.no_grad()` good for?"),
        N_("No graph is kept: it saves memory and time"),
        N_("Without it PyTorch notes down every operation for a backward pass that never comes."),
        (
            Wrong(
                N_("Without it the weights would change"),
                N_("Computing an output never changes a weight, with a graph or without."),
                "one_step?stage=forward&step=1",
            ),
            Wrong(
                N_("Without it the answer would be different"),
                N_("The numbers are the same: only the notes for backward are missing."),
                "autograd?case=no_grad",
            ),
        ),
    ),
    Check(
        "autograd.how",
        N_("How does PyTorch find the gradient of a weight?"),
        N_("By the chain rule, back through the graph"),
        N_(
            "Each operation knows its own slope, and these are multiplied on the way back: one backward pass is enough."
        ),
        (
            Wrong(
                N_("By trying what a small change of it does"),
                N_("That would take a forward pass for each weight; the graph gives all gradients in one pass back."),
                "autograd?case=once",
            ),
            Wrong(
                N_("By a formula for the whole network"),
                N_("Nobody writes it: the graph grows line by line, from whatever the program computes."),
                "autograd?case=once",
            ),
        ),
    ),
)

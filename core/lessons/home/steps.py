"""The four steps of learning, in their order."""

from dataclasses import dataclass

from core.text.i18n import N_


@dataclass(frozen=True)
class Step:
    """One station of the loop: its PyTorch, and the lesson that shows it."""

    label: str
    color: str
    sentence: str
    code: str
    page: str


STEPS = {
    "data": Step(
        label=N_("Data"),
        color="blue",
        sentence=N_("Take a few samples, and what each of them really is."),
        code="inputs, targets = next(batches)",
        page="train",
    ),
    "network": Step(
        label=N_("Network"),
        color="green",
        sentence=N_("Turn each sample into a prediction."),
        code="outputs = network(inputs)",
        page="linear",
    ),
    "loss": Step(
        label=N_("Loss"),
        color="orange",
        sentence=N_("Say in one number how wrong these predictions are."),
        code="loss = loss_of(outputs, targets)",
        page="losses",
    ),
    "optimizer": Step(
        label=N_("Optimizer"),
        color="violet",
        sentence=N_("Move every weight a little, downhill on the loss."),
        code="loss.backward(); optimizer.step()",
        page="optimizers",
    ),
}

"""A run as a program that stands alone: PyTorch by hand, which needs torch and torchvision and repeats the losses."""

import textwrap
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import torch

from core import augmentation, schedules
from core.augmentation import AUGMENTATIONS
from core.codegen.data import DataCode, data_code
from core.codegen.excerpt import Excerpt, excerpt
from core.codegen.layers import optimizer_code
from core.codegen.network import network_code
from core.config import TrainConfig
from core.config.fields import SETTINGS, applies
from core.config.kinds import Place
from core.datasets import DATASETS, POINTS
from core.losses import LOSSES
from core.models import MODELS, outline, smallest_batch
from core.optimizers import OPTIMIZERS
from core.regularization import REGULARIZATIONS
from core.schedules import SCHEDULES
from core.text.i18n import _
from core.training import TEST_BATCH

MAX_EPOCHS = 100  # A run that goes on until a person stops it is repeated so far.
LINE = 100


@dataclass(frozen=True)
class Section:
    """One part of the program.

    Attributes:
        heading: in a few words.
        words: what is done here and why, in Markdown.
        code: Python; the parts follow upon one another.
        formula: LaTeX that belongs to it; may be empty.
        folded: whether the code is too long to be read in passing.
    """

    heading: str
    words: str
    code: str
    formula: str = ""
    folded: bool = False


def sections(config: TrainConfig, epochs: int | None = None) -> list[Section]:
    """Return the program that repeats a run, part by part: data, network, loss, optimizer, test, training, weights.

    Run with the same version of PyTorch it leaves the loss of every step in the list `losses`, as the snapshots of
    core.training.train have them, and the weights in weights.pt, with the names of the app's own network. No text that
    a person typed is in it: points are there as numbers, blocks as the layers they stand for.

    Args:
        epochs: how often the data are gone through; the config's number where None, but at most MAX_EPOCHS.

    Raises:
        ValueError: the data are points that cannot be drawn, or the offline digits are not installed.
    """
    if epochs is None:
        epochs = min(config.epochs, MAX_EPOCHS)
    data = data_code(config)
    varied = AUGMENTATIONS[config.augmentation].apply.func is not augmentation.unchanged
    parts = [*_data_sections(config, data, varied)]
    imports = {"import torch", "from torch import nn", *data.imports}
    if varied:
        part, needed = _augmentation_section(config)
        parts.append(part)
        imports |= set(needed)
    schedule = _schedule(config)
    imports |= set(schedule.imports)
    parts += [
        _network_section(config),
        _loss_section(config),
        _optimizer_section(config, schedule),
        _test_section(config),
        _training_section(config, epochs, varied),
        Section(
            _("Take the weights along"),
            _("All weights and biases by their names. To have them back: `network.load_state_dict(torch.load(…))`."),
            'torch.save(network.state_dict(), "weights.pt")\n',
        ),
    ]
    return [_first_section(config, imports), *parts]


def script(config: TrainConfig, epochs: int | None = None) -> str:
    """Return the program of `sections` as one Python file, the words as comments. Raises as `sections` does."""
    first, *others = sections(config, epochs)
    text = f"{_comment(first.heading)}\n#\n{_comment(first.words)}\n{first.code}"
    for number, section in enumerate(others, start=1):
        title = _comment(f"--- {number}. {section.heading}")
        text += f"\n\n{f'{title} '.ljust(LINE, '-')}\n{_comment(section.words)}\n\n{section.code}"
    return text


# --- The parts --------------------------------------------------------------------------------------------------------


def _first_section(config: TrainConfig, imports: Iterable[str]) -> Section:
    words = _(
        "This program needs `torch` and `torchvision` alone (`pip install torch torchvision`). With PyTorch {version} "
        "on the same kind of computer it repeats the losses of the app step by step: the seed is the same, {seed}."
    ).format(version=torch.__version__.split("+")[0], seed=config.seed)
    code = f"""\
{_import_block(imports)}

torch.set_num_threads(1)  # more threads add up in another order, which changes the last digits
"""
    return Section(config.title, words, code)


def _data_sections(config: TrainConfig, data: DataCode, varied: bool) -> list[Section]:
    record = (DATASETS | POINTS)[config.dataset]
    parts = []
    if data.packed:
        parts.append(
            Section(
                _("The data, packed"), _("The numbers come along, so nothing is fetched."), data.packed, folded=True
            )
        )
    if data.helpers:
        words = _("Small pictures are brought to the size and the look of MNIST’s: 28 × 28 pixels, in the middle.")
        parts.append(Section(_("From 8 × 8 to 28 × 28 pixels"), words, data.helpers, folded=True))
    code = data.code
    words = f"{_(record.label)}: {_(record.note)}"
    if data.normalize:
        mean, std = data.normalize
        words += " " + _("The pixels are shifted and scaled to mean 0 and spread 1, which makes learning easier.")
        code += f"""

def normalize(pictures):
    return (pictures - {mean}) / {std}  # mean and spread of the training pictures


"""
        if not varied:
            code += "train_inputs = normalize(train_pictures)\n"
        code += "test_inputs = normalize(test_pictures)\n"
    learnt = "train_pictures" if data.normalize and varied else "train_inputs"
    code += f'print(len({learnt}), "examples to learn from,", len(test_inputs), "to test on")\n'
    return [*parts, Section(_("Data"), words, code)]


def _augmentation_section(config: TrainConfig) -> tuple[Section, tuple[str, ...]]:
    record = AUGMENTATIONS[config.augmentation]
    taken = excerpt(augmentation, record.apply.func.__name__)
    code = taken.code + "\n\n"
    for name, value in record.apply.keywords.items():
        code += f"{name} = {value!r}\n"
    words = _("{label}: {note} So the network never sees the same picture twice.")
    words = words.format(label=_(record.label), note=_(record.note))
    return Section(_("Vary the pictures"), words, code, folded=True), taken.imports


def _network_section(config: TrainConfig) -> Section:
    problem = config.problem
    pictures = any(parameter.ndim == 4 for parameter in outline(config, problem.shape, problem.outputs).parameters())
    layout = "network = network.to(memory_format=torch.channels_last)  # convolutions are fastest in this layout\n"
    code = f"""\
{network_code(config)}

torch.manual_seed({config.seed})  # the first weights are random: the same seed, the same weights
network = Net()
{layout if pictures else ""}print(network)
print(sum(parameter.numel() for parameter in network.parameters()), "weights and biases")
"""
    model = MODELS[config.model]
    return Section(_("Network"), f"{_(model.label)}: {_(model.note)}", code)


def _loss_section(config: TrainConfig) -> Section:
    loss, outputs = LOSSES[config.loss], config.problem.outputs
    smoothing = config.label_smoothing if loss.takes_label_smoothing else 0
    code = f"criterion = nn.{loss.module.__name__}({f'label_smoothing={smoothing!r}' if smoothing else ''})\n"
    words = f"{_(loss.label)}: {_(loss.note)}"
    if smoothing:
        words += " " + _("Label smoothing makes every target a little less sure.")
    if config.problem.task == "multi_class" and not loss.compares_classes:
        words += " " + _("So each class becomes a row of zeros with a single 1.")
        code += f"""\
train_targets = nn.functional.one_hot(train_labels, {outputs}).float()
test_targets = nn.functional.one_hot(test_labels, {outputs}).float()
"""
    regularization = REGULARIZATIONS[config.regularization]
    if regularization.penalty:
        words += " " + _("A penalty on large weights comes on top. {note}").format(note=_(regularization.note))
        code += "weights = [parameter for parameter in network.parameters() if parameter.ndim > 1]  # no biases\n"
    return Section(_("Loss"), words, code, loss.formula)


def _optimizer_section(config: TrainConfig, schedule: Excerpt) -> Section:
    record = OPTIMIZERS[config.optimizer]
    call = optimizer_code(config, fused=True)
    why = "  # fused: all weights move in one go" if "fused" in call else ""
    code = f"optimizer = {call}{why}\n"
    words = f"{record.label}: {_(record.note)}"
    if schedule.code:
        code = f"{schedule.code}\n\n{code}"
        words += " " + _("The learning rate changes with each step: {note}").format(
            note=_(SCHEDULES[config.schedule].note)
        )
    return Section(_("Optimizer"), words, code, record.update)


def _schedule(config: TrainConfig) -> Excerpt:
    if config.schedule == "constant":
        return Excerpt((), "")
    return excerpt(schedules, SCHEDULES[config.schedule].factor.__name__)


def _test_section(config: TrainConfig) -> Section:
    measure = MEASURES[config.problem.task]
    compared = _targets(config, "test")
    code = f"""\
@torch.no_grad()  # nothing is learnt here, so no gradients are kept
def test():
    network.eval()  # dropout and batch norm behave otherwise in training
    outputs = torch.cat([network(inputs) for inputs in test_inputs.split({TEST_BATCH})])
    network.train()
    loss = criterion(outputs, {compared}).item()
    {measure.name} = {measure.code}.item()
    return loss, {measure.name}
"""
    return Section(_("Test"), _("How good is it on examples that it has not learnt from?"), code)


def _training_section(config: TrainConfig, epochs: int, varied: bool) -> Section:
    measure = MEASURES[config.problem.task]
    inputs = "train_inputs[batch]"
    if varied:
        apply = AUGMENTATIONS[config.augmentation].apply
        settings = "".join(f", {name}" for name in apply.keywords)
        inputs = f"normalize({apply.func.__name__}(train_pictures[batch], generator{settings}))"
    penalty, before_step = _lines(config, "after_loss"), _lines(config, "before_step")
    length = "train_pictures" if varied else "train_inputs"
    each = "for number, batch in enumerate(batches):" if "number" in before_step else "for batch in batches:"
    smallest = smallest_batch(outline(config, config.problem.shape, config.problem.outputs))
    skip = (
        f"    batches = [batch for batch in batches if len(batch) >= {smallest}]  # batch norm compares examples\n"
        if smallest > 1
        else ""
    )
    code = f"""\
generator = torch.Generator().manual_seed({config.seed})  # shuffles{" and varies" if varied else ""} the examples
losses = []  # of every step
network.train()

for epoch in range({epochs}):
    batches = torch.randperm(len({length}), generator=generator).split({config.batch_size})
{skip}    {each}
        # forward: how wrong is the network on this batch?
        inputs = {inputs}
        outputs = network(inputs)
        loss = criterion(outputs, {_targets(config, "train")}[batch])
        losses.append(loss.item())
{penalty}        if not loss.isfinite():
            raise ArithmeticError("The loss is no longer a finite number: take a smaller learning rate.")

        # backward: each weight gets its gradient, and moves against it
        optimizer.zero_grad()
        loss.backward()
{before_step}        optimizer.step()

    mean_loss = sum(losses[-len(batches):]) / len(batches)
    test_loss, {measure.name} = test()
    print(
        f"epoch {{epoch + 1}}: mean loss of the batches {{mean_loss:.4f}}, "
        f"test loss {{test_loss:.4f}}, {measure.label} {{{measure.name}:{measure.format}}}"
    )
"""
    words = _("Data, network, loss, optimizer, round and round: an epoch goes once through all examples, in batches.")
    if epochs < config.epochs:
        words += " " + _("The run may go on for longer; here it ends after {epochs} epochs.").format(epochs=epochs)
    if config.stop_loss:
        words += " " + _("In the app it pauses once the test loss is {loss:g}; here it goes on.").format(
            loss=config.stop_loss
        )
    return Section(_("Training"), words, code)


# --- What several of them do ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measure:
    """What is told of a network beside its loss: a variable's name, words, code for `outputs`, and how to print it."""

    name: str
    label: str
    code: str
    format: str


def _lines(config: TrainConfig, place: Place) -> str:
    """Return what the settings of a run do at a place of the training loop."""
    records = [setting for name, setting in SETTINGS.items() if applies(config, name)]
    code = "".join(record.code[place](config) for record in records if place in record.code)
    return textwrap.indent(code, " " * 8)


def _targets(config: TrainConfig, split: str) -> str:
    """Return the name of what the loss compares the outputs with."""
    classes = config.problem.task == "multi_class" and LOSSES[config.loss].compares_classes
    return f"{split}_labels" if classes else f"{split}_targets"


def _import_block(lines: Iterable[str]) -> str:
    """Sort import lines as is usual: what comes with Python, then what does not; one line for each `from`."""
    names = defaultdict(set)
    for line in lines:
        module, found, name = line.partition(" import ")
        names[module] |= {name} if found else set()
    written = [f"{module} import {', '.join(sorted(names[module]))}" if names[module] else module for module in names]
    written.sort(key=lambda line: (line.startswith("from"), line))
    groups = [line for line in written if "torch" not in line], [line for line in written if "torch" in line]
    return "\n\n".join("\n".join(group) for group in groups if group)


def _comment(words: str) -> str:
    return "\n".join(f"# {line}" for line in textwrap.wrap(words, LINE - 2))


MEASURES = {
    "regression": Measure("error", "mean absolute error", "(outputs - test_targets).abs().mean()", ".4f"),
    "binary": Measure("accuracy", "accuracy", "((outputs > 0) == (test_targets > 0.5)).float().mean()", ".1%"),
    "multi_class": Measure("accuracy", "accuracy", "(outputs.argmax(dim=1) == test_labels).float().mean()", ".1%"),
}

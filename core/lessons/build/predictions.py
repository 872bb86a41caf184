"""What the page asks before it shows it, and what is true, computed."""

from collections.abc import Sequence

from core.blocks import parse_blocks
from core.blocks.network import Row, trace
from core.lessons.build.examples import EXAMPLES
from core.lessons.build.memory import memory, readable
from core.lessons.build.problems import INPUTS
from core.text.i18n import N_, _
from core.text.prediction import Prediction, Truth

DEEPER = Prediction(
    "build.deeper",
    N_("A CNN of {cnn} blocks, and the course’s network of {course}: which has more parameters?"),
    {
        "cnn": N_("The CNN: more layers, more parameters"),
        "course": N_("The course’s network, with fewer layers"),
        "equal": N_("About as many: both read 784 pixels"),
    },
)
MEMORY = Prediction(
    "build.memory",
    N_("A batch of {twice} instead of {once}: how much memory does training this network take?"),
    {
        "same": N_("As much: the network is the same"),
        "less": N_("More, but less than twice as much"),
        "twice": N_("Twice as much"),
    },
)
ONCE, TWICE = 64, 128  # samples
_ALIKE = 1.25  # times as many are about as many


def block_counts() -> dict[str, int]:
    """Return the numbers that DEEPER names."""
    return {name: len(parse_blocks(EXAMPLES[name].text)) for name in ("cnn", "course")}


def deeper_truth(cnn: str = EXAMPLES["cnn"].text, course: str = EXAMPLES["course"].text) -> Truth:
    """Count the parameters of two stacks, written as `parse_blocks` reads them."""
    rows = {name: _rows(text) for name, text in {"cnn": cnn, "course": course}.items()}
    counts = {name: sum(row.parameters for row in found) for name, found in rows.items()}
    more = max(counts, key=counts.__getitem__)
    answer = "equal" if max(counts.values()) <= _ALIKE * min(counts.values()) else more
    largest = max(rows["course"], key=lambda row: row.parameters)
    sentence = _(
        "The CNN has **{cnn:,}** parameters and the course’s network **{course:,}**, of which one layer alone has "
        "{largest:,}: a Linear layer has a weight for each pair of an input and a neuron, and a convolution uses its "
        "few weights at every place."
    )
    return Truth(answer, sentence.format(**counts, largest=largest.parameters))


def memory_truth(rows: Sequence[Row]) -> Truth:
    """Work out the memory that the blocks of `trace` need with both batches."""
    once, twice = (memory(rows, batch) for batch in (ONCE, TWICE))
    answer = "same" if twice.total == once.total else "twice" if twice.total == 2 * once.total else "less"
    sentence = _(
        "{once} become **{twice}**, {ratio:.2f} times as much. The outputs are kept for every sample: {outputs} become "
        "{more}. Weights, gradients and Adam’s means stay at {fixed}, whatever the batch."
    )
    return Truth(
        answer,
        sentence.format(
            once=readable(once.total),
            twice=readable(twice.total),
            ratio=twice.total / once.total if once.total else 1,
            outputs=readable(once.outputs),
            more=readable(twice.outputs),
            fixed=readable(once.total - once.outputs),
        ),
    )


def _rows(text: str) -> list[Row]:
    return trace(parse_blocks(text), INPUTS["image"].shape)

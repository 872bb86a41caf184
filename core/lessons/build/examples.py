"""Stacks of blocks that are worth a look."""

from dataclasses import dataclass

from core.text.i18n import N_


@dataclass(frozen=True)
class Example:
    """A stack as `parse_blocks` reads it, for the digits of core.lessons.build.problems.INPUTS["image"]."""

    label: str
    icon: str
    note: str
    text: str


EXAMPLES = {
    "course": Example(
        N_("The course’s Net"),
        ":material/school:",
        N_("784 pixels in, 512 neurons, 10 scores out."),
        "flatten,linear:512,relu,linear:10",
    ),
    "cnn": Example(
        N_("A CNN"),
        ":material/filter_center_focus:",
        N_("Convolutions find patterns; pooling makes the picture small. Compare the number of parameters."),
        "conv:16:3,relu,maxpool:2,conv:32:3,relu,maxpool:2,flatten,dropout:0.2,linear:10",
    ),
    "lstm": Example(
        N_("An LSTM reads rows"),
        ":material/timeline:",
        N_("The picture as a sequence of 28 rows, read from top to bottom."),
        "lstm:64,linear:10",
    ),
    "forgotten": Example(
        N_("Forget Flatten"),
        ":material/bug_report:",
        N_("The most common mistake: what does PyTorch say, and where?"),
        "linear:512,relu,linear:10",
    ),
}

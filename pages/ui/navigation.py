"""The lessons of the course, in the order in which they are taught: the one list of pages."""

from dataclasses import dataclass

import streamlit as st

from core.text.i18n import N_, _


@dataclass(frozen=True)
class Lesson:
    """A page: its file is pages/<name>.py and its address /<name>, where the name is its key in LESSONS.

    Attributes:
        question: the heading of the page.
    """

    section: str  # the menu that it is in; "" where it stands beside the menus
    title: str
    icon: str
    question: str
    help: str


def page(name: str) -> st.Page:
    """Return the page to link to, its words in the reader's language."""
    lesson = LESSONS[name]
    return st.Page(
        f"pages/{name}.py",
        title=_(lesson.title),
        icon=lesson.icon,
        url_path=name,
        default=name == next(iter(LESSONS)),
        help=_(lesson.help),
    )


def lesson(page: st.Page) -> Lesson:
    """Return the record of a page."""
    return LESSONS[page.url_path or next(iter(LESSONS))]


def sections() -> dict[str, list[st.Page]]:
    """Return what st.navigation takes: the pages under their headings."""
    grouped: dict[str, list[st.Page]] = {}
    for name, lesson in LESSONS.items():
        grouped.setdefault(_(lesson.section) if lesson.section else "", []).append(page(name))
    return grouped


LESSONS = {
    "home": Lesson(
        "",
        N_("Home"),
        ":material/home:",
        N_("See how a neural network learns"),
        N_("What a neural network does, in four steps."),
    ),
    "data": Lesson(
        N_("Building blocks"),
        N_("Data"),
        ":material/database:",
        N_("How do images become tensors?"),
        N_("Follow images from the bytes of a file to a batch, and see why there are three sets of them."),
    ),
    "linear": Lesson(
        N_("Building blocks"),
        N_("Linear layer"),
        ":material/grid_on:",
        N_("What does a linear layer compute?"),
        N_("Follow the numbers through a layer’s weights and bias, and see which shapes fit together."),
    ),
    "activations": Lesson(
        N_("Building blocks"),
        N_("Activations"),
        ":material/show_chart:",
        N_("What does a neuron do with its sum?"),
        N_("See what each activation function does to a number, and where its gradient gets lost."),
    ),
    "why_activations": Lesson(
        N_("Building blocks"),
        N_("Why activations"),
        ":material/stacked_line_chart:",
        N_("Why does a network need activations?"),
        N_("Stack linear layers and watch them collapse into one; then bend them and fit any curve."),
    ),
    "build": Lesson(
        N_("Networks"),
        N_("Build a network"),
        ":material/view_in_ar:",
        N_("Which layers make a network?"),
        N_("Put layers together like blocks, for numbers, pictures or sequences, and take the code."),
    ),
    "digit_network": Lesson(
        N_("Networks"),
        N_("A digit network"),
        ":material/apps:",
        N_("How does a network read a digit?"),
        N_("Send a digit through 784-512-10, look at any neuron, and train it where it stands."),
    ),
    "convolution": Lesson(
        N_("Networks"),
        N_("Convolution"),
        ":material/filter_center_focus:",
        N_("What does a filter see in an image?"),
        N_("Slide a small window over a digit and see what it finds."),
    ),
    "lstm": Lesson(
        N_("Networks"),
        N_("LSTM"),
        ":material/timeline:",
        N_("How does a network remember?"),
        N_("Watch a network remember and forget while it reads a sequence, step by step."),
    ),
    "losses": Lesson(
        N_("Learning"),
        N_("Losses"),
        ":material/target:",
        N_("How wrong is a prediction?"),
        N_("Move a prediction away from its target and see what it costs, and how hard it is pulled back."),
    ),
    "optimizers": Lesson(
        N_("Learning"),
        N_("Optimizers"),
        ":material/sports_score:",
        N_("Who is first at the bottom of the valley?"),
        N_("Let them race from the same point down the same valley."),
    ),
    "autograd": Lesson(
        N_("Learning"),
        N_("Autograd"),
        ":material/account_tree:",
        N_("How does PyTorch find the gradients?"),
        N_("Watch the graph grow line by line, and the gradients flow back along it."),
    ),
    "one_step": Lesson(
        N_("Learning"),
        N_("One training step"),
        ":material/slow_motion_video:",
        N_("What happens in one training step?"),
        N_("Forward, loss, backward, update: every number of a tiny network in slow motion."),
    ),
    "playground": Lesson(
        N_("Learning"),
        N_("2-D playground"),
        ":material/bubble_chart:",
        N_("Can a small network learn this shape?"),
        N_("Watch every neuron of a small network while it learns points in the plane."),
    ),
    "train": Lesson(
        N_("Learning"),
        N_("Train"),
        ":material/model_training:",
        N_("Can a network learn to read?"),
        N_("Train a network on real images and watch it learn."),
    ),
    "generalize": Lesson(
        N_("Learning"),
        N_("Generalization"),
        ":material/travel_explore:",
        N_("Does it generalize?"),
        N_("See a network memorize its training images, what helps against it, and what initial weights do."),
    ),
    "runs": Lesson(
        N_("Learning"),
        N_("Compare runs"),
        ":material/compare_arrows:",
        N_("Which settings work best?"),
        N_("Try many settings, tell a difference from luck, and take the best home."),
    ),
    "clinic": Lesson(
        N_("Learning"),
        N_("Clinic"),
        ":material/medical_services:",
        N_("Why does it not learn?"),
        N_("Find the fault in twelve trainings, mend it in the code, and see them learn."),
    ),
    "draw": Lesson(
        N_("Using a network"),
        N_("Draw"),
        ":material/draw:",
        N_("Which digit did you draw?"),
        N_("Draw a digit and see which one the network reads."),
    ),
    "inside": Lesson(
        N_("Using a network"),
        N_("Look inside"),
        ":material/frame_inspect:",
        N_("Why did it say that?"),
        N_("Follow a digit through a network, and see what made it answer as it did."),
    ),
}

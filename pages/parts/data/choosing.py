"""The best of many networks: how good it is on the images that it was chosen by, and how good on fresh ones."""

import streamlit as st
from torch import Tensor

from core.datasets import Data, default_dataset, load, why_default
from core.lessons.data import choosing
from core.lessons.data.figures import split_bar
from core.lessons.data.scene import choosing_scene
from core.text.i18n import _
from pages.parts.data.guess import ask, ask_again, guess_of
from pages.ui.background import finished
from pages.ui.seed import other_seed, seed_of
from pages.ui.session import session_key
from pages.ui.source_code import show_source
from pages.ui.stage import stage, take_settled
from pages.ui.suggestions import Suggestion, show_suggestions
from pages.ui.svg_view import picture
from pages.ui.url_settings import Settings

PICTURE = "data_choosing"
EXPERIMENT = session_key(__name__, "experiment")
SIZE = 1  # of choosing.SIZES to begin with
USUAL = {"networks": choosing.NETWORKS, "size": SIZE}
SECONDS = 0.28  # of training in each tick of the progress


def show_choosing(settings: Settings) -> None:
    """Ask, then train the networks and show what came of the guess."""
    take_settled(PICTURE, settings)
    data = load(default_dataset())
    guess = guess_of(settings, "guess", choosing.GUESSES)
    values = {
        "networks": settings.value("networks", 1, choosing.NETWORKS, USUAL["networks"]),
        "size": settings.value("size", 0, len(choosing.SIZES) - 1, SIZE),
    }
    seed = seed_of(settings)
    settings.write_url()
    if not guess:
        show_question(settings, data, choosing.SIZES[values["size"]])
        return
    words = _("Training {count} networks …").format(count=choosing.NETWORKS)
    table = finished(EXPERIMENT, (data.name, seed), lambda: choosing.experiment(data, seed), words, SECONDS)
    if table is not None:
        show_answer(table, values, guess)
    show_suggestions(
        Suggestion(
            _("Only 25 images"), ":material/photo_size_select_small:", _("Few images leave much to chance."),
            settings.set, (USUAL | {"size": 0},),
        ),
        Suggestion(
            _("No choice"), ":material/looks_one:", _("One network alone: is the test set right then?"),
            settings.set, (USUAL | {"networks": 1},),
        ),
    )  # fmt: skip
    with st.container(horizontal=True):
        other_seed(settings, _("Other networks"), seed)
        ask_again(settings, "guess")
    show_source(choosing.train_network, choosing.accuracies)
    st.caption(why_default())


def show_question(settings: Settings, data: Data, size: int) -> None:
    """Show how the images are shared out, and ask what the accuracy on one share will say of another."""
    unseen = len(choosing.sets(data).unseen)
    parts = [
        (_("training"), choosing.TRAINING, "green"),
        (_("validation"), size, "blue"),
        (_("test"), size, "orange"),
        (_("fresh"), unseen - 2 * size, "violet"),
    ]
    label = _("How the images are shared out among the sets")
    picture(split_bar(parts, 900, label), "split", narrow=split_bar(parts, 400, label))
    with st.container(key="notice"):
        st.markdown(
            _(
                "A network learns from the **training** set. The **validation** set is for choosing among networks, "
                "the **test** set for one last look. **Fresh** images stand for all that it will ever meet."
            )
        )
    question = _(
        "You train {count} networks and keep the one that is best on the test set. How will it do on fresh images, "
        "against its accuracy on the test set?"
    ).format(count=choosing.NETWORKS)
    ask(settings, "guess", question, {key: _(label) for key, label in choosing.GUESSES.items()})
    st.caption(
        _(
            "Any answer trains them: {count} networks of {least} to {most} hidden neurons, each on {images} images."
        ).format(count=choosing.NETWORKS, least=choosing.WIDTHS[0], most=choosing.WIDTHS[1], images=choosing.TRAINING)
    )


def show_answer(table: Tensor, values: dict[str, int], guess: str) -> None:
    with st.container(key="notice"):
        st.markdown(choosing.say_verdict(guess, table[values["size"]]))
    alt = _("The accuracy of the best of ever more networks, on the set that it was chosen by and on fresh images")
    stage("data_choosing", choosing_scene(table), values, key=PICTURE, alt=alt, height=300)
    st.caption(
        _("Each point is the mean of {draws:,} random choices of the images in each set.").format(
            draws=choosing.DRAWS * choosing.ROUNDS
        )
    )

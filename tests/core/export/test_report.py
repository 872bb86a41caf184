import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import torch
from PIL import Image

from core.config.describe import used_settings
from core.export.report import MISTAKES, report
from core.interpret.metrics import confusion_matrix, worst_mistakes
from core.losses import class_indices
from tests.core.export.trained import CONFIGS, paused, trained

HOSTILE = "<script>alert(1)</script>\"'&"


class Page(HTMLParser):
    """All tags, and the text of every table row."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.rows, self.words, self.open = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append([])
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1].append(data)


@pytest.mark.parametrize("name", CONFIGS)
def test_it_is_sound_and_needs_nothing_else(name):
    text = report(trained(name), HOSTILE, HOSTILE)
    page = Page(text)
    assert page.open == []
    assert not {"script", "link", "iframe", "object", "base", "form"} & {tag for tag, _attributes in page.tags}
    for _tag, attributes in page.tags:
        assert not any(attribute.startswith("on") for attribute in attributes)
        for source in ("src", "href", "srcset", "data"):
            assert attributes.get(source, "data:image/png;base64,").startswith("data:image/png;base64,")
    styles = text[text.index("<style>") : text.index("</style>")]
    assert "url(" not in styles
    assert "@import" not in styles
    assert text.count(HOSTILE) == 0
    assert HOSTILE in "".join(page.words)


@pytest.mark.parametrize("name", CONFIGS)
def test_settings_and_numbers_are_those_of_the_run(name):
    run = trained(name)
    page, view = Page(report(run, "Run 1", "")), run.view()
    facts = [row for row in page.rows if len(row) == 2]
    for label, words in used_settings(run.config):
        assert [label, words] in facts
    assert ["Test loss", f"{view.outcome.score.loss:.4g}"] in facts
    assert ["Loss on a sample of the training data", f"{view.last_sample.loss:.4g}"] in facts
    assert ["Steps done", f"{view.last.step:,}"] in facts
    if run.data.task != "regression":
        assert ["Test accuracy", f"{view.outcome.score.accuracy:.2%}"] in facts
    assert len([tag for tag, _attributes in page.tags if tag == "polyline"]) == (2 if name == "values" else 4)


@pytest.mark.parametrize("name", ["mlp", "points"])
def test_the_matrix_counts_what_was_mixed_up(name):
    run = trained(name)
    outcome = run.view().outcome
    counts = confusion_matrix(outcome.probabilities, outcome.targets).tolist()
    rows = Page(report(run, "Run 1", "")).rows
    for label, row in zip(run.data.classes, counts, strict=True):
        assert [label, *map(str, row)] in rows


def test_the_worst_mistakes_are_shown_as_they_are():
    run = trained("mlp")
    outcome = run.view().outcome
    worst = worst_mistakes(outcome.probabilities, outcome.targets, MISTAKES)
    text = report(run, "Run 1", "")
    pictures = re.findall(r"src='data:image/png;base64,([^']+)'", text)
    assert len(pictures) == len(worst) > 0
    for packed, mistake in zip(pictures, worst, strict=True):
        with Image.open(io.BytesIO(base64.b64decode(packed))) as picture:
            np.testing.assert_array_equal(np.asarray(picture), run.data.test.inputs[mistake.index, 0].numpy())
        classes = run.data.classes
        assert f"{classes[mistake.truth]}, read as {classes[mistake.answer]} ({mistake.confidence:.0%})" in text


def test_on_paper_nothing_speaks_of_a_program_that_is_not_there():
    text = report(trained("mlp"), "Run 1", "print(1)")
    assert "<p class='screen'>The program gives the same numbers" in text
    assert "<p class='paper'>The program is not printed" in text
    paper = text[text.index("@media print") :]
    assert ".screen {display: none}" in paper
    assert "details {display: none}" in paper
    assert ".paper {display: block}" in paper


def test_values_have_no_matrix():
    assert "mixes up" not in report(trained("values"), "Run 1", "")


def test_the_same_run_gives_the_same_page():
    assert report(trained("cnn"), "Run 1", "x") == report(trained("cnn"), "Run 1", "x")


def test_a_run_that_is_not_over_says_so_and_is_asked_now():
    run = paused(CONFIGS["mlp"])
    text = report(run, "Run 1", "")
    assert "This run was not over yet: these are its numbers after step 0." in text
    with torch.inference_mode():
        outputs = run.model_snapshot()(run.data.prepare(run.data.test.inputs))
    counts = confusion_matrix(run.probabilities(outputs), class_indices(run.data.test.targets)).tolist()
    rows = Page(text).rows
    assert all([label, *map(str, row)] in rows for label, row in zip(run.data.classes, counts, strict=True))
    assert ["Test accuracy", "–"] in rows


def test_what_was_changed_on_the_way_is_said():
    run = paused(CONFIGS["mlp"])
    assert "it draws from the same seed, 0" in report(run, "Run 1", "")
    run.edit("layers.1.bias", (0,), 2.0)
    run.play()
    assert run.wait(60)
    text = report(run, "Run 1", "")
    assert "changed on the way" in text
    assert "cannot repeat" in text

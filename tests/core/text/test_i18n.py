import threading

import pytest

from core.text import i18n
from core.text.i18n import N_, _, use_language

CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\n"

msgid "Step {step}"
msgstr "Schritt {step}"

msgid "Untranslated"
msgstr ""
"""


@pytest.fixture(autouse=True)
def german(tmp_path, monkeypatch):
    path = tmp_path / "de" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(i18n, "LOCALES", tmp_path)
    i18n._catalogue.cache_clear()
    yield
    i18n._catalogue.cache_clear()
    use_language("en")


@pytest.mark.parametrize("tag", ["de", "de-AT", "de-DE"])
def test_translates_whatever_the_region(tag):
    use_language(tag)
    assert _("Step {step}").format(step=3) == "Schritt 3"


@pytest.mark.parametrize("tag", ["en-US", "fr", "xx", "", None, "not a language", "../../etc", "C"])
def test_english_where_nothing_is_known(tag):
    use_language("de")
    use_language(tag)
    assert _("Step {step}") == "Step {step}"


@pytest.mark.parametrize("msgid", ["Untranslated", "Not in the catalogue"])
def test_english_for_a_sentence_that_is_missing(msgid):
    use_language("de")
    assert _(msgid) == msgid


def test_a_marked_sentence_is_translated_only_when_shown():
    use_language("de")
    assert N_("Step {step}") == "Step {step}"


def test_each_thread_has_its_own_language():
    use_language("de")
    seen = []
    thread = threading.Thread(target=lambda: seen.append(_("Step {step}")))
    thread.start()
    thread.join()
    assert seen == ["Step {step}"]
    assert _("Step {step}") == "Schritt {step}"

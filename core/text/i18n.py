"""The app's words in the reader's language: English msgids, gettext catalogues under core/locales.

A catalogue is `locales/<language>/LC_MESSAGES/messages.po`; Babel reads it as it is, so nothing has to be compiled.
Write `_("...")` where a sentence is made, and `N_("...")` where it is only noted down (a registry's label is built at
import, before any reader is known; the page that shows it calls `_`).
"""

from contextvars import ContextVar
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

LOCALES = Path(__file__).parents[1] / "locales"
_language: ContextVar[str] = ContextVar("language", default="en")


def use_language(tag: str | None) -> None:
    """Choose this thread's language by its BCP 47 tag, such as "de-AT"; an unknown or missing tag means English."""
    try:
        _language.set(Locale.parse(tag or "en", sep="-").language)
    except (UnknownLocaleError, ValueError):
        _language.set("en")


def N_(msgid: str) -> str:
    """Mark a sentence for the catalogue and return it unchanged."""
    return msgid


def _(msgid: str) -> str:
    """Return the sentence in this thread's language, or the English one where no translation is known."""
    return _catalogue(_language.get()).gettext(msgid)


@lru_cache(maxsize=64)
def _catalogue(language: str) -> NullTranslations:
    path = LOCALES / language / "LC_MESSAGES" / "messages.po"
    if not path.is_file():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source))
    compiled.seek(0)
    return Translations(compiled)

"""The letters of a text file: which encoding it is in, read without loss or refused by name.

A file does not say its encoding. UTF-8 and UTF-16 are recognized for certain. Every other one would read every file, so
what it makes of the letters decides: words of one script, in small, large or title case, with vowels among them.
"""

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from core.text.i18n import N_, _


class EncodingError(ValueError):
    """The letters of a file cannot be read; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Encoding:
    """An encoding of which a file says nothing.

    Attributes:
        label: a msgid.
        codec: Python's name.
        languages: where it is what a spreadsheet writes, which decides between encodings that are equally plausible.
        plausible: whether words such as it makes them of a file are words.
    """

    label: str
    codec: str
    languages: str
    plausible: Callable[[list[str]], bool]


def decode_text(content: bytes, language: str = "en") -> tuple[str, str]:
    """Return the text of a file and the label, a msgid, of its encoding.

    Args:
        language: the reader's, as a browser names it.

    Raises:
        EncodingError: it is none of the encodings known here, may be several of them, or is no text.
    """
    for bom, codec, label in _BOMS:
        if content.startswith(bom):
            return _decoded(content.removeprefix(bom), codec, label), label
    if b"\0" in content:
        # Every second byte of figures and commas is 0 in UTF-16, even where no mark says so.
        codec = "utf-16-le" if content[1::2].count(0) > content[::2].count(0) else "utf-16-be"
        return _decoded(content, codec, "UTF-16"), "UTF-16"
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        encoding = _plausible_encoding(content, language[:2].lower())
        return content.decode(encoding.codec), encoding.label


def _plausible_encoding(content: bytes, language: str) -> Encoding:
    for group in (_OTHER_SCRIPTS, _LATIN):
        found = [encoding for encoding in group if _reads(content, encoding)]
        usual = [encoding for encoding in found if language in encoding.languages.split()]
        if len({content.decode(encoding.codec) for encoding in found}) == 1:
            return found[0]
        if found and group is _LATIN:
            return usual[0] if usual else found[0]
        if usual:
            return usual[0]
        if found:
            raise EncodingError(
                _("The letters of this file may be {names}: save it as UTF-8, which tells for certain.").format(
                    names=_(" or ").join(_(encoding.label) for encoding in found)
                )
            )
    raise EncodingError(
        _("The letters of this file are not UTF-8, and make no words in {names}: save it as UTF-8.").format(
            names=", ".join(_(encoding.label) for encoding in (*_OTHER_SCRIPTS, *_LATIN))
        )
    )


def _decoded(content: bytes, codec: str, label: str) -> str:
    try:
        text = content.decode(codec)
    except UnicodeDecodeError as problem:
        raise EncodingError(
            _("This file is damaged {label}, or no text: choose a CSV.").format(label=label)
        ) from problem
    if "\0" in text:
        raise EncodingError(_("This file is no text: choose a CSV."))
    return text


def _reads(content: bytes, encoding: Encoding) -> bool:
    try:
        text = content.decode(encoding.codec)
    except UnicodeDecodeError:
        return False
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    known = all(letter.isalpha() or letter in _SIGNS for letter in text if not letter.isascii())
    return known and bool(words) and encoding.plausible(words)


_BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = frozenset("’–°²")  # beside letters, in names and headings


def _in_one_case(word: str) -> bool:
    return word.islower() or word.isupper() or word[1:].islower()


def _latin(words: list[str]) -> bool:
    """With a plain letter in each word of several: words without one are of another script."""
    return all(_in_one_case(word) and (len(word) == 1 or any(map(str.isascii, word))) for word in words)


def _cyrillic(words: list[str]) -> bool:
    return all(map(_in_one_case, words)) and _has_vowels(words, _CYRILLIC, "аеиоуыэюяёіїє")


def _greek(words: list[str]) -> bool:
    """With an accent in each longer word in small letters, and ς at its end, where alone it stands."""
    small = [word[1:] for word in words if len(word) > 3 and not word.isupper()]
    return (
        all(map(_in_one_case, words))
        and all(set(word) & set("άέήίόύώ") for word in small)
        and not any("ς" in word[:-1] for word in small)
        and _has_vowels(words, _GREEK, "αεηιουωάέήίόύώϊϋ")
    )


def _has_vowels(words: list[str], letters: str, vowels: str) -> bool:
    """Whether there is a word of several letters, none but `letters` in any, and a quarter or more of them vowels."""
    text = "".join(words).lower()
    return (
        max(map(len, words)) > 1
        and set(text) <= set(letters)
        and sum(letter in vowels for letter in text) >= len(text) / 4
    )


def _chinese(words: list[str]) -> bool:
    """Two of three characters among the 3,755 common ones of GB 2312, which it has in its rows 16 to 55."""
    characters = [letter.encode("gb2312", errors="ignore") for word in words for letter in word if not letter.isascii()]
    common = sum(len(character) == 2 and 0xB0 <= character[0] <= 0xD7 for character in characters)
    return all(characters) and common >= 0.65 * len(characters)


_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґўђћј"
_GREEK = "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋ"

_OTHER_SCRIPTS = (
    Encoding(N_("GBK (Chinese)"), "gb18030", "zh", _chinese),
    Encoding(N_("Windows-1251 (Cyrillic)"), "cp1251", "ru uk be bg mk sr", _cyrillic),
    Encoding(N_("Windows-1253 (Greek)"), "cp1253", "el", _greek),
)
_LATIN = (  # the first where the language tells nothing
    Encoding(N_("Windows-1252 (Western European)"), "cp1252", "", _latin),
    Encoding(N_("Windows-1250 (Central European)"), "cp1250", "cs hr hu pl ro sk sl", _latin),
    Encoding(N_("Windows-1254 (Turkish)"), "cp1254", "tr az", _latin),
)

"""A long text as an address can carry it: servers and proxies refuse addresses of many thousand letters."""

import re
import zlib

from core.text.base64_text import from_base64, to_base64
from core.text.i18n import _

LONG = 1000  # letters; a shorter text stays as it is, so that a person can read and change it
_MARK = "zip~"
_PACKED = re.compile(rf"{_MARK}[A-Za-z0-9_-]+")


def pack(text: str) -> str:
    """Return a text as an address has it: the same where it is short, else compressed and in base64 for addresses."""
    if len(text) <= LONG:
        return text
    return _MARK + to_base64(zlib.compress(text.encode(), level=9))


def unpack(text: str, maximum: int) -> str:
    """Return what `pack` was given; a text that it has not written is returned as it is.

    Raises:
        ValueError: it is damaged, or longer than `maximum` letters; nothing larger than that is unpacked.
    """
    if not _PACKED.fullmatch(text):
        return text
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(from_base64(text.removeprefix(_MARK)), 4 * maximum).decode()
    except (zlib.error, ValueError) as problem:
        raise ValueError(_("The address is damaged: copy the whole link again.")) from problem
    if not reader.eof or len(found) > maximum:
        raise ValueError(_("The address is damaged: copy the whole link again."))
    return found

"""A long text as an address can carry it: servers and proxies refuse addresses of many thousand letters."""

import base64
import binascii
import re
import zlib

from core.text.i18n import _

LONG = 1000  # letters; a shorter text stays as it is, so that a person can read and change it
_MARK = "zip~"
_PACKED = re.compile(rf"{_MARK}[A-Za-z0-9_-]+")


def pack(text: str) -> str:
    """Return a text as an address has it: the same where it is short, else compressed and in base64 for addresses."""
    if len(text) <= LONG:
        return text
    return _MARK + base64.urlsafe_b64encode(zlib.compress(text.encode(), level=9)).decode().rstrip("=")


def unpack(text: str, maximum: int) -> str:
    """Return what `pack` was given; a text that it has not written is returned as it is.

    Raises:
        ValueError: it is damaged, or longer than `maximum` letters; nothing larger than that is unpacked.
    """
    if not _PACKED.fullmatch(text):
        return text
    packed = text.removeprefix(_MARK)
    reader = zlib.decompressobj()
    try:
        content = reader.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), 4 * maximum)
        found = content.decode()
    except (binascii.Error, zlib.error, UnicodeDecodeError) as problem:
        raise ValueError(_("The address is damaged: copy the whole link again.")) from problem
    if not reader.eof or len(found) > maximum:
        raise ValueError(_("The address is damaged: copy the whole link again."))
    return found

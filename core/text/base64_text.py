"""Bytes as letters that an address can carry."""

import base64
import binascii


def to_base64(content: bytes) -> str:
    """Return bytes in base64 for addresses (RFC 4648, section 5), without the signs that only fill up its length."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def from_base64(text: str) -> bytes:
    """Return the bytes that `to_base64` was given. Raises ValueError for any other text."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as problem:
        raise ValueError(text[:40]) from problem

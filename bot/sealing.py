"""Tokens at rest: sealed with a key from the environment, so that the database alone opens no workspace."""

import base64
import binascii
import secrets
from collections.abc import Sequence

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

WRONG = "it is 32 random bytes in base64, as `python -m bot workspaces key` prints them"


class Unopenable(Exception):
    """What is stored was sealed with none of our keys."""


class Seal:
    """Seals with the first of *keys* and opens with any of them, so that a key can be replaced without an outage."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._boxes = [SecretBox(each) for each in keys]

    @classmethod
    def of(cls, text: str) -> "Seal":
        """Read keys, the newest first and with commas between them. Raises ``ValueError`` for what is none."""
        return cls([_key(each) for each in text.split(",")])

    def seal(self, secret: str) -> str:
        return base64.urlsafe_b64encode(self._boxes[0].encrypt(secret.encode())).decode()

    def open(self, sealed: str) -> str:
        """Return what was sealed. Raises ``Unopenable``."""
        for box in self._boxes:
            try:
                return box.decrypt(base64.urlsafe_b64decode(sealed)).decode()
            except (CryptoError, binascii.Error, ValueError):
                continue
        raise Unopenable


def new_key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(SecretBox.KEY_SIZE)).decode()


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != SecretBox.KEY_SIZE:
        raise ValueError(WRONG)
    return key

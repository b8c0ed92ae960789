"""Made-up identifiers and secrets that look like OpenAI's."""

import hashlib
import secrets
import string

ALPHABET = string.ascii_letters + string.digits


def identifier(prefix: str, length: int = 24) -> str:
    """*prefix* followed by letters and digits; callers treat the whole as opaque."""
    return prefix + _letters(length)


def secret(prefix: str) -> str:
    """Make up a key's value. Only its digest and its redacted form may be kept."""
    return f"{prefix}{_letters(64)}T3BlbkFJ{_letters(64)}"


def digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def redacted(value: str) -> str:
    return f"{value[:8]}{'*' * 12}{value[-4:]}"


def _letters(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))

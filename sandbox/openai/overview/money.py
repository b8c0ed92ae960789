"""Amounts as people write them."""


def dollars(cents: int) -> str:
    """Write whole cents: ``$1,200`` or ``$1,200.50``."""
    whole, rest = divmod(cents, 100)
    return f"${whole:,}.{rest:02}" if rest else f"${whole:,}"

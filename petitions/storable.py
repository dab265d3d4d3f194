"""Text as the database can keep it."""


def storable(text: str) -> str:
    """What PostgreSQL can keep: no NUL, no lone surrogates, no other control characters but line breaks and tabs."""
    whole = text.encode("utf-8", "replace").decode()
    return "".join(c for c in whole if c in "\n\t" or (c >= " " and c != "\x7f"))

"""Keys of rows as they come from outside: in addresses, cursors and forms."""


def row_key(text: str) -> int | None:
    """The key of a row; None for what no row can have. 18 digits always fit into PostgreSQL's bigint."""
    return int(text) if text.isdecimal() and len(text) < 19 else None

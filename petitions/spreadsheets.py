"""What every file for spreadsheets has to mind."""

RISKY = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would take such a cell for a formula
UTF_8 = "\ufeff"  # the mark that makes Excel read a CSV as UTF-8


def inert(text: str) -> str:
    """Text that no spreadsheet carries out."""
    return f"'{text}" if text.startswith(RISKY) else text

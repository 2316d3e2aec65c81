"""Tables that people open in a spreadsheet."""

# What makes a spreadsheet read a cell as a formula (OWASP, CSV injection), in both widths. White space before it
# does not stop all of them.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def harmless_cell(text: str) -> str:
    """Return the text so that no spreadsheet executes it: an apostrophe before what would be a formula."""
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text

"""What people type, made fit to keep: no character that prints nothing or turns the text around it."""

import re
import unicodedata

LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85]")
# Needed inside Persian words and emoji, though they print nothing by themselves.
JOINERS = "\u200c\u200d"


def visible(text: str) -> str:
    """Return the text in NFC with one kind of line end, without controls, direction marks or unassigned characters."""
    text = unicodedata.normalize("NFC", LINE_ENDS.sub("\n", text))
    if text.isascii() and text.isprintable():
        return text
    return "".join(char for char in text if char in "\n\t" or char in JOINERS or unicodedata.category(char)[0] != "C")

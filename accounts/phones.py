"""Phone numbers as people write them, kept as every phone dials them (ITU-T E.164): +33612345678."""

import re

FORMATTING = re.compile(r"[\s.\-/()\u2010-\u2015]")
INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")
NATIONAL = re.compile(r"0[1-9][0-9]{8}")
FRANCE = "+33"
# Overseas numbers begin like others of France, and are dialled under a code of their own (ARCEP, plan national).
OVERSEAS = {
    "+262": ("0262", "0263", "0269", "0639", "0692", "0693"),
    "+590": ("0590", "0690", "0691"),
    "+594": ("0594", "0694"),
    "+596": ("0596", "0696", "0697"),
}


def e164(written: str) -> str:
    """Return a number in E.164, one without a country's code as a number of France. Raises ValueError for no number."""
    digits = FORMATTING.sub("", written.replace("(0)", ""))
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    if digits.startswith("+330"):
        digits = digits[3:]
    if NATIONAL.fullmatch(digits):
        digits = _code_of(digits) + digits[1:]
    if not INTERNATIONAL.fullmatch(digits):
        raise ValueError("No phone number reads like this.")
    return digits


def _code_of(number: str) -> str:
    return next((code for code, starts in OVERSEAS.items() if number.startswith(starts)), FRANCE)

"""E-mail addresses: is it fit to write to, and is it the same mailbox as another one?

Three forms of one address:
- as typed, refused by `valid_email` when we cannot write to it;
- `normalised_email`, which is stored and written to: same mailbox for sure, whatever its provider;
- `canonical_email`, which is only compared: every alias of a mailbox gives the same text. Never write to it.
"""

import hmac
from unicodedata import normalize

import idna
from disposable_email_domains import blocklist
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

# RFC 5321, 4.5.3.1.1 and 4.5.3.1.3 (a path of 256 holds its two angle brackets).
MAX_LOCAL_PART = 64
MAX_ADDRESS = 254

# Names of one service: a user name belongs to the same person under each of them. Gmail was sold as Google Mail in
# Germany and the United Kingdom; for Proton see https://proton.me/support/addresses-and-aliases
_SAME_PROVIDER = {
    "googlemail.com": "gmail.com",
    "pm.me": "proton.me",
    "protonmail.com": "proton.me",
    "protonmail.ch": "proton.me",
}
# Characters of the local part that the provider ignores: https://support.google.com/mail/answer/7436150 and
# https://proton.me/support/change-username
_IGNORED = {
    "gmail.com": str.maketrans("", "", "."),
    "proton.me": str.maketrans("", "", ".-_"),
}
# A disposable address of Yahoo is base-keyword, and no Yahoo identifier holds a hyphen (US patent 2006/0041621).
_YAHOO = ("yahoo.", "ymail.com", "rocketmail.com")

_shape = EmailValidator(allowlist=[])


def normalised_email(address: str) -> str:
    """Return the address to store and write to: compatibility characters replaced, domain in lower-case ASCII (IDNA).

    The local part keeps its case (RFC 5321, 2.4). A text that is no address comes back harmless, never an error.
    """
    address = address.strip()
    if not address.isascii():
        address = normalize("NFKC", address).strip()
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{_ascii_domain(domain)}" if at else address


def canonical_email(address: str) -> str:
    """Return one text for one mailbox: two addresses that reach the same person are equal after this.

    Case is folded, the sub-address `+tag` (RFC 5233) dropped at every provider, and the rules of the largest providers
    applied. Somebody whose provider takes `+` literally shares a form with a neighbour; that is the price of one
    signature a person. Idempotent, never raises.
    """
    local, at, domain = normalised_email(address).rpartition("@")
    if not at:
        return _folded(domain)
    domain = _SAME_PROVIDER.get(domain, domain)
    local = _folded(local)
    local = local.partition("+")[0] or local
    if ignored := _IGNORED.get(domain):
        local = _folded(local.translate(ignored)) or local  # an accent may have stood behind what was dropped
    elif domain.startswith(_YAHOO):
        local = local.partition("-")[0] or local
    return f"{local.strip()}@{domain}"  # white space may have stood beside what was dropped


def address_key(address: str) -> str:
    """Return 64 hexadecimal characters that stand for the mailbox: HMAC-SHA256 of its canonical form, keyed for good.

    Lets us recognise an address that presents itself, without keeping it. The key is PSEUDONYM_KEY and never rotates.
    """
    return _keyed(canonical_email(address))


def exact_address_key(address: str) -> str:
    """Return 64 hexadecimal characters that stand for this very address, whatever its case: no alias shares them.

    An alias rule may be wrong at some provider, so what a person is shown or what is erased for them goes by this one.
    """
    return _keyed(f"exact\0{_folded(normalised_email(address))}")


def _keyed(text: str) -> str:
    return hmac.digest(settings.PSEUDONYM_KEY.encode(), text.encode(), "sha256").hex()


def is_disposable(address: str) -> bool:
    """Tell whether the domain, or one above it, hands out mailboxes for ten minutes."""
    domain = normalised_email(address).rpartition("@")[2]
    while "." in domain:
        if domain in blocklist:
            return True
        domain = domain.partition(".")[2]
    return False


def valid_email(value: str) -> None:
    """Refuse what is no address, or one that we cannot write to. A form field validator: raises ValidationError.

    Cannot be written to: a local part outside ASCII (needs SMTPUTF8, RFC 6531, on the whole way) or between quotes, an
    address literal such as [192.0.2.1], a host without a dot, more than 64 characters before the @ or 254 in all.
    """
    # Not printable: NUL, line ends that would start a new mail header, zero-width and direction marks.
    if " " in value or not value.isprintable():
        raise _malformed()
    address = normalised_email(value)
    local, _at, domain = address.rpartition("@")
    if not address.isascii() or '"' in local or domain.startswith("["):
        raise ValidationError(
            _("Nous ne pouvons pas écrire à cette adresse. Indiquez-en une sans accents ni guillemets."),
            code="unreachable",
        )
    if len(local) > MAX_LOCAL_PART or len(address) > MAX_ADDRESS:
        raise _malformed()
    try:
        _shape(address)
    except ValidationError:
        raise _malformed() from None


def _malformed() -> ValidationError:
    return ValidationError(
        _("Cette adresse e-mail semble incomplète. Vérifiez-la, par exemple prenom.nom@example.org."), code="invalid"
    )


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return domain.lower()


def _folded(text: str) -> str:
    """Fold case and compatibility (Unicode 3.13, D146: twice, because folding can denormalise)."""
    if text.isascii():
        return text.lower()
    once = normalize("NFKD", normalize("NFD", text).casefold())
    return normalize("NFKC", once.casefold())

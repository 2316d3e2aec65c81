"""Passwords that others would guess: the lists of Django, and the patterns of the passwords that leak."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from zxcvbn import zxcvbn

# What French people choose most in the leaks, beside what zxcvbn knows, and what stands around the password here.
FRENCH = (
    *("azerty", "azertyuiop", "motdepasse", "bonjour", "soleil", "doudou", "loulou", "chouchou", "marseille", "coucou"),
    *("chocolat", "jetaime", "nicolas", "camille", "petition", "petitions", "mesopinions", "opinion", "signature"),
    *("bienvenue", "france", "paris", "secret", "administrateur"),
)
# The time of zxcvbn grows with the square of the length, and longer passwords are not guessed by pattern.
LOOKED_AT = 64
SCORE_AT_LEAST = 3  # of 4: above 10^8 guesses, so that « Soleil2024! » is refused


class GuessablePasswordValidator:
    """Refuse a password that a hundred million guesses would find: words with a year, keyboard rows, repeats, names."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a guessable password."""
        own = (getattr(user, name, "") or "" for name in ("email", "first_name", "last_name", "public_name"))
        words = [word for text in own for word in text.replace("@", " ").replace(".", " ").split()]
        if not password or zxcvbn(password[:LOOKED_AT], user_inputs=[*FRENCH, *words])["score"] < SCORE_AT_LEAST:
            raise ValidationError(
                _("Ce mot de passe se devine trop vite. Mettez bout à bout plusieurs mots sans lien.")
            )

    def get_help_text(self) -> str:
        return str(_("Plusieurs mots sans lien entre eux font un bon mot de passe."))

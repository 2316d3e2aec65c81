"""Passwords that others would guess: the lists of Django, and the patterns of the passwords that leak."""

import re
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
# A word or a name, between figures and signs: zxcvbn knows English words and few others.
ONE_WORD = re.compile(r"[\W\d_]*(?:[A-ZÀ-Þ]?[a-zß-ÿ]+(?:[A-ZÀ-Þ][a-zß-ÿ]+)?|[A-ZÀ-Þ]+)[\W\d_]*")
LONG_WORD = 16  # letters: more is a sentence written without spaces
SCORE_AT_LEAST = 3  # of 4: above 10^8 guesses, so that « Soleil2024! » is refused


class GuessablePasswordValidator:
    """Refuse what a hundred million guesses would find: a word with a year, keyboard rows, repeats, names."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a guessable password."""
        own = (getattr(user, name, "") or "" for name in ("email", "first_name", "last_name", "public_name"))
        words = [word for text in own for word in text.replace("@", " ").replace(".", " ").split()]
        if (
            not password
            or _is_one_word(password)
            or zxcvbn(password[:LOOKED_AT], user_inputs=[*FRENCH, *words])["score"] < SCORE_AT_LEAST
        ):
            raise ValidationError(
                _("Ce mot de passe se devine trop vite. Mettez bout à bout plusieurs mots sans lien.")
            )

    def get_help_text(self) -> str:
        return str(_("Plusieurs mots sans lien entre eux font un bon mot de passe."))


def _is_one_word(password: str) -> bool:
    letters = sum(sign.isalpha() for sign in password)
    return letters < LONG_WORD and ONE_WORD.fullmatch(password) is not None

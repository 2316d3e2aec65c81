"""Google's login: consent, a token with an id_token signed by RS256, and who somebody is.

Source: developers.google.com/identity/protocols/oauth2/web-server and /openid-connect/openid-connect.
"""

import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.fakes.oauth import CLIENTS, FakeProvider, Refused

ALICE = {
    "sub": "108204268033311374519",
    "email": "alice@example.org",
    "email_verified": True,
    "name": "Alice Martin",
    "given_name": "Alice",
    "family_name": "Martin",
    # What nobody asked for, and what must be nowhere afterwards.
    "picture": "https://lh3.googleusercontent.com/a/portrait",
    "locale": "fr-CA",
    "hd": "entreprise.example",
}


@dataclass
class FakeGoogle(FakeProvider):
    name: ClassVar[str] = "google"
    authorize_path: ClassVar[str] = "/o/oauth2/v2/auth"

    person: dict[str, Any] = field(default_factory=ALICE.copy)
    gives_id_token: bool = True
    issuer: str = "https://accounts.google.com"
    audience: str = CLIENTS["google"][0]

    def answer(self, method: str, path: str, values: dict[str, str], authorization: str) -> dict[str, Any]:
        if (method, path) == ("POST", "/token"):
            token = self.exchange(values)
            return token | ({"id_token": self._id_token()} if self.gives_id_token else {})
        if (method, path) != ("GET", "/oauth2/v2/userinfo"):
            raise KeyError
        if authorization.removeprefix("Bearer ") not in self.tokens:
            raise Refused("invalid_token")
        older_names = {"sub": "id", "email_verified": "verified_email"}
        return {older_names.get(name, name): value for name, value in self.person.items()}

    def _id_token(self) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": self.audience, "iat": now, "exp": now + 3600, **self.person}
        return jwt.encode(claims, _key(), algorithm="RS256", headers={"kid": "fake"})


@cache
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)

"""Facebook's login: consent, a token, and who somebody is, to whoever proves to have the app's secret.

Source: developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow and /docs/graph-api/securing-requests.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from typing import Any, ClassVar

from tests.fakes.oauth import CLIENTS, FakeProvider, Refused

VERSION = "/v24.0"
ALICE = {
    "id": "10158000000000042",
    "email": "alice@example.org",
    "first_name": "Alice",
    "last_name": "Martin",
}
# What nobody asked for, and what must be nowhere afterwards.
UNASKED = {"name": "Alice Martin", "birthday": "02/03/1985", "hometown": {"name": "Lille"}, "gender": "female"}


@dataclass
class FakeFacebook(FakeProvider):
    name: ClassVar[str] = "facebook"
    authorize_path: ClassVar[str] = f"{VERSION}/dialog/oauth"

    person: dict[str, Any] = field(default_factory=lambda: ALICE | UNASKED)

    def answer(self, method: str, path: str, values: dict[str, str], authorization: str) -> dict[str, Any]:
        if (method, path) == ("POST", f"{VERSION}/oauth/access_token"):
            return self.exchange(values)
        if (method, path) != ("GET", f"{VERSION}/me"):
            raise KeyError
        token = values.get("access_token", "")
        proof = hmac.new(CLIENTS["facebook"][1].encode(), token.encode(), hashlib.sha256).hexdigest()
        if token not in self.tokens or values.get("appsecret_proof") != proof:
            raise Refused("OAuthException")
        return self.person


def signed_request(told: Any, *, secret: str = CLIENTS["facebook"][1]) -> str:
    """Return what Meta posts when somebody removes the app: a signature, a point, and JSON."""
    payload = _base64url(json.dumps(told).encode())
    return f"{_base64url(hmac.digest(secret.encode(), payload.encode(), hashlib.sha256))}.{payload}"


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

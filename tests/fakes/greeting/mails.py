"""The builder of the greeting, and greetings to send."""

from pathlib import Path
from typing import Any

from mesopinions.mail.kinds import Letter
from mesopinions.mail.models import OutgoingMail

TEMPLATES = Path(__file__).parent / "templates"


def build(mail: OutgoingMail) -> Letter | None:
    """Greet the name in the context; without a name there is nobody to greet. `leave` is where to unsubscribe."""
    name = mail.context.get("name")
    if name is None:
        return None
    leave = mail.context["leave"]
    headers = {"List-Unsubscribe": f"<{leave}>"} if leave else {}
    return Letter({"name": name, "url": "http://localhost:8000/bonjour/"}, headers)


def waiting_greeting(recipient: str = "samir@example.org", language: str = "fr", **context: Any) -> OutgoingMail:
    """Put a greeting into the outbox without telling a worker, as if its message had been lost."""
    return OutgoingMail.objects.create(
        kind="greeting",
        recipient=recipient,
        language=language,
        context={"name": "Samir", "leave": "https://example.org/stop"} | context,
    )

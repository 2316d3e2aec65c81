"""What allauth's tables hold: addresses, second factors, connected accounts, sessions."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from privacy import registry
from privacy.registry import (
    Action,
    Basis,
    Category,
    Recipient,
    Retention,
    Source,
    Subject,
    by_address,
    by_any,
    by_user,
    days,
)

_with_the_account = _("jusqu’à la fin du compte")
_account = _("compte")

# --- Addresses ------------------------------------------------------------------------------------------------------
registry.register(
    EmailAddress,
    category=Category.CONTACT,
    personal=["user", "email", "verified", "primary"],
    impersonal=["id"],
    called=_("adresses e-mail du compte"),
    labels={
        "user": _account,
        "email": _("adresse e-mail"),
        "verified": _("adresse confirmée"),
        "primary": _("adresse à laquelle nous écrivons"),
    },
    purpose=_("Savoir si l’adresse de votre compte est confirmée"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.STAFF],
    kept_until=_with_the_account,
    rows_of=by_any(by_user("user"), by_address("email")),
)
# Confirmation goes by code, so this table stays empty: the database refuses a row (migration 0007 of accounts).
registry.register_impersonal(EmailConfirmation, "id", "email_address", "created", "sent", "key")


# --- Second factors -------------------------------------------------------------------------------------------------
class Factor(TextChoices):
    """Authenticator.Type, in our words."""

    TOTP = "totp", _("application de codes")
    RECOVERY_CODES = "recovery_codes", _("codes de secours")
    WEBAUTHN = "webauthn", _("clé d’accès")


def _factors_of(subject: Subject) -> Iterator[dict[str, object]]:
    """Tell which second factors there are. Of what is in `data`, only the name of a passkey is no secret."""
    for factor in Authenticator.objects.filter(user_id=subject.user_id).order_by("pk"):
        yield {
            "type": Factor(factor.type),
            "name": factor.data.get("name", ""),
            "created_at": factor.created_at,
            "last_used_at": factor.last_used_at,
        }


registry.register(
    Authenticator,
    category=Category.ACCOUNT,
    personal=["user", "type", "data", "created_at", "last_used_at"],
    impersonal=["id"],
    called=_("seconds facteurs"),
    labels={
        "user": _account,
        "type": _("sorte de second facteur"),
        "name": _("nom donné à la clé d’accès"),
        "data": _("secret du second facteur"),
        "created_at": _("ajouté le"),
        "last_used_at": _("utilisé la dernière fois le"),
    },
    purpose=_("Vous demander un second facteur ; ce qui doit rester secret est chiffré"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.STAFF],
    source=[Source.PERSON, Source.SITE],
    kept_until=_("jusqu’à ce que vous le retiriez, ou jusqu’à la fin du compte"),
    rows_of=by_user("user"),
    withheld=["data"],
    export=_factors_of,
)

# --- Google and Facebook --------------------------------------------------------------------------------------------
registry.register_impersonal(
    SocialApp, "id", "provider", "provider_id", "name", "client_id", "secret", "key", "settings"
)


class Service(TextChoices):
    GOOGLE = "google", "Google"
    FACEBOOK = "facebook", "Facebook"


def _connected_accounts_of(subject: Subject) -> Iterator[dict[str, object]]:
    """Tell what a provider told us, with the person's number over there: it is their own."""
    for account in SocialAccount.objects.filter(user_id=subject.user_id).order_by("pk"):
        yield {
            "provider": Service(account.provider),
            "uid": account.uid,
            "extra_data": account.extra_data.get("email", ""),
            "date_joined": account.date_joined,
            "last_login": account.last_login,
        }


registry.register(
    SocialAccount,
    category=Category.THIRD_PARTY,
    personal=["user", "provider", "uid", "last_login", "date_joined", "extra_data"],
    impersonal=["id"],
    called=_("comptes Google et Facebook"),
    labels={
        "user": _account,
        "provider": _("service"),
        "uid": _("votre numéro chez ce service"),
        "extra_data": _("adresse e-mail que vous y avez"),
        "date_joined": _("relié le"),
        "last_login": _("utilisé la dernière fois le"),
    },
    purpose=_("Vous laisser entrer avec votre compte Google ou Facebook"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.STAFF, Recipient.GOOGLE, Recipient.META],
    source=[Source.PROVIDER],
    kept_until=_("jusqu’à ce que vous retiriez ce lien, ou jusqu’à la fin du compte"),
    rows_of=by_user("user"),
    export=_connected_accounts_of,
)
# No right to act at Google's or Facebook's is kept: the database refuses a row (migration 0007 of accounts).
registry.register_impersonal(SocialToken, "id", "app", "account", "token", "token_secret", "expires_at")


# --- Sessions -------------------------------------------------------------------------------------------------------
def _end_sessions(keys: Sequence[int], at: datetime) -> None:
    """End the sessions themselves with the rows that tell of them: nobody could close what the list does not show."""
    told = UserSession.objects.filter(pk__in=keys)
    Session.objects.filter(pk__in=told.values("session_key")).delete()
    told.delete()


registry.register(
    UserSession,
    category=Category.CONNECTION,
    personal=["user", "ip", "user_agent", "session_key", "data", "created_at", "last_seen_at"],
    impersonal=["id"],
    called=_("appareils connectés"),
    labels={
        "user": _account,
        "ip": _("adresse IP"),
        "user_agent": _("navigateur"),
        "session_key": _("clé de session"),
        "data": _("autres détails"),
        "created_at": _("connecté le"),
        "last_seen_at": _("vu la dernière fois le"),
    },
    purpose=_("Vous montrer où votre compte est ouvert, et le fermer là où ce n’est pas vous"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.STAFF],
    source=[Source.BROWSER, Source.SITE],
    retention=Retention(
        after="last_seen_at",
        moment=_("la dernière connexion"),
        period=days(14),
        action=Action.DELETE,
        carry_out=_end_sessions,
    ),
    rows_of=by_user("user"),
    withheld=["session_key", "data"],
)

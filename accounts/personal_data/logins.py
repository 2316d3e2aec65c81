"""What allauth's tables hold: addresses, second factors, connected accounts, sessions."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.utils.translation import gettext_lazy as _

from privacy import registry
from privacy.registry import Action, Basis, Category, Recipient, Retention, Source, by_address, by_any, by_user, days

_with_the_account = _("jusqu’à la fin du compte")

registry.register(
    EmailAddress,
    category=Category.CONTACT,
    personal=["user", "email", "verified", "primary"],
    impersonal=["id"],
    purpose=_("Savoir si l’adresse de votre compte est confirmée"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.STAFF],
    kept_until=_with_the_account,
    rows_of=by_any(by_user("user"), by_address("email")),
)
# Confirmation goes by code, so this table of allauth stays empty.
registry.register(
    EmailConfirmation,
    category=Category.ACCOUNT,
    personal=["email_address", "key"],
    impersonal=["id", "created", "sent"],
    purpose=_("Confirmer une adresse par un lien, ce que ce site ne fait pas : cette table reste vide"),
    basis=[Basis.CONTRACT],
    recipients=[],
    source=[Source.SITE],
    kept_until=_with_the_account,
    rows_of=by_user("email_address__user"),
    withheld=["key"],
)
registry.register(
    Authenticator,
    category=Category.ACCOUNT,
    personal=["user", "type", "data", "created_at", "last_used_at"],
    impersonal=["id"],
    purpose=_("Vous demander un second facteur ; ce qui doit rester secret est chiffré"),
    basis=[Basis.CONTRACT],
    recipients=[],
    kept_until=_("jusqu’à ce que vous le retiriez, ou jusqu’à la fin du compte"),
    rows_of=by_user("user"),
    withheld=["data"],
)
registry.register_impersonal(
    SocialApp, "id", "provider", "provider_id", "name", "client_id", "secret", "key", "settings"
)
registry.register(
    SocialAccount,
    category=Category.THIRD_PARTY,
    personal=["user", "provider", "uid", "last_login", "date_joined", "extra_data"],
    impersonal=["id"],
    purpose=_("Vous laisser entrer avec votre compte Google ou Facebook"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.GOOGLE, Recipient.META],
    source=[Source.PROVIDER],
    kept_until=_("jusqu’à ce que vous retiriez ce lien, ou jusqu’à la fin du compte"),
    rows_of=by_user("user"),
)
registry.register(
    SocialToken,
    category=Category.THIRD_PARTY,
    personal=["account", "token", "token_secret", "expires_at"],
    impersonal=["id", "app"],
    purpose=_("Agir chez Google ou Facebook à votre place, ce que ce site ne fait pas : cette table reste vide"),
    basis=[Basis.CONTRACT],
    recipients=[],
    kept_until=_with_the_account,
    rows_of=by_user("account__user"),
    withheld=["token", "token_secret"],
)
registry.register(
    UserSession,
    category=Category.CONNECTION,
    personal=["user", "ip", "user_agent", "session_key", "data", "created_at", "last_seen_at"],
    impersonal=["id"],
    purpose=_("Vous montrer où votre compte est ouvert, et le fermer là où ce n’est pas vous"),
    basis=[Basis.CONTRACT],
    recipients=[],
    source=[Source.PERSON, Source.SITE],
    retention=Retention(after="last_seen_at", moment=_("la dernière connexion"), period=days(14), action=Action.DELETE),
    rows_of=by_user("user"),
    withheld=["session_key", "data"],
)

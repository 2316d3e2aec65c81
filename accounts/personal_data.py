"""What an account holds about its owner."""

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from privacy import registry
from privacy.registry import (
    Action,
    Basis,
    Category,
    Recipient,
    Retention,
    Source,
    by_address,
    by_any,
    by_user,
    years,
)

_owner = by_any(by_user("pk"), by_address("canonical_email"))
_with_the_account = _("jusqu’à la fin du compte")

registry.register(
    User,
    category=Category.IDENTITY,
    personal=["first_name", "last_name"],
    impersonal=["id", "is_active", "is_staff", "is_superuser"],
    purpose=_("Savoir à qui est le compte"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.STAFF],
    retention=Retention(after="last_seen_at", period=years(2), action=Action.DELETE, moment=_("la dernière connexion")),
    rows_of=_owner,
)
registry.register(
    User,
    category=Category.PUBLICATIONS,
    personal=["public_name", "public_bio", "slug"],
    impersonal=[],
    purpose=_("Signer vos pétitions du nom que vous choisissez, et les réunir sur une page publique"),
    basis=[Basis.CONTRACT, Basis.EXPLICIT_CONSENT],
    recipients=[Recipient.PUBLIC],
    kept_until=_with_the_account,
    rows_of=_owner,
)
registry.register(
    User,
    category=Category.CONTACT,
    personal=["email", "canonical_email"],
    impersonal=[],
    purpose=_("Vous laisser entrer, vous écrire, et n’ouvrir qu’un compte par adresse"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.STAFF, Recipient.MAILER],
    kept_until=_with_the_account,
    rows_of=_owner,
    withheld=["canonical_email"],
)
registry.register(
    User,
    category=Category.ACCOUNT,
    personal=["password", "language", "email_confirmed_at", "created_at", "last_login", "last_seen_at"],
    impersonal=[],
    purpose=_("Tenir votre compte et le protéger ; votre mot de passe n’y est que sous forme d’empreinte"),
    basis=[Basis.CONTRACT],
    recipients=[],
    source=[Source.PERSON, Source.SITE],
    kept_until=_with_the_account,
    rows_of=_owner,
    withheld=["password"],
)
for _through, _other in ((User.groups.through, "group"), (User.user_permissions.through, "permission")):
    registry.register(
        _through,
        category=Category.STAFF,
        personal=["user"],
        impersonal=["id", _other],
        purpose=_("Donner à chaque membre de l’équipe ce que sa tâche demande, et rien de plus"),
        basis=[Basis.LEGITIMATE_INTEREST],
        recipients=[Recipient.STAFF],
        source=[Source.STAFF],
        kept_until=_("jusqu’à ce que le droit soit repris ou le compte effacé"),
        rows_of=by_user("user"),
    )

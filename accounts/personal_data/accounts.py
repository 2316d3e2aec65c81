"""What an account holds about its owner."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import FacebookDeletion, Login, Profile, User
from accounts.services.inactivity import delete_accounts, forget_accounts
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
    days,
    months,
    years,
)

_owner = by_any(by_user("pk"), by_address("email", index="canonical_email"))
_with_the_account = _("jusqu’à la fin du compte")

registry.register(
    User,
    category=Category.IDENTITY,
    personal=["first_name", "last_name"],
    impersonal=["id", "is_active", "is_staff", "is_superuser"],
    purpose=_("Savoir à qui est le compte"),
    basis=[Basis.CONTRACT],
    recipients=[Recipient.STAFF],
    retention=[
        Retention(
            after="last_seen_at",
            moment=_("la dernière connexion, après deux avertissements par e-mail"),
            period=years(2),
            action=Action.DELETE,
            only=Q(notice=User.Notice.DUE, closes_at=None),
            carry_out=forget_accounts,
        ),
        Retention(
            name="unconfirmed",
            after="created_at",
            moment=_("la création du compte, si son adresse n’est pas confirmée"),
            period=days(7),
            action=Action.DELETE,
            only=Q(email_confirmed_at=None, is_staff=False),
            carry_out=forget_accounts,
        ),
    ],
    rows_of=_owner,
    eraser=lambda keys, erasing: delete_accounts(keys),
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
    personal=[
        "password",
        "language",
        "email_confirmed_at",
        "created_at",
        "last_login",
        "last_seen_at",
        "notice",
        "notice_at",
        "closes_at",
        "leaves_counts",
    ],
    impersonal=[],
    labels={"leaves_counts": _("retirer aussi vos signatures des totaux, à la fermeture")},
    purpose=_("Tenir votre compte et le protéger ; votre mot de passe n’y est que sous forme d’empreinte"),
    basis=[Basis.CONTRACT],
    recipients=[],
    source=[Source.PERSON, Source.SITE],
    kept_until=_with_the_account,
    rows_of=_owner,
    withheld=["password"],
)
registry.register(
    Profile,
    category=Category.CONTACT,
    personal=["user", "phone", "address", "postal_code", "city", "country"],
    impersonal=[],
    purpose=_("Garder les coordonnées que vous voulez bien nous donner ; votre téléphone, tant que vous l’acceptez"),
    basis=[Basis.CONTRACT, Basis.CONSENT],
    recipients=[Recipient.STAFF],
    kept_until=_with_the_account,
    rows_of=by_user("user"),
)
registry.register(
    Login,
    category=Category.CONNECTION,
    personal=["user", "at", "method", "with_second_factor", "ip", "browser"],
    impersonal=["id"],
    labels={"at": _("date et heure"), "method": _("moyen de connexion")},
    purpose=_("Vous montrer d’où l’on est entré dans votre compte, et vous avertir d’une connexion étrangère"),
    basis=[Basis.LEGITIMATE_INTEREST],
    recipients=[Recipient.STAFF],
    source=[Source.BROWSER, Source.SITE],
    retention=Retention(after="at", moment=_("la connexion"), period=months(12), action=Action.DELETE),
    rows_of=by_user("user"),
)
registry.register(
    FacebookDeletion,
    category=Category.RIGHTS,
    personal=[],
    impersonal=["id", "code_hash", "received_at", "found"],
    purpose=_("Montrer, à qui a le code que Facebook lui donne, que sa demande a été suivie"),
    retention=Retention(after="received_at", moment=_("la demande"), period=years(5), action=Action.DELETE),
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

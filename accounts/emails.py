"""Mails to the owners of accounts."""

from datetime import timedelta

from django.db.models import TextChoices
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import browsers
from accounts.models import User
from accounts.selectors.people import ends_at
from mesopinions.mail.kinds import Letter, kind, site_url
from mesopinions.mail.models import OutgoingMail

# As settings.ACCOUNT_…_TIMEOUT: a code that leaves later than this would be refused.
CODE_LIVES_FOR = timedelta(minutes=15)
# The kinds that are about an account, by its number. They go with it.
MAILS_TO_OWNERS = ("account_closing", "account_ending", "account_exists", "security_notice")


class Code(TextChoices):
    """What a mailed code is for. The label is the subject of the mail."""

    CONFIRM = "confirm", _("votre code pour confirmer cette adresse")
    LOGIN = "login", _("votre code de connexion")
    RESET = "reset", _("votre code pour changer de mot de passe")
    REAUTHENTICATE = "reauthenticate", _("votre code pour continuer")
    OLD_EMAIL = "old_email", _("votre code pour quitter cette adresse")
    NEW_EMAIL = "new_email", _("votre code pour utiliser cette adresse")


class SecurityNotice(TextChoices):
    """What was done to an account. The label is the subject of the mail."""

    NEW_LOGIN = "new_login", _("Connexion depuis un nouveau navigateur")
    PASSWORD_CHANGED = "password_changed", _("Votre mot de passe a changé")
    PASSWORD_SET = "password_set", _("Votre compte a un mot de passe")
    EMAIL_CHANGED = "email_changed", _("L’adresse de votre compte a changé")
    TOTP_ADDED = "totp_added", _("Application de codes ajoutée")
    TOTP_REMOVED = "totp_removed", _("Application de codes retirée")
    PASSKEY_ADDED = "passkey_added", _("Clé d’accès ajoutée")
    PASSKEY_REMOVED = "passkey_removed", _("Clé d’accès retirée")
    RECOVERY_CODES = "recovery_codes", _("Nouveaux codes de secours")
    FACTORS_RESET = "factors_reset", _("Votre deuxième preuve a été retirée")
    PROVIDER_ADDED = "provider_added", _("Connexion par un autre site ajoutée")
    PROVIDER_REMOVED = "provider_removed", _("Connexion par un autre site retirée")


@kind("account_code")
def account_code(mail: OutgoingMail) -> Letter | None:
    """Bring a code to type, while it is worth something."""
    enclosed = mail.read_enclosed()
    if not enclosed or mail.created_at < timezone.now() - CODE_LIVES_FOR:
        return None
    minutes = int(CODE_LIVES_FOR.total_seconds() // 60)
    return Letter({"what": Code(mail.context["what"]), "code": enclosed["code"], "minutes": minutes})


@kind("account_unknown", leaves_trace=False)
def account_unknown(mail: OutgoingMail) -> Letter:
    """Tell somebody that the address they typed has no account. We keep no trace of theirs."""
    return Letter({"signup_url": site_url(reverse("account_signup"))})


@kind("account_exists")
def account_exists(mail: OutgoingMail) -> Letter | None:
    """Tell the owner that their address has an account already, and how to get into it, or why they cannot."""
    user = User.objects.filter(pk=mail.about_id or 0).first()
    if user is None:
        return None
    return Letter(
        {
            "is_open": user.is_active,
            "code_url": site_url(reverse("account_request_login_code")),
            "rights_url": site_url(reverse("rights")),
        }
    )


@kind("security_notice")
def security_notice(mail: OutgoingMail) -> Letter | None:
    """Tell the owner what was done to their account, and what to do if it was not them."""
    user = User.objects.filter(pk=mail.about_id or 0).first()
    if user is None:
        return None
    enclosed = mail.read_enclosed()
    return Letter(
        {
            "detail": enclosed.get("detail", ""),
            "ip": enclosed.get("ip", ""),
            "browser": browsers.in_words(name) if (name := enclosed.get("browser", "")) else "",
            "what": SecurityNotice(mail.context["what"]),
            "at": mail.created_at,
            "first_name": user.first_name,
            "security_url": site_url(reverse("account_security")),
        }
    )


@kind("account_ending")
def account_ending(mail: OutgoingMail) -> Letter | None:
    """Say when the account ends and how to keep it. Whoever came back meanwhile, or closed it, is told nothing."""
    user = User.objects.filter(pk=mail.about_id or 0, closes_at=None).exclude(notice=User.Notice.NONE).first()
    if user is None:
        return None
    login_url = site_url(reverse("account_login"))
    return Letter({"first_name": user.first_name, "ends_at": ends_at(user), "login_url": login_url})


@kind("account_closing")
def account_closing(mail: OutgoingMail) -> Letter | None:
    """Say when the account that its owner closed ends, and how to keep it. Nothing once they kept it."""
    user = User.objects.filter(pk=mail.about_id or 0, closes_at__isnull=False).first()
    if user is None:
        return None
    keep_url = site_url(reverse("account_keep"))
    return Letter({"first_name": user.first_name, "closes_at": user.closes_at, "keep_url": keep_url})

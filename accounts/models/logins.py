"""Who came in, when, from where and how: what lets an owner see a stranger's login."""

from dataclasses import dataclass, field

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Login(models.Model):
    """One login of one account."""

    class Method(models.TextChoices):
        PASSWORD = "password", _("mot de passe")
        CODE = "code", _("code reçu par e-mail")
        PASSKEY = "passkey", _("clé d’accès")
        GOOGLE = "google", _("Google")
        FACEBOOK = "facebook", _("Facebook")
        RESET = "reset", _("nouveau mot de passe")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="logins", verbose_name=_("compte")
    )
    at = models.DateTimeField(_("date"), db_default=Now())
    method = models.CharField(_("moyen"), max_length=10, choices=Method)
    with_second_factor = models.BooleanField(_("avec un second facteur"), db_default=False)
    ip = models.GenericIPAddressField(_("adresse IP"), null=True, blank=True)
    browser = models.CharField(_("navigateur"), max_length=200, blank=True, db_default="")

    class Meta:
        verbose_name = _("connexion")
        verbose_name_plural = _("connexions")
        indexes = [models.Index(fields=["user", "-at"], name="login_of_user")]

    def __str__(self) -> str:
        return f"connexion {self.pk}"


@dataclass(frozen=True, slots=True)
class Visit:
    """From where somebody acts, and what they showed to get in. Its repr names nobody."""

    ip: str = field(repr=False)
    browser: str = field(repr=False)
    method: Login.Method | None = None
    with_second_factor: bool = False

"""What people may tell of themselves beside their name. All of it is optional."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Profile(models.Model):
    """Where an owner of an account lives and can be called. Made when the first of it is told."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="profile",
        verbose_name=_("compte"),
    )
    # Kept as long as its owner agrees to be called: see `services.profile`.
    phone = models.CharField(_("téléphone"), max_length=20, blank=True, db_default="")
    address = models.CharField(_("adresse postale"), max_length=200, blank=True, db_default="")
    postal_code = models.CharField(_("code postal"), max_length=12, blank=True, db_default="")
    city = models.CharField(_("commune"), max_length=100, blank=True, db_default="")
    country = models.CharField(_("pays"), max_length=2, blank=True, db_default="")

    class Meta:
        verbose_name = _("coordonnées")
        verbose_name_plural = _("coordonnées")
        constraints = [
            models.CheckConstraint(condition=Q(phone="") | Q(phone__regex=r"^\+[0-9]{6,15}$"), name="phone_is_e164"),
            models.CheckConstraint(
                condition=Q(country="") | Q(country__regex=r"^[A-Z]{2}$"), name="country_has_a_code"
            ),
        ]

    def __str__(self) -> str:
        return f"coordonnées du compte {self.pk}"

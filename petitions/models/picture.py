"""Pictures of petitions: re-encoded, in several widths, under a random name."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from petitions.models.petition import Petition


class Picture(models.Model):
    """One picture that an author gave. Its files are named by `name` and a width (services/pictures.py)."""

    petition = models.ForeignKey(
        Petition, verbose_name=_("pétition"), on_delete=models.CASCADE, related_name="pictures"
    )
    name = models.CharField(_("nom des fichiers"), max_length=32, unique=True)
    width = models.PositiveIntegerField(_("largeur"))
    height = models.PositiveIntegerField(_("hauteur"))
    alt = models.CharField(_("ce que l’image montre"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("reçue le"), db_default=Now())

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        constraints = [
            models.CheckConstraint(condition=Q(name__regex=r"^[0-9a-f]{32}$"), name="picture_name_is_random"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="picture_has_a_size"),
        ]

    def __str__(self) -> str:
        return f"image {self.pk}"

"""Associations that signers may choose to share their data with, petition by petition."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Partner(models.Model):
    """An association. It gets the data of those who ticked its own box on a petition, and of nobody else."""

    slug = models.SlugField(_("adresse"), unique=True)
    name = models.CharField(_("nom"), max_length=120)
    petitions = models.ManyToManyField(
        "petitions.Petition", verbose_name=_("pétitions"), related_name="partners", blank=True
    )

    class Meta:
        verbose_name = _("partenaire")
        verbose_name_plural = _("partenaires")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

"""What petitions are about."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Theme(models.Model):
    """One of the fixed themes. `hue` (degrees) colours its illustrations."""

    slug = models.SlugField(_("adresse"), unique=True)
    name = models.CharField(_("nom"), max_length=60)
    name_en = models.CharField(_("nom anglais"), max_length=60)
    about = models.CharField(_("présentation"), max_length=200, blank=True, db_default="")
    about_en = models.CharField(_("présentation en anglais"), max_length=200, blank=True, db_default="")
    hue = models.PositiveSmallIntegerField(_("teinte"))
    position = models.PositiveSmallIntegerField(_("rang"))

    class Meta:
        verbose_name = _("thème")
        verbose_name_plural = _("thèmes")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name in the language of the page."""
        return self.name_en if get_language() == "en" else self.name

    @property
    def words(self) -> str:
        """What its petitions are about, in the language of the page; empty when nobody wrote it."""
        return self.about_en if get_language() == "en" else self.about

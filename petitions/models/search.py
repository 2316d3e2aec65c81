"""What the search looks through: the words of each public petition, and of no other."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from petitions.models.petition import Petition


class SearchEntry(models.Model):
    """The words of one public petition, stemmed in its language. Triggers write it (migration 0005, ADR 0007).

    A table of its own, because every fold of a count rewrites the petition's row and all that is indexed of it.
    """

    # The database deletes the entry with its petition (ON DELETE CASCADE), whoever deletes it.
    petition = models.OneToOneField(
        Petition,
        verbose_name=_("pétition"),
        on_delete=models.DO_NOTHING,
        primary_key=True,
        related_name="search",
        db_constraint=False,
    )
    language = models.CharField(_("langue"), max_length=5, choices=settings.LANGUAGES)
    title = SearchVectorField(_("mots du titre"))
    words = SearchVectorField(_("mots de la pétition"))

    class Meta:
        verbose_name = _("mots d’une pétition")
        verbose_name_plural = _("mots des pétitions")
        indexes = [GinIndex(fields=["words"], name="search_words", fastupdate=False)]

    def __str__(self) -> str:
        return str(self.pk)

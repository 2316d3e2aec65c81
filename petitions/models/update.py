"""News of a petition, written by its author for those who signed it."""

from textwrap import shorten

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from petitions.models.petition import Petition

SUMMARY = 240


class UpdateQuerySet(models.QuerySet["Update"]):
    def public(self) -> "UpdateQuerySet":
        """Updates that staff did not hide. Whether the petition is public is asked of the petition."""
        return self.filter(hidden_at=None)

    def to_mail(self) -> "UpdateQuerySet":
        """Updates whose mails are not in the outbox yet."""
        return self.public().filter(mailed_at=None, petition__status__in=Petition.PUBLIC)


class Update(models.Model):
    """One piece of news. Its words never change: signers have them in their mailbox (trigger update_is_frozen)."""

    petition = models.ForeignKey(
        Petition, verbose_name=_("pétition"), on_delete=models.CASCADE, related_name="updates", db_index=False
    )
    number = models.PositiveSmallIntegerField(_("rang"))
    title = models.CharField(_("titre"), max_length=200)
    text = models.TextField(_("texte"))
    published_at = models.DateTimeField(_("publiée le"))
    hidden_at = models.DateTimeField(_("masquée le"), null=True, blank=True)
    # Set with the rows of the outbox and never unset, so that nobody gets the same news twice.
    mailed_at = models.DateTimeField(_("confiée au courrier le"), null=True, blank=True)

    objects = UpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("actualité")
        verbose_name_plural = _("actualités")
        ordering = ["petition", "number"]
        constraints = [
            models.UniqueConstraint(fields=["petition", "number"], name="one_update_per_number"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="update_has_words"),
            models.CheckConstraint(condition=Q(number__gte=1), name="updates_count_from_one"),
        ]
        indexes = [
            models.Index(fields=["id"], name="update_to_mail", condition=Q(mailed_at=None, hidden_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} n{self.number}"

    @property
    def summary(self) -> str:
        """The first words, on one line."""
        return shorten(self.text, SUMMARY, placeholder="…")

    def opening(self, at_most: int) -> str:
        """Return the first paragraphs that fit in `at_most` characters; the start of the first one if it does not."""
        opening = ""
        for paragraph in self.text.split("\n\n"):
            longer = f"{opening}\n\n{paragraph}".strip()
            if len(longer) > at_most:
                break
            opening = longer
        return opening or shorten(self.text, at_most, placeholder="…")

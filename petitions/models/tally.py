"""The counting ledger: signed deltas, folded now and then into daily sums and the petition's total."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from petitions.models.petition import Petition


class Kind(models.TextChoices):
    """Why a count moved. A retention purge is no kind: it moves no total."""

    CONFIRMATION = "confirmation", _("signatures confirmées")
    WITHDRAWAL = "withdrawal", _("signatures retirées par leurs signataires")
    INVALIDATION = "invalidation", _("signatures invalidées")
    REINSTATEMENT = "reinstatement", _("signatures rétablies")
    ERASURE = "erasure", _("signatures effacées et ôtées du compte")
    # A signer corrects a postal code: one less here, one more there.
    CORRECTION = "correction", _("signatures passées d’un département à un autre")


class TallyDelta(models.Model):
    """One confirmed, withdrawn, invalidated, reinstated or erased signature, not folded yet."""

    # No foreign key in the database: its lock would make every confirmation of a viral petition touch one row. A delta
    # is only ever written from a signature, whose own foreign key holds.
    petition = models.ForeignKey(
        Petition, verbose_name=_("pétition"), on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    day = models.DateField(_("jour"))
    departement = models.CharField(_("département"), max_length=3, blank=True)
    kind = models.CharField(_("motif"), max_length=13, choices=Kind)
    delta = models.SmallIntegerField(_("écart"))

    class Meta:
        verbose_name = _("écart de compte")
        verbose_name_plural = _("écarts de compte")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["confirmation", "reinstatement"], delta=1)
                | Q(kind__in=["withdrawal", "invalidation", "erasure"], delta=-1)
                | Q(kind="correction", delta__in=[-1, 1]),
                name="delta_has_the_sign_of_its_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.day} {self.kind}"


class DailyTally(models.Model):
    """The sum of one petition's deltas by day, département and kind. It holds no person and is kept."""

    petition = models.ForeignKey(
        Petition, verbose_name=_("pétition"), on_delete=models.CASCADE, related_name="daily_tallies", db_index=False
    )
    day = models.DateField(_("jour"))
    departement = models.CharField(_("département"), max_length=3, blank=True)
    kind = models.CharField(_("motif"), max_length=13, choices=Kind)
    total = models.IntegerField(_("somme"))

    class Meta:
        verbose_name = _("compte du jour")
        verbose_name_plural = _("comptes du jour")
        constraints = [
            models.UniqueConstraint(
                fields=["petition", "day", "departement", "kind"], name="one_tally_per_day_and_kind"
            )
        ]
        indexes = [models.Index(F("day").desc(), F("id").desc(), name="tally_by_day")]

    def __str__(self) -> str:
        return f"{self.petition_id} {self.day} {self.kind}"

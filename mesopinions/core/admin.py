"""The clockwork in the admin: did each periodic job run?"""

from datetime import timedelta

from django.conf import settings
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mesopinions.core.models import JobClaim
from mesopinions.core.staff import ReadOnly, StaffList

# A job is late once a whole slot went by without it.
LATE_AFTER = 2


@admin.register(JobClaim)
class JobClaimAdmin(ReadOnly, StaffList):
    fields = ("name", "period", "claimed_at", "is_on_time")
    readonly_fields = ("period", "is_on_time")
    list_display = ("name", "period", "claimed_at", "is_on_time")
    ordering = ["name"]

    @admin.display(description=_("toutes les"))
    def period(self, claim: JobClaim) -> timedelta | None:
        return settings.PERIODIC_JOBS.get(claim.name)

    @admin.display(description=_("à l’heure"), boolean=True)
    def is_on_time(self, claim: JobClaim) -> bool | None:
        period = self.period(claim)
        return None if period is None else timezone.now() - claim.claimed_at < LATE_AFTER * period

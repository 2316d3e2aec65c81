"""What Meta asked us to delete, and what became of it. The rows name nobody."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class FacebookDeletion(models.Model):
    """One call of Meta's data-deletion callback. Who it was about is gone with the link to their Facebook account."""

    code_hash = models.CharField(_("empreinte du code"), max_length=64, unique=True)
    received_at = models.DateTimeField(_("reçue le"), db_default=Now())
    found = models.BooleanField(_("un compte y était lié"))

    class Meta:
        verbose_name = _("suppression demandée par Facebook")
        verbose_name_plural = _("suppressions demandées par Facebook")
        constraints = [models.CheckConstraint(condition=Q(code_hash__regex=r"^[0-9a-f]{64}$"), name="code_is_a_hash")]

    def __str__(self) -> str:
        return f"suppression {self.pk}"

"""What waits for the team, on the front page of the admin: {% load staff_queues %}."""

from typing import Any

from django import template
from django.contrib.auth import get_permission_codename
from django.template import Context
from django.urls import reverse
from django.utils import timezone

from petitions.models import Appeal, Dispute, Submission
from petitions.selectors.queues import queues_for

register = template.Library()


@register.inclusion_tag("admin/petitions/_queues.html", takes_context=True)
def staff_queues(context: Context) -> dict[str, Any]:
    """Show the queues that the account may act on, with how many rows wait and how many are late."""
    user = context["request"].user
    mine = [
        model
        for model in (Appeal, Submission, Dispute)
        if user.has_perm(f"petitions.{get_permission_codename('change', model._meta)}")
    ]
    return {
        "queues": [
            (queue, queue.model._meta.verbose_name_plural, reverse(_address(queue.model._meta.model_name)))
            for queue in queues_for(mine, timezone.now())
        ]
    }


def _address(model_name: str | None) -> str:
    return f"admin:petitions_{model_name}_changelist"

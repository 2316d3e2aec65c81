"""Every address of the staff's site, on a database that has a row of each of its models."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from mesopinions.core.models import JobClaim
from mesopinions.mail.services import block_address
from petitions.models import (
    Appeal,
    ContributorTrace,
    Decision,
    Dispute,
    Invalidation,
    Partner,
    Petition,
    Reason,
    Signature,
    Submission,
)
from petitions.services import tally
from privacy import requests
from privacy.models import PurgeRun, Tombstone
from privacy.requests import Right
from privacy.services import holding
from tests.factories import make_petition, make_signature, make_update, make_user

# What stands in an address: a number of the row unless it has a name of its own.
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
# What a model's pages are called: each has these, and some have more.
COMMON = {"changelist", "add", "change", "delete", "history"}


@dataclass(frozen=True, slots=True)
class StaffPage:
    """One address. `model` is its model's label, '' for what belongs to the whole site."""

    model: str
    name: str
    address: str


def fill_site() -> None:
    """Make a row of each model that the staff's site shows."""
    now, later = timezone.now(), timezone.localdate() + timedelta(days=90)
    petition = make_petition(author=make_user("alice"))
    signature = make_signature(petition, confirmed=True, comment="Bravo")
    tally.fold()
    make_update(petition)
    Partner.objects.create(name="Rails vivants", slug="rails-vivants")
    ContributorTrace.objects.create(
        what="petition", what_id=1, petition_id=1, name="Nadia", email="nadia@example.org", contributed_at=now
    )
    block_address("nadia@example.org")
    requests.open_request(right=Right.ACCESS, email=signature.email, language="fr", at=now)
    holding.place_hold(
        table="petitions.Signature", key=str(signature.pk), reason="Plainte", ends_on=later, by=None, at=now
    )
    holding.restrict(email="nadia@example.org", reason="Contestation", at=now)
    PurgeRun.objects.create(rule="petitions.signature:withdrawn", as_of=now, status="done", finished_at=now)
    Tombstone.objects.create(table="petitions.Signature", key="1")
    JobClaim.objects.create(name="petitions.fold_tally", slot=1)
    _fill_desk(petition, signature)


def _fill_desk(petition: Petition, signature: Signature) -> None:
    """Make a row of each model of the moderators' desk."""
    words = {"title": "La gare", "text": "Rouvrez la gare."}
    Submission.objects.create(petition=petition, kind=Submission.Kind.EDIT, **words)
    decision = Decision.objects.create(
        subject=Decision.Subject.PETITION,
        subject_id=petition.pk,
        petition_id=petition.pk,
        act=Decision.Act.REMOVED,
        reason=Reason.HATE,
        statement="Le texte vise un groupe.",
        told=petition.author,
    )
    Appeal.objects.create(decision=decision, text="Relisez.", due_on=timezone.localdate())
    Invalidation.objects.create(petition=petition, rule=Invalidation.Rule.NETWORK)
    Dispute.objects.create(signature=signature, text="C’est bien moi.")


def row_of(model: type[Model]) -> Model:
    """Return the oldest row of a model. Raises AssertionError when fill_site forgot it."""
    row = model._default_manager.order_by("pk").first()
    assert row is not None, f"{model._meta.label} has no row: add one to fill_site"
    return row


def pages() -> list[StaffPage]:
    """Return every address of the staff's site. Call it when there are rows."""
    models = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}
    resolvers = [entry for entry in get_resolver().url_patterns if isinstance(entry, URLResolver)]
    [site] = [resolver for resolver in resolvers if resolver.namespace == "admin"]
    found = [_page(pattern, path, models) for pattern, path in _patterns(site, "/admin/")]
    return sorted(found, key=lambda page: (page.model, page.name))


def _patterns(resolver: URLResolver, path: str) -> list[tuple[URLPattern, str]]:
    """Return each address below `resolver`, with what stands before its own part."""
    found: list[tuple[URLPattern, str]] = []
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            found += _patterns(entry, path + str(entry.pattern))
        else:
            found.append((entry, path))
    return found


def _page(pattern: URLPattern, path: str, models: dict[str, type[Model]]) -> StaffPage:
    _admin, _slash, label = path.strip("/").partition("/")
    model = models.get(label.replace("/", "_"))
    if model is None:
        return StaffPage("", pattern.name or "catch_all", _address_of_the_site(pattern))
    key = str(quote(row_of(model).pk))
    name = (pattern.name or "old").removeprefix(f"{label.replace('/', '_')}_")
    places = {"petition_id": str(Petition.objects.latest("pk").pk), "rule": "network", "verdict": "refuser"}
    own = PLACE.sub(lambda place: places.get(place[1], key), str(pattern.pattern))
    return StaffPage(model._meta.label_lower, name, path + own)


def _address_of_the_site(pattern: URLPattern) -> str:
    petition = Petition.objects.latest("pk")
    arguments: dict[str, list[Any]] = {
        "view_on_site": [ContentType.objects.get_for_model(petition).pk, petition.pk],
        "app_list": ["petitions"],
    }
    return reverse(f"admin:{pattern.name}", args=arguments.get(pattern.name, [])) if pattern.name else "/admin/nothing/"

"""What must never be, refused by the database itself."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from petitions.models import Petition, Signature, TallyDelta, TextVersion
from petitions.models.tally import Kind
from petitions.selectors import journal, signature_count
from petitions.services import tally
from tests.factories import WAYS, make_petition, make_signature

ALLOWED = {
    "draft": {"submitted"},
    "submitted": {"draft", "published", "returned", "rejected"},
    "returned": {"submitted"},
    "rejected": {"submitted", "published"},
    "published": {"closed", "removed"},
    "closed": {"published", "removed"},
    "removed": {"published", "closed"},
}


@pytest.mark.parametrize("start", sorted(WAYS))
def test_a_petition_moves_only_along_its_arrows(db, start):
    petition = make_petition(status=start)
    moved = set()
    for target in set(ALLOWED) - {start}:
        try:
            with transaction.atomic():
                Petition.objects.filter(pk=petition.pk).update(
                    status=target, closed_at=timezone.now(), published_at=timezone.now()
                )
                moved.add(target)
                raise _Undo
        except (_Undo, IntegrityError):
            pass
    assert moved == ALLOWED[start]


@pytest.mark.parametrize(
    ("start", "allowed"),
    [
        ("pending", {"confirmed", "invalidated"}),
        ("confirmed", {"withdrawn", "invalidated"}),
        ("withdrawn", set()),
        ("invalidated", {"confirmed", "pending"}),  # one that was never confirmed waits again
    ],
)
def test_a_signature_moves_only_along_its_arrows(petition, start, allowed):
    signature = make_signature(petition, confirmed=start in {"confirmed", "withdrawn"})
    now = timezone.now()
    rows = Signature.objects.filter(pk=signature.pk)
    if start in {"withdrawn", "invalidated"}:
        rows.update(status=start, withdrawn_at=now)
    moved = set()
    for target in {"pending", "confirmed", "withdrawn", "invalidated"} - {start}:
        try:
            with transaction.atomic():
                rows.update(status=target, confirmed_at=now, withdrawn_at=now)
                moved.add(target)
                raise _Undo
        except (_Undo, IntegrityError):
            pass
    assert moved == allowed


class _Undo(Exception):
    pass


def test_a_text_that_was_written_never_changes(petition):
    with pytest.raises(IntegrityError, match="never changes"), transaction.atomic():
        TextVersion.objects.update(title="Autre chose")


def test_a_public_petition_has_a_text(petition):
    with pytest.raises(IntegrityError, match="public_petition_has_a_text"), transaction.atomic():
        Petition.objects.update(current_text=None)


def test_one_address_has_one_living_signature(petition, pending):
    with pytest.raises(IntegrityError, match="one_signature_per_address"), transaction.atomic():
        other = make_signature(petition, "nadia")
        Signature.objects.filter(pk=other.pk).update(canonical_email=pending.canonical_email)


def test_a_delta_has_the_sign_of_its_kind(petition):
    with pytest.raises(IntegrityError, match="delta_has_the_sign_of_its_kind"), transaction.atomic():
        TallyDelta.objects.create(petition=petition, day=timezone.localdate(), kind=Kind.WITHDRAWAL, delta=1)


def test_a_confirmed_signature_has_a_time(pending):
    with pytest.raises(IntegrityError, match="confirmed_has_a_time"), transaction.atomic():
        Signature.objects.update(status="confirmed")


def test_folding_moves_no_total_and_no_line_of_the_journal(petition):
    for number in range(3):
        make_signature(petition, f"signer{number}", confirmed=True)
    gone = Signature.objects.latest("pk")
    tally.count(gone, Kind.WITHDRAWAL, timezone.now())
    before = (signature_count(petition.pk), journal(petition.pk))
    tally.fold()
    after = (signature_count(petition.pk), journal(petition.pk))

    assert before == after
    assert before[0] == 2
    assert [(line.kind, line.total) for line in before[1]] == [(Kind.WITHDRAWAL, -1)]

"""A flood among honest signers: the rules find it, leave the honest alone, and the count stays exact."""

import pytest
from django.utils import timezone

from mesopinions.mail.models import OutgoingMail
from petitions.models import Petition, Signature
from petitions.selectors import signature_count
from petitions.services.fraud.applying import invalidate, undo_invalidation
from petitions.services.fraud.rules import RULES
from tests.factories import make_petition, make_user
from tests.support.floods import FLOODS, Crowd, write

pytestmark = pytest.mark.usefixtures("fresh_plans")


def counted(petition: Petition) -> int:
    exact = Signature.objects.filter(petition=petition, status="confirmed").count()
    assert signature_count(petition.pk) == exact
    return exact


def stop_the_flood(petition, kind, *, honest, size):
    """Let the rules at a flood, apply and undo; return the parts of the flood and of the honest that they caught."""
    crowd, mona = Crowd(petition), make_user("mona")
    people = set(write(petition, crowd.honest(honest)))
    made = set(write(petition, getattr(crowd, kind)(size)))
    before = counted(petition)

    acts = []
    for rule in RULES.values():
        ids = rule.find(petition.pk)
        acts.append(invalidate(petition_id=petition.pk, rule=rule.rule, ids=ids, by=mona, at=timezone.now()))
    out = set(Signature.objects.filter(petition=petition, status="invalidated").values_list("pk", flat=True))
    told = OutgoingMail.objects.filter(kind="signature_invalidated").values_list("about_id", flat=True)

    assert counted(petition) == before - len(out)
    assert sorted(told) == sorted(out)
    for act in filter(None, acts):
        assert undo_invalidation(invalidation=act, by=mona, at=timezone.now()) == act.found
    back = OutgoingMail.objects.filter(kind="signature_reinstated").values_list("about_id", flat=True)
    assert sorted(back) == sorted(out)
    assert counted(petition) == before
    return len(out & made) / len(made), len(out & people) / len(people)


@pytest.mark.parametrize("kind", ["fast_network", "mixed"])
def test_a_flood_is_found_among_two_thousand_people(kind):
    caught, harmed = stop_the_flood(make_petition(), kind, honest=2_000, size=400)

    assert caught >= 0.9
    assert harmed < 0.01


@pytest.mark.proof
@pytest.mark.parametrize(("kind", "size"), [*((kind, 400) for kind in FLOODS), ("slow_network", 300), ("mixed", 1_000)])
def test_a_flood_is_found_among_ten_thousand_people(kind, size):
    caught, harmed = stop_the_flood(make_petition(), kind, honest=10_000, size=size)

    assert caught >= 0.9
    assert harmed < 0.01


def test_ten_thousand_honest_people_pass():
    petition = make_petition()
    write(petition, Crowd(petition).honest(10_000))

    assert {rule.rule: len(rule.find(petition.pk)) for rule in RULES.values()} == dict.fromkeys(RULES, 0)

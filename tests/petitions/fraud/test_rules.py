"""What each rule finds, and the honest crowds that look a little like it."""

import pytest

from petitions.models import Dispute, Invalidation
from petitions.services.fraud.rules import RULES
from tests.factories import make_petition
from tests.support.floods import DESKS, TOOL, write

Rule = Invalidation.Rule


def find(petition, rule):
    return set(RULES[rule].find(petition.pk))


@pytest.fixture
def people(petition, crowd):
    return write(petition, crowd.honest(600))


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        (Rule.NETWORK, "fast_network"),
        (Rule.NETWORK, "slow_network"),
        (Rule.DOMAIN, "one_domain"),
        (Rule.BURST, "fast_proxies"),
        (Rule.NAMES, "names"),
    ],
)
def test_a_rule_finds_its_flood_and_leaves_the_others(petition, crowd, people, rule, kind):
    made = write(petition, getattr(crowd, kind)(400))

    found = find(petition, rule)

    assert len(found & set(made)) >= 0.9 * len(made)
    assert not found & set(people)


def test_a_flood_that_waits_for_its_confirmation_is_found(petition, crowd, people):
    made = write(petition, crowd.fast_network(100), status="pending")

    assert find(petition, Rule.NETWORK) == set(made)


def test_a_rule_looks_at_one_petition_only(petition, flood):
    other = make_petition(slug="autre")

    assert find(petition, Rule.NETWORK) == set(flood)
    assert not find(other, Rule.NETWORK)


def test_a_signature_that_a_person_put_back_is_not_found_again(petition, flood):
    Dispute.objects.create(signature_id=flood[0], text="C’est moi.")

    assert find(petition, Rule.NETWORK) == set(flood[1:])


# --- The honest ------------------------------------------------------------------------------------------------------


def test_a_mobile_operator_passes(petition, crowd, people):
    write(petition, [crowd.person(ip_address=f"37.9.9.{number % 256}") for number in range(300)])

    assert not find(petition, Rule.NETWORK)


def test_a_class_that_signs_together_passes(petition, crowd, people):
    def pupil(number):
        return crowd.person(
            ip_address="90.1.2.3", browser=DESKS[0], departement="59", at=crowd.within(start=5, days=0.02)
        )

    write(petition, [pupil(number) for number in range(35)])

    assert not any(find(petition, rule) for rule in RULES)


def test_a_national_union_with_its_own_domain_passes(petition, crowd, people):
    write(petition, [crowd.person(email=f"m{crowd.last_name()}{n}@syndicat-mer.fr".lower()) for n in range(150)])

    assert not any(find(petition, rule) for rule in RULES)


def test_a_domain_that_other_petitions_know_passes(petition, crowd, people):
    for number in range(3):
        other = make_petition(slug=f"autre-{number}")
        write(other, [crowd.person(email=f"x{number}{n}@boites-a-moi.com") for n in range(10)])
    write(petition, crowd.one_domain(100))

    assert not find(petition, Rule.DOMAIN)


def test_big_providers_pass_whatever_the_rest(petition, crowd):
    write(petition, [crowd.person(email=f"{crowd.last_name()}{n:x}@gmail.com", browser=TOOL[0]) for n in range(200)])

    assert not find(petition, Rule.DOMAIN)


def test_a_petition_that_goes_viral_passes(petition, crowd, people):
    write(petition, [crowd.person(at=crowd.within(start=15, days=0.05)) for _ in range(1_500)])

    assert not any(find(petition, rule) for rule in RULES)


def test_a_few_namesakes_pass(petition, crowd, people):
    write(petition, [crowd.person(first_name="Martin", last_name="Martin") for _ in range(8)])

    assert not find(petition, Rule.NAMES)


def test_signatures_without_traces_are_left_alone(petition, crowd, people):
    write(petition, [crowd.person(ip_address=None, browser="") for _ in range(100)])

    assert not any(find(petition, rule) for rule in RULES)


def test_hostile_words_are_words(petition, crowd):
    hostile = crowd.person(first_name="'); DROP TABLE x;--", last_name="%s %(ids)s", browser="\\1")
    write(petition, [hostile])

    assert not any(find(petition, rule) for rule in RULES)

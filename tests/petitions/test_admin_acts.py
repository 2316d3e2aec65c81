"""Petitions, signatures and comments in the admin: changed by services only, and by those who may."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from mesopinions.mail.compose import compose
from mesopinions.mail.models import OutgoingMail
from petitions.models import Comment, DailyTally, Decision, Partner, Petition, Recipient, Signature, Theme
from petitions.services import closing, tally
from tests.factories import make_petition, make_signature, make_user

pytestmark = pytest.mark.django_db

PETITIONS = "/admin/petitions/petition/"
SIGNATURES = "/admin/petitions/signature/"
COMMENTS = "/admin/petitions/comment/"
TALLIES = "/admin/petitions/dailytally/"
READ_ONLY = (PETITIONS, SIGNATURES, COMMENTS, TALLIES)
WHY = {"reason": "hate", "statement": "Ce mot vise des gens.", "confirmed": "1"}


@pytest.fixture
def mona():
    return make_user("mona", is_staff=True)


def allow(user, *codenames):
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))


def tick(client, address, action, *rows, **data):
    return client.post(address, {"action": action, "_selected_action": [row.pk for row in rows], **data}, follow=True)


# --- Nothing is written here -----------------------------------------------------------------------------------------


@pytest.fixture
def rows(petition):
    make_signature(petition, confirmed=True, comment="Bravo")
    tally.fold()
    return {
        PETITIONS: petition,
        SIGNATURES: Signature.objects.get(),
        COMMENTS: Comment.objects.get(),
        TALLIES: DailyTally.objects.get(),
    }


@pytest.mark.parametrize("address", READ_ONLY)
def test_nobody_adds_changes_or_deletes_a_row_in_the_admin(staff, rows, address):
    row = rows[address]
    before = type(row).objects.values().get()

    answers = [
        staff.post(f"{address}add/", {}).status_code,
        staff.post(f"{address}{row.pk}/change/", {"status": "removed", "text": "x", "total": 9}).status_code,
        staff.post(f"{address}{row.pk}/delete/", {"post": "yes"}).status_code,
    ]
    tick(staff, address, "delete_selected", row, post="yes")

    assert answers == [403, 403, 403]
    assert type(row).objects.values().get() == before


def test_texts_and_recipients_stay_as_they_are(staff, petition):
    inline = {"recipients-TOTAL_FORMS": "1", "recipients-INITIAL_FORMS": "0", "recipients-0-name": "Oscar"}

    assert staff.post(f"{PETITIONS}{petition.pk}/change/", inline).status_code == 403
    assert list(Recipient.objects.values_list("name", flat=True)) == ["La Région"]


def test_signatures_have_no_action(staff, pending):
    assert not staff.get(SIGNATURES).context["action_form"]


# --- Acts ------------------------------------------------------------------------------------------------------------


def test_closing_asks_first_and_changes_nothing(staff, petition):
    page = tick(staff, PETITIONS, "close_now", petition).content.decode()

    petition.refresh_from_db()
    assert "Clore maintenant" in page
    assert "Rouvrons la ligne" in page
    assert petition.status == Petition.Status.PUBLISHED


def test_a_confirmed_closing_ends_signing_once(staff, petition):
    tick(staff, PETITIONS, "close_now", petition, **WHY)
    petition.refresh_from_db()
    closed_at = petition.closed_at
    tick(staff, PETITIONS, "close_now", petition, **WHY)
    petition.refresh_from_db()

    assert (petition.status, petition.closed_at) == (Petition.Status.CLOSED, closed_at)
    assert not petition.accepts_signatures(timezone.localdate())
    assert LogEntry.objects.filter(object_id=petition.pk).count() == 1


def test_closing_says_why_to_the_author_and_can_be_undone(staff, petition):
    petition.author = make_user("alice")
    petition.save()
    for action, words, state in (
        ("close_now", WHY, "closed"),
        ("reopen", {}, "published"),
        ("reopen", {}, "published"),
    ):
        tick(staff, PETITIONS, action, petition, **words)
        petition.refresh_from_db()
        assert petition.status == state

    acts = list(Decision.objects.order_by("pk").values_list("act", "reason"))
    assert acts == [("closed", "hate"), ("reopened", "")]
    assert [compose(mail).subject for mail in OutgoingMail.objects.filter(kind="decision").order_by("pk")] == [
        "Votre pétition ne peut plus être signée\u202f: Rouvrons la ligne",
        "Votre pétition peut de nouveau être signée\u202f: Rouvrons la ligne",
    ]


def test_what_ended_by_itself_is_not_reopened(staff, petition):
    closing.close_petition(petition=petition, at=timezone.now())

    tick(staff, PETITIONS, "reopen", petition)

    petition.refresh_from_db()
    assert petition.status == Petition.Status.CLOSED
    assert not Decision.objects.exists()


def test_a_draft_cannot_be_closed(staff):
    draft = make_petition(status="draft")

    page = tick(staff, PETITIONS, "close_now", draft).content.decode()
    tick(staff, PETITIONS, "close_now", draft, **WHY)

    draft.refresh_from_db()
    assert "Aucune pétition ouverte à clore." in page
    assert draft.status == Petition.Status.DRAFT


def test_one_slip_never_closes_more_than_a_hundred_petitions(staff):
    for number in range(101):
        make_petition(slug=f"p{number}")
    first = Petition.objects.first()

    page = tick(staff, PETITIONS, "close_now", first, select_across="1", **WHY).content.decode()

    assert "Choisissez cent lignes au plus." in page
    assert not Petition.objects.filter(status=Petition.Status.CLOSED).exists()


def test_a_hidden_comment_leaves_the_public_page_and_comes_back(staff, client, petition):
    make_signature(petition, confirmed=True, comment="Un mot de trop")
    comment = Comment.objects.get()

    def is_public():
        client.logout()
        return "Un mot de trop" in client.get(petition.get_absolute_url(), {"at": timezone.now()}).content.decode()

    user = make_user("ada", is_staff=True, is_superuser=True)
    assert is_public()
    for action, expected in (("hide", False), ("hide", False), ("show", True), ("show", True)):
        client.force_login(user)
        tick(client, COMMENTS, action, comment, **WHY)
        assert is_public() is expected

    assert LogEntry.objects.filter(object_id=comment.pk).count() == 2


def test_hiding_asks_why_first_and_changes_nothing(staff, petition):
    make_signature(petition, confirmed=True, comment="Un mot de trop")
    comment = Comment.objects.get()

    for words in ({}, {"confirmed": "1"}, {**WHY, "reason": ""}, {**WHY, "statement": " "}, {**WHY, "reason": "x"}):
        page = tick(staff, COMMENTS, "hide", comment, **words).content.decode()
        assert "Un mot de trop" in page
        assert "Motif" in page
    comment.refresh_from_db()
    assert comment.hidden_at is None


def test_hiding_twice_keeps_the_first_time(staff, petition):
    make_signature(petition, confirmed=True, comment="Un mot de trop")
    comment = Comment.objects.get()
    tick(staff, COMMENTS, "hide", comment, **WHY)
    comment.refresh_from_db()
    hidden_at = comment.hidden_at

    tick(staff, COMMENTS, "hide", comment, **WHY)

    comment.refresh_from_db()
    assert comment.hidden_at == hidden_at
    assert "Un mot de trop" in staff.get(COMMENTS, {"visible": "masque"}).content.decode()
    assert "Un mot de trop" not in staff.get(COMMENTS, {"visible": "public"}).content.decode()


# --- Themes and partners ---------------------------------------------------------------------------------------------


def test_a_theme_keeps_its_address(staff):
    theme = Theme.objects.get(slug="social")
    data = {"slug": "autre", "name": "Solidarité", "name_en": "Solidarity", "hue": "12", "position": "4"}

    staff.post(f"/admin/petitions/theme/{theme.pk}/change/", data)

    theme.refresh_from_db()
    assert (theme.slug, theme.name) == ("social", "Solidarité")


def test_a_partner_is_tied_to_petitions_by_their_numbers(staff, petition):
    other = make_petition()
    data = {"slug": "les-amis", "name": "Les Amis", "petitions": f"{petition.pk},{other.pk}"}

    staff.post("/admin/petitions/partner/add/", data)

    assert set(Partner.objects.get().petitions.all()) == {petition, other}


def test_a_partner_that_consents_name_is_not_deleted(staff):
    partner = Partner.objects.create(slug="les-amis", name="Les Amis")

    assert staff.post(f"/admin/petitions/partner/{partner.pk}/delete/", {"post": "yes"}).status_code == 403


# --- Who -------------------------------------------------------------------------------------------------------------


def test_a_visitor_and_an_author_see_none_of_it(client, rows):
    for user in (None, make_user("alice")):
        if user:
            client.force_login(user)
        for address in READ_ONLY:
            for page in ("", f"{rows[address].pk}/change/"):
                response = client.get(address + page, follow=True)
                assert "Bravo" not in response.content.decode()
                assert response.redirect_chain
                assert response.status_code == (403 if user else 200)


def test_staff_without_a_right_see_none_of_it(client, rows, mona):
    client.force_login(mona)

    for address in READ_ONLY:
        assert client.get(address).status_code == 403
        assert client.get(f"{address}{rows[address].pk}/change/").status_code == 403


def test_whoever_may_only_look_is_offered_no_act(client, rows, mona):
    allow(mona, "view_petition", "view_comment")
    client.force_login(mona)

    for address, action in ((PETITIONS, "close_now"), (COMMENTS, "hide")):
        assert not client.get(address).context["action_form"]
        tick(client, address, action, rows[address], **WHY)

    assert Petition.objects.get().status == Petition.Status.PUBLISHED
    assert Comment.objects.get().hidden_at is None


def test_a_moderator_may_hide_without_being_able_to_rewrite(client, rows, mona):
    allow(mona, "view_comment", "change_comment")
    client.force_login(mona)
    comment = rows[COMMENTS]

    tick(client, COMMENTS, "hide", comment, **WHY)
    answer = client.post(f"{COMMENTS}{comment.pk}/change/", {"text": "Autre chose"})

    comment.refresh_from_db()
    assert comment.hidden_at
    assert (answer.status_code, comment.text) == (403, "Bravo")

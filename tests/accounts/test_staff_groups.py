"""The groups of the staff: the table of the code, the database and the documentation say the same."""

from io import StringIO

import pytest
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command

from accounts.selectors.staff import rights_of
from accounts.services.staff_groups import UnknownRight, follow_table, rights_in
from tests.architecture import source
from tests.factories import make_user
from tests.support.concurrency import run_together

pytestmark = pytest.mark.django_db

TABLE = settings.STAFF_GROUPS
MANUAL = source.ROOT / "docs/operations.md"
ACTIONS = {"view", "add", "change"}  # services delete


def granted():
    return {group.name: set(rights_of(group)) for group in Group.objects.all()}


def wanted(table=TABLE):
    return {group: rights_in(models) for group, models in table.items()}


def run():
    said = StringIO()
    call_command("staff_groups", stdout=said)
    return said.getvalue().splitlines()


def right(name):
    app, _dot, codename = name.partition(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)


def test_the_committed_table_equals_the_database():
    assert granted() == wanted()


def test_the_table_of_the_manual_equals_the_code():
    section = MANUAL.read_text(encoding="utf-8").partition("## The staff and what each may do")[2].partition("\n## ")[0]
    head, _rule, *lines = (
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    )
    told = {
        group: {line[0].strip("`"): line[place].replace(",", "") for line in lines if line[place]}
        for place, group in enumerate(head[1:], start=1)
    }

    assert told == TABLE
    assert [line[0] for line in lines] == sorted(line[0] for line in lines)


def test_nobody_deletes_nor_gives_rights():
    assert {action for models in TABLE.values() for actions in models.values() for action in actions.split()} <= ACTIONS
    assert not any(name.startswith(("auth.", "admin.")) for models in TABLE.values() for name in models)
    assert {actions for models in TABLE.values() if (actions := models.get("accounts.user"))} == {"view"}


def test_peoples_accounts_and_consents_stay_with_those_who_answer_for_them():
    holders = {
        group: {label for label in models if not label.startswith("petitions.")} for group, models in TABLE.items()
    }

    assert holders["moderator"] == holders["finance"] == set()
    assert all(label.startswith("privacy.") for label in holders["dpo"])
    assert not any(label.startswith("privacy.") for label in holders["support"])
    assert [group for group, models in TABLE.items() if "petitions.contributortrace" in models] == ["dpo"]


def test_a_second_run_changes_nothing_and_says_nothing():
    assert run() == []


def test_what_is_missing_is_granted_and_what_is_too_much_is_taken_away_aloud():
    moderator = Group.objects.get(name="moderator")
    moderator.permissions.remove(right("petitions.view_comment"))
    moderator.permissions.add(right("petitions.delete_comment"))

    assert run() == [
        "moderator: petitions.delete_comment taken away",
        "moderator: petitions.view_comment granted",
    ]
    assert granted() == wanted()


def test_a_group_that_is_not_in_the_table_goes_and_its_members_stay():
    friends = Group.objects.create(name="friends")
    mona = make_user("mona", is_staff=True)
    mona.groups.add(friends, Group.objects.get(name="moderator"))

    assert run() == ["group friends removed, which had 1 members"]
    assert [group.name for group in mona.groups.all()] == ["moderator"]


def test_a_right_given_to_one_account_is_taken_away():
    mona = make_user("mona", is_staff=True)
    mona.user_permissions.add(right("petitions.view_contributortrace"))

    assert run() == ["1 rights of single accounts removed"]
    assert not mona.user_permissions.exists()


def test_on_an_empty_database_every_group_is_made():
    Group.objects.all().delete()

    assert "group finance added" in run()
    assert granted() == wanted()


@pytest.mark.parametrize("wrong", [{"petitions.petitoin": "view"}, {"petitions.petition": "view close"}])
def test_a_table_that_names_what_does_not_exist_is_refused_and_changes_nothing(settings, wrong):
    before = granted()
    settings.STAFF_GROUPS = {"moderator": {"petitions.comment": "view", **wrong}}

    with pytest.raises(CommandError, match=r"petitions\.(view_petitoin|close_petition)"):
        run()

    assert granted() == before


def test_one_wrong_name_keeps_the_whole_table_back():
    before = granted()

    with pytest.raises(UnknownRight):
        follow_table({"moderator": {}, "support": {"accounts.nobody": "view"}})

    assert granted() == before


@pytest.mark.django_db(transaction=True)
def test_four_deployments_at_once_make_one_of_each():
    Group.objects.all().delete()

    run_together(4, lambda: follow_table(TABLE))

    assert granted() == wanted()

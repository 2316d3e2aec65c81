"""The ghost test: once a person is erased, or their time has passed, no byte of theirs is left but what is declared."""

import base64
import gzip
import io
import json
import time
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from django.core.management import call_command
from django.db.models import CASCADE, Model, Q
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from accounts.services.closing import close_due
from accounts.services.inactivity import warn_inactive
from mesopinions.core import crypto
from mesopinions.mail.services import send_due_mails
from petitions.models import Petition
from petitions.services.erasing import forget_addressee
from privacy import requests
from privacy.models import RightsRequest
from privacy.registry import Action
from privacy.requests import Right
from privacy.requests.sources import PersonalSource, Place, Table, all_sources
from privacy.services.purging import purge_due
from tests.factories import make_petition
from tests.privacy.ghost import dump
from tests.privacy.ghost.cast import GHOST, NEIGHBOUR, Person
from tests.privacy.ghost.life import live, long_after

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Everything that the site writes to disk goes here."""
    settings.EMAIL_BACKEND = "mesopinions.mail.backends.EmlFileBackend"
    settings.MAIL_DIR, settings.MEDIA_ROOT = tmp_path / "mail", tmp_path / "media"
    settings.PRIVATE_ROOT = tmp_path / "private"
    return tmp_path


@pytest.fixture
def petition() -> Petition:
    return make_petition()


@pytest.fixture
def ghost(petition: Petition, folder: Path) -> Person:
    live(GHOST, petition)
    return GHOST


@pytest.fixture
def neighbour(ghost: Person) -> Person:
    live(NEIGHBOUR, make_petition(slug="voisine"))
    return NEIGHBOUR


@pytest.fixture
def found(folder: Path, redis_client: redis.Redis, caplog: pytest.LogCaptureFixture):
    """Return where each of a person's needles is found, by a search of every byte."""

    def search(person: Person) -> dict[str, set[str]]:
        time.sleep(1.2)  # what is cached for a second is no store
        places: dict[str, set[str]] = defaultdict(set)
        needles = person.needles
        for place, data in _everything(folder, redis_client, caplog.text):
            for layer in dump.layers(data):
                readable = layer.decode("utf-8", "replace").casefold().encode()
                places[place] |= {needle.decode() for needle in needles if needle in readable}
        return {place: needles for place, needles in places.items() if needles}

    return search


def _everything(folder: Path, client: redis.Redis, logs: str) -> Iterator[tuple[str, bytes]]:
    yield from dump.database(crypto.decrypt)
    yield from dump.redis_keys(client)
    yield from dump.files(folder, crypto.decrypt)
    yield "logs", logs.encode()


def erase(person: Person, *, remove_from_count: bool = False) -> RightsRequest:
    request = requests.open_by_staff(
        right=Right.ERASURE, email=person.email, language="fr", remove_from_count=remove_from_count, at=timezone.now()
    )
    return execute(request)


def execute(request: RightsRequest) -> RightsRequest:
    requests.execute(request.pk)
    request.refresh_from_db()
    assert request.status == "done", request.error
    send_everything()  # the last mail, which says what was erased, with it
    return request


def send_everything() -> None:
    while send_due_mails():
        pass


def tables_kept(request: RightsRequest) -> set[str]:
    """Return the tables that the receipt says are kept, each with its law."""
    steps = {step.source: step for step in request.steps.filter(found__gt=0)}
    kept = {source.name: source for source in all_sources() if isinstance(source, Table) and source.kept}
    return {f"table {kept[name].model._meta.db_table}" for name in steps if name in kept}


# Tables that have a rule for some of their rows only: drafts of accounts that ended, mailboxes that bounced.
STAY = {"petitions.Petition", "mail.MailBlock"}

# --- The ghost is everywhere ------------------------------------------------------------------------------------------

# Places that are no table, and how to see that the ghost is in them.
FOUND_BY = {
    "mail-files": lambda folder, client: any((folder / "mail").glob("*.eml")),
    "exports": lambda folder, client: any(path.is_file() for path in (folder / "private").rglob("*")),
    "rate-limits": lambda folder, client: any(client.scan_iter("limit*")),
    "login-limits": lambda folder, client: any(client.scan_iter("cache:*")),
    "page-cache": lambda folder, client: True,  # a second's copy of public pages, requested in `live`
    "mailer": lambda folder, client: True,  # at the provider's, not here
    "backups": lambda folder, client: True,  # what a restored one brings back is erased again: test_restoring.py
    "essential-cookies": lambda folder, client: True,  # in the visitor's browser, not here
    "launch-words": lambda folder, client: True,  # there as well
    "picture-files": lambda folder, client: any((folder / "media" / "pictures").rglob("*.webp")),
    "draft-recipients": lambda folder, client: forget_addressee(GHOST.subject, False) == 1,
}


def test_the_ghost_haunts_every_source_of_the_registry(ghost, folder, redis_client):
    """A source that nobody fills is not tested: let tests/privacy/ghost/life.py fill a new one."""
    unfilled = {source.name: _unfilled(source, folder, redis_client) for source in all_sources()}

    assert {name: what for name, what in unfilled.items() if what} == {}


def _unfilled(source: PersonalSource, folder: Path, client: redis.Redis) -> set[str]:
    if isinstance(source, Place):
        return set() if FOUND_BY.get(source.name, lambda *_: False)(folder, client) else {"the whole place"}
    rows = source.rows(GHOST.subject)
    empty = {
        name for part in source.parts for name in part.personal if not rows.exclude(_nothing(source, name)).exists()
    }
    return empty


def _nothing(source: Table, name: str) -> Q:
    field = source.model._meta.get_field(name)
    empty = {"CharField": "", "TextField": "", "JSONField": []}
    condition = Q(**{f"{name}__isnull": True})
    kind = field.get_internal_type()
    return condition | Q(**{name: empty[kind]}) if kind in empty else condition


# --- And then is not --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("remove_from_count", [False, True], ids=["counted", "uncounted"])
def test_an_erased_ghost_is_left_in_no_byte_but_where_the_receipt_names_the_law(ghost, found, remove_from_count):
    assert len(found(ghost)) > 12

    request = erase(ghost, remove_from_count=remove_from_count)

    left = found(ghost)
    assert set(left) - tables_kept(request) == set(), left


def test_a_ghost_that_closed_its_account_is_left_nowhere_either(ghost, found):
    User.objects.filter(pk=ghost.subject.user_id).update(closes_at=timezone.now())
    assert close_due(now=timezone.now()) == 1

    request = execute(RightsRequest.objects.get(status="executing"))

    left = found(ghost)
    assert set(left) - tables_kept(request) == set(), left


def test_erasing_the_ghost_takes_nothing_of_the_neighbour(ghost, neighbour, found):
    send_everything()
    before = found(neighbour)

    erase(ghost)

    assert found(neighbour) == before


def test_once_every_period_has_passed_only_what_is_kept_without_one_is_left(ghost, found):
    User.objects.update(closes_at=None)  # a week after its closing nothing would be left to purge
    for night in range(1, 4):
        then = timezone.now() + night * long_after()
        requests.close_unconfirmed(now=then)
        for week in range(3):
            warn_inactive(now=then + timedelta(days=8 * week))
            send_everything()
        runs = purge_due(as_of=then + timedelta(days=30), over_brake=True)
        assert not [run for run in runs if run.status != "done" or run.failed], [str(run) for run in runs]

    tables = [source for source in all_sources() if isinstance(source, Table)]
    endless = {f"table {table.model._meta.db_table}" for table in tables if not _is_ever_deleted(table)}
    # The folder of mails is on a developer's machine only, and is emptied by hand.
    left = {place: needles for place, needles in found(ghost).items() if not place.startswith("file mail/")}
    assert set(left) - endless == set(), left


def _is_ever_deleted(table: Table) -> bool:
    """Say whether every row of the table goes one day; a public petition, or a block its owner wants, does not."""
    actions = {rule.action for part in table.parts for rule in part.rules}
    ends = bool(actions & {Action.DELETE, Action.AGGREGATE}) or _goes_with_an_account(table.model)
    return table.name not in STAY and ends


def _goes_with_an_account(model: type[Model]) -> bool:
    """Say whether a row hangs on an account, by itself or through another row that does."""
    keys = [field for field in model._meta.concrete_fields if field.remote_field and not field.null]
    cascades = [key.related_model for key in keys if key.remote_field.on_delete is CASCADE]
    return any(owner is User or _goes_with_an_account(owner) for owner in cascades)


def test_the_access_package_holds_everything_and_nothing_of_the_neighbour(ghost, neighbour, tmp_path):
    target = tmp_path / "copy.zip"
    call_command("export_subject", ghost.email, str(target))

    with zipfile.ZipFile(io.BytesIO(target.read_bytes())) as package:
        text = str(json.loads(package.read("donnees.json"))).replace("\\n", "\n").casefold()
        everything = "\n".join(package.read(name).decode() for name in package.namelist()).casefold()
    assert not [needle for needle in neighbour.needles if needle.decode() in everything]
    assert not [value for value in _values_to_hand_over(ghost) if value.casefold() not in text]


def _values_to_hand_over(person: Person) -> set[str]:
    """Return every text of theirs that the declarations do not withhold."""
    values = set()
    for source in all_sources():
        if isinstance(source, Table):
            names = [name for part in source.parts for name in part.personal if name not in part.withheld]
            texts = [name for name in names if not source.model._meta.get_field(name).is_relation]
            for row in source.rows(person.subject).values(*texts) if texts else ():
                values |= {value for value in row.values() if isinstance(value, str) and value.strip()}
    return values


# --- The search itself can fail ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("forgotten", ["petitions.Signature", "sessions.Session", "mail.OutgoingMail"])
def test_the_search_finds_a_source_that_the_erasure_forgot(ghost, found, monkeypatch, forgotten):
    sources = [source for source in all_sources() if source.name != forgotten]
    monkeypatch.setattr("privacy.requests.executing.all_sources", lambda: sources)

    with pytest.raises(AssertionError):
        request = erase(ghost)
        assert set(found(ghost)) - tables_kept(request) == set()


def test_hiding_is_not_erasing():
    hidden = base64.b64encode(gzip.compress(b"spectre.7f3a9"))

    assert any(b"spectre.7f3a9" in layer for layer in dump.layers(b"x" + hidden + b"'"))

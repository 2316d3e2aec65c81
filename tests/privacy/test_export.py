"""The copy of a person's data: all of theirs, nothing of anybody else, readable by people and by programs."""

import json
import re
import stat
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.utils import timezone

from mesopinions.mail.models import OutgoingMail
from petitions.models import Petition, Recipient, Update
from privacy.consent import Purpose
from privacy.models import LegalHold
from privacy.requests import Right
from privacy.requests.packing import SCHEMA
from privacy.requests.sources import all_sources
from tests.factories import make_petition, make_signature, make_user
from tests.privacy.copies import ADDRESS, Copy
from tests.privacy.schema import mistakes

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>\"'&‮</style>"


@pytest.fixture
def petition() -> Petition:
    return make_petition(author=make_user("alice"))


# --- What is in it ----------------------------------------------------------------------------------------------------


def test_a_signer_reads_what_they_gave_and_what_came_of_it(petition):
    make_signature(petition, confirmed=True, consents=(Purpose.NEWSLETTER,), comment="Il le faut.")

    copy = Copy()

    signature = copy.rows("petitions.Signature")[0]
    assert signature["first_name"] == "Samir"
    assert signature["status"] == {"value": "confirmed", "label": "confirmée"}
    assert signature["petition"]["label"] == "Rouvrons la ligne"
    assert signature["petition"]["url"].endswith(f"/petition/social/rouvrons-la-ligne/{petition.pk}/")
    assert signature["text_version"]["label"] == "version 1"
    assert copy.rows("petitions.Comment")[0]["text"] == "Il le faut."
    assert {row["purpose"]["value"] for row in copy.rows("privacy.ConsentRecord")} == {
        "political_signature",
        "newsletter",
    }
    assert "Il le faut." in copy.page
    assert copy.table("petitions.Signature")[0]["city"] == "Avesnes-sur-Helpe"


def test_times_are_in_utc_for_programs_and_in_paris_for_people(petition):
    signature = make_signature(petition, confirmed=True)
    signature.created_at = datetime.fromisoformat("2026-07-01T22:30:00+00:00")
    signature.save()

    copy = Copy()

    assert copy.rows("petitions.Signature")[0]["created_at"] == "2026-07-01T22:30:00Z"
    assert copy.table("petitions.Signature")[0]["created_at"] == "2026-07-01T22:30:00Z"
    assert "2 juillet 2026, 00:30" in copy.page


def test_somebody_with_an_account_and_signatures_gets_both_and_no_secret(petition):
    samir = make_user("samir")
    make_signature(petition, confirmed=True)

    copy = Copy()

    assert copy.rows("accounts.User")[0]["email"] == ADDRESS
    assert len(copy.rows("petitions.Signature")) == 1
    assert not {"password", "canonical_email"} & set(copy.rows("accounts.User")[0])
    assert samir.password not in copy.everything


def test_each_source_says_why_how_long_for_whom_and_from_where(petition):
    make_signature(petition)

    copy = Copy()

    assert {one["name"] for one in copy.data["sources"]} == {source.name for source in all_sources()}
    for one in copy.data["sources"]:
        for part in one["parts"]:
            assert part["purpose"]
            assert part["kept"]
    assert "6 mois après la clôture de la pétition, au plus 3 ans après la signature" in copy.page
    assert "Exécution du service demandé (art. 6.1.b)" in copy.page
    assert "CNIL" in copy.page


def test_a_place_that_cannot_be_listed_says_what_it_holds(petition):
    copy = Copy()

    limits = next(one for one in copy.data["sources"] if one["name"] == "rate-limits")
    assert not limits["is_listed"]
    assert "empreinte de l’adresse IP" in limits["parts"][0]["contents"]
    assert "Empreinte de l’adresse IP" in copy.page


def test_an_address_that_nobody_knows_gets_a_package_that_says_so():
    copy = Copy("personne@example.org")

    assert "Nous n’avons rien trouvé" in copy.page
    assert not any(one["rows"] for one in copy.data["sources"])
    assert not [name for name in copy.files if name.startswith("csv/")]
    assert mistakes(copy.data) == []


def test_in_english_every_label_is_english(petition):
    make_signature(petition, confirmed=True)

    copy = Copy(language="en")

    assert '<html lang="en">' in copy.page
    assert copy.rows("petitions.Signature")[0]["petition"]["url"].count("/en/") == 1


def test_the_same_data_make_the_same_files_in_the_same_order(petition):
    make_signature(petition)

    first, second = Copy(), Copy()

    assert list(first.files) == list(second.files)
    assert {**first.files, "donnees.json": ""}.keys() == second.files.keys()
    assert re.sub(r'"made_at": "[^"]*"', "", first.files["donnees.json"]) == re.sub(
        r'"made_at": "[^"]*"', "", second.files["donnees.json"]
    )


def test_what_is_written_follows_the_schema_beside_it(petition):
    make_user("samir")
    make_signature(petition, confirmed=True, consents=(Purpose.NEWSLETTER,), comment="Il le faut.")
    copy = Copy()

    assert json.loads(copy.files["schema.json"]) == json.loads(SCHEMA.read_text())
    assert mistakes(copy.data) == []
    assert mistakes({**copy.data, "version": 2}) == ["version: not as said"]


# --- And what is not --------------------------------------------------------------------------------------------------


def test_nothing_of_the_people_around_is_in_it(petition):
    """Nadia signs and comments too, Oscar has an alias's mailbox, Mona moderates, Alice wrote the petition."""
    make_signature(petition, confirmed=True, comment="Il le faut.")
    make_signature(petition, "nadia", confirmed=True, last_name="Voisinski", comment="Moi aussi.")
    other = make_petition(slug="une-autre")
    make_signature(other, "oscar", email="samir+oscar@example.org", last_name="Mitoyen", confirmed=True)
    mona = make_user("mona", is_staff=True)
    LegalHold.objects.create(
        table="petitions.Signature", key="1", reason="Plainte de Voisinski", ends_on="2099-01-01", created_by=mona
    )
    Recipient.objects.create(petition=petition, position=2, name="Préfète Lointaine", email="prefete@example.org")

    found = Copy().everything

    for stranger in ("nadia", "Voisinski", "Moi aussi", "oscar", "Mitoyen", "mona@", "Lointaine", "prefete", "alice"):
        assert stranger.casefold() not in found.casefold(), stranger


def test_an_author_gets_their_petitions_and_not_their_signers(petition):
    make_signature(petition, confirmed=True, comment="Il le faut.")
    Update.objects.create(petition=petition, number=1, title="Nouvelle", text="Bonne", published_at=timezone.now())

    copy = Copy("alice@example.org")

    assert copy.rows("petitions.Petition")[0]["author_name"] == "Alice Martin"
    assert copy.rows("petitions.TextVersion")[0]["title"] == "Rouvrons la ligne"
    assert copy.rows("petitions.Update")[0]["text"] == "Bonne"
    for stranger in ("samir", "Benali", "Il le faut", "La Région"):
        assert stranger not in copy.everything


def test_staff_get_their_acts_without_the_words_about_others(petition):
    mona = make_user("mona", is_staff=True)
    LegalHold.objects.create(
        table="petitions.Signature", key="7", reason="Plainte de Samir", ends_on="2099-01-01", created_by=mona
    )
    LogEntry.objects.create(
        user=mona,
        content_type=ContentType.objects.get_for_model(Petition),
        object_id="1",
        object_repr="pétition de Samir",
        action_flag=CHANGE,
        change_message="à la demande de Samir",
    )

    copy = Copy("mona@example.org")

    assert copy.rows("privacy.LegalHold")[0]["key"] == "7"
    assert copy.rows("admin.LogEntry")[0]["action_flag"]["value"] == CHANGE
    assert "samir" not in copy.everything.casefold()


def test_a_decision_maker_gets_what_was_said_of_them_and_no_title_of_a_draft():
    draft = make_petition(title="Secret d’Alice", status="draft", slug="brouillon")
    Recipient.objects.create(petition=draft, position=2, name="La Préfète", role="préfète", email="prefete@example.org")

    copy = Copy("prefete@example.org")

    assert copy.rows("petitions.Recipient")[0]["petition"] == {"id": draft.pk, "label": f"n°\u202f{draft.pk}"}
    assert "Secret" not in copy.everything


def test_what_a_mail_was_built_from_may_speak_of_others(petition):
    make_signature(petition)
    OutgoingMail.objects.update(context={"by": "Nadia Voisinski"})

    assert "Voisinski" not in Copy().everything


# --- Hostile words ----------------------------------------------------------------------------------------------------


def test_hostile_words_stay_words(petition):
    make_signature(petition, confirmed=True, first_name=HOSTILE, last_name="=HYPERLINK(1)", comment=HOSTILE)

    copy = Copy()

    assert copy.rows("petitions.Signature")[0]["first_name"] == HOSTILE
    assert "<script" not in copy.page
    assert copy.page.count("</style>") == 1
    assert copy.table("petitions.Signature")[0]["last_name"] == "'=HYPERLINK(1)"
    assert copy.rows("petitions.Signature")[0]["last_name"] == "=HYPERLINK(1)"


def test_the_page_fetches_nothing_and_runs_nothing(petition):
    make_signature(petition)

    page = Copy().page

    assert "default-src 'none'" in page
    for wish in ("<script", "<link", "<img", "url(", "@import", "@font-face", " src=", "onclick"):
        assert wish not in page, wish


# --- Portability ------------------------------------------------------------------------------------------------------


def test_portability_takes_what_the_person_gave_on_contract_or_consent(petition):
    make_user("samir")
    make_signature(petition, confirmed=True, consents=(Purpose.NEWSLETTER,), comment="Il le faut.")

    copy = Copy(right=Right.PORTABILITY)

    names = {one["name"] for one in copy.data["sources"]}
    assert {"accounts.User", "petitions.Signature", "petitions.Comment"} <= names
    assert {"account.EmailAddress", "accounts.Profile"} <= names
    assert not names & {"usersessions.UserSession", "accounts.Login", "socialaccount.SocialAccount"}
    assert not names & {"privacy.ConsentRecord", "mail.OutgoingMail", "sessions.Session", "petitions.ContributorTrace"}
    assert not {"ip_address", "browser"} & set(copy.rows("petitions.Signature")[0])
    assert "index.html" not in copy.files
    assert mistakes(copy.data) == []


# --- The command ------------------------------------------------------------------------------------------------------


def test_the_command_writes_the_same_package_for_its_user_alone(petition, tmp_path, capsys, caplog):
    make_signature(petition, confirmed=True)
    file = tmp_path / "samir.zip"

    call_command("export_subject", ADDRESS, str(file))

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with zipfile.ZipFile(file) as package:
        assert {"index.html", "donnees.json", "schema.json"} <= set(package.namelist())
    assert "rows of" in capsys.readouterr().out
    assert ADDRESS not in caplog.text


def test_the_command_never_writes_over_a_file_and_leaves_no_half_one(petition, tmp_path, monkeypatch):
    file = tmp_path / "samir.zip"
    file.write_text("garde")
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_subject", ADDRESS, str(file))
    assert file.read_text() == "garde"
    monkeypatch.setattr("privacy.requests.packing._json", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        call_command("export_subject", ADDRESS, str(tmp_path / "other.zip"))

    assert [path.name for path in Path(tmp_path).iterdir()] == ["samir.zip"]

"""The rows that the measures need, made by SQL because they are many."""

import os
import random
from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from petitions.models import Petition, Signature, TextVersion
from privacy.consent import Purpose, current_text

# More than a core can confirm in a second: each confirmation needs a signature of its own.
CONFIRMATIONS_PER_CORE_AND_SECOND = 2_000

PENDING = """
WITH signer AS MATERIALIZED (
    SELECT petition.id AS petition_id, petition.current_text_id, nextval('privacy_consentrecord_id_seq') AS consent_id
    FROM generate_series(1, %(each)s), petitions_petition AS petition WHERE petition.id = ANY(%(petitions)s)
), consents AS (
    INSERT INTO privacy_consentrecord (
        id, subject_key, purpose, scope, granted, text_version, text_hash, language, place, recorded_at
    )
    SELECT consent_id, encode(sha256(consent_id::text::bytea), 'hex'), %(purpose)s, 'petition:' || petition_id, true,
        %(version)s, %(hash)s, 'fr', 'sign_form', now()
    FROM signer
)
INSERT INTO petitions_signature (
    petition_id, text_version_id, consent_id, first_name, last_name, email, canonical_email, country, postal_code, city,
    departement, language, browser, created_at
)
SELECT petition_id, current_text_id, consent_id, 'Samir', 'Noël', 'c' || consent_id || '@example.org',
    'c' || consent_id || '@example.org', 'FR', '59000', 'Lille', '59', 'fr', '', now()
FROM signer
RETURNING id, petition_id
"""


def add_bare_table() -> None:
    """Add the table of the bare view: columns, checks and indexes of the real one, no foreign key and no trigger."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_signature (LIKE petitions_signature INCLUDING ALL)")


def add_petitions(count: int, *, like: Petition) -> list[Petition]:
    """Add open petitions with a text."""
    now = timezone.now()
    closes_on = timezone.localdate() + timedelta(days=100)
    petitions = Petition.objects.bulk_create(
        Petition(author_name="Alice", theme=like.theme, slug=f"banc-d-essai-{number}", closes_on=closes_on)
        for number in range(count)
    )
    TextVersion.objects.bulk_create(
        TextVersion(petition=petition, number=1, title=like.text.title, text=like.text.text) for petition in petitions
    )
    ids = [petition.pk for petition in petitions]
    with connection.cursor() as cursor:
        for status in ("submitted", "published"):
            cursor.execute(
                "UPDATE petitions_petition SET status = %s, published_at = %s, current_text_id = version.id"
                " FROM petitions_textversion AS version"
                " WHERE version.petition_id = petitions_petition.id AND petitions_petition.id = ANY(%s)",
                [status, now, ids],
            )
    return petitions


def most_confirmations(seconds: int) -> int:
    """Return how many signatures are more than the site can confirm meanwhile."""
    return CONFIRMATIONS_PER_CORE_AND_SECOND * (os.cpu_count() or 1) * seconds


def pending_links(petitions: list[Petition], count: int) -> list[str]:
    """Add that many pending signatures, spread evenly, and return the paths that confirm them."""
    text = current_text(Purpose.POLITICAL_SIGNATURE)
    values: dict[str, Any] = {
        "each": -(-count // len(petitions)),
        "petitions": [petition.pk for petition in petitions],
        "purpose": Purpose.POLITICAL_SIGNATURE.value,
        "version": text.version,
        "hash": text.sha256("fr"),
    }
    with connection.cursor() as cursor:
        cursor.execute(PENDING, values)
        added = [Signature(pk=pk, petition_id=petition_id) for pk, petition_id in cursor.fetchall()]
        # The bulk load's own dust settles before the clock starts.
        cursor.execute("ANALYZE petitions_signature, privacy_consentrecord")
        cursor.execute("CHECKPOINT")
    random.Random(count).shuffle(added)  # people open their mail in no order
    return [f"/signature/{signature.manage_token}/confirmer/" for signature in added]

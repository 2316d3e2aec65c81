"""A crowd of signers, with all that signing leaves, made by SQL because they are many."""

from datetime import datetime

from django.db import connection

from petitions.models import Petition, Signature
from privacy.consent import Purpose, current_text

COMMENTS_ONE_IN = 20
PUBLIC_ONE_IN = 2

# The petitions take turns, so that what is due and what is not lie in the same pages of the table.
SIGNERS = """
WITH signer AS MATERIALIZED (
    SELECT petition.id AS petition_id, petition.current_text_id AS text_id, number,
        nextval('privacy_consentrecord_id_seq') AS consent_id, nextval('petitions_signature_id_seq') AS id,
        'foule' || %(first)s + number || '@example.org' AS email
    FROM generate_series(0, %(count)s - 1) AS number
    JOIN petitions_petition AS petition ON petition.id = (%(petitions)s)[1 + number %% cardinality(%(petitions)s)]
), asked AS (
    SELECT *, consent_id AS record_id, %(political)s AS purpose, 'petition:' || petition_id AS scope FROM signer
    UNION ALL
    SELECT *, nextval('privacy_consentrecord_id_seq'), %(public_name)s, 'signature:' || id FROM signer
    WHERE number %% (2 * %(public_one_in)s) < 2
), consents AS (
    INSERT INTO privacy_consentrecord (
        id, subject_key, purpose, scope, granted, text_version, text_hash, language, place, recorded_at
    )
    SELECT record_id, encode(sha256(email::bytea), 'hex'), purpose, scope, true, %(version)s, %(hash)s, 'fr',
        'sign_form', %(at)s
    FROM asked
), words AS (
    INSERT INTO petitions_comment (petition_id, signature_id, text, created_at, published_at)
    SELECT petition_id, id, 'Il le faut.', %(at)s, CASE %(status)s WHEN 'confirmed' THEN %(at)s::timestamptz END
    FROM signer WHERE number %% (2 * %(comments_one_in)s) < 2
), mails AS (
    INSERT INTO mail_outgoingmail (kind, recipient, language, about_id, created_at, sent_at)
    SELECT 'confirm_signature', email, 'fr', id, %(at)s, %(at)s FROM signer WHERE %(with_mails)s
)
INSERT INTO petitions_signature (
    id, petition_id, text_version_id, consent_id, status, first_name, last_name, email, canonical_email, country,
    postal_code, city, departement, is_name_public, language, browser, created_at, confirmed_at, withdrawn_at
)
SELECT id, petition_id, text_id, consent_id, %(status)s, 'Samir', 'Benali', email, email, 'FR', '59440',
    'Avesnes-sur-Helpe', '59', number %% (2 * %(public_one_in)s) < 2, 'fr', '', %(at)s,
    CASE %(status)s WHEN 'pending' THEN NULL ELSE %(at)s::timestamptz END,
    CASE %(status)s WHEN 'withdrawn' THEN %(at)s::timestamptz END
FROM signer
"""
COUNT = """
UPDATE petitions_petition SET signatures_total = (
    SELECT count(*) FROM petitions_signature WHERE petition_id = petitions_petition.id AND status = 'confirmed'
)
WHERE id = ANY(%s)
"""


def sign_many(
    petitions: list[Petition],
    count: int,
    *,
    at: datetime,
    status: Signature.Status = Signature.Status.CONFIRMED,
    first: int = 0,
    with_mails: bool = False,
) -> None:
    """Add signatures of foule<first>@example.org and the next ones, all counted if confirmed, petition by petition.

    One in two shows the name, one in twenty has a comment, and with `with_mails` each has the mail that asked to
    confirm it.
    """
    text = current_text(Purpose.POLITICAL_SIGNATURE)
    keys = [petition.pk for petition in petitions]
    with connection.cursor() as cursor:
        cursor.execute(
            SIGNERS,
            {
                "petitions": keys,
                "count": count,
                "first": first,
                "at": at,
                "status": status.value,
                "with_mails": with_mails,
                "political": Purpose.POLITICAL_SIGNATURE.value,
                "public_name": Purpose.PUBLIC_NAME.value,
                "version": text.version,
                "hash": text.sha256("fr"),
                "public_one_in": PUBLIC_ONE_IN,
                "comments_one_in": COMMENTS_ONE_IN,
            },
        )
        cursor.execute(COUNT, [keys])

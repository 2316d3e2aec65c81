"""The one SQL call that signs, and the one that confirms (see docs/adr/0004-one-statement-to-sign.md).

The function, in petitions/migrations/0004, writes the signature, its consents, its comment and the mail, or nothing: in
one round trip, planned once a connection, and without a lock that another signer waits for. It gives no row for a
petition that cannot be signed.
"""

SIGN = """
SELECT theme, slug, added_id, known_id FROM petitions_sign(
    %(petition_id)s, %(today)s, %(at)s, %(user_id)s, %(first_name)s, %(last_name)s, %(email)s, %(canonical_email)s,
    %(country)s, %(postal_code)s, %(city)s, %(departement)s, %(is_name_public)s, %(language)s, %(ip_address)s,
    %(browser)s, %(is_disposable)s, %(subject_key)s, %(purposes)s, %(scopes)s, %(versions)s, %(hashes)s, %(comment)s,
    %(kind)s
)
"""

CONFIRM = """
WITH confirmed AS (
    UPDATE petitions_signature AS signature SET status = 'confirmed', confirmed_at = %(at)s
    FROM petitions_petition AS petition
    WHERE signature.id = %(signature_id)s AND signature.petition_id = %(petition_id)s
        AND signature.link_generation = %(generation)s AND signature.status = 'pending'
        AND petition.id = signature.petition_id AND petition.status IN ('published', 'closed')
        AND (petition.closed_at >= %(ended_since)s OR petition.closed_at IS NULL AND petition.closes_on >= %(last_day)s)
    RETURNING signature.id, signature.petition_id, signature.departement
), counted AS (
    INSERT INTO petitions_tallydelta (petition_id, day, departement, kind, delta)
    SELECT petition_id, %(today)s, departement, 'confirmation', 1 FROM confirmed
), words AS (
    UPDATE petitions_comment SET published_at = %(at)s FROM confirmed WHERE signature_id = confirmed.id
)
SELECT count(*) FROM confirmed
"""

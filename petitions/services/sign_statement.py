"""The one SQL statement that signs (see docs/adr/0004-one-statement-to-sign.md).

It writes the signature, its consents, its comment and the mail, or nothing: in one round trip, and without a lock on
any row that another signer needs.
"""

SIGN = """
WITH petition AS (
    SELECT id, current_text_id FROM petitions_petition
    WHERE id = %(petition_id)s AND status = 'published' AND closes_on >= %(today)s
), added AS (
    INSERT INTO petitions_signature (
        petition_id, text_version_id, consent_id, user_id, first_name, last_name, email, canonical_email, country,
        postal_code, city, departement, is_name_public, language, ip_address, browser, is_disposable, created_at
    )
    SELECT id, current_text_id, nextval('privacy_consentrecord_id_seq'), %(user_id)s, %(first_name)s, %(last_name)s,
        %(email)s, %(canonical_email)s, %(country)s, %(postal_code)s, %(city)s, %(departement)s, %(is_name_public)s,
        %(language)s, %(ip_address)s::inet, %(browser)s, %(is_disposable)s, %(at)s
    FROM petition
    ON CONFLICT (petition_id, canonical_email) WHERE status <> 'withdrawn' DO NOTHING
    RETURNING id, consent_id
), consents AS (
    INSERT INTO privacy_consentrecord (
        id, subject_user_id, subject_key, purpose, scope, granted, text_version, text_hash, language, place, recorded_at
    )
    SELECT
        CASE WHEN purpose = 'political_signature' THEN added.consent_id
            ELSE nextval('privacy_consentrecord_id_seq') END,
        %(user_id)s, %(subject_key)s, purpose, replace(scope, '{signature}', added.id::text), true, version, hash,
        %(language)s, 'sign_form', %(at)s
    FROM added, unnest(
        %(purposes)s::text[], %(scopes)s::text[], %(versions)s::text[], %(hashes)s::text[]
    ) AS given (purpose, scope, version, hash)
), words AS (
    INSERT INTO petitions_comment (petition_id, signature_id, text, created_at)
    SELECT %(petition_id)s, added.id, %(comment)s, %(at)s FROM added WHERE %(comment)s <> ''
), known AS (
    SELECT id, email, language, status FROM petitions_signature
    WHERE petition_id = %(petition_id)s AND canonical_email = %(canonical_email)s AND status <> 'withdrawn'
        AND NOT EXISTS (SELECT FROM added) AND EXISTS (SELECT FROM petition)
), letter AS (
    INSERT INTO mail_outgoingmail (kind, recipient, language, about_id)
    SELECT %(kind)s, %(email)s, %(language)s, id FROM added
    UNION ALL
    SELECT CASE status WHEN 'pending' THEN 'confirm_signature' ELSE 'already_signed' END, email, %(language)s, id
    FROM known
)
SELECT
    EXISTS (SELECT FROM petition),
    (SELECT id FROM added),
    (SELECT id FROM known)
"""

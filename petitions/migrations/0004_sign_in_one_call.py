"""Signing is one call of a function, whose plan each connection keeps (docs/adr/0004-one-statement-to-sign.md)."""

from django.db import migrations

SIGN = """
CREATE FUNCTION petitions_sign(
    _petition_id bigint,
    _today date,
    _at timestamptz,
    _user_id bigint,
    _first_name text,
    _last_name text,
    _email text,
    _canonical_email text,
    _country text,
    _postal_code text,
    _city text,
    _departement text,
    _is_name_public boolean,
    _language text,
    _ip_address inet,
    _browser text,
    _is_disposable boolean,
    _subject_key text,
    _purposes text[],
    _scopes text[],
    _versions text[],
    _hashes text[],
    _comment text,
    _kind text
) RETURNS TABLE (theme varchar, slug varchar, added_id bigint, known_id bigint)
LANGUAGE sql AS $$
WITH petition AS (
    SELECT petition.id, current_text_id, theme.slug AS theme, petition.slug
    FROM petitions_petition AS petition JOIN petitions_theme AS theme ON theme.id = petition.theme_id
    WHERE petition.id = _petition_id AND status = 'published' AND closes_on >= _today
), added AS (
    INSERT INTO petitions_signature (
        petition_id, text_version_id, consent_id, user_id, first_name, last_name, email, canonical_email, country,
        postal_code, city, departement, is_name_public, language, ip_address, browser, is_disposable, created_at
    )
    SELECT id, current_text_id, nextval('privacy_consentrecord_id_seq'), _user_id, _first_name, _last_name,
        _email, _canonical_email, _country, _postal_code, _city, _departement, _is_name_public,
        _language, _ip_address, _browser, _is_disposable, _at
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
        _user_id, _subject_key, purpose, replace(scope, '{signature}', added.id::text), true, version, hash,
        _language, 'sign_form', _at
    FROM added, unnest(
        _purposes, _scopes, _versions, _hashes
    ) AS given (purpose, scope, version, hash)
), words AS (
    INSERT INTO petitions_comment (petition_id, signature_id, text, created_at)
    SELECT _petition_id, added.id, _comment, _at FROM added WHERE _comment <> ''
), known AS (
    SELECT id, email, language, status FROM petitions_signature
    WHERE petition_id = _petition_id AND canonical_email = _canonical_email AND status <> 'withdrawn'
        AND NOT EXISTS (SELECT FROM added) AND EXISTS (SELECT FROM petition)
), letter AS (
    INSERT INTO mail_outgoingmail (kind, recipient, language, about_id)
    SELECT _kind, _email, _language, id FROM added
    UNION ALL
    SELECT CASE status WHEN 'pending' THEN 'confirm_signature' ELSE 'already_signed' END, email, _language, id
    FROM known
)
SELECT theme, slug, (SELECT id FROM added), (SELECT id FROM known) FROM petition
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0003_themes")]
    operations = [migrations.RunSQL(SIGN, "DROP FUNCTION petitions_sign")]

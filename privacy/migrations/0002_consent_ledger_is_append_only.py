"""The database refuses to change a proof, whoever asks, except the two services of `privacy.consent`.

They set `mesopinions.consent_ledger` for their own statement:
- `pseudonymise` may change the subject and the scope, once, and nothing else;
- `purge` may delete.
TRUNCATE is always refused. docs/adr/0010-consent-ledger.md tells why, and how a test suite empties the table.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION privacy_guard_consent_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    service text := current_setting('mesopinions.consent_ledger', true);
    changeable text[] := ARRAY['subject_user_id', 'subject_key', 'scope', 'pseudonymised_at'];
BEGIN
    IF TG_OP = 'DELETE' AND service = 'purge' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND service = 'pseudonymise'
        AND OLD.pseudonymised_at IS NULL AND NEW.pseudonymised_at IS NOT NULL
        AND to_jsonb(OLD) - changeable = to_jsonb(NEW) - changeable
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'The consent ledger is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER consent_ledger_rows BEFORE UPDATE OR DELETE ON privacy_consentrecord
    FOR EACH ROW EXECUTE FUNCTION privacy_guard_consent_ledger();
CREATE TRIGGER consent_ledger_table BEFORE TRUNCATE ON privacy_consentrecord
    FOR EACH STATEMENT EXECUTE FUNCTION privacy_guard_consent_ledger();
"""

DROP = """
DROP TRIGGER consent_ledger_table ON privacy_consentrecord;
DROP TRIGGER consent_ledger_rows ON privacy_consentrecord;
DROP FUNCTION privacy_guard_consent_ledger();
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]

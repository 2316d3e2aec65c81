"""The ledger's pseudonymise service may also take an account that ends off a record, and nothing else of it."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION privacy_guard_consent_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    service text := current_setting('mesopinions.consent_ledger', true);
    changeable text[] := ARRAY['subject_user_id', 'subject_key', 'scope', 'pseudonymised_at'];
BEGIN
    IF TG_OP = 'DELETE' AND service = 'purge' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND service = 'pseudonymise' THEN
        IF OLD.pseudonymised_at IS NULL AND NEW.pseudonymised_at IS NOT NULL
            AND to_jsonb(OLD) - changeable = to_jsonb(NEW) - changeable
        THEN
            RETURN NEW;
        END IF;
        {detach}
    END IF;
    RAISE EXCEPTION 'The consent ledger is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
"""
DETACH = """IF NEW.subject_user_id IS NULL
            AND to_jsonb(OLD) - 'subject_user_id'::text = to_jsonb(NEW) - 'subject_user_id'::text
        THEN
            RETURN NEW;
        END IF;"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_requests_and_purge")]
    operations = [migrations.RunSQL(GUARD.format(detach=DETACH), GUARD.format(detach=""))]

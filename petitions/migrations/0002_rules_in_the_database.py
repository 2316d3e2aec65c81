"""Statuses move only along their arrows, a text that was published never changes, a signature has its own consent."""

from django.db import migrations

MOVES = """
CREATE FUNCTION petitions_check_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> OLD.status AND NOT (OLD.status || '>' || NEW.status) = ANY (TG_ARGV) THEN
        RAISE EXCEPTION 'a % cannot go from % to %', TG_TABLE_NAME, OLD.status, NEW.status
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_status_moves';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER petition_status_moves BEFORE UPDATE OF status ON petitions_petition
FOR EACH ROW EXECUTE FUNCTION petitions_check_move(
    'draft>submitted', 'submitted>draft', 'submitted>published', 'submitted>returned', 'submitted>rejected',
    'returned>submitted', 'rejected>submitted', 'rejected>published',
    'published>closed', 'closed>published', 'published>removed', 'closed>removed',
    'removed>published', 'removed>closed'
);

CREATE TRIGGER signature_status_moves BEFORE UPDATE OF status ON petitions_signature
FOR EACH ROW EXECUTE FUNCTION petitions_check_move(
    'pending>confirmed', 'pending>invalidated', 'confirmed>withdrawn', 'confirmed>invalidated', 'invalidated>confirmed'
);
"""
NO_MOVES = """
DROP TRIGGER petition_status_moves ON petitions_petition;
DROP TRIGGER signature_status_moves ON petitions_signature;
DROP FUNCTION petitions_check_move();
"""

FROZEN_TEXT = """
CREATE FUNCTION petitions_freeze_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a text version never changes: write the next one'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'text_version_is_frozen';
END $$;

CREATE TRIGGER text_version_is_frozen BEFORE UPDATE ON petitions_textversion
FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION petitions_freeze_text();
"""
NO_FROZEN_TEXT = """
DROP TRIGGER text_version_is_frozen ON petitions_textversion;
DROP FUNCTION petitions_freeze_text();
"""

# The NOT NULL foreign key alone would accept any consent. After the statement, because one statement writes both rows.
OWN_CONSENT = """
CREATE FUNCTION petitions_check_consent() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM privacy_consentrecord
     WHERE id = NEW.consent_id AND purpose = 'political_signature' AND granted
       AND scope = 'petition:' || NEW.petition_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a signature needs the consent to sign this petition'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'signature_has_its_own_consent';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER signature_has_its_own_consent AFTER INSERT OR UPDATE OF consent_id ON petitions_signature
FOR EACH ROW EXECUTE FUNCTION petitions_check_consent();
"""
NO_OWN_CONSENT = """
DROP TRIGGER signature_has_its_own_consent ON petitions_signature;
DROP FUNCTION petitions_check_consent();
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0001_initial")]
    operations = [
        migrations.RunSQL(MOVES, NO_MOVES),
        migrations.RunSQL(FROZEN_TEXT, NO_FROZEN_TEXT),
        migrations.RunSQL(OWN_CONSENT, NO_OWN_CONSENT),
    ]

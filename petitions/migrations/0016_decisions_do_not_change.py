"""What was sent, and what was decided of it, never changes: the next one is another row."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION petitions_freeze_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % never changes: write the next one', TG_TABLE_NAME
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_is_frozen';
END $$;

CREATE TRIGGER decision_is_frozen
BEFORE UPDATE OF subject, subject_id, petition_id, act, reason, statement, decided_at ON petitions_decision
FOR EACH ROW EXECUTE FUNCTION petitions_freeze_row();

CREATE TRIGGER submission_is_frozen
BEFORE UPDATE OF petition_id, kind, title, text, recipients, note, sent_at ON petitions_submission
FOR EACH ROW EXECUTE FUNCTION petitions_freeze_row();
"""
THAW = """
DROP TRIGGER submission_is_frozen ON petitions_submission;
DROP TRIGGER decision_is_frozen ON petitions_decision;
DROP FUNCTION petitions_freeze_row();
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0015_drafts_and_decisions")]
    operations = [migrations.RunSQL(FREEZE, THAW)]

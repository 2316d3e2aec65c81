"""Texts written before versions knew whom they were addressed to: nothing has changed since, so the petition knows."""

from django.db import migrations

FILL = """
ALTER TABLE petitions_textversion DISABLE TRIGGER text_version_is_frozen;

UPDATE petitions_textversion AS version SET recipients = known.recipients
FROM (
    SELECT petition_id, jsonb_agg(jsonb_build_object('name', name, 'role', role) ORDER BY position) AS recipients
    FROM petitions_recipient GROUP BY petition_id
) AS known
WHERE known.petition_id = version.petition_id AND version.recipients = '[]'::jsonb;

ALTER TABLE petitions_textversion ENABLE TRIGGER text_version_is_frozen;
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0018_index_of_refused")]
    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]

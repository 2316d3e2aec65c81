"""A signature that was never confirmed goes back to where it was when its invalidation is undone."""

from django.db import migrations

MOVES = """
DROP TRIGGER signature_status_moves ON petitions_signature;
CREATE TRIGGER signature_status_moves BEFORE UPDATE OF status ON petitions_signature
FOR EACH ROW EXECUTE FUNCTION petitions_check_move(
    'pending>confirmed', 'pending>invalidated', 'confirmed>withdrawn', 'confirmed>invalidated', 'invalidated>confirmed',
    'invalidated>pending'
);
"""
FORMER_MOVES = """
DROP TRIGGER signature_status_moves ON petitions_signature;
CREATE TRIGGER signature_status_moves BEFORE UPDATE OF status ON petitions_signature
FOR EACH ROW EXECUTE FUNCTION petitions_check_move(
    'pending>confirmed', 'pending>invalidated', 'confirmed>withdrawn', 'confirmed>invalidated', 'invalidated>confirmed'
);
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0019_recipients_of_versions")]
    operations = [migrations.RunSQL(MOVES, FORMER_MOVES)]

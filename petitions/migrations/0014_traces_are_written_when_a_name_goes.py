"""A name that leaves a publication is archived by the database, whoever takes it away (CPCE L34-1, decree 2021-1362).

No call can be forgotten this way: the end of an account is below petitions, which it knows nothing of.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION petitions_trace_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO petitions_contributortrace (what, what_id, petition_id, name, email, ip_address, contributed_at)
    SELECT 'comment', OLD.id, OLD.petition_id, trim(first_name || ' ' || last_name), email, ip_address, OLD.published_at
    FROM petitions_signature WHERE id = OLD.signature_id;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER trace_of_deleted_comment BEFORE DELETE ON petitions_comment
FOR EACH ROW WHEN (OLD.published_at IS NOT NULL AND OLD.signature_id IS NOT NULL)
EXECUTE FUNCTION petitions_trace_comment();

CREATE TRIGGER trace_of_detached_comment BEFORE UPDATE OF signature_id ON petitions_comment
FOR EACH ROW WHEN (OLD.published_at IS NOT NULL AND OLD.signature_id IS NOT NULL AND NEW.signature_id IS NULL)
EXECUTE FUNCTION petitions_trace_comment();

CREATE FUNCTION petitions_trace_author() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO petitions_contributortrace (what, what_id, petition_id, name, email, contributed_at)
    SELECT 'petition', OLD.id, OLD.id, coalesce(nullif(trim(first_name || ' ' || last_name), ''), OLD.author_name),
        email, OLD.published_at
    FROM accounts_user WHERE id = OLD.author_id;
    RETURN NEW;
END $$;

CREATE TRIGGER trace_of_author BEFORE UPDATE OF author_id ON petitions_petition
FOR EACH ROW WHEN (OLD.published_at IS NOT NULL AND OLD.author_id IS NOT NULL AND NEW.author_id IS NULL)
EXECUTE FUNCTION petitions_trace_author();
"""

DROP = """
DROP TRIGGER trace_of_author ON petitions_petition;
DROP FUNCTION petitions_trace_author();
DROP TRIGGER trace_of_detached_comment ON petitions_comment;
DROP TRIGGER trace_of_deleted_comment ON petitions_comment;
DROP FUNCTION petitions_trace_comment();
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0013_contributor_traces")]
    operations = [migrations.RunSQL(CREATE, DROP)]

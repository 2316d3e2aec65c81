"""The words of public petitions, kept right by the database whichever way a text, a name or a status changes."""

import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

# Lower case, without accents, letters and digits only. The participles « fermée », « fermés » become « ferme », which
# the stemmer no longer does once the accent is gone. Then the small words that PostgreSQL's French list lacks or
# knows with their accent only.
FOLD = r"""
CREATE FUNCTION petitions_fold(words text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        normalize(replace(replace(casefold(words), 'œ', 'oe'), 'æ', 'ae'), NFKD),
        '[\u0300-\u036f]', '', 'g'),
        '[^[:alnum:]]+', ' ', 'g'),
        'ees?\M', 'e', 'g'),
        '\m(les|a|cet|cette|meme|memes|etes|etais|etait|etions|etiez|etaient|etant)\M', ' ', 'g')
$$;
"""

# The end of a query, whose last letters may still be missing. What is typed is compared without stemming: the stem of
# half a word begins too many. So would a small word, or two letters.
BEGINNING = """
CREATE FUNCTION petitions_beginning(configuration regconfig, words text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN words ~ '[[:alnum:]]{3}' AND numnode(phraseto_tsquery(configuration, words)) > 0
        THEN phraseto_tsquery(configuration, words) || to_tsquery('simple', '''' || words || ''':*')
        ELSE phraseto_tsquery(configuration, words)
    END
$$;
"""

# A text is cut so that no petition, however long, can pass the megabyte that a tsvector holds.
INDEX = """
CREATE FUNCTION petitions_index(wanted bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO petitions_searchentry (petition_id, language, title, words)
    SELECT id, language, title,
           setweight(title, 'A') || setweight(to_tsvector(configuration, petitions_fold(names)), 'B')
               || to_tsvector(configuration, petitions_fold(left(text, 50000)))
      FROM (
        SELECT petition.id, petition.language, configuration, version.text,
               to_tsvector(configuration, petitions_fold(version.title)) AS title,
               concat_ws(' ', author_name, (
                   SELECT string_agg(concat_ws(' ', name, role), ' ' ORDER BY position)
                     FROM petitions_recipient WHERE petition_id = petition.id
               )) AS names
          FROM petitions_petition AS petition
          JOIN petitions_textversion AS version ON version.id = petition.current_text_id
         CROSS JOIN LATERAL (
            SELECT CASE petition.language WHEN 'en' THEN 'english' ELSE 'french' END::regconfig AS configuration
         ) AS chosen
         WHERE petition.id = wanted AND petition.status IN ('published', 'closed')
      ) AS shown
    ON CONFLICT (petition_id) DO UPDATE
        SET language = excluded.language, title = excluded.title, words = excluded.words
$$;

CREATE FUNCTION petitions_index_petition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status IN ('published', 'closed') THEN
        PERFORM petitions_index(NEW.id);
    ELSE
        DELETE FROM petitions_searchentry WHERE petition_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION petitions_index_recipient() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM petitions_index(coalesce(NEW.petition_id, OLD.petition_id));
    RETURN NULL;
END $$;

CREATE TRIGGER petition_is_searchable AFTER INSERT ON petitions_petition
FOR EACH ROW EXECUTE FUNCTION petitions_index_petition();

CREATE TRIGGER petition_stays_searchable AFTER UPDATE OF status, language, current_text_id, author_name
ON petitions_petition FOR EACH ROW WHEN (
    (OLD.status, OLD.language, OLD.current_text_id, OLD.author_name)
    IS DISTINCT FROM (NEW.status, NEW.language, NEW.current_text_id, NEW.author_name)
) EXECUTE FUNCTION petitions_index_petition();

CREATE TRIGGER recipient_is_searchable AFTER INSERT OR DELETE OR UPDATE OF name, role ON petitions_recipient
FOR EACH ROW EXECUTE FUNCTION petitions_index_recipient();
"""

CASCADE = """
ALTER TABLE petitions_searchentry ADD CONSTRAINT search_entry_of_a_petition
FOREIGN KEY (petition_id) REFERENCES petitions_petition (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
"""

NOTHING = """
DROP TRIGGER recipient_is_searchable ON petitions_recipient;
DROP TRIGGER petition_stays_searchable ON petitions_petition;
DROP TRIGGER petition_is_searchable ON petitions_petition;
DROP FUNCTION petitions_index_recipient();
DROP FUNCTION petitions_index_petition();
DROP FUNCTION petitions_index(bigint);
DROP FUNCTION petitions_beginning(regconfig, text);
DROP FUNCTION petitions_fold(text);
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0004_sign_in_one_call")]
    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "petition",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="search",
                        serialize=False,
                        to="petitions.petition",
                        verbose_name="pétition",
                    ),
                ),
                (
                    "language",
                    models.CharField(
                        choices=[("fr", "Français"), ("en", "English")], max_length=5, verbose_name="langue"
                    ),
                ),
                ("title", django.contrib.postgres.search.SearchVectorField(verbose_name="mots du titre")),
                ("words", django.contrib.postgres.search.SearchVectorField(verbose_name="mots de la pétition")),
            ],
            options={"verbose_name": "mots d’une pétition", "verbose_name_plural": "mots des pétitions"},
        ),
        migrations.RunSQL(CASCADE, migrations.RunSQL.noop),
        migrations.RunSQL(FOLD + BEGINNING + INDEX, NOTHING),
    ]

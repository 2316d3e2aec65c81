"""News of petitions and how petitions end. What was published, and mailed, stays as it was."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

# hidden_at alone may change back: a decision can be taken back, a mail cannot.
FROZEN_UPDATE = """
CREATE FUNCTION petitions_freeze_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an update never changes once it is published: write the next one'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'update_is_frozen';
END $$;

CREATE TRIGGER update_is_frozen BEFORE UPDATE ON petitions_update
FOR EACH ROW WHEN (
    (OLD.petition_id, OLD.number, OLD.title, OLD.text, OLD.published_at)
        IS DISTINCT FROM (NEW.petition_id, NEW.number, NEW.title, NEW.text, NEW.published_at)
    OR OLD.mailed_at IS NOT NULL AND NEW.mailed_at IS DISTINCT FROM OLD.mailed_at
) EXECUTE FUNCTION petitions_freeze_update();
"""
NO_FROZEN_UPDATE = """
DROP TRIGGER update_is_frozen ON petitions_update;
DROP FUNCTION petitions_freeze_update();
"""

PUBLISHED_ONLY = """
CREATE FUNCTION petitions_check_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM petitions_petition WHERE id = NEW.petition_id AND published_at IS NOT NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'a petition that was never published has no news'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'update_of_what_was_published';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER update_of_what_was_published BEFORE INSERT ON petitions_update
FOR EACH ROW EXECUTE FUNCTION petitions_check_update();
"""
NO_PUBLISHED_ONLY = """
DROP TRIGGER update_of_what_was_published ON petitions_update;
DROP FUNCTION petitions_check_update();
"""


class Migration(migrations.Migration):
    dependencies = [("petitions", "0010_indexes_of_lists")]
    operations = [
        migrations.AddField(
            "petition",
            "outcome",
            models.CharField(
                blank=True,
                choices=[
                    ("victory", "victoire"),
                    ("answered", "réponse reçue"),
                    ("no_follow_up", "sans suite"),
                    ("withdrawn", "retirée par son auteur"),
                ],
                db_default="",
                default="",
                max_length=12,
                verbose_name="issue",
            ),
        ),
        migrations.AddField(
            "petition", "outcome_on", models.DateField(blank=True, null=True, verbose_name="date de l’issue")
        ),
        migrations.AddField(
            "petition",
            "outcome_words",
            models.CharField(blank=True, db_default="", default="", max_length=600, verbose_name="ce qui s’est passé"),
        ),
        migrations.AddConstraint(
            "petition",
            models.CheckConstraint(
                condition=Q(outcome__in=["", "victory", "answered", "no_follow_up", "withdrawn"]),
                name="petition_outcome_is_known",
            ),
        ),
        migrations.AddConstraint(
            "petition",
            models.CheckConstraint(
                condition=Q(outcome="", outcome_on=None, outcome_words="")
                | (~Q(outcome="") & Q(outcome_on__isnull=False)),
                name="outcome_has_a_day",
            ),
        ),
        migrations.AddConstraint(
            "petition",
            models.CheckConstraint(
                condition=Q(outcome="") | Q(published_at__isnull=False), name="outcome_of_what_was_published"
            ),
        ),
        migrations.CreateModel(
            name="Update",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="rang")),
                ("title", models.CharField(max_length=200, verbose_name="titre")),
                ("text", models.TextField(verbose_name="texte")),
                ("published_at", models.DateTimeField(verbose_name="publiée le")),
                ("hidden_at", models.DateTimeField(blank=True, null=True, verbose_name="masquée le")),
                ("mailed_at", models.DateTimeField(blank=True, null=True, verbose_name="confiée au courrier le")),
                (
                    "petition",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="updates",
                        to="petitions.petition",
                        verbose_name="pétition",
                    ),
                ),
            ],
            options={
                "verbose_name": "actualité",
                "verbose_name_plural": "actualités",
                "ordering": ["petition", "number"],
                "indexes": [
                    models.Index(fields=["id"], name="update_to_mail", condition=Q(mailed_at=None, hidden_at=None))
                ],
                "constraints": [
                    models.UniqueConstraint(fields=["petition", "number"], name="one_update_per_number"),
                    models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="update_has_words"),
                    models.CheckConstraint(condition=Q(number__gte=1), name="updates_count_from_one"),
                ],
            },
        ),
        migrations.RunSQL(FROZEN_UPDATE, NO_FROZEN_UPDATE),
        migrations.RunSQL(PUBLISHED_ONLY, NO_PUBLISHED_ONLY),
    ]

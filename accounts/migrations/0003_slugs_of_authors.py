"""Give the accounts that have a public name their slug, one at a time, while the site serves."""

from itertools import count

from django.db import migrations
from django.utils.text import slugify


def give_slugs(apps, schema_editor):
    users = apps.get_model("accounts", "User").objects
    for user in users.filter(slug=None).exclude(public_name="").only("public_name").order_by("pk").iterator():
        base = slugify(user.public_name)[:80].strip("-") or "auteur"
        taken = set(users.filter(slug__startswith=base).values_list("slug", flat=True))
        slug = next(
            slug for number in count(1) if (slug := base if number == 1 else f"{base}-{number}") not in taken
        )
        users.filter(pk=user.pk, slug=None).update(slug=slug)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("accounts", "0002_author_pages")]
    operations = [migrations.RunPython(give_slugs, migrations.RunPython.noop)]

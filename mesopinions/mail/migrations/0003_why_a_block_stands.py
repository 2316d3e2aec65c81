"""Why a block stands: asked for, reported as spam, or a mailbox that does not exist (that one passes)."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('mail', '0002_french_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='mailblock',
            name='reason',
            field=models.CharField(choices=[('asked', 'demandé par la personne'), ('complained', 'signalé comme indésirable'), ('bounced', 'revenu\u202f: cette boîte n’existe pas')], db_default='asked', max_length=10, verbose_name='raison'),
        ),
        migrations.AlterField(
            model_name='mailblock',
            name='created_at',
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name='depuis le'),
        ),
        migrations.AddConstraint(
            model_name='mailblock',
            constraint=models.CheckConstraint(condition=models.Q(('reason__in', ['asked', 'complained', 'bounced'])), name='mail_block_reason_is_known'),
        ),
    ]

"""Whom the use of a delegation is reported to is a body; what was typed before stays, and is read where no body has its name."""

import accounts.text.rules
import django.db.models.deletion
from django.db import migrations, models


FOUND = r"""
ALTER TABLE approvals_delegation DISABLE TRIGGER USER;
UPDATE approvals_delegation g SET report_back_body_id = b.id FROM phases_body b
WHERE lower(b.name) = lower(btrim(regexp_replace(g.report_back_to, '^\s*the\s+', '', 'i')));
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE approvals_delegation ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):

    dependencies = [
        ("approvals", "0045_outside_bodies_are_asked"),
        ("phases", "0011_carried_forward"),
    ]

    operations = [
        migrations.AddField(
            model_name='delegation',
            name='report_back_body',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='phases.body'),
        ),
        migrations.AlterField(
            model_name='delegation',
            name='report_back_to',
            field=models.CharField(blank=True, editable=False, max_length=120, validators=[accounts.text.rules.visible_text], verbose_name='as it was typed'),
        ),
        migrations.RunSQL(FOUND, migrations.RunSQL.noop),
    ]

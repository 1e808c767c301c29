"""The routes of notice in words that are true under every governance: only their words change."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("approvals", "0049_no_line_beyond_its_fte"),
    ]

    operations = [
        migrations.AlterField(
            model_name='decisionrecord',
            name='notice_route',
            field=models.CharField(blank=True, choices=[('28_days', "28 clear days' notice"), ('reg_10', 'General exception: chairman notified, 5 clear days'), ('reg_11', 'Special urgency: chairman agrees it cannot be deferred')], max_length=8),
        ),
    ]

"""The front sheet names the body that takes the final decision."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("phases", "0006_bodies"), ("reports", "0007_lists_sorted")]

    operations = [
        migrations.AddField(
            "frontsheet",
            "decider",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="phases.body",
            ),
        ),
    ]

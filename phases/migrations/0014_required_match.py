"""A funding source may ask for match: so much of what it helps to pay for must come from others (money rule 18)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("phases", "0013_unit_and_total_of_a_paper")]

    operations = [
        migrations.AddField(
            model_name="fundingsource",
            name="match_percent",
            field=models.DecimalField("required match, per cent", blank=True, decimal_places=2, max_digits=4, null=True),
        ),
        migrations.AddConstraint(
            model_name="fundingsource",
            constraint=models.CheckConstraint(
                condition=models.Q(("match_percent__isnull", True), ("match_percent__gt", 0), _connector="OR"),
                name="funding_source_match_is_a_share",
            ),
        ),
    ]

"""What the list of the lines of all programmes is sorted and searched by; pg_trgm came with the audit record."""

import django.db.models.functions.comparison
import django.db.models.functions.text
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('phases', '0011_carried_forward'),
        ('posts', "0006_whole_life_sums"),
    ]

    operations = [
        migrations.AddIndex(
            model_name='costline',
            index=models.Index(django.db.models.functions.text.Lower('title'), models.F('id'), name='line_sorted_by_title'),
        ),
        migrations.AddIndex(
            model_name='costline',
            index=models.Index(django.db.models.functions.comparison.Coalesce('annual_cost', Decimal('10000000000000')), models.F('id'), name='line_sorted_by_cost'),
        ),
        migrations.RunSQL(
            "CREATE INDEX line_words ON posts_costline USING gin (upper("
            "title || ' ' || comment || ' ' || cost_centre || ' ' || subjective_code || ' ' || establishment_number"
            ") gin_trgm_ops)",
            "DROP INDEX line_words",
        ),
    ]

"""From which amount in a year, and which number of wards, the council counts a decision as key."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0016_overdue_office'),
    ]

    operations = [
        migrations.AddField(
            model_name='council',
            name='key_amount',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='key decision from this amount in a year'),
        ),
        migrations.AddField(
            model_name='council',
            name='key_wards',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='key decision from this number of wards'),
        ),
        migrations.AddConstraint(
            model_name='council',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('key_amount__isnull', True), ('key_amount__gt', 0), _connector='OR'), models.Q(('key_wards__isnull', True), ('key_wards__range', (1, 99)), _connector='OR')), name='council_key_thresholds_in_range'),
        ),
    ]

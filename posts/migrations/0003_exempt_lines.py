"""What is exempt of a line is kept with the lines, so that whoever publishes can ask. The table and its rows stay as they are."""

import accounts.text.rules
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reports", "0010_exempt_lines_are_of_posts"),
        ('phases', '0006_bodies'),
        ('posts', '0002_line_rules_of_two_rows'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[
        migrations.CreateModel(
            name='LineExemption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line_id', models.BigIntegerField()),
                ('field', models.CharField(blank=True, choices=[('title', 'Name'), ('fte', 'FTE'), ('amounts', 'Costs'), ('paperwork_complete', 'Paperwork complete'), ('recruited', 'Recruited to post'), ('comment', 'Comment')], max_length=20, verbose_name='what of it; all but FTE and costs where empty')),
                ('paragraph', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('reason', models.TextField(validators=[accounts.text.rules.visible_text], verbose_name='public interest')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='line_exemptions', to='phases.programme')),
            ],
            options={
                'db_table': 'reports_lineexemption',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['programme', 'line_id', 'field', '-id'], name='exemption_of_a_line')],
                'constraints': [models.CheckConstraint(condition=models.Q(('paragraph__isnull', True), ('paragraph__range', (1, 7)), _connector='OR'), name='line_exemption_paragraph_is_known'), models.CheckConstraint(condition=models.Q(('reason__regex', '\\S')), name='line_exemption_has_its_reason'), models.CheckConstraint(condition=models.Q(('field__in', ['', 'title', 'fte', 'amounts', 'paperwork_complete', 'recruited', 'comment'])), name='line_exemption_field_is_known')],
            },
        ),
    ])
    ]

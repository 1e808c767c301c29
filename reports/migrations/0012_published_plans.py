"""The hashes of the forward plan's PDFs stay: a copy that somebody was given is recognised by them."""

import django.db.models.deletion
from django.db import migrations, models

RULES = """
CREATE TRIGGER published_plan_stays BEFORE UPDATE OR DELETE ON reports_publishedplan
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER published_plan_no_truncate BEFORE TRUNCATE ON reports_publishedplan
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER published_plan_no_truncate ON reports_publishedplan;
DROP TRIGGER published_plan_stays ON reports_publishedplan;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_mail_once_a_day'),
        ("reports", "0011_published_papers"),
    ]

    operations = [
        migrations.CreateModel(
            name='PublishedPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField()),
                ('sha256', models.CharField(max_length=64)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.auditentry')),
            ],
            options={
                'ordering': ['on', 'entry_id'],
                'indexes': [models.Index(fields=['sha256'], name='published_plan_by_its_hash')],
                'constraints': [models.UniqueConstraint(fields=('on', 'entry'), name='published_plan_once'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='published_plan_has_its_hash')],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

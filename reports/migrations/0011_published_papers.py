"""The hashes of public PDFs of records and corrections stay: a copy that somebody was given is recognised by them."""


import django.db.models.deletion
from django.db import migrations, models

RULES = """
CREATE TRIGGER published_paper_stays BEFORE UPDATE OR DELETE ON reports_publishedpaper
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER published_paper_no_truncate BEFORE TRUNCATE ON reports_publishedpaper
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER published_paper_no_truncate ON reports_publishedpaper;
DROP TRIGGER published_paper_stays ON reports_publishedpaper;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_office_kinds'),
        ('approvals', '0024_withdrawals'),
        ('reports', '0010_exempt_lines_are_of_posts'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublishedPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(max_length=64)),
                ('correction', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.correction')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.auditentry')),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.decisionrecord')),
            ],
            options={
                'ordering': ['entry_id', 'id'],
                'indexes': [models.Index(fields=['sha256'], name='published_paper_by_its_hash')],
                'constraints': [models.UniqueConstraint(fields=('record', 'correction', 'entry'), name='published_paper_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='published_paper_has_its_hash')],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

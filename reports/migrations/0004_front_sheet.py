"""The front sheet of a report, its recommendations and its finance section."""

import accounts.text.rules
import django.db.models.constraints
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('phases', '0003_approval_limits'),
        ('reports', '0003_exempt_lines'),
    ]

    operations = [
        migrations.CreateModel(
            name='FrontSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('part', models.PositiveSmallIntegerField(default=1)),
                ('decision_makers', models.TextField(blank=True, validators=[accounts.text.rules.visible_text], verbose_name='decision makers and dates')),
                ('is_urgent', models.BooleanField(blank=True, null=True, verbose_name='urgent')),
                ('is_executive', models.BooleanField(blank=True, null=True, verbose_name='executive')),
                ('is_key', models.BooleanField(blank=True, null=True, verbose_name='key decision')),
                ('notice_route', models.CharField(blank=True, choices=[('28_days', "28 clear days' notice (regulation 9)"), ('reg_10', 'General exception: chairman notified, 5 clear days (regulation 10)'), ('reg_11', 'Special urgency: chairman agrees it cannot be deferred (regulation 11)')], max_length=8)),
                ('notice_on', models.DateField(blank=True, null=True, verbose_name='date of the notice or agreement')),
                ('notice_reference', models.CharField(blank=True, max_length=200, validators=[accounts.text.rules.visible_text], verbose_name='where the notice or agreement is')),
                ('title', models.CharField(blank=True, max_length=200, validators=[accounts.text.rules.visible_text], verbose_name='title of the report')),
                ('contact_officer', models.CharField(blank=True, max_length=160, validators=[accounts.text.rules.visible_text])),
                ('chief_officer', models.CharField(blank=True, max_length=160, validators=[accounts.text.rules.visible_text])),
                ('ward', models.CharField(blank=True, max_length=160, validators=[accounts.text.rules.visible_text])),
                ('reason', models.TextField(blank=True, validators=[accounts.text.rules.visible_text], verbose_name='reason for the report')),
                ('corporate_policy', models.TextField(blank=True, validators=[accounts.text.rules.visible_text])),
                ('cost_of_proposal', models.TextField(blank=True, validators=[accounts.text.rules.visible_text])),
                ('ongoing_costs', models.TextField(blank=True, validators=[accounts.text.rules.visible_text])),
                ('budget_head', models.TextField(blank=True, validators=[accounts.text.rules.visible_text], verbose_name='budget head')),
                ('current_budget', models.DecimalField(blank=True, decimal_places=0, max_digits=14, null=True, verbose_name='current budget for this head')),
                ('staff_numbers', models.TextField(blank=True, validators=[accounts.text.rules.visible_text], verbose_name='number of staff')),
                ('staff_hours', models.TextField(blank=True, validators=[accounts.text.rules.visible_text], verbose_name='staff hours, if from existing staff')),
                ('legal_requirement', models.TextField(blank=True, validators=[accounts.text.rules.visible_text])),
                ('call_in', models.BooleanField(blank=True, null=True, verbose_name='call-in applies')),
                ('call_in_reason', models.TextField(blank=True, validators=[accounts.text.rules.visible_text], verbose_name='why call-in does not apply')),
                ('customer_impact', models.TextField(blank=True, validators=[accounts.text.rules.visible_text])),
                ('ward_councillors_asked', models.CharField(blank=True, choices=[('yes', 'Yes'), ('no', 'No'), ('n/a', 'Not applicable')], max_length=3)),
                ('ward_councillor_views', models.TextField(blank=True, validators=[accounts.text.rules.visible_text])),
                ('sections_not_applicable', models.TextField(blank=True, validators=[accounts.text.rules.visible_text], verbose_name='sections that do not apply')),
                ('background_documents', models.TextField(blank=True, validators=[accounts.text.rules.visible_text])),
                ('funding_source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='phases.fundingsource')),
                ('programme', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='front_sheet', to='phases.programme')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('part__in', [1, 2])), name='front_sheet_part_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('notice_on__isnull', True), ('notice_route', '')), models.Q(('notice_on__isnull', False), ('notice_route__in', ['28_days', 'reg_10', 'reg_11'])), _connector='OR'), name='front_sheet_notice_has_its_date'), models.CheckConstraint(condition=models.Q(('current_budget__isnull', True), ('current_budget__gte', 0), _connector='OR'), name='front_sheet_budget_is_not_negative'), models.CheckConstraint(condition=models.Q(('ward_councillors_asked__in', ['', 'yes', 'no', 'n/a'])), name='front_sheet_asked_is_known')],
            },
        ),
        migrations.CreateModel(
            name='ReportParagraph',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('section', models.CharField(choices=[('recommendations', 'Recommendations'), ('finance', 'Financial implications')], max_length=15)),
                ('position', models.PositiveIntegerField()),
                ('body', models.CharField(blank=True, max_length=120, validators=[accounts.text.rules.visible_text], verbose_name='who is asked')),
                ('text', models.TextField(validators=[accounts.text.rules.visible_text])),
                ('drafted_as', models.CharField(blank=True, max_length=40)),
                ('drafted_text', models.TextField(blank=True)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='report_paragraphs', to='phases.programme')),
            ],
            options={
                'ordering': ['-section', 'position'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('body', ''), ('section', 'finance')), models.Q(('body__regex', '\\S'), ('section', 'recommendations')), _connector='OR'), name='report_paragraph_asks_its_body'), models.CheckConstraint(condition=models.Q(('text__regex', '\\S')), name='report_paragraph_has_its_text'), models.CheckConstraint(condition=models.Q(models.Q(('drafted_as', ''), ('drafted_text', '')), models.Q(models.Q(('drafted_as', ''), _negated=True), models.Q(('drafted_text', ''), _negated=True)), _connector='OR'), name='report_paragraph_keeps_its_draft'), models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('programme', 'section', 'position'), name='report_paragraph_in_its_place'), models.UniqueConstraint(condition=models.Q(('drafted_as', ''), _negated=True), fields=('programme', 'section', 'drafted_as'), name='report_paragraph_drafted_once')],
            },
        ),
        # The money asked for is of the same programme.
        migrations.RunSQL(
            "ALTER TABLE reports_frontsheet ADD CONSTRAINT front_sheet_source_of_its_programme "
            "FOREIGN KEY (funding_source_id, programme_id) REFERENCES phases_fundingsource (id, programme_id) "
            "DEFERRABLE INITIALLY DEFERRED",
            "ALTER TABLE reports_frontsheet DROP CONSTRAINT front_sheet_source_of_its_programme",
        ),
    ]

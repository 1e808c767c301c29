"""What was published is withdrawn by its act, and never let back silently: a withdrawal stays."""


import accounts.text.rules
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = r"""
CREATE FUNCTION approvals_check_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept text;
    published date;
    about text;
BEGIN
    SELECT c.sha256, c.published_on, 'drawdown:' || d.reference INTO kept, published, about FROM approvals_correction c
        JOIN approvals_decisionrecord r ON r.id = c.record_id JOIN approvals_drawdown d ON d.id = r.drawdown_id
        WHERE c.id = NEW.correction_id;
    IF NEW.correction_id IS NULL THEN
        SELECT r.sha256, r.published_on, 'drawdown:' || d.reference INTO kept, published, about FROM approvals_decisionrecord r
            JOIN approvals_drawdown d ON d.id = r.drawdown_id WHERE r.id = NEW.record_id;
    END IF;
    IF published IS NULL OR published > NEW.withdrawn_on THEN
        PERFORM approvals_refuse('withdrawal_of_what_is_published', 'only what is published is withdrawn');
    END IF;
    IF NOT EXISTS (SELECT FROM accounts_auditentry e WHERE e.number = NEW.entry_id AND e.action = 'publication_withdrawn'
                     AND e.subject = about AND e.content::jsonb #>> '{details,sha256}' = kept
                     AND e.content::jsonb #>> '{details,reasons}' = NEW.reasons
                     AND approvals_day(e.at) = NEW.withdrawn_on) THEN
        PERFORM approvals_refuse('withdrawal_by_its_act', 'the audit record holds no withdrawal of this');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER withdrawal_as_allowed BEFORE INSERT ON approvals_withdrawal
    FOR EACH ROW EXECUTE FUNCTION approvals_check_withdrawal();
CREATE TRIGGER withdrawal_stays BEFORE UPDATE OR DELETE ON approvals_withdrawal
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER withdrawal_no_truncate BEFORE TRUNCATE ON approvals_withdrawal
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER withdrawal_no_truncate ON approvals_withdrawal;
DROP TRIGGER withdrawal_stays ON approvals_withdrawal;
DROP TRIGGER withdrawal_as_allowed ON approvals_withdrawal;
DROP FUNCTION approvals_check_withdrawal();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_office_kinds'),
        ('approvals', '0023_corrections'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('paragraph', models.CharField(choices=[('1', '1'), ('2', '2'), ('3', '3'), ('4', '4'), ('5', '5'), ('6', '6'), ('7', '7')], max_length=1, verbose_name='paragraph of Schedule 12A')),
                ('reasons', models.TextField(validators=[accounts.text.rules.visible_text], verbose_name='why it is withdrawn')),
                ('withdrawn_on', models.DateField()),
                ('correction', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='approvals.correction')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.auditentry')),
                ('record', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='approvals.decisionrecord')),
                ('withdrawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('correction__isnull', False), ('record__isnull', True)), models.Q(('correction__isnull', True), ('record__isnull', False)), _connector='OR'), name='withdrawal_of_one_thing'), models.CheckConstraint(condition=models.Q(('paragraph__in', ['1', '2', '3', '4', '5', '6', '7']), ('reasons__regex', '\\S')), name='withdrawal_has_its_reasons')],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

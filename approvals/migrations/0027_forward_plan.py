"""A notice of a key decision is given by its act, 28 clear days before, and stays; no case names a notice that is not given yet."""


import accounts.text.rules
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = r"""
CREATE FUNCTION approvals_check_key_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.given_on > approvals_day(clock_timestamp()) THEN
        PERFORM approvals_refuse('key_notice_not_ahead', 'the day of the notice has not come');
    END IF;
    IF NOT EXISTS (SELECT FROM accounts_auditentry e JOIN phases_programme p ON p.id = NEW.programme_id
                   WHERE e.number = NEW.entry_id AND e.action = 'key_notice_given' AND e.subject = 'programme:' || p.slug
                     AND e.content::jsonb #>> '{details,matter}' = NEW.matter
                     AND e.content::jsonb #>> '{details,due_from}' = NEW.due_from::text
                     AND approvals_day(e.at) = NEW.given_on) THEN
        PERFORM approvals_refuse('key_notice_by_its_act', 'the audit record holds no such notice');
    END IF;
    IF NEW.due_from <= NEW.given_on + 28 THEN
        PERFORM approvals_refuse('key_notice_28_clear_days', '28 clear days lie between notice and decision');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER key_notice_as_allowed BEFORE INSERT ON approvals_keynotice
    FOR EACH ROW EXECUTE FUNCTION approvals_check_key_notice();
CREATE TRIGGER key_notice_stays BEFORE UPDATE OR DELETE ON approvals_keynotice
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER key_notice_no_truncate BEFORE TRUNCATE ON approvals_keynotice
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();

CREATE FUNCTION approvals_check_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.notice_on > approvals_day(clock_timestamp()) THEN
        PERFORM approvals_refuse('record_notice_not_ahead', 'the day of the notice has not come');
    END IF;
    IF NEW.is_key AND NEW.notice_on > NEW.decided_on THEN
        PERFORM approvals_refuse('record_notice_before_the_decision', 'notice comes before the decision');
    END IF;
    IF NEW.notice_reference ~ '^KN-[0-9]+$' AND NOT EXISTS (
            SELECT FROM approvals_keynotice k JOIN approvals_drawdown d ON d.id = NEW.drawdown_id AND d.programme_id = k.programme_id
            WHERE NEW.notice_reference = 'KN-' || lpad(k.id::text, greatest(4, length(k.id::text)), '0')
              AND k.given_on = NEW.notice_on AND NEW.notice_route = '28_days') THEN
        PERFORM approvals_refuse('record_notice_is_of_the_forward_plan', 'no such notice was given that day');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER record_notice_as_given
    BEFORE INSERT OR UPDATE OF notice_on, notice_reference, notice_route, is_key, decided_on ON approvals_decisionrecord
    FOR EACH ROW WHEN (NEW.notice_on IS NOT NULL OR NEW.notice_reference <> '') EXECUTE FUNCTION approvals_check_notice();
"""

UNDO_RULES = """
DROP TRIGGER record_notice_as_given ON approvals_decisionrecord;
DROP FUNCTION approvals_check_notice();
DROP TRIGGER key_notice_no_truncate ON approvals_keynotice;
DROP TRIGGER key_notice_stays ON approvals_keynotice;
DROP TRIGGER key_notice_as_allowed ON approvals_keynotice;
DROP FUNCTION approvals_check_key_notice();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_unsaved_forms'),
        ('approvals', '0026_planned_publications'),
        ('phases', '0009_what_follows_a_decision'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KeyNotice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('matter', models.CharField(max_length=200, validators=[accounts.text.rules.visible_text], verbose_name='matter to be decided')),
                ('text', models.TextField(validators=[accounts.text.rules.visible_text], verbose_name='what is proposed')),
                ('due_from', models.DateField(verbose_name='first day on which it may be decided')),
                ('due_until', models.DateField(verbose_name='last day of the period')),
                ('documents', models.TextField(validators=[accounts.text.rules.visible_text], verbose_name='documents submitted for the decision')),
                ('contact', models.CharField(max_length=200, validators=[accounts.text.rules.visible_text], verbose_name='where to ask for them or to comment')),
                ('given_on', models.DateField()),
                ('body', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='phases.body')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.auditentry')),
                ('given_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='key_notices', to='phases.programme')),
            ],
            options={
                'ordering': ['due_from', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('body__isnull', False), ('office__isnull', True)), models.Q(('body__isnull', True), ('office__isnull', False)), _connector='OR'), name='key_notice_of_one_decision_maker'), models.CheckConstraint(condition=models.Q(('contact__regex', '\\S'), ('documents__regex', '\\S'), ('matter__regex', '\\S'), ('text__regex', '\\S')), name='key_notice_is_whole'), models.CheckConstraint(condition=models.Q(('due_until__gte', models.F('due_from'))), name='key_notice_period_in_order')],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

"""A record is planned for a day to come, by its act; a plan is cancelled once, by its act, and else stays."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = r"""
CREATE FUNCTION approvals_check_plan() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about text;
    published date;
BEGIN
    SELECT 'drawdown:' || d.reference, r.published_on INTO about, published FROM approvals_decisionrecord r
        JOIN approvals_drawdown d ON d.id = r.drawdown_id WHERE r.id = NEW.record_id;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.cancelled_id IS NOT NULL OR (NEW.id, NEW.record_id, NEW."on", NEW.shown, NEW.planned_by_id, NEW.entry_id)
              IS DISTINCT FROM (OLD.id, OLD.record_id, OLD."on", OLD.shown, OLD.planned_by_id, OLD.entry_id) THEN
            PERFORM approvals_refuse('plan_stays', 'a plan stays as it was made, and is cancelled once');
        END IF;
        IF NEW.cancelled_id IS NOT NULL AND NOT EXISTS (SELECT FROM accounts_auditentry e WHERE e.number = NEW.cancelled_id
               AND e.action = 'publication_plan_cancelled' AND e.subject = about) THEN
            PERFORM approvals_refuse('plan_by_its_act', 'the audit record holds no such act');
        END IF;
        RETURN NEW;
    END IF;
    IF published IS NOT NULL THEN
        PERFORM approvals_refuse('plan_of_an_unpublished_record', 'this record is published');
    END IF;
    IF NOT EXISTS (SELECT FROM accounts_auditentry e WHERE e.number = NEW.entry_id AND e.action = 'publication_planned'
                     AND e.subject = about) THEN
        PERFORM approvals_refuse('plan_by_its_act', 'the audit record holds no such act');
    END IF;
    IF NEW."on" <= (SELECT approvals_day(e.at) FROM accounts_auditentry e WHERE e.number = NEW.entry_id) THEN
        PERFORM approvals_refuse('plan_of_a_day_to_come', 'the day of publication has come already');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER plan_as_allowed BEFORE INSERT OR UPDATE ON approvals_plannedpublication
    FOR EACH ROW EXECUTE FUNCTION approvals_check_plan();
CREATE TRIGGER plan_never_removed BEFORE DELETE ON approvals_plannedpublication
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER plan_no_truncate BEFORE TRUNCATE ON approvals_plannedpublication
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER plan_no_truncate ON approvals_plannedpublication;
DROP TRIGGER plan_never_removed ON approvals_plannedpublication;
DROP TRIGGER plan_as_allowed ON approvals_plannedpublication;
DROP FUNCTION approvals_check_plan();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0014_unsaved_forms'),
        ('approvals', '0025_resolutions_about_their_money'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PlannedPublication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='day of publication')),
                ('shown', models.CharField(editable=False, max_length=64)),
                ('cancelled', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.auditentry')),
                ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.auditentry')),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('record', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='approvals.decisionrecord')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('cancelled__isnull', True)), fields=('record',), name='plan_waits_once'), models.CheckConstraint(condition=models.Q(models.Q(('cancelled__isnull', True), ('cancelled_by__isnull', True)), models.Q(('cancelled__isnull', False), ('cancelled_by__isnull', False)), _connector='OR'), name='plan_is_cancelled_whole'), models.CheckConstraint(condition=models.Q(('shown__regex', '^[0-9a-f]{64}$')), name='plan_names_what_was_shown')],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

"""The call-in window of a published record is counted by the database as well, with the bank holidays that are kept with it."""

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models

RULES = r"""
CREATE FUNCTION approvals_working_day_after(day date, number integer, holidays date[]) RETURNS date
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
BEGIN
    WHILE number > 0 LOOP
        day := day + 1;
        IF extract(isodow FROM day) < 6 AND NOT day = ANY(holidays) THEN
            number := number - 1;
        END IF;
    END LOOP;
    RETURN day;
END $$;

CREATE FUNCTION approvals_check_window() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.closes_on = approvals_working_day_after(NEW.published_on, NEW.call_in_days, NEW.bank_holidays)
        AND NEW.effective_on = approvals_working_day_after(NEW.closes_on, 1, NEW.bank_holidays)) IS NOT TRUE THEN
        PERFORM approvals_refuse('record_window_is_counted', 'the call-in window is so many working days, and then one more');
    END IF;
    IF EXISTS (SELECT FROM unnest(NEW.bank_holidays) AS kept(day)
               WHERE extract(isodow FROM day) > 5 OR day <= NEW.published_on OR day >= NEW.effective_on) THEN
        PERFORM approvals_refuse('record_holidays_are_of_its_window', 'only weekdays inside the window are passed over');
    END IF;
    RETURN NEW;
END $$;
-- Records published before this came have no days to count by, and stay as they are.
CREATE TRIGGER record_window_is_counted BEFORE INSERT OR UPDATE OF published_on ON approvals_decisionrecord FOR EACH ROW
    WHEN (NEW.published_on IS NOT NULL AND NEW.closes_on IS NOT NULL AND NEW.effective_on IS NOT NULL)
    EXECUTE FUNCTION approvals_check_window();
"""

UNDO_RULES = """
DROP TRIGGER record_window_is_counted ON approvals_decisionrecord;
DROP FUNCTION approvals_check_window();
DROP FUNCTION approvals_working_day_after(date, integer, date[]);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_demonstration_clock'),
        ('approvals', '0013_bodies'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='decisionrecord',
            name='record_is_published_whole',
        ),
        migrations.AddField(
            model_name='decisionrecord',
            name='bank_holidays',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.DateField(), blank=True, editable=False, null=True, size=None, verbose_name='bank holidays passed over'),
        ),
        migrations.AddField(
            model_name='decisionrecord',
            name='call_in_days',
            field=models.PositiveSmallIntegerField(blank=True, editable=False, null=True, verbose_name='working days open to call-in'),
        ),
        migrations.AddConstraint(
            model_name='decisionrecord',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bank_holidays__isnull', True), ('call_in_days__isnull', True), ('closes_on__isnull', True), ('content', ''), ('effective_on__isnull', True), ('entry__isnull', True), ('published_by__isnull', True), ('published_on__isnull', True), ('retain_papers_until__isnull', True), ('retain_until__isnull', True), ('sha256', '')), models.Q(('alternatives__regex', '\\S'), ('call_in_applies__isnull', False), ('decided_on__isnull', False), ('decided_on__lte', models.F('published_on')), ('effective_on__gte', models.F('published_on')), ('effective_on__isnull', False), ('entry__isnull', False), ('interests__regex', '\\S'), ('is_key__isnull', False), ('power__regex', '\\S'), ('published_by__isnull', False), ('published_on__isnull', False), ('reasons__regex', '\\S'), ('retain_papers_until__isnull', False), ('retain_until__isnull', False), ('sha256__regex', '^[0-9a-f]{64}$'), ('text_resolved__regex', '\\S')), _connector='OR'), name='record_is_published_whole'),
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

"""A decision that is above the council's thresholds and not key says why, which is frozen with the case."""

import accounts.text.rules
from django.db import migrations, models


RULES = r"""
CREATE FUNCTION approvals_check_why_not_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF approvals_state_of(NEW.drawdown_id) NOT IN ('draft', 'returned', 'withdrawn') THEN
        PERFORM approvals_refuse('case_stays_as_submitted', 'what was submitted is frozen');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER why_not_key_is_written_while_open BEFORE UPDATE ON approvals_decisionrecord
    FOR EACH ROW WHEN (NEW.not_key_reason IS DISTINCT FROM OLD.not_key_reason) EXECUTE FUNCTION approvals_check_why_not_key();
"""
UNDO_RULES = """
DROP TRIGGER why_not_key_is_written_while_open ON approvals_decisionrecord;
DROP FUNCTION approvals_check_why_not_key();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0035_escalated'),
    ]

    operations = [
        migrations.AddField(
            model_name='decisionrecord',
            name='not_key_reason',
            field=models.TextField(blank=True, validators=[accounts.text.rules.visible_text], verbose_name='if it is not key, why'),
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

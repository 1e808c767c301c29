"""A published record stays; a decision is called in within its window only, and takes effect when its day has come."""

from django.db import migrations, models
from django.db.models import F, Q

import accounts.text.rules

RULES = r"""
CREATE FUNCTION approvals_check_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.published_on IS NOT NULL THEN
        IF OLD IS DISTINCT FROM NEW THEN
            PERFORM approvals_refuse('published_record_stays', 'a published record stays as it is');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.published_on IS NULL THEN
        RETURN NEW;
    END IF;
    IF (SELECT state FROM approvals_drawdown WHERE id = NEW.drawdown_id FOR NO KEY UPDATE) <> 'signed_off' THEN
        PERFORM approvals_refuse('record_published_once_signed', 'only the record of a signed decision is published');
    END IF;
    IF NEW.sha256 <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex') THEN
        PERFORM approvals_refuse('record_hash_is_of_its_content', 'the hash is not that of the content');
    END IF;
    IF NEW.published_on > approvals_day(clock_timestamp()) THEN
        PERFORM approvals_refuse('record_not_published_ahead', 'the day of publication has not come');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER record_is_published_as_allowed BEFORE INSERT OR UPDATE ON approvals_decisionrecord
    FOR EACH ROW EXECUTE FUNCTION approvals_check_record();

CREATE FUNCTION approvals_check_call_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.outcome <> ''
           OR (NEW.id, NEW.drawdown_id, NEW.called_in_on, NEW.called_in_by, NEW.reasons, NEW.recorded_by_id) IS DISTINCT FROM
              (OLD.id, OLD.drawdown_id, OLD.called_in_on, OLD.called_in_by, OLD.reasons, OLD.recorded_by_id) THEN
            PERFORM approvals_refuse('call_in_stays', 'a call-in stays, and has one outcome');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.outcome <> '' THEN
        PERFORM approvals_refuse('call_in_begins_without_an_outcome', 'a call-in begins without an outcome');
    END IF;
    PERFORM 1 FROM approvals_drawdown WHERE id = NEW.drawdown_id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM approvals_decisionrecord r WHERE r.drawdown_id = NEW.drawdown_id AND r.call_in_applies
                      AND NEW.called_in_on BETWEEN r.published_on AND r.closes_on) THEN
        PERFORM approvals_refuse('call_in_within_its_window', 'a decision is called in while its window is open');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER call_in_as_allowed BEFORE INSERT OR UPDATE ON approvals_callin
    FOR EACH ROW EXECUTE FUNCTION approvals_check_call_in();

CREATE FUNCTION approvals_check_effect() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    called approvals_callin%ROWTYPE;
    day date := approvals_day(clock_timestamp());
BEGIN
    SELECT * INTO called FROM approvals_callin WHERE drawdown_id = NEW.id;
    IF NEW.state = 'called_in' AND (called.id IS NULL OR called.outcome <> '') THEN
        PERFORM approvals_refuse('called_in_with_its_reasons', 'who called it in, and why, is recorded with it');
    ELSIF NEW.state = 'effective' AND called.id IS NOT NULL AND (called.outcome <> 'stands' OR called.effective_on > day) THEN
        PERFORM approvals_refuse('effective_after_call_in', 'the decision was called in, and has not been let stand');
    ELSIF NEW.state = 'effective' AND called.id IS NULL AND NOT EXISTS (
            SELECT FROM approvals_decisionrecord r WHERE r.drawdown_id = NEW.id AND r.effective_on <= day) THEN
        PERFORM approvals_refuse('effective_when_its_day_has_come', 'the day it takes effect has not come');
    ELSIF NEW.state = 'superseded' AND OLD.state = 'called_in' AND called.outcome <> 'overturned' THEN
        PERFORM approvals_refuse('overturned_by_its_outcome', 'what became of the call-in is recorded with it');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER drawdown_takes_effect_as_allowed BEFORE UPDATE ON approvals_drawdown FOR EACH ROW
    WHEN (NEW.state IN ('called_in', 'effective', 'superseded') AND NEW.state <> OLD.state)
    EXECUTE FUNCTION approvals_check_effect();

CREATE TRIGGER call_in_never_removed BEFORE DELETE ON approvals_callin
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER call_in_no_truncate BEFORE TRUNCATE ON approvals_callin
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER call_in_no_truncate ON approvals_callin;
DROP TRIGGER call_in_never_removed ON approvals_callin;
DROP TRIGGER drawdown_takes_effect_as_allowed ON approvals_drawdown;
DROP TRIGGER call_in_as_allowed ON approvals_callin;
DROP TRIGGER record_is_published_as_allowed ON approvals_decisionrecord;
DROP FUNCTION approvals_check_effect();
DROP FUNCTION approvals_check_call_in();
DROP FUNCTION approvals_check_record();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0007_questions_advice_dispensations")]

    operations = [
        migrations.AlterField(
            model_name="decisionrecord",
            name="capacity",
            field=models.CharField(
                blank=True,
                max_length=400,
                validators=[accounts.text.rules.visible_text],
                verbose_name="decision maker and capacity",
            ),
        ),
        migrations.AlterField(
            model_name="decisionrecord",
            name="is_key",
            field=models.BooleanField(blank=True, null=True, verbose_name="key decision"),
        ),
        migrations.AlterField(
            model_name="decisionrecord",
            name="call_in_applies",
            field=models.BooleanField(blank=True, null=True, verbose_name="open to call-in"),
        ),
        migrations.AddIndex(
            model_name="decisionrecord", index=models.Index(fields=["-decided_on", "-id"], name="record_by_decision")
        ),
        migrations.AddField(
            model_name="callin",
            name="effective_on",
            field=models.DateField(blank=True, null=True, verbose_name="takes effect"),
        ),
        migrations.AddConstraint(
            model_name="callin",
            constraint=models.CheckConstraint(
                condition=Q(outcome="stands", effective_on__isnull=False, effective_on__gte=F("outcome_on"))
                | (~Q(outcome="stands") & Q(effective_on__isnull=True)),
                name="call_in_that_stands_takes_effect",
            ),
        ),
        migrations.RemoveConstraint(model_name="callin", name="call_in_outcome_is_whole"),
        migrations.RemoveConstraint(model_name="decisionrecord", name="record_is_published_whole"),
        migrations.RemoveConstraint(model_name="decisionrecord", name="record_call_in_or_the_reason"),
        migrations.AddConstraint(
            model_name="callin",
            constraint=models.CheckConstraint(
                condition=Q(outcome="", outcome_on__isnull=True, outcome_text="", outcome_recorded_by__isnull=True)
                | Q(
                    outcome__in=["stands", "overturned"],
                    outcome_on__isnull=False,
                    outcome_on__gte=F("called_in_on"),
                    outcome_text__regex=r"\S",
                    outcome_recorded_by__isnull=False,
                ),
                name="call_in_outcome_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionrecord",
            constraint=models.CheckConstraint(
                condition=Q(
                    published_on__isnull=True,
                    published_by__isnull=True,
                    closes_on__isnull=True,
                    effective_on__isnull=True,
                    retain_until__isnull=True,
                    retain_papers_until__isnull=True,
                    content="",
                    sha256="",
                    entry__isnull=True,
                )
                | Q(
                    published_on__isnull=False,
                    published_by__isnull=False,
                    effective_on__isnull=False,
                    effective_on__gte=F("published_on"),
                    retain_until__isnull=False,
                    retain_papers_until__isnull=False,
                    sha256__regex=r"^[0-9a-f]{64}$",
                    entry__isnull=False,
                    decided_on__isnull=False,
                    decided_on__lte=F("published_on"),
                    call_in_applies__isnull=False,
                    is_key__isnull=False,
                    reasons__regex=r"\S",
                    alternatives__regex=r"\S",
                    text_resolved__regex=r"\S",
                    interests__regex=r"\S",
                    power__regex=r"\S",
                ),
                name="record_is_published_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="decisionrecord",
            constraint=models.CheckConstraint(
                condition=Q(published_on__isnull=True)
                | Q(
                    call_in_applies=True,
                    closes_on__isnull=False,
                    closes_on__gt=F("published_on"),
                    effective_on__gt=F("closes_on"),
                )
                | Q(call_in_applies=False, closes_on__isnull=True, call_in_reason__regex=r"\S"),
                name="record_call_in_or_the_reason",
            ),
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

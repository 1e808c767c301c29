"""No decision is older than its power: each date follows the one it depends on, and a delegation keeps the day it was recorded."""

from django.db import migrations, models

# Of an older build: the moment of its act in the audit record, or else of the resolution that delegates.
RECORDED = """
ALTER TABLE approvals_delegation DISABLE TRIGGER USER;
UPDATE approvals_delegation g SET recorded_at = coalesce(
    (SELECT min(e.at) FROM accounts_auditentry e JOIN phases_programme p ON p.id = g.programme_id
     WHERE e.action = 'delegation_recorded' AND e.subject = 'programme:' || p.slug
       AND e.content::jsonb #>> '{details,delegation}' = g.title),
    (SELECT (f.decided_on + time '12:00') AT TIME ZONE 'Europe/London' FROM phases_fundingdecision f WHERE f.id = g.decision_id));
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
ALTER TABLE approvals_delegation ENABLE TRIGGER USER;
"""

RULES = r"""
CREATE FUNCTION approvals_in_order(earlier text, since date, later text, day date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF day < since THEN
        PERFORM approvals_refuse(later || '_not_before_' || earlier, format('the %s of %s is before the %s of %s', later, day, earlier, since));
    END IF;
END $$;

CREATE FUNCTION approvals_delegation_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM approvals_in_order('decision', f.decided_on, 'delegation', approvals_day(NEW.recorded_at))
        FROM phases_fundingdecision f WHERE f.id = NEW.decision_id;
    RETURN NEW;
END $$;
CREATE TRIGGER delegation_in_order BEFORE INSERT ON approvals_delegation
    FOR EACH ROW EXECUTE FUNCTION approvals_delegation_in_order();

CREATE FUNCTION approvals_delegated_money_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM approvals_in_order('decision', f.decided_on, 'delegation', approvals_day(g.recorded_at))
        FROM phases_fundingdecision f, approvals_delegation g WHERE f.id = NEW.fundingdecision_id AND g.id = NEW.delegation_id;
    RETURN NEW;
END $$;
CREATE TRIGGER delegation_money_in_order AFTER INSERT ON approvals_delegation_money
    FOR EACH ROW EXECUTE FUNCTION approvals_delegated_money_in_order();

CREATE FUNCTION approvals_submission_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM approvals_in_order('delegation', approvals_day(g.recorded_at), 'submission', approvals_day(NEW.submitted_at))
        FROM approvals_delegation g WHERE g.id = NEW.delegation_id;
    RETURN NEW;
END $$;
CREATE TRIGGER submission_in_order BEFORE UPDATE ON approvals_drawdown FOR EACH ROW
    WHEN (NEW.submitted_at IS DISTINCT FROM OLD.submitted_at) EXECUTE FUNCTION approvals_submission_in_order();

CREATE FUNCTION approvals_signing_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE day date := approvals_day(NEW.signed_at);
BEGIN
    PERFORM approvals_in_order('submission', approvals_day(NEW.submitted_at), 'signing', day);
    PERFORM approvals_in_order('answer', approvals_day(max(a.answered_at)), 'signing', day)
        FROM approvals_answer a WHERE a.drawdown_id = NEW.id AND a.sha256 = NEW.sha256;
    PERFORM approvals_in_order('resolution', f.decided_on, 'signing', day)
        FROM phases_fundingdecision f WHERE f.id = NEW.resolution_id;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_in_order BEFORE UPDATE ON approvals_drawdown FOR EACH ROW
    WHEN (NEW.signed_at IS DISTINCT FROM OLD.signed_at AND NEW.signed_at IS NOT NULL)
    EXECUTE FUNCTION approvals_signing_in_order();

CREATE FUNCTION approvals_publication_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM approvals_in_order('signing', approvals_day(d.signed_at), 'publication', NEW.published_on)
        FROM approvals_drawdown d WHERE d.id = NEW.drawdown_id;
    RETURN NEW;
END $$;
CREATE TRIGGER publication_in_order BEFORE INSERT OR UPDATE OF published_on ON approvals_decisionrecord FOR EACH ROW
    WHEN (NEW.published_on IS NOT NULL) EXECUTE FUNCTION approvals_publication_in_order();
"""

UNDO_RULES = """
DROP TRIGGER publication_in_order ON approvals_decisionrecord;
DROP FUNCTION approvals_publication_in_order();
DROP TRIGGER signing_in_order ON approvals_drawdown;
DROP FUNCTION approvals_signing_in_order();
DROP TRIGGER submission_in_order ON approvals_drawdown;
DROP FUNCTION approvals_submission_in_order();
DROP TRIGGER delegation_money_in_order ON approvals_delegation_money;
DROP FUNCTION approvals_delegated_money_in_order();
DROP TRIGGER delegation_in_order ON approvals_delegation;
DROP FUNCTION approvals_delegation_in_order();
DROP FUNCTION approvals_in_order(text, date, text, date);
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0021_recommendations_taken_up_stay")]

    operations = [
        migrations.AddField(
            model_name="delegation",
            name="recorded_at",
            field=models.DateTimeField(editable=False, null=True, verbose_name="recorded"),
        ),
        migrations.RunSQL(RECORDED, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="delegation",
            name="recorded_at",
            field=models.DateTimeField(editable=False, verbose_name="recorded"),
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

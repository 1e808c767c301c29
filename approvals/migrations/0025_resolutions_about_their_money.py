"""A resolution decides a drawdown of the money that it is about, and of no other; once used, what it is about stays."""

from django.db import migrations

# Of an older build: a resolution that decided a drawdown was about what was drawn there, and that alone.
ABOUT = """
INSERT INTO phases_fundingdecision_about (fundingdecision_id, authorisation_id)
SELECT DISTINCT d.resolution_id, l.authorisation_id FROM approvals_drawdown d
    JOIN approvals_drawdownline l ON l.drawdown_id = d.id
    JOIN phases_authorisation a ON a.id = l.authorisation_id
    JOIN phases_fundingdecision given ON given.id = a.decision_id
    JOIN phases_fundingdecision resolved ON resolved.id = d.resolution_id
    WHERE given.decided_on <= resolved.decided_on;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""

RULES = r"""
CREATE OR REPLACE FUNCTION approvals_resolution_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE resolved phases_fundingdecision%ROWTYPE;
BEGIN
    -- Locked, so that what it is about and what puts it right is not written meanwhile.
    SELECT * INTO resolved FROM phases_fundingdecision WHERE id = NEW.resolution_id FOR UPDATE;
    IF resolved.decided_on <
       (SELECT f.decided_on FROM approvals_delegation g JOIN phases_fundingdecision f ON f.id = g.decision_id
        WHERE g.id = NEW.delegation_id) THEN
        PERFORM approvals_refuse('resolution_not_older_than_its_power', 'the resolution is older than the power it is taken under');
    END IF;
    IF EXISTS (SELECT FROM phases_fundingdecision WHERE corrects_id = NEW.resolution_id) THEN
        PERFORM approvals_refuse('resolution_not_put_right', 'another decision has put this resolution right');
    END IF;
    IF EXISTS (SELECT FROM approvals_drawdownline l WHERE l.drawdown_id = NEW.id AND NOT EXISTS (
            SELECT FROM phases_fundingdecision_about b
            WHERE b.fundingdecision_id = NEW.resolution_id AND b.authorisation_id = l.authorisation_id)) THEN
        PERFORM approvals_refuse('resolution_about_this_money', 'the resolution is not about this money');
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION approvals_used_resolution_keeps_its_money() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed bigint := CASE TG_OP WHEN 'INSERT' THEN NEW.fundingdecision_id ELSE OLD.fundingdecision_id END;
BEGIN
    PERFORM FROM phases_fundingdecision WHERE id = changed FOR SHARE;
    IF TG_OP = 'UPDATE' OR EXISTS (SELECT FROM approvals_drawdown WHERE resolution_id = changed) THEN
        PERFORM approvals_refuse('used_resolution_keeps_its_money', 'a drawdown was decided by this resolution');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER used_resolution_keeps_its_money AFTER INSERT OR UPDATE OR DELETE ON phases_fundingdecision_about
    FOR EACH ROW EXECUTE FUNCTION approvals_used_resolution_keeps_its_money();
"""

UNDO_RULES = r"""
DROP TRIGGER used_resolution_keeps_its_money ON phases_fundingdecision_about;
DROP FUNCTION approvals_used_resolution_keeps_its_money();
CREATE OR REPLACE FUNCTION approvals_resolution_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT f.decided_on FROM phases_fundingdecision f WHERE f.id = NEW.resolution_id) <
       (SELECT f.decided_on FROM approvals_delegation g JOIN phases_fundingdecision f ON f.id = g.decision_id
        WHERE g.id = NEW.delegation_id) THEN
        PERFORM approvals_refuse('resolution_not_older_than_its_power', 'the resolution is older than the power it is taken under');
    END IF;
    IF EXISTS (SELECT FROM phases_fundingdecision WHERE corrects_id = NEW.resolution_id) THEN
        PERFORM approvals_refuse('resolution_not_put_right', 'another decision has put this resolution right');
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0024_withdrawals"),
        ("phases", "0010_money_a_resolution_is_about"),
    ]

    operations = [
        migrations.RunSQL(ABOUT, migrations.RunSQL.noop),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

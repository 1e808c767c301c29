"""The resolution that gives a body its power decides nothing without money under it. As `why_not_resolved_by` says it.

Replaces `approvals_resolution_in_order` of 0034.
"""

from django.db import migrations

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
    IF NEW.proposal <> '' AND NEW.resolution_id = (SELECT decision_id FROM approvals_delegation WHERE id = NEW.delegation_id) THEN
        PERFORM approvals_refuse('resolution_is_not_its_power', 'the resolution gives the power, and decides nothing under it');
    END IF;
    IF NEW.proposal <> '' AND EXISTS (SELECT FROM phases_fundingdecision_about WHERE fundingdecision_id = NEW.resolution_id) THEN
        PERFORM approvals_refuse('resolution_about_this_money', 'the resolution is about money, and this decision releases none');
    END IF;
    RETURN NEW;
END $$;
"""

UNDO_RULES = r"""
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
    IF NEW.proposal <> '' AND EXISTS (SELECT FROM phases_fundingdecision_about WHERE fundingdecision_id = NEW.resolution_id) THEN
        PERFORM approvals_refuse('resolution_about_this_money', 'the resolution is about money, and this decision releases none');
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0047_drawdowns_of_a_line")]
    operations = [migrations.RunSQL(RULES, UNDO_RULES)]

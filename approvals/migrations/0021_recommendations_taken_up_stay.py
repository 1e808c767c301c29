"""A recommendation that another decision has taken up says what it said, as does every decision that something stands on."""

from django.db import migrations

STAYS = r"""
CREATE OR REPLACE FUNCTION approvals_used_decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM phases_authorisation WHERE decision_id = OLD.id)
       AND NOT EXISTS (SELECT FROM phases_fundingdecision WHERE corrects_id = OLD.id{more})
       AND NOT EXISTS (SELECT FROM approvals_delegation WHERE decision_id = OLD.id)
       AND NOT EXISTS (SELECT FROM approvals_delegation_money WHERE fundingdecision_id = OLD.id)
       AND NOT EXISTS (SELECT FROM approvals_drawdown WHERE resolution_id = OLD.id) THEN
        RETURN NEW;
    END IF;
    IF (NEW.title, NEW.body_id, NEW.decided_on, NEW.outcome) IS DISTINCT FROM (OLD.title, OLD.body_id, OLD.decided_on, OLD.outcome)
       OR (OLD.minute <> '' AND NEW.minute <> OLD.minute)
       OR (OLD.text_recommended <> '' AND NEW.text_recommended <> OLD.text_recommended)
       OR (OLD.text_resolved <> '' AND NEW.text_resolved <> OLD.text_resolved)
       OR (OLD.members_present <> '' AND NEW.members_present <> OLD.members_present)
       OR (OLD.interests <> '' AND NEW.interests <> OLD.interests)
       OR (OLD.section_151_advice <> '' AND NEW.section_151_advice <> OLD.section_151_advice)
       OR (OLD.assumption <> '' AND NEW.assumption <> OLD.assumption) THEN
        PERFORM approvals_refuse('used_decision_stays', 'something stands on this decision');
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0020_records_published_by_their_act"), ("phases", "0009_what_follows_a_decision")]

    operations = [
        migrations.RunSQL(STAYS.replace("{more}", " OR follows_id = OLD.id"), STAYS.replace("{more}", "")),
    ]

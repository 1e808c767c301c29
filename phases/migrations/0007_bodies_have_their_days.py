"""A body is there from a day to a day: what it decides falls on one of them."""

from django.db import migrations, models
from django.db.models import F, Q

GUARD = r"""
CREATE FUNCTION phases_decision_on_a_day_of_its_body() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM phases_body b WHERE b.id = NEW.body_id AND (b.since > NEW.decided_on OR b.until < NEW.decided_on)) THEN
        RAISE EXCEPTION 'this body was not there on that day'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'decision_on_a_day_of_its_body';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decision_on_a_day_of_its_body BEFORE INSERT OR UPDATE OF body_id, decided_on ON phases_fundingdecision
    FOR EACH ROW EXECUTE FUNCTION phases_decision_on_a_day_of_its_body();
CREATE FUNCTION phases_body_keeps_the_days_of_its_decisions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM phases_fundingdecision d WHERE d.body_id = NEW.id
               AND (NEW.since > d.decided_on OR NEW.until < d.decided_on)) THEN
        RAISE EXCEPTION 'this body decided on another day'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'body_keeps_the_days_of_its_decisions';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER body_keeps_the_days_of_its_decisions BEFORE UPDATE OF since, until ON phases_body
    FOR EACH ROW EXECUTE FUNCTION phases_body_keeps_the_days_of_its_decisions();
"""

UNDO = """
DROP TRIGGER body_keeps_the_days_of_its_decisions ON phases_body;
DROP FUNCTION phases_body_keeps_the_days_of_its_decisions();
DROP TRIGGER decision_on_a_day_of_its_body ON phases_fundingdecision;
DROP FUNCTION phases_decision_on_a_day_of_its_body();
"""


class Migration(migrations.Migration):
    dependencies = [("phases", "0006_bodies")]

    operations = [
        migrations.AddField("body", "since", models.DateField(blank=True, null=True, verbose_name="first day")),
        migrations.AddField("body", "until", models.DateField(blank=True, null=True, verbose_name="last day")),
        migrations.AddConstraint(
            "body", models.CheckConstraint(condition=Q(until__gte=F("since")), name="body_days_in_order")
        ),
        migrations.RunSQL(GUARD, UNDO),
    ]

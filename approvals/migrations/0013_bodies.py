"""A delegation names the body that decides as an object. Its name finds the body, for this one move alone."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

SIGNATURE = r"""
CREATE OR REPLACE FUNCTION approvals_check_signature(asked approvals_drawdown) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    scheme approvals_delegation%ROWTYPE;
    resolved phases_fundingdecision%ROWTYPE;
    day date := approvals_day(asked.signed_at);
BEGIN
    SELECT * INTO scheme FROM approvals_delegation WHERE id = asked.delegation_id;
    IF scheme.expires < day THEN
        PERFORM approvals_refuse('sign_off_while_delegated', 'the delegation has expired');
    END IF;
    IF EXISTS (SELECT FROM approvals_delegationstep s WHERE s.delegation_id = scheme.id AND s.mode = 'agreement' AND NOT EXISTS (
            SELECT FROM approvals_answer a WHERE a.drawdown_id = asked.id AND a.sha256 = asked.sha256
               AND a.office_id = s.office_id AND a.answer = 'agree')) THEN
        PERFORM approvals_refuse('sign_off_needs_every_agreement', 'an agreement is missing');
    END IF;
    IF day <= asked.answer_by AND EXISTS (
            SELECT FROM approvals_delegationstep s WHERE s.delegation_id = scheme.id AND s.mode = 'consultation' AND NOT EXISTS (
            SELECT FROM approvals_answer a WHERE a.drawdown_id = asked.id AND a.sha256 = asked.sha256 AND a.office_id = s.office_id)) THEN
        PERFORM approvals_refuse('sign_off_after_consultation', 'the time to be consulted has not passed');
    END IF;
    IF scheme.decision_maker_id IS NULL THEN
        SELECT * INTO resolved FROM phases_fundingdecision WHERE id = asked.resolution_id FOR SHARE;
        IF resolved.id IS NULL OR resolved.outcome <> 'resolved' OR resolved.body_id <> scheme.decision_body_id
           OR asked.signed_for_id IS NOT NULL OR asked.authority <> '' THEN
            PERFORM approvals_refuse('sign_off_by_the_decision_maker', 'the body has not resolved this');
        END IF;
    ELSIF asked.resolution_id IS NOT NULL
       OR NOT approvals_may_act(scheme.decision_maker_id, asked.signed_by_id, asked.signed_for_id, asked.authority, day) THEN
        PERFORM approvals_refuse('sign_off_by_the_decision_maker', 'this person does not hold the power to sign');
    END IF;
    IF approvals_prepared(asked, asked.signed_by_id) OR approvals_prepared(asked, asked.signed_for_id) THEN
        PERFORM approvals_refuse('sign_off_by_no_preparer', 'nobody signs what they prepared');
    END IF;
    IF EXISTS (SELECT FROM approvals_answer a WHERE a.drawdown_id = asked.id AND a.sha256 = asked.sha256
               AND (a.person_id IN (asked.signed_by_id, asked.signed_for_id)
                    OR a.acting_for_id IN (asked.signed_by_id, asked.signed_for_id))) THEN
        PERFORM approvals_refuse('sign_off_by_none_who_answered', 'who answered does not decide');
    END IF;
END $$;
"""


def find_bodies(apps, schema_editor):
    # Delegations are append-only. What a delegation says stays: only how its body is kept moves on.
    schema_editor.execute("ALTER TABLE approvals_delegation DISABLE TRIGGER USER")
    bodies = apps.get_model("phases", "Body").objects
    for row in apps.get_model("approvals", "Delegation").objects.exclude(decision_body_text=""):
        name = row.decision_body_text.strip()
        name = name[4:] if name.casefold().startswith("the ") else name
        row.decision_body = bodies.filter(name__iexact=name).first() or bodies.create(name=name, kind="committee")
        row.save(update_fields=["decision_body"])
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute("ALTER TABLE approvals_delegation ENABLE TRIGGER USER")


class Migration(migrations.Migration):
    dependencies = [("approvals", "0012_decisions_sorted"), ("phases", "0006_bodies")]

    operations = [
        migrations.RemoveConstraint("delegation", "delegation_to_an_office_or_a_body"),
        migrations.RenameField("delegation", "decision_body", "decision_body_text"),
        migrations.AddField(
            "delegation",
            "decision_body",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="delegations",
                to="phases.body",
            ),
        ),
        migrations.RunPython(find_bodies, migrations.RunPython.noop),
        migrations.RemoveField("delegation", "decision_body_text"),
        migrations.AddConstraint(
            "delegation",
            models.CheckConstraint(
                condition=Q(decision_maker__isnull=False, decision_body__isnull=True)
                | Q(decision_maker__isnull=True, decision_body__isnull=False),
                name="delegation_to_an_office_or_a_body",
            ),
        ),
        migrations.RunSQL(SIGNATURE, migrations.RunSQL.noop),
    ]

"""Who may approve how much, and what else is recorded of a decision. A limit is ended, once, and otherwise stays."""

from datetime import timedelta

from django.db import migrations, models
from django.db.models import F, Q

import accounts.text.rules

visible = [accounts.text.rules.visible_text]
KINDS = [
    ("central_contingency", "Central contingency"),
    ("supplementary_estimate", "Supplementary estimate"),
    ("earmarked", "Earmarked reserve or fund"),
    ("grant", "Grant"),
    ("capital_grant", "Capital grant"),
    ("existing_budget", "Existing budget"),
    ("virement", "Virement"),
    ("partner_contribution", "Partner contribution"),
]

RULES = r"""
-- Of texts there are no ranges: two different ones are told apart by their hashes, which differ.
ALTER TABLE phases_approvallimit ADD CONSTRAINT approval_limit_once_for_an_approver EXCLUDE USING gist (
    int8range(hashtextextended(instrument || '/' || measure, 0), hashtextextended(instrument || '/' || measure, 0), '[]') WITH &&,
    int8range(hashtextextended(lower(approver), 0), hashtextextended(lower(approver), 0), '[]') WITH &&,
    daterange(starts, ends + 1, '[)') WITH &&);

CREATE FUNCTION phases_approval_limit_is_only_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ends IS NOT NULL
       OR (NEW.instrument, NEW.measure, NEW.amount, NEW.approver, NEW.starts)
          IS DISTINCT FROM (OLD.instrument, OLD.measure, OLD.amount, OLD.approver, OLD.starts) THEN
        RAISE EXCEPTION 'an approval limit is ended, once, and otherwise stays'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_limit_only_ended BEFORE UPDATE ON phases_approvallimit
    FOR EACH ROW EXECUTE FUNCTION phases_approval_limit_is_only_ended();
CREATE TRIGGER approval_limit_stays BEFORE DELETE ON phases_approvallimit
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER approval_limit_stays ON phases_approvallimit;
DROP TRIGGER approval_limit_only_ended ON phases_approvallimit;
DROP FUNCTION phases_approval_limit_is_only_ended();
ALTER TABLE phases_approvallimit DROP CONSTRAINT approval_limit_once_for_an_approver;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_deputies"), ("phases", "0002_one_programme_throughout")]

    operations = [
        migrations.AddField(
            model_name="fundingdecision",
            name="members_present",
            field=models.TextField(blank=True, validators=visible),
        ),
        migrations.AddField(
            model_name="fundingdecision",
            name="interests",
            field=models.TextField(blank=True, validators=visible, verbose_name="members’ interests declared"),
        ),
        migrations.AddField(
            model_name="fundingdecision",
            name="section_151_advice",
            field=models.TextField(blank=True, validators=visible, verbose_name="advice of the section 151 officer"),
        ),
        migrations.CreateModel(
            name="ApprovalLimit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("instrument", models.CharField(blank=True, choices=KINDS, max_length=30)),
                (
                    "measure",
                    models.CharField(
                        choices=[
                            ("full_year", "In a full year"),
                            ("in_year", "In one financial year"),
                            ("whole_life", "Over all financial years"),
                        ],
                        default="full_year",
                        max_length=10,
                    ),
                ),
                (
                    "amount",
                    models.DecimalField(blank=True, decimal_places=0, max_digits=14, null=True, verbose_name="up to"),
                ),
                ("approver", models.CharField(max_length=120, validators=visible, verbose_name="body or officer")),
                ("starts", models.DateField(verbose_name="first day")),
                ("ends", models.DateField(blank=True, null=True, verbose_name="last day")),
            ],
            options={
                "ordering": ["measure", "instrument", F("amount").asc(nulls_last=True), "starts"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(measure__in=["full_year", "in_year", "whole_life"]),
                        name="approval_limit_measure_is_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(instrument__in=["", *(kind for kind, _ in KINDS)]),
                        name="approval_limit_instrument_is_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(amount__isnull=True) | Q(amount__gt=0), name="approval_limit_is_more_than_nothing"
                    ),
                    models.CheckConstraint(condition=Q(approver__regex=r"\S"), name="approval_limit_has_an_approver"),
                    models.CheckConstraint(
                        condition=Q(ends__isnull=True) | Q(ends__gte=F("starts") - timedelta(days=1)),
                        name="approval_limit_ends_after_start",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

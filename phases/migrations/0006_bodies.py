"""Who decides becomes an object with a kind: texts that named a body become bodies.

The kinds are guessed from the names, for this one move alone; nothing reads a name afterwards.
"""

import django.db.models.deletion
import django.db.models.functions
from django.db import migrations, models
from django.db.models import Q

import accounts.text.rules
from phases.bodies.rules import Kind

KINDS = [(kind.value, kind.label) for kind in Kind]

OPEN_LIMITS = """
ALTER TABLE phases_approvallimit DROP CONSTRAINT approval_limit_once_for_an_approver;
DROP TRIGGER approval_limit_only_ended ON phases_approvallimit;
DROP FUNCTION phases_approval_limit_is_only_ended();
"""

CLOSE_LIMITS = r"""
-- Of texts there are no ranges: two different ones are told apart by their hashes, which differ.
ALTER TABLE phases_approvallimit ADD CONSTRAINT approval_limit_once_for_an_approver EXCLUDE USING gist (
    int8range(hashtextextended(instrument || '/' || measure, 0), hashtextextended(instrument || '/' || measure, 0), '[]') WITH &&,
    int8range(approver_id, approver_id, '[]') WITH &&,
    daterange(starts, ends + 1, '[)') WITH &&);

CREATE FUNCTION phases_approval_limit_is_only_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.ends IS NOT NULL
       OR (NEW.instrument, NEW.measure, NEW.amount, NEW.approver_id, NEW.starts)
          IS DISTINCT FROM (OLD.instrument, OLD.measure, OLD.amount, OLD.approver_id, OLD.starts) THEN
        RAISE EXCEPTION 'an approval limit is ended, once, and otherwise stays'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approval_limit_only_ended BEFORE UPDATE ON phases_approvallimit
    FOR EACH ROW EXECUTE FUNCTION phases_approval_limit_is_only_ended();
"""


def guess(name):
    words = name.casefold().split()
    if words in (["council"], ["full", "council"]):
        return "full_council"
    if "committee" in words:
        return "committee"
    if "executive" in words[:1] or "cabinet" in words:
        return "executive"
    if {"leader", "holder", "member", "mayor"} & set(words):
        return "member"
    return "officer" if {"chief", "director", "officer"} & set(words) else "committee"


def name_bodies(apps, schema_editor):
    body_of = {}

    def body(text):
        name = text.strip()
        name = name[4:] if name.casefold().startswith("the ") else name
        key = name.casefold()
        if key not in body_of:
            kind = guess(name)
            council = kind == "full_council"
            body_of[key] = apps.get_model("phases", "Body").objects.create(
                name=name, kind=kind, with_article=not council, call_in=not council
            )
        return body_of[key]

    for model, text, field in (
        ("FundingDecision", "body_text", "body"),
        ("ApprovalLimit", "approver_text", "approver"),
        ("Programme", "committee_text", "committee"),
    ):
        for row in apps.get_model("phases", model).objects.exclude(**{text: ""}):
            setattr(row, field, body(getattr(row, text)))
            row.save(update_fields=[field])
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def body_key(related_name, **options):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name=related_name, to="phases.body", **options)


class Migration(migrations.Migration):
    dependencies = [("phases", "0005_lists_sorted")]

    operations = [
        migrations.CreateModel(
            name="Body",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, validators=[accounts.text.rules.visible_text])),
                ("kind", models.CharField(choices=KINDS, max_length=20)),
                ("with_article", models.BooleanField(default=True, verbose_name="say “the” before the name")),
                ("call_in", models.BooleanField(default=True, verbose_name="its decisions are open to call-in")),
            ],
            options={
                "ordering": [django.db.models.functions.Lower("name")],
                "verbose_name_plural": "bodies",
                "constraints": [
                    models.UniqueConstraint(django.db.models.functions.Lower("name"), name="body_named_once"),
                    models.CheckConstraint(condition=Q(name__regex=r"\S"), name="body_has_a_name"),
                    models.CheckConstraint(condition=~Q(name__iregex=r"^\s*the\s"), name="body_name_without_article"),
                    models.CheckConstraint(condition=Q(kind__in=[kind.value for kind in Kind]), name="body_kind_is_known"),
                    models.CheckConstraint(
                        condition=~Q(kind__in=["full_council", "outside"], call_in=True), name="body_call_in_fits_its_kind"
                    ),
                ],
            },
        ),
        migrations.RemoveIndex("approvallimit", "limit_sorted_by_approver"),
        migrations.RemoveConstraint("fundingdecision", "decision_has_title_and_body"),
        migrations.RemoveConstraint("approvallimit", "approval_limit_has_an_approver"),
        migrations.RunSQL(OPEN_LIMITS, migrations.RunSQL.noop),
        migrations.RenameField("fundingdecision", "body", "body_text"),
        migrations.RenameField("approvallimit", "approver", "approver_text"),
        migrations.RenameField("programme", "committee", "committee_text"),
        migrations.AddField("fundingdecision", "body", body_key("decisions", null=True, verbose_name="body or officer")),
        migrations.AddField("approvallimit", "approver", body_key("limits", null=True, verbose_name="body or officer")),
        migrations.AddField("programme", "committee", body_key("+", null=True, blank=True)),
        migrations.RunPython(name_bodies, migrations.RunPython.noop),
        migrations.AlterField("fundingdecision", "body", body_key("decisions", verbose_name="body or officer")),
        migrations.AlterField("approvallimit", "approver", body_key("limits", verbose_name="body or officer")),
        migrations.RemoveField("fundingdecision", "body_text"),
        migrations.RemoveField("approvallimit", "approver_text"),
        migrations.RemoveField("programme", "committee_text"),
        migrations.AddConstraint(
            "fundingdecision", models.CheckConstraint(condition=~Q(title=""), name="decision_has_a_title")
        ),
        migrations.RunSQL(CLOSE_LIMITS, migrations.RunSQL.noop),
    ]

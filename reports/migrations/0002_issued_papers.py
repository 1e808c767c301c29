"""Papers as they were issued. None is changed or removed; each version supersedes the one before."""

import accounts.text.rules
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = """
CREATE FUNCTION reports_check_issued_paper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before reports_issuedpaper%ROWTYPE;
BEGIN
    IF NEW.sha256 <> encode(sha256(NEW.content), 'hex') THEN
        PERFORM approvals_refuse('issued_paper_hash_is_of_its_content', 'the hash is not that of the content');
    END IF;
    IF NEW.supersedes_id IS NOT NULL THEN
        SELECT * INTO before FROM reports_issuedpaper WHERE id = NEW.supersedes_id;
        IF (before.programme_id, before.committee, before.meeting_date, before.appendix, before.part, before.version + 1)
           IS DISTINCT FROM
           (NEW.programme_id, NEW.committee, NEW.meeting_date, NEW.appendix, NEW.part, NEW.version) THEN
            PERFORM approvals_refuse('issued_paper_follows_its_version_before', 'it supersedes another paper or version');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER issued_paper_is_whole BEFORE INSERT ON reports_issuedpaper
    FOR EACH ROW EXECUTE FUNCTION reports_check_issued_paper();
CREATE TRIGGER issued_paper_stays BEFORE UPDATE OR DELETE ON reports_issuedpaper
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER issued_paper_no_truncate BEFORE TRUNCATE ON reports_issuedpaper
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER issued_paper_no_truncate ON reports_issuedpaper;
DROP TRIGGER issued_paper_stays ON reports_issuedpaper;
DROP TRIGGER issued_paper_is_whole ON reports_issuedpaper;
DROP FUNCTION reports_check_issued_paper();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_audit_search"),
        ("approvals", "0002_the_database_decides_with_us"),
        ("phases", "0003_approval_limits"),
        ("reports", "0001_finding_reviews"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="IssuedPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("committee", models.CharField(max_length=120, validators=[accounts.text.rules.visible_text])),
                ("meeting_date", models.DateField()),
                ("agenda_item", models.CharField(blank=True, max_length=30, validators=[accounts.text.rules.visible_text])),
                ("appendix", models.CharField(max_length=30, validators=[accounts.text.rules.visible_text])),
                ("report_number", models.CharField(blank=True, max_length=30, validators=[accounts.text.rules.visible_text])),
                ("part", models.PositiveSmallIntegerField(default=1)),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "reason",
                    models.TextField(
                        blank=True, validators=[accounts.text.rules.visible_text], verbose_name="why it was issued again"
                    ),
                ),
                ("as_at", models.DateTimeField(verbose_name="moment of its data")),
                ("data_version", models.PositiveIntegerField(verbose_name="version of the programme")),
                ("schedule", models.TextField()),
                ("findings", models.TextField()),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField()),
                (
                    "entry",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.auditentry"),
                ),
                (
                    "issued_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="issued_papers", to="phases.programme"
                    ),
                ),
                (
                    "supersedes",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_by",
                        to="reports.issuedpaper",
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["sha256"], name="issued_paper_by_its_hash")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("programme", "committee", "meeting_date", "appendix", "part", "version"),
                        name="issued_paper_version_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reason", ""), ("supersedes__isnull", True), ("version", 1)),
                            models.Q(("reason__regex", "\\S"), ("supersedes__isnull", False), ("version__gt", 1)),
                            _connector="OR",
                        ),
                        name="issued_paper_again_with_its_reason",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("appendix__regex", "\\S"), ("committee__regex", "\\S")),
                        name="issued_paper_names_its_meeting",
                    ),
                    models.CheckConstraint(condition=models.Q(("part__in", [1, 2])), name="issued_paper_part_is_known"),
                    models.CheckConstraint(
                        condition=models.Q(("as_at__lte", models.F("issued_at"))), name="issued_paper_is_not_ahead_of_its_data"
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

"""PDFs that are made in the background. What is ready stays; of the rest only the progress changes."""

import accounts.text.rules
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = """
CREATE FUNCTION reports_check_rendering() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.kind <> 'table' THEN
            PERFORM approvals_refuse('rendering_is_not_removed', 'packs and papers that were asked for are not removed');
        END IF;
        RETURN OLD;
    END IF;
    IF NEW.content IS NOT NULL AND NEW.sha256 <> encode(sha256(NEW.content), 'hex') THEN
        PERFORM approvals_refuse('rendering_hash_is_of_its_content', 'the hash is not that of the content');
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.state = 'ready' THEN
            PERFORM approvals_refuse('rendering_stays_once_ready', 'what is ready stays as it is');
        END IF;
        IF (OLD.programme_id, OLD.kind, OLD.title, OLD.committee, OLD.meeting_date, OLD.agenda_item, OLD.part, OLD.wanted,
            OLD.asked_by_id, OLD.asked_at, OLD.asked_id)
           IS DISTINCT FROM
           (NEW.programme_id, NEW.kind, NEW.title, NEW.committee, NEW.meeting_date, NEW.agenda_item, NEW.part, NEW.wanted,
            NEW.asked_by_id, NEW.asked_at, NEW.asked_id) THEN
            PERFORM approvals_refuse('rendering_is_what_was_asked_for', 'what was asked for does not change');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER rendering_is_whole BEFORE INSERT OR UPDATE OR DELETE ON reports_rendering
    FOR EACH ROW EXECUTE FUNCTION reports_check_rendering();
CREATE TRIGGER rendering_no_truncate BEFORE TRUNCATE ON reports_rendering
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER rendering_no_truncate ON reports_rendering;
DROP TRIGGER rendering_is_whole ON reports_rendering;
DROP FUNCTION reports_check_rendering();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_audit_search"),
        ("approvals", "0002_the_database_decides_with_us"),
        ("phases", "0003_approval_limits"),
        ("reports", "0004_front_sheet"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Rendering",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("pack", "Pack"), ("paper", "Paper"), ("table", "Committee table")], max_length=5),
                ),
                ("title", models.CharField(max_length=200, validators=[accounts.text.rules.visible_text])),
                ("committee", models.CharField(blank=True, max_length=120, validators=[accounts.text.rules.visible_text])),
                ("meeting_date", models.DateField(blank=True, null=True)),
                ("agenda_item", models.CharField(blank=True, max_length=30, validators=[accounts.text.rules.visible_text])),
                ("part", models.PositiveSmallIntegerField(default=1)),
                ("wanted", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "Waiting"), ("making", "Being made"), ("ready", "Ready"), ("failed", "Not made")],
                        default="queued",
                        max_length=6,
                    ),
                ),
                ("done", models.PositiveSmallIntegerField(default=0)),
                ("total", models.PositiveSmallIntegerField(default=0)),
                ("failure", models.TextField(blank=True, verbose_name="why it was not made")),
                ("content", models.BinaryField(blank=True, null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.auditentry",
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "entry",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.auditentry",
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.issuedpaper",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="renderings", to="phases.programme"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "indexes": [
                    models.Index(fields=["programme", "kind", "-id"], name="rendering_of_a_programme"),
                    models.Index(fields=["sha256"], name="rendering_by_its_hash"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("failure", ""), ("finished_at__isnull", True), ("state__in", ["queued", "making"])),
                            models.Q(("failure", ""), ("finished_at__isnull", False), ("state", "ready")),
                            models.Q(("failure__regex", "\\S"), ("finished_at__isnull", False), ("state", "failed")),
                            _connector="OR",
                        ),
                        name="rendering_ends_in_words_or_well",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                models.Q(("state", "ready"), _negated=True),
                                ("content__isnull", True),
                                ("paper__isnull", True),
                                ("sha256", ""),
                            ),
                            models.Q(
                                ("content__isnull", True),
                                ("kind", "paper"),
                                ("paper__isnull", False),
                                ("sha256", ""),
                                ("state", "ready"),
                            ),
                            models.Q(
                                ("content__isnull", False),
                                ("kind__in", ["pack", "table"]),
                                ("paper__isnull", True),
                                ("state", "ready"),
                                models.Q(("sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="rendering_has_its_result_when_ready",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("done__lte", models.F("total"))), name="rendering_does_no_more_than_all"
                    ),
                    models.CheckConstraint(condition=models.Q(("part__in", [1, 2])), name="rendering_part_is_known"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "pack"), _negated=True),
                            models.Q(
                                ("asked__isnull", False),
                                ("committee__regex", "\\S"),
                                ("meeting_date__isnull", False),
                                models.Q(models.Q(("state", "ready"), _negated=True), ("entry__isnull", False), _connector="OR"),
                            ),
                            _connector="OR",
                        ),
                        name="rendering_pack_has_its_meeting_and_entries",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

"""How findings of the paper check were reviewed. A review stays as it was written."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.text.rules

RULES = """
CREATE TRIGGER finding_review_stays BEFORE UPDATE OR DELETE ON reports_findingreview
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER finding_review_no_truncate BEFORE TRUNCATE ON reports_findingreview
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER finding_review_no_truncate ON reports_findingreview;
DROP TRIGGER finding_review_stays ON reports_findingreview;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_audit_chain_append_only"),
        ("phases", "0001_programmes_decisions_authorisations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FindingReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("rule", models.CharField(max_length=4)),
                (
                    "severity",
                    models.CharField(
                        choices=[("E", "Stops the paper"), ("W", "Warning"), ("I", "For information")], max_length=1
                    ),
                ),
                ("fingerprint", models.CharField(max_length=32)),
                ("text", models.TextField(verbose_name="the finding, as it was reviewed")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("dismissed", "Dismissed"),
                            ("overridden", "Overridden"),
                            ("reopened", "Reopened"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.TextField(validators=[accounts.text.rules.visible_text])),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="finding_reviews",
                        to="phases.programme",
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["programme", "fingerprint"], name="review_of_a_finding")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "dismissed"), ("severity__in", ["W", "I"])),
                            models.Q(("kind", "overridden"), ("severity", "E")),
                            models.Q(("kind", "reopened"), ("severity__in", ["E", "W", "I"])),
                            _connector="OR",
                        ),
                        name="finding_review_fits_its_severity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__regex", r"\S")), name="finding_review_has_its_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fingerprint__regex", "^[0-9a-f]{32}$"),
                            ("rule__regex", r"^PC\d\d$"),
                            models.Q(("text", ""), _negated=True),
                        ),
                        name="finding_review_names_its_finding",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

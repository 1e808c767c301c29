"""Lines that are exempt information. What was decided about one stays as it was written."""

import accounts.text.rules
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = """
CREATE TRIGGER line_exemption_stays BEFORE UPDATE OR DELETE ON reports_lineexemption
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER line_exemption_no_truncate BEFORE TRUNCATE ON reports_lineexemption
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER line_exemption_no_truncate ON reports_lineexemption;
DROP TRIGGER line_exemption_stays ON reports_lineexemption;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("phases", "0003_approval_limits"),
        ("reports", "0002_issued_papers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LineExemption",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line_id", models.BigIntegerField()),
                ("paragraph", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("reason", models.TextField(validators=[accounts.text.rules.visible_text], verbose_name="public interest")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="line_exemptions", to="phases.programme"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
                "indexes": [models.Index(fields=["programme", "line_id", "-id"], name="exemption_of_a_line")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("paragraph__isnull", True), ("paragraph__range", (1, 7)), _connector="OR"),
                        name="line_exemption_paragraph_is_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("reason__regex", "\\S")), name="line_exemption_has_its_reason"),
                ],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

"""The statutory post that an office is as well: head of paid service, section 151 officer or monitoring officer, each once."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_deputies")]

    operations = [
        migrations.AddField(
            model_name="office",
            name="statutory_role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("section_151", "Section 151 officer"),
                    ("head_of_paid_service", "Head of paid service"),
                    ("monitoring_officer", "Monitoring officer"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="office",
            constraint=models.UniqueConstraint(
                fields=["statutory_role"], condition=~Q(statutory_role=""), name="statutory_role_of_one_office"
            ),
        ),
        migrations.AddConstraint(
            model_name="office",
            constraint=models.CheckConstraint(
                condition=Q(statutory_role__in=["", "section_151", "head_of_paid_service", "monitoring_officer"]),
                name="office_statutory_role_is_known",
            ),
        ),
    ]

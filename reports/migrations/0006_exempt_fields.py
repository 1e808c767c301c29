"""Single fields of a line can be exempt information too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_renderings")]

    operations = [
        migrations.AddField(
            model_name="lineexemption",
            name="field",
            field=models.CharField(
                blank=True,
                choices=[
                    ("title", "Name"),
                    ("fte", "FTE"),
                    ("amounts", "Costs"),
                    ("paperwork_complete", "Paperwork complete"),
                    ("recruited", "Recruited to post"),
                    ("comment", "Comment"),
                ],
                default="",
                max_length=20,
                verbose_name="what of it; all but FTE and costs where empty",
            ),
            preserve_default=False,
        ),
        migrations.RemoveIndex(model_name="lineexemption", name="exemption_of_a_line"),
        migrations.AddIndex(
            model_name="lineexemption",
            index=models.Index(fields=["programme", "line_id", "field", "-id"], name="exemption_of_a_line"),
        ),
        migrations.AddConstraint(
            model_name="lineexemption",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("field__in", ["", "title", "fte", "amounts", "paperwork_complete", "recruited", "comment"])
                ),
                name="line_exemption_field_is_known",
            ),
        ),
    ]

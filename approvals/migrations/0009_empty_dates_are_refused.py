"""A reply without its moment is refused: a comparison with an empty moment is unknown, which a check lets pass."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("approvals", "0008_published_records_stay")]

    operations = [
        migrations.RemoveConstraint(model_name="question", name="question_reply_is_whole"),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=Q(reply="", replied_by__isnull=True, replied_at__isnull=True)
                | Q(reply__regex=r"\S", replied_by__isnull=False, replied_at__isnull=False, replied_at__gte=F("asked_at")),
                name="question_reply_is_whole",
            ),
        ),
    ]

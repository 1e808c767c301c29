"""The decision maker is told of a correction, and of a withdrawal from publication."""


from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0027_forward_plan'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_kind_is_known',
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('asked', 'Asked to answer'), ('reminder_before', 'Reminded before the answer was due'), ('reminder_overdue', 'Reminded that the answer is overdue'), ('all_answered', 'Told that everybody has answered'), ('signed', 'Told that it was signed off'), ('returned', 'Told that it was returned'), ('refused', 'Told that it was refused'), ('withdrawn', 'Told that it was withdrawn'), ('called_in', 'Told that it was called in'), ('published', 'Told that it was published'), ('corrected', 'Told that its record was corrected'), ('unpublished', 'Told that its publication was withdrawn'), ('handed_back', 'Told that money was handed back'), ('answered_for', 'Told that a deputy answered'), ('overturned', 'Told that it was overturned'), ('effective', 'Told that it took effect'), ('question', 'Asked a question'), ('reply', 'Told of the reply')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['asked', 'reminder_before', 'reminder_overdue', 'all_answered', 'signed', 'returned', 'refused', 'withdrawn', 'called_in', 'overturned', 'effective', 'published', 'corrected', 'unpublished', 'handed_back', 'answered_for']), ('question__isnull', True)), models.Q(('kind__in', ['question', 'reply']), ('question__isnull', False)), _connector='OR'), name='notice_kind_is_known'),
        ),
    ]

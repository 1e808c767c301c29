"""Each correction of a record, and each withdrawal of a correction, is told by itself."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("approvals", "0042_delegations_sorted"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_once',
        ),
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_kind_is_known',
        ),
        migrations.AddField(
            model_name='notice',
            name='correction',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.correction'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('drawdown', 'submission', 'kind', 'person', 'question', 'hand_back', 'correction'), name='notice_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('correction__isnull', True), ('hand_back__isnull', True), ('kind__in', ['asked', 'reminder_before', 'reminder_overdue', 'escalated', 'all_answered', 'signed', 'returned', 'refused', 'withdrawn', 'called_in', 'overturned', 'effective', 'published', 'answered_for']), ('question__isnull', True)), models.Q(('hand_back__isnull', True), ('kind__in', ['corrected', 'unpublished']), ('question__isnull', True)), models.Q(('correction__isnull', True), ('kind__in', ['hand_back_asked', 'handed_back']), ('question__isnull', True)), models.Q(('correction__isnull', True), ('hand_back__isnull', True), ('kind__in', ['question', 'reply']), ('question__isnull', False)), _connector='OR'), name='notice_kind_is_known'),
        ),
    ]

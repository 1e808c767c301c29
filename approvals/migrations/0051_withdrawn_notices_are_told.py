"""Somebody who relies on a notice of the forward plan is told when it is withdrawn."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("approvals", "0050_routes_in_words"),
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
            name='key_notice',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.keynotice'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('asked', 'Asked to answer'), ('reminder_before', 'Reminded before the answer was due'), ('reminder_overdue', 'Reminded that the answer is overdue'), ('escalated', 'Told that the answer of another office is overdue'), ('all_answered', 'Told that everybody has answered'), ('signed', 'Told that it was signed off'), ('returned', 'Told that it was returned'), ('refused', 'Told that it was refused'), ('withdrawn', 'Told that it was withdrawn'), ('called_in', 'Told that it was called in'), ('published', 'Told that it was published'), ('corrected', 'Told that its record was corrected'), ('unpublished', 'Told that its publication was withdrawn'), ('hand_back_asked', 'Asked to confirm a hand-back'), ('handed_back', 'Told that money was handed back'), ('answered_for', 'Told that a deputy answered'), ('overturned', 'Told that it was overturned'), ('effective', 'Told that it took effect'), ('question', 'Asked a question'), ('reply', 'Told of the reply'), ('elsewhere_asked', 'Asked to confirm a decision taken elsewhere'), ('elsewhere_back', 'Told that a decision taken elsewhere was sent back'), ('elsewhere', 'Told that a decision taken elsewhere is recorded'), ('body_asked', 'Told to ask an outside body'), ('body_reminder', 'Reminded to chase an outside body'), ('body_overdue', 'Told that the answer of an outside body is overdue'), ('key_notice_gone', 'Told that the notice of a key decision was withdrawn')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.UniqueConstraint(fields=('drawdown', 'submission', 'kind', 'person', 'question', 'hand_back', 'correction', 'key_notice'), name='notice_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('correction__isnull', True), ('hand_back__isnull', True), ('kind__in', ['asked', 'reminder_before', 'reminder_overdue', 'escalated', 'all_answered', 'signed', 'returned', 'refused', 'withdrawn', 'called_in', 'overturned', 'effective', 'published', 'answered_for', 'elsewhere_asked', 'elsewhere_back', 'elsewhere', 'body_asked', 'body_reminder', 'body_overdue']), ('question__isnull', True)), models.Q(('hand_back__isnull', True), ('kind__in', ['corrected', 'unpublished']), ('question__isnull', True)), models.Q(('correction__isnull', True), ('kind__in', ['hand_back_asked', 'handed_back']), ('question__isnull', True)), models.Q(('correction__isnull', True), ('hand_back__isnull', True), ('kind__in', ['question', 'reply']), ('question__isnull', False)), models.Q(('correction__isnull', True), ('hand_back__isnull', True), ('kind', 'key_notice_gone'), ('question__isnull', True)), _connector='OR'), name='notice_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('key_notice__isnull', False), ('kind', 'key_notice_gone')), models.Q(models.Q(('kind', 'key_notice_gone'), _negated=True), ('key_notice__isnull', True)), _connector='OR'), name='notice_of_a_key_notice_names_it'),
        ),
    ]

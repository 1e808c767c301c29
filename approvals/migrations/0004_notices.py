"""Who is told of what, by mail."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0003_papers_questions_records"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('submission', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('asked', 'Asked to answer'), ('reminder_before', 'Reminded before the answer was due'), ('reminder_overdue', 'Reminded that the answer is overdue'), ('all_answered', 'Told that everybody has answered'), ('signed', 'Told that it was signed off'), ('returned', 'Told that it was returned'), ('refused', 'Told that it was refused'), ('withdrawn', 'Told that it was withdrawn'), ('called_in', 'Told that it was called in'), ('effective', 'Told that it took effect'), ('question', 'Asked a question'), ('reply', 'Told of the reply')], max_length=16)),
                ('state', models.CharField(choices=[('queued', 'Waiting to be sent'), ('sent', 'Sent'), ('given_up', 'Not sent')], default='queued', max_length=8)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.TextField(blank=True, verbose_name='why it was not sent')),
                ('queued_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('drawdown', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='approvals.drawdown')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.question')),
            ],
            options={
                'ordering': ['queued_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('drawdown', 'submission', 'kind', 'person', 'question'), name='notice_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ['asked', 'reminder_before', 'reminder_overdue', 'all_answered', 'signed', 'returned', 'refused', 'withdrawn', 'called_in', 'effective']), ('question__isnull', True)), models.Q(('kind__in', ['question', 'reply']), ('question__isnull', False)), _connector='OR'), name='notice_kind_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', True), ('state', 'queued')), models.Q(('sent_at__isnull', False), ('state', 'sent')), models.Q(('last_error__regex', '\\S'), ('sent_at__isnull', True), ('state', 'given_up')), _connector='OR'), name='notice_state_is_whole')],
            },
        ),
    ]

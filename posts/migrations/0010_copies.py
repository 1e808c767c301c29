"""What was copied from where, written once and never changed."""

import django.db.models.deletion
from django.db import migrations, models

STAYS = "".join(
    f"CREATE TRIGGER {name}_stays BEFORE UPDATE OR DELETE ON posts_{name} FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();"
    f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON posts_{name}"
    " FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();"
    for name in ("copy", "copiedline")
)
MAY_CHANGE = "".join(
    f"DROP TRIGGER {name}_stays ON posts_{name}; DROP TRIGGER {name}_no_truncate ON posts_{name};" for name in ("copy", "copiedline")
)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0020_combined_authority'),
        ('phases', '0011_carried_forward'),
        ('posts', "0009_annual_cost_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name='Copy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('body', models.CharField(max_length=64)),
                ('source', models.TextField()),
                ('source_phase', models.BigIntegerField(null=True)),
                ('phase', models.BigIntegerField(null=True)),
                ('years', models.SmallIntegerField()),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.auditentry')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='phases.programme')),
                ('source_programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='phases.programme')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='CopiedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line_id', models.BigIntegerField(unique=True)),
                ('source_line_id', models.BigIntegerField()),
                ('title', models.CharField(max_length=200, verbose_name='title of the line that was copied')),
                ('copy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='posts.copy')),
            ],
        ),
        migrations.AddConstraint(
            model_name='copy',
            constraint=models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='copy_has_its_key'),
        ),
        migrations.AddConstraint(
            model_name='copy',
            constraint=models.CheckConstraint(condition=models.Q(('source__regex', '\\S')), name='copy_has_its_source'),
        ),
        migrations.AddConstraint(
            model_name='copy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('phase__isnull', True), ('source_phase__isnull', True)), models.Q(('phase__isnull', False), ('source_phase__isnull', False)), _connector='OR'), name='copy_of_a_phase_is_a_phase'),
        ),
        migrations.RunSQL(STAYS, MAY_CHANGE),
    ]

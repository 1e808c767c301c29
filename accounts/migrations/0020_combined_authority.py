"""A combined authority, with or without a mayor, may be how a council is governed; its scrutiny committee calls in by setting."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0019_terms_sorted"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='governanceterm',
            name='governance_form_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='governanceterm',
            name='governance_call_in_fits_its_form',
        ),
        migrations.AddField(
            model_name='governanceterm',
            name='scrutiny_call_in',
            field=models.BooleanField(default=False, verbose_name='the combined authority’s scrutiny committee may call decisions in'),
        ),
        migrations.AlterField(
            model_name='governanceterm',
            name='form',
            field=models.CharField(choices=[('leader', 'Leader and cabinet or executive'), ('mayor', 'Elected mayor and cabinet'), ('committees', 'Committee system'), ('combined', 'Combined authority'), ('mayoral', 'Mayoral combined authority')], max_length=12, verbose_name='how the council is governed'),
        ),
        migrations.AddConstraint(
            model_name='governanceterm',
            constraint=models.CheckConstraint(condition=models.Q(('form__in', ['leader', 'mayor', 'committees', 'combined', 'mayoral'])), name='governance_form_is_known'),
        ),
        migrations.AddConstraint(
            model_name='governanceterm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('form', 'committees'), ('member_call_in', False), ('officer_call_in', False), ('scrutiny_call_in', False)), models.Q(('committee_call_in', False), ('form__in', ['combined', 'mayoral']), ('member_call_in', False), ('officer_call_in', False)), models.Q(models.Q(('form__in', ['committees', 'combined', 'mayoral']), _negated=True), ('committee_call_in', False), ('scrutiny_call_in', False)), _connector='OR'), name='governance_call_in_fits_its_form'),
        ),
    ]

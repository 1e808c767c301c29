"""An office is of a member, of an officer or of somebody outside. Guessed from its name, for this one move alone."""

from django.db import migrations, models


MEMBERS = r"(^|\s)(leader|holder|mayor|councillor|member)(\s|$)"


def guess(apps, schema_editor):
    apps.get_model("accounts", "Office").objects.filter(statutory_role="", name__iregex=MEMBERS).update(kind="member")


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_governance'),
    ]

    operations = [
        migrations.AddField(
            model_name='office',
            name='kind',
            field=models.CharField(choices=[('member', 'Of a member'), ('officer', 'Of an officer'), ('outside', 'Of an outside body')], default='officer', max_length=8),
        ),
        migrations.RunPython(guess, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['member', 'officer', 'outside'])), name='office_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='office',
            constraint=models.CheckConstraint(condition=models.Q(('statutory_role', ''), ('kind', 'officer'), _connector='OR'), name='office_statutory_role_of_an_officer'),
        ),
    ]

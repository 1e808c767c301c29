"""A drawdown is withdrawn with reasons. Of those withdrawn before, it is said that none was asked for."""

from django.db import migrations, models

import accounts.text.rules

# At once, or the table could not be changed before what waits for the end of the transaction is checked.
WITHOUT = r"""
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE approvals_drawdown SET reasons = 'No reason was asked for.', version = version + 1 WHERE state = 'withdrawn' AND reasons !~ '\S';
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0028_corrections_are_told")]

    operations = [
        migrations.RunSQL(WITHOUT, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="drawdown",
            name="reasons",
            field=models.TextField(
                blank=True,
                validators=[accounts.text.rules.visible_text],
                verbose_name="reasons for returning, withdrawing or refusing",
            ),
        ),
        migrations.RemoveConstraint(model_name="drawdown", name="drawdown_no_has_its_reasons"),
        migrations.AddConstraint(
            model_name="drawdown",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["returned", "withdrawn", "refused"]), _negated=True)
                | models.Q(("reasons__regex", r"\S")),
                name="drawdown_no_has_its_reasons",
            ),
        ),
    ]

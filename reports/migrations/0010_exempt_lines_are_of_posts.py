"""What is exempt of a line is kept with the lines by now. The table and its rows stay as they are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0009_recommendations_ask_a_body")]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="LineExemption")]),
    ]

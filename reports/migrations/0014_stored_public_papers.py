"""Public PDFs are kept with their bytes. Of a row of an early version, which has the hash alone, the bytes may be filled in once."""

from django.db import migrations, models

RULES = """
DROP TRIGGER published_paper_stays ON reports_publishedpaper;
CREATE TRIGGER published_paper_stays BEFORE UPDATE ON reports_publishedpaper FOR EACH ROW
    WHEN (OLD.content IS NOT NULL OR NEW.content IS NULL OR (OLD.id, OLD.record_id, OLD.correction_id, OLD.entry_id, OLD.sha256)
        IS DISTINCT FROM (NEW.id, NEW.record_id, NEW.correction_id, NEW.entry_id, NEW.sha256))
    EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER published_paper_is_kept BEFORE DELETE ON reports_publishedpaper
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER published_paper_is_kept ON reports_publishedpaper;
DROP TRIGGER published_paper_stays ON reports_publishedpaper;
CREATE TRIGGER published_paper_stays BEFORE UPDATE OR DELETE ON reports_publishedpaper
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0022_unit_to_one_decimal_place'),
        ('approvals', '0054_fte_of_an_act_together'),
        ('reports', '0013_routes_in_words'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='publishedpaper',
            name='published_paper_once',
        ),
        migrations.AddField(
            model_name='publishedpaper',
            name='content',
            field=models.BinaryField(null=True),
        ),
        migrations.AddField(
            model_name='publishedplan',
            name='content',
            field=models.BinaryField(null=True),
        ),
        migrations.AddConstraint(
            model_name='publishedpaper',
            constraint=models.UniqueConstraint(fields=('record', 'correction', 'entry', 'sha256'), name='published_paper_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='publishedpaper',
            constraint=models.CheckConstraint(condition=models.Q(('content__isnull', True), ('sha256', models.Func(models.Func(models.F('content'), function='sha256'), models.Value('hex'), function='encode', output_field=models.TextField())), _connector='OR'), name='published_paper_is_its_hash'),
        ),
        migrations.AddConstraint(
            model_name='publishedplan',
            constraint=models.CheckConstraint(condition=models.Q(('content__isnull', True), ('sha256', models.Func(models.Func(models.F('content'), function='sha256'), models.Value('hex'), function='encode', output_field=models.TextField())), _connector='OR'), name='published_plan_is_its_hash'),
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

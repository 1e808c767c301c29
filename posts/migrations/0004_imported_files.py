"""The file of each import is kept, under the hash that its audit entry names."""

import accounts.text.rules
import django.db.models.deletion
from django.db import migrations, models

RULES = r"""
CREATE FUNCTION posts_check_imported_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sha256 <> encode(sha256(NEW.content), 'hex') OR NEW.size <> length(NEW.content) OR NOT EXISTS (
        SELECT FROM accounts_auditentry e JOIN phases_programme p ON e.subject = 'programme:' || p.slug
        WHERE e.number = NEW.entry_id AND p.id = NEW.programme_id
            AND e.content::jsonb #>> '{details,file_sha256}' = NEW.sha256
    ) THEN
        RAISE EXCEPTION 'it is not the file that the audit entry names'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'imported_file_is_the_one_named';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER imported_file_is_the_one_named BEFORE INSERT ON posts_importedfile
    FOR EACH ROW EXECUTE FUNCTION posts_check_imported_file();
CREATE TRIGGER imported_file_stays BEFORE UPDATE OR DELETE ON posts_importedfile
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER imported_file_no_truncate BEFORE TRUNCATE ON posts_importedfile
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""
UNDO_RULES = """
DROP TRIGGER imported_file_no_truncate ON posts_importedfile;
DROP TRIGGER imported_file_stays ON posts_importedfile;
DROP TRIGGER imported_file_is_the_one_named ON posts_importedfile;
DROP FUNCTION posts_check_imported_file();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0020_combined_authority"),
        ("phases", "0011_carried_forward"),
        ("posts", "0003_exempt_lines"),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=200, validators=[accounts.text.rules.visible_text])),
                ('sheet', models.TextField(blank=True, verbose_name='sheet of a workbook')),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='imported_file', to='accounts.auditentry')),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='phases.programme')),
            ],
            options={
                'ordering': ['-entry'],
                'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$'), ('size__gt', 0)), name='imported_file_has_its_hash')],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

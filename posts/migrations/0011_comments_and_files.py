"""Comments stay as they were written, but for their withdrawal; a file stays as it was attached, until it is removed."""

import accounts.text.rules
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = r"""
CREATE FUNCTION posts_check_line_comment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a comment stays' USING ERRCODE = 'check_violation', CONSTRAINT = 'line_comment_stays';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.withdrawn_at IS NOT NULL THEN
            RAISE EXCEPTION 'a comment begins as it is said'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'line_comment_begins_standing';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
        OR ROW(NEW.id, NEW.key, NEW.programme_id, NEW.line_id, NEW.text, NEW.by_id, NEW.at)
            IS DISTINCT FROM ROW(OLD.id, OLD.key, OLD.programme_id, OLD.line_id, OLD.text, OLD.by_id, OLD.at) THEN
        RAISE EXCEPTION 'a comment is only ever withdrawn, once'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_comment_only_withdrawn';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER line_comment_stays BEFORE INSERT OR UPDATE OR DELETE ON posts_linecomment
    FOR EACH ROW EXECUTE FUNCTION posts_check_line_comment();
CREATE TRIGGER line_comment_no_truncate BEFORE TRUNCATE ON posts_linecomment
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
CREATE FUNCTION posts_check_line_file() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sha256 <> encode(sha256(NEW.content), 'hex') OR NEW.size <> length(NEW.content) THEN
        RAISE EXCEPTION 'size or hash are not those of the content'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'line_file_hash_is_of_its_content';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER line_file_hash_is_of_its_content BEFORE INSERT ON posts_linefile
    FOR EACH ROW EXECUTE FUNCTION posts_check_line_file();
CREATE TRIGGER line_file_stays_as_attached BEFORE UPDATE ON posts_linefile
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
"""
UNDO_RULES = """
DROP TRIGGER line_file_stays_as_attached ON posts_linefile;
DROP TRIGGER line_file_hash_is_of_its_content ON posts_linefile;
DROP FUNCTION posts_check_line_file();
DROP TRIGGER line_comment_no_truncate ON posts_linecomment;
DROP TRIGGER line_comment_stays ON posts_linecomment;
DROP FUNCTION posts_check_line_comment();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('phases', '0011_carried_forward'),
        ('posts', "0010_copies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='LineComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, unique=True)),
                ('line_id', models.BigIntegerField()),
                ('text', models.TextField(validators=[accounts.text.rules.visible_text], verbose_name='comment')),
                ('at', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_because', models.TextField(blank=True, validators=[accounts.text.rules.visible_text], verbose_name='reason')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='phases.programme')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['id'],
                'indexes': [models.Index(fields=['line_id', 'id'], name='comment_of_a_line')],
                'constraints': [models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='comment_has_its_key'), models.CheckConstraint(condition=models.Q(('text__regex', '\\S')), name='comment_has_its_text'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_because', ''), ('withdrawn_by__isnull', True)), models.Q(('withdrawn_at__gte', models.F('at')), ('withdrawn_at__isnull', False), ('withdrawn_because__regex', '\\S'), ('withdrawn_by__isnull', False)), _connector='OR'), name='comment_withdrawal_is_whole')],
            },
        ),
        migrations.CreateModel(
            name='LineFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line_id', models.BigIntegerField()),
                ('name', models.CharField(max_length=200, validators=[accounts.text.rules.visible_text])),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('programme', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='phases.programme')),
            ],
            options={
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('line_id', 'name'), name='line_file_named_once'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$'), ('size__gt', 0)), name='line_file_has_its_hash')],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

"""A confirmation of a condition can be taken back while nothing was signed on it; its evidence can be a paper."""

import accounts.text.rules
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = r"""
CREATE OR REPLACE FUNCTION approvals_condition_met(condition bigint, drawdown bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM approvals_conditionconfirmation c WHERE c.condition_id = condition AND NOT EXISTS (
        SELECT FROM approvals_drawdownpreparer p WHERE p.drawdown_id = drawdown AND p.person_id = c.confirmed_by_id)
        AND NOT EXISTS (SELECT FROM approvals_confirmationtakenback t WHERE t.confirmation_id = c.id))
$$;

CREATE FUNCTION approvals_check_taken_back() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    given approvals_conditionconfirmation%ROWTYPE;
    scheme approvals_delegation%ROWTYPE;
BEGIN
    SELECT * INTO given FROM approvals_conditionconfirmation WHERE id = NEW.confirmation_id;
    SELECT g.* INTO scheme FROM approvals_delegation g JOIN approvals_delegationcondition k ON k.delegation_id = g.id
    WHERE k.id = given.condition_id;
    -- A signature holds the same lock.
    PERFORM 1 FROM phases_programme WHERE id = scheme.programme_id FOR UPDATE;
    IF NEW.by_id = given.confirmed_by_id THEN
        PERFORM approvals_refuse('taken_back_by_another', 'who confirmed a condition does not take that back');
    END IF;
    IF NEW.at < given.confirmed_at THEN
        PERFORM approvals_refuse('taken_back_after_it_was_given', 'a confirmation is taken back after it was given');
    END IF;
    IF EXISTS (SELECT FROM approvals_drawdown d WHERE d.delegation_id = scheme.id AND d.signed_at >= given.confirmed_at) THEN
        PERFORM approvals_refuse('taken_back_before_anything_was_signed', 'a decision was signed on this confirmation');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER taken_back_as_allowed BEFORE INSERT ON approvals_confirmationtakenback
    FOR EACH ROW EXECUTE FUNCTION approvals_check_taken_back();

CREATE FUNCTION approvals_check_confirmation_paper() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sha256 <> encode(sha256(NEW.content), 'hex') OR NOT EXISTS (
        SELECT FROM approvals_conditionconfirmation c JOIN accounts_auditentry e ON e.number = c.entry_id
        WHERE c.id = NEW.confirmation_id AND e.content::jsonb #>> '{details,paper_sha256}' = NEW.sha256
    ) THEN
        PERFORM approvals_refuse('confirmation_paper_is_the_one_named', 'it is not the paper that the confirmation names');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER confirmation_paper_is_the_one_named BEFORE INSERT ON approvals_confirmationpaper
    FOR EACH ROW EXECUTE FUNCTION approvals_check_confirmation_paper();
"""
UNDO_RULES = """
DROP TRIGGER confirmation_paper_is_the_one_named ON approvals_confirmationpaper;
DROP FUNCTION approvals_check_confirmation_paper();
DROP TRIGGER taken_back_as_allowed ON approvals_confirmationtakenback;
DROP FUNCTION approvals_check_taken_back();
CREATE OR REPLACE FUNCTION approvals_condition_met(condition bigint, drawdown bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM approvals_conditionconfirmation c WHERE c.condition_id = condition AND NOT EXISTS (
        SELECT FROM approvals_drawdownpreparer p WHERE p.drawdown_id = drawdown AND p.person_id = c.confirmed_by_id))
$$;
"""


def _stays(table: str, name: str) -> migrations.RunSQL:
    """Rows are only ever added."""
    refuse = "EXECUTE FUNCTION accounts_refuse_change()"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {refuse};"
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {refuse};",
        f"DROP TRIGGER {name}_no_truncate ON {table}; DROP TRIGGER {name}_stays ON {table};",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_mail_once_a_day'),
        ("approvals", "0039_taken_over_first"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConfirmationPaper',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, validators=[accounts.text.rules.visible_text])),
                ('media_type', models.CharField(max_length=100)),
                ('size', models.PositiveIntegerField(verbose_name='size in bytes')),
                ('sha256', models.CharField(max_length=64)),
                ('content', models.BinaryField()),
                ('confirmation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='paper', to='approvals.conditionconfirmation')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$'), ('size__gt', 0)), name='confirmation_paper_has_its_hash')],
            },
        ),
        migrations.CreateModel(
            name='ConfirmationTakenBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('reasons', models.TextField(validators=[accounts.text.rules.visible_text])),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('confirmation', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='approvals.conditionconfirmation')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.auditentry')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reasons__regex', '\\S')), name='taken_back_has_its_reasons')],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
        _stays('approvals_confirmationpaper', 'confirmation_paper'),
        _stays('approvals_confirmationtakenback', 'taken_back'),
    ]

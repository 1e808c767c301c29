"""A delegation may have a first day and conditions, and release its money in parts. Nothing is signed before they are met."""

import accounts.text.rules
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = r"""
CREATE FUNCTION approvals_condition_met(condition bigint, drawdown bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM approvals_conditionconfirmation c WHERE c.condition_id = condition AND NOT EXISTS (
        SELECT FROM approvals_drawdownpreparer p WHERE p.drawdown_id = drawdown AND p.person_id = c.confirmed_by_id))
$$;

-- How much may be drawn that day in all; NULL where the delegation is not released in parts in this measure.
CREATE FUNCTION approvals_released(delegation bigint, year integer, drawdown bigint, day date) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(*) > 0 THEN coalesce(sum(t.amount) FILTER (
        WHERE coalesce(t.not_before <= day, true) AND NOT EXISTS (
            SELECT FROM approvals_delegationcondition k WHERE k.part_id = t.id AND NOT approvals_condition_met(k.id, drawdown))), 0) END
    FROM approvals_delegationpart t WHERE t.delegation_id = delegation AND t.financial_year IS NOT DISTINCT FROM year
$$;

-- Whether it asks for more than is released in some measure that day.
CREATE FUNCTION approvals_held_back(asked bigint, delegation bigint, day date) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM approvals_drawdownline l JOIN approvals_drawdownamount a ON a.drawdown_line_id = l.id
        JOIN approvals_delegationlimit m ON m.delegation_id = delegation AND m.financial_year IS NOT DISTINCT FROM a.financial_year
        WHERE l.drawdown_id = asked GROUP BY a.financial_year, m.drawn
        HAVING m.drawn + sum(a.pounds) > approvals_released(delegation, a.financial_year, asked, day))
$$;

CREATE FUNCTION approvals_terms_of_an_unused_delegation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM approvals_delegation WHERE id = NEW.delegation_id FOR UPDATE;
    IF EXISTS (SELECT FROM approvals_drawdown d WHERE d.delegation_id = NEW.delegation_id) THEN
        PERFORM approvals_refuse(TG_NAME, 'the delegation is in use');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER part_of_an_unused_delegation BEFORE INSERT ON approvals_delegationpart
    FOR EACH ROW EXECUTE FUNCTION approvals_terms_of_an_unused_delegation();
CREATE TRIGGER condition_of_an_unused_delegation BEFORE INSERT ON approvals_delegationcondition
    FOR EACH ROW EXECUTE FUNCTION approvals_terms_of_an_unused_delegation();

CREATE FUNCTION approvals_condition_of_its_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM approvals_delegationpart t WHERE t.id = NEW.part_id AND t.delegation_id = NEW.delegation_id) THEN
        PERFORM approvals_refuse(TG_NAME, 'the part is of another delegation');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER condition_of_its_own_delegation BEFORE INSERT ON approvals_delegationcondition
    FOR EACH ROW WHEN (NEW.part_id IS NOT NULL) EXECUTE FUNCTION approvals_condition_of_its_part();

CREATE FUNCTION approvals_parts_come_to_the_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(t.amount) FROM approvals_delegationpart t
        WHERE t.delegation_id = NEW.delegation_id AND t.financial_year IS NOT DISTINCT FROM NEW.financial_year) IS DISTINCT FROM
       (SELECT m.amount FROM approvals_delegationlimit m
        WHERE m.delegation_id = NEW.delegation_id AND m.financial_year IS NOT DISTINCT FROM NEW.financial_year) THEN
        PERFORM approvals_refuse(TG_NAME, 'the parts come to the limit of the delegation');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER parts_come_to_the_limit AFTER INSERT ON approvals_delegationpart
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION approvals_parts_come_to_the_limit();

CREATE FUNCTION approvals_check_confirmation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.met_on > approvals_day(NEW.confirmed_at) THEN
        PERFORM approvals_refuse('confirmed_once_it_is_met', 'a condition is confirmed once it is met');
    END IF;
    IF EXISTS (SELECT FROM approvals_delegationcondition k JOIN approvals_drawdown d ON d.delegation_id = k.delegation_id
               JOIN approvals_drawdownpreparer p ON p.drawdown_id = d.id AND p.person_id = NEW.confirmed_by_id
               WHERE k.id = NEW.condition_id AND d.state IN ('draft', 'submitted', 'returned', 'withdrawn')) THEN
        PERFORM approvals_refuse('confirmed_by_nobody_who_asks', 'who prepared a drawdown under it does not confirm its conditions');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER confirmation_as_allowed BEFORE INSERT ON approvals_conditionconfirmation
    FOR EACH ROW EXECUTE FUNCTION approvals_check_confirmation();

CREATE FUNCTION approvals_signing_as_delegated() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE scheme approvals_delegation%ROWTYPE;
BEGIN
    SELECT * INTO scheme FROM approvals_delegation WHERE id = NEW.delegation_id;
    IF approvals_day(NEW.signed_at) < scheme.earliest THEN
        PERFORM approvals_refuse('sign_off_from_the_first_day', 'the first day of the delegation has not come');
    END IF;
    IF EXISTS (SELECT FROM approvals_delegationcondition k WHERE k.delegation_id = scheme.id AND k.part_id IS NULL
               AND NOT approvals_condition_met(k.id, NEW.id)) THEN
        PERFORM approvals_refuse('sign_off_with_its_conditions_met', 'a condition of the delegation is not confirmed');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_as_delegated BEFORE UPDATE ON approvals_drawdown FOR EACH ROW
    WHEN (NEW.state = 'signed_off' AND OLD.state <> 'signed_off') EXECUTE FUNCTION approvals_signing_as_delegated();

CREATE FUNCTION approvals_draw_of_a_released_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_drawdown d JOIN approvals_delegationlimit m ON m.delegation_id = d.delegation_id
               WHERE d.id = NEW.drawdown_id AND m.financial_year IS NOT DISTINCT FROM NEW.financial_year AND NEW.pounds > 0
                 AND m.drawn > approvals_released(m.delegation_id, NEW.financial_year, d.id, approvals_day(d.signed_at))) THEN
        PERFORM approvals_refuse('draw_of_a_released_part', 'this part of the money is not released yet');
    END IF;
    RETURN NULL;
END $$;
-- After consumption_counts_under_its_delegation, by its name: what is drawn then counts this row already.
CREATE TRIGGER consumption_of_a_released_part AFTER INSERT ON approvals_consumption
    FOR EACH ROW WHEN (NEW.kind = 'draw') EXECUTE FUNCTION approvals_draw_of_a_released_part();
"""

UNDO_RULES = """
DROP TRIGGER consumption_of_a_released_part ON approvals_consumption;
DROP FUNCTION approvals_draw_of_a_released_part();
DROP TRIGGER signing_as_delegated ON approvals_drawdown;
DROP FUNCTION approvals_signing_as_delegated();
DROP TRIGGER confirmation_as_allowed ON approvals_conditionconfirmation;
DROP FUNCTION approvals_check_confirmation();
DROP TRIGGER parts_come_to_the_limit ON approvals_delegationpart;
DROP FUNCTION approvals_parts_come_to_the_limit();
DROP TRIGGER condition_of_its_own_delegation ON approvals_delegationcondition;
DROP FUNCTION approvals_condition_of_its_part();
DROP TRIGGER condition_of_an_unused_delegation ON approvals_delegationcondition;
DROP TRIGGER part_of_an_unused_delegation ON approvals_delegationpart;
DROP FUNCTION approvals_terms_of_an_unused_delegation();
DROP FUNCTION approvals_held_back(bigint, bigint, date);
DROP FUNCTION approvals_released(bigint, integer, bigint, date);
DROP FUNCTION approvals_condition_met(bigint, bigint);
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
        ('accounts', '0012_office_kinds'),
        ('approvals', '0036_why_not_key'),
        ('phases', '0008_decisions_put_right'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ConditionConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('confirmed_at', models.DateTimeField()),
                ('met_on', models.DateField(verbose_name='date it was met')),
                ('evidence', models.TextField(validators=[accounts.text.rules.visible_text])),
            ],
            options={
                'ordering': [models.F('confirmed_at'), 'id'],
            },
        ),
        migrations.CreateModel(
            name='DelegationCondition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(validators=[accounts.text.rules.visible_text], verbose_name='condition')),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='DelegationPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('financial_year', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1990), django.core.validators.MaxValueValidator(2099)])),
                ('amount', models.DecimalField(decimal_places=0, max_digits=14)),
                ('not_before', models.DateField(blank=True, null=True, verbose_name='first day')),
            ],
            options={
                'ordering': ['number'],
            },
        ),
        migrations.AddField(
            model_name='delegation',
            name='earliest',
            field=models.DateField(blank=True, null=True, verbose_name='first day'),
        ),
        migrations.AddConstraint(
            model_name='delegation',
            constraint=models.CheckConstraint(condition=models.Q(('earliest__lte', models.F('expires'))), name='delegation_begins_before_it_ends'),
        ),
        migrations.AddField(
            model_name='conditionconfirmation',
            name='confirmed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='conditionconfirmation',
            name='entry',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.auditentry'),
        ),
        migrations.AddField(
            model_name='delegationcondition',
            name='delegation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='conditions', to='approvals.delegation'),
        ),
        migrations.AddField(
            model_name='conditionconfirmation',
            name='condition',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='approvals.delegationcondition'),
        ),
        migrations.AddField(
            model_name='delegationpart',
            name='delegation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='approvals.delegation'),
        ),
        migrations.AddField(
            model_name='delegationcondition',
            name='part',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='conditions', to='approvals.delegationpart'),
        ),
        migrations.AddConstraint(
            model_name='conditionconfirmation',
            constraint=models.UniqueConstraint(fields=('condition', 'confirmed_by'), name='confirmed_once_by_a_person'),
        ),
        migrations.AddConstraint(
            model_name='conditionconfirmation',
            constraint=models.CheckConstraint(condition=models.Q(('evidence__regex', '\\S')), name='confirmation_has_its_evidence'),
        ),
        migrations.AddConstraint(
            model_name='delegationpart',
            constraint=models.UniqueConstraint(fields=('delegation', 'number'), name='part_numbered_once'),
        ),
        migrations.AddConstraint(
            model_name='delegationpart',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='part_is_more_than_nothing'),
        ),
        migrations.AddConstraint(
            model_name='delegationpart',
            constraint=models.CheckConstraint(condition=models.Q(('financial_year__isnull', True), ('financial_year__range', (1990, 2099)), _connector='OR'), name='part_year_in_range'),
        ),
        migrations.AddConstraint(
            model_name='delegationcondition',
            constraint=models.CheckConstraint(condition=models.Q(('text__regex', '\\S')), name='condition_has_its_text'),
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
        _stays('approvals_delegationpart', 'part'),
        _stays('approvals_delegationcondition', 'condition'),
        _stays('approvals_conditionconfirmation', 'confirmation'),
    ]

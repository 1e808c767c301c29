"""What is submitted as not key, above the council's own thresholds, says why: the database asks for the reason too."""

from django.db import migrations


RULES = r"""
-- As wards_in in approvals/decisions/key_notice/rules.py.
CREATE FUNCTION approvals_wards_in(typed text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN typed ~* '^\s*(all\M|(borough|district|county|city|council)[- ]?wide)' THEN 1000
        ELSE (SELECT count(*) FROM regexp_split_to_table(typed, '[,;\n]|\mand\M') AS part WHERE part ~ '\S')::integer END
$$;

-- As why_key there: the greatest sum it releases in a year or in a full year, or the wards, reach a threshold of the council.
CREATE FUNCTION approvals_is_key_by_thresholds(drawdown bigint, wards text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT coalesce(c.key_amount <= (
            SELECT max(released.pounds) FROM (
                SELECT sum(a.pounds) AS pounds FROM approvals_drawdownline l
                JOIN approvals_drawdownamount a ON a.drawdown_line_id = l.id
                WHERE l.drawdown_id = drawdown GROUP BY a.financial_year
            ) AS released
        ), FALSE) OR coalesce(c.key_wards <= approvals_wards_in(wards), FALSE)
        FROM accounts_council c WHERE c.id = 1
    ), FALSE)
$$;

CREATE FUNCTION approvals_check_not_key() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM approvals_decisionrecord r
        WHERE r.drawdown_id = NEW.id AND r.is_key IS FALSE AND r.not_key_reason !~ '\S'
        AND approvals_is_key_by_thresholds(NEW.id, r.wards)
    ) THEN
        PERFORM approvals_refuse('not_key_above_thresholds_says_why', 'above the thresholds it says why it is not key');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER not_key_above_thresholds_says_why BEFORE UPDATE ON approvals_drawdown
    FOR EACH ROW WHEN (NEW.state = 'submitted' AND OLD.state <> 'submitted') EXECUTE FUNCTION approvals_check_not_key();
"""
UNDO_RULES = """
DROP TRIGGER not_key_above_thresholds_says_why ON approvals_drawdown;
DROP FUNCTION approvals_check_not_key();
DROP FUNCTION approvals_is_key_by_thresholds(bigint, text);
DROP FUNCTION approvals_wards_in(text);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0037_first_day_conditions_and_parts'),
    ]

    operations = [
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

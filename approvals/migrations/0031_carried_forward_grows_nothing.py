"""What is carried forward is taken from one year and given to a later one by a decision of its own: the whole never grows."""

from django.db import migrations

ONLY_CARRIED = r"""
CREATE OR REPLACE FUNCTION approvals_limit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_limitdrawn WHERE limit_id = OLD.id)
       AND (NEW.id, NEW.authorisation_id, NEW.financial_year, NEW.amount - NEW.carried_in + NEW.carried_out) IS DISTINCT FROM
           (OLD.id, OLD.authorisation_id, OLD.financial_year, OLD.amount - OLD.carried_in + OLD.carried_out) THEN
        PERFORM approvals_refuse(TG_NAME, 'a limit that was drawn on stays');
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION approvals_check_limit_drawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'INSERT' OR NEW.ceiling <> OLD.ceiling)
       AND NEW.ceiling <> (SELECT amount FROM phases_authorisationlimit WHERE id = NEW.limit_id FOR UPDATE) THEN
        PERFORM approvals_refuse('limit_drawn_ceiling_is_the_limit', 'the ceiling is the limit');
    END IF;
    IF TG_OP = 'INSERT' THEN
        RETURN NEW;
    END IF;
    IF NEW.limit_id <> OLD.limit_id THEN
        PERFORM approvals_refuse('limit_drawn_ceiling_is_the_limit', 'the ceiling is the limit');
    END IF;
    IF OLD.lapsed_at IS NOT NULL AND (NEW.lapsed_at IS DISTINCT FROM OLD.lapsed_at OR NEW.drawn > OLD.drawn) THEN
        PERFORM approvals_refuse('limit_lapsed_is_not_drawn', 'this limit has lapsed');
    END IF;
    RETURN NEW;
END $$;
"""

AS_BEFORE = r"""
CREATE OR REPLACE FUNCTION approvals_limit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_limitdrawn WHERE limit_id = OLD.id) THEN
        PERFORM approvals_refuse(TG_NAME, 'a limit that was drawn on stays');
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION approvals_check_limit_drawn() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.ceiling <> (SELECT amount FROM phases_authorisationlimit WHERE id = NEW.limit_id FOR UPDATE) THEN
            PERFORM approvals_refuse('limit_drawn_ceiling_is_the_limit', 'the ceiling is the limit');
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.limit_id, NEW.ceiling) IS DISTINCT FROM (OLD.limit_id, OLD.ceiling) THEN
        PERFORM approvals_refuse('limit_drawn_ceiling_is_the_limit', 'the ceiling is the limit');
    END IF;
    IF OLD.lapsed_at IS NOT NULL AND (NEW.lapsed_at IS DISTINCT FROM OLD.lapsed_at OR NEW.drawn > OLD.drawn) THEN
        PERFORM approvals_refuse('limit_lapsed_is_not_drawn', 'this limit has lapsed');
    END IF;
    RETURN NEW;
END $$;
"""

RULES = r"""
CREATE FUNCTION approvals_check_carry_forward() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paid phases_authorisation%ROWTYPE;
    decided phases_fundingdecision%ROWTYPE;
    day date;
BEGIN
    SELECT approvals_day(at) INTO day FROM accounts_auditentry WHERE number = NEW.entry_id;
    SELECT * INTO paid FROM phases_authorisation WHERE id = NEW.authorisation_id FOR SHARE;
    SELECT * INTO decided FROM phases_fundingdecision WHERE id = NEW.decision_id FOR SHARE;
    IF decided.outcome <> 'resolved' OR decided.programme_id <> paid.programme_id OR decided.decided_on > day
       OR decided.decided_on < (SELECT decided_on FROM phases_fundingdecision WHERE id = paid.decision_id)
       OR EXISTS (SELECT FROM phases_fundingdecision WHERE corrects_id = decided.id)
       OR EXISTS (SELECT FROM phases_authorisation WHERE decision_id = decided.id)
       OR EXISTS (SELECT FROM approvals_delegation WHERE decision_id = decided.id)
       OR EXISTS (SELECT FROM approvals_drawdown WHERE resolution_id = decided.id)
       OR (EXISTS (SELECT FROM phases_fundingdecision_about WHERE fundingdecision_id = decided.id)
           AND NOT EXISTS (SELECT FROM phases_fundingdecision_about m
                           WHERE m.fundingdecision_id = decided.id AND m.authorisation_id = paid.id)) THEN
        PERFORM approvals_refuse('carried_forward_by_a_decision_of_its_own', 'this decision carries nothing of this forward');
    END IF;
    IF NOT approvals_year_has_ended(NEW.from_year, day) OR approvals_year_has_ended(NEW.to_year, day) THEN
        PERFORM approvals_refuse('carried_forward_from_a_year_that_ended', 'money goes from a year that has ended to one that has not');
    END IF;
    IF EXISTS (SELECT FROM phases_authorisation WHERE replaces_id = paid.id)
       OR EXISTS (SELECT FROM phases_authorisationlimit l JOIN approvals_limitdrawn d ON d.limit_id = l.id
                  WHERE l.authorisation_id = paid.id AND l.financial_year IN (NEW.from_year, NEW.to_year)
                    AND d.lapsed_at IS NOT NULL) THEN
        PERFORM approvals_refuse('carried_forward_before_it_lapses', 'it has lapsed, or was replaced');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER carried_forward_as_allowed BEFORE INSERT ON phases_carryforward
    FOR EACH ROW EXECUTE FUNCTION approvals_check_carry_forward();
CREATE TRIGGER carried_forward_stays BEFORE UPDATE OR DELETE ON phases_carryforward
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER carried_forward_no_truncate BEFORE TRUNCATE ON phases_carryforward
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();

-- As the transaction ends: each limit holds what these acts took from it and gave to it, and its ceiling is what it holds.
CREATE FUNCTION approvals_check_carried(authorisation bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM phases_authorisationlimit l
        WHERE l.authorisation_id = authorisation
          AND (l.carried_out, l.carried_in) IS DISTINCT FROM (
            (SELECT COALESCE(sum(c.pounds), 0) FROM phases_carryforward c
             WHERE c.authorisation_id = authorisation AND c.from_year = l.financial_year),
            (SELECT COALESCE(sum(c.pounds), 0) FROM phases_carryforward c
             WHERE c.authorisation_id = authorisation AND c.to_year = l.financial_year))
    ) OR EXISTS (
        SELECT FROM phases_carryforward c CROSS JOIN LATERAL (VALUES (c.from_year), (c.to_year)) AS y (year)
        WHERE c.authorisation_id = authorisation AND NOT EXISTS (
            SELECT FROM phases_authorisationlimit l WHERE l.authorisation_id = authorisation AND l.financial_year = y.year)
    ) THEN
        PERFORM approvals_refuse('limit_carried_is_the_sum', 'what one year gives is what the other is given');
    END IF;
END $$;
CREATE FUNCTION approvals_carried_is_the_sum() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM approvals_check_carried(NEW.authorisation_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER carried_forward_is_summed AFTER INSERT ON phases_carryforward
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION approvals_carried_is_the_sum();
CREATE FUNCTION approvals_limit_is_carried_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM approvals_check_carried(NEW.authorisation_id);
    IF EXISTS (SELECT FROM approvals_limitdrawn d JOIN phases_authorisationlimit l ON l.id = d.limit_id
               WHERE l.id = NEW.id AND d.ceiling <> l.amount) THEN
        PERFORM approvals_refuse('limit_drawn_ceiling_is_the_limit', 'the ceiling is the limit');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER limit_carried_is_summed AFTER INSERT OR UPDATE ON phases_authorisationlimit
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION approvals_limit_is_carried_whole();
"""

UNDO_RULES = """
DROP TRIGGER limit_carried_is_summed ON phases_authorisationlimit;
DROP FUNCTION approvals_limit_is_carried_whole();
DROP TRIGGER carried_forward_is_summed ON phases_carryforward;
DROP FUNCTION approvals_carried_is_the_sum();
DROP FUNCTION approvals_check_carried(bigint);
DROP TRIGGER carried_forward_no_truncate ON phases_carryforward;
DROP TRIGGER carried_forward_stays ON phases_carryforward;
DROP TRIGGER carried_forward_as_allowed ON phases_carryforward;
DROP FUNCTION approvals_check_carry_forward();
"""

USED = """
DO $do$
DECLARE body text := pg_get_functiondef('approvals_used_decision_stays'::regproc);
BEGIN
    EXECUTE {change};
END $do$;
"""
_FIRST = "IF NOT EXISTS (SELECT FROM phases_authorisation WHERE decision_id = OLD.id)"
_MORE = "IF NOT EXISTS (SELECT FROM phases_carryforward WHERE decision_id = OLD.id)\n       AND NOT EXISTS (SELECT FROM phases_authorisation WHERE decision_id = OLD.id)"


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0030_no_draw_of_a_year_that_ended'),
        ('phases', '0011_carried_forward'),
    ]

    operations = [
        migrations.RunSQL(ONLY_CARRIED, AS_BEFORE),
        migrations.RunSQL(RULES, UNDO_RULES),
        # The rule of a decision that is used knows one more use.
        migrations.RunSQL(
            USED.format(change=f"replace(body, $${_FIRST}$$, $${_MORE}$$)"),
            USED.format(change=f"replace(body, $${_MORE}$$, $${_FIRST}$$)"),
        ),
    ]

"""What is drawn under a delegation is kept by the database, row by row of consumption, and never passes the delegation's limits."""

from django.db import migrations

RULES = r"""
CREATE FUNCTION approvals_check_delegation_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM 1 FROM approvals_delegation WHERE id = NEW.delegation_id FOR UPDATE;
        IF NEW.drawn <> 0 OR EXISTS (SELECT FROM approvals_drawdown d WHERE d.delegation_id = NEW.delegation_id) THEN
            PERFORM approvals_refuse('delegation_limit_of_an_unused_delegation', 'the delegation is in use');
        END IF;
    ELSIF (NEW.id, NEW.delegation_id, NEW.financial_year, NEW.amount) IS DISTINCT FROM
          (OLD.id, OLD.delegation_id, OLD.financial_year, OLD.amount) THEN
        PERFORM approvals_refuse('delegation_limit_stays', 'a delegation never changes: record another');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER delegation_limit_as_recorded BEFORE INSERT OR UPDATE ON approvals_delegationlimit
    FOR EACH ROW EXECUTE FUNCTION approvals_check_delegation_limit();

CREATE FUNCTION approvals_draw_under_delegation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE approvals_delegationlimit l SET drawn = l.drawn + NEW.pounds
      FROM approvals_drawdown d
     WHERE d.id = NEW.drawdown_id AND l.delegation_id = d.delegation_id
       AND l.financial_year IS NOT DISTINCT FROM NEW.financial_year;
    RETURN NULL;
END $$;
CREATE TRIGGER consumption_counts_under_its_delegation AFTER INSERT ON approvals_consumption
    FOR EACH ROW EXECUTE FUNCTION approvals_draw_under_delegation();

CREATE FUNCTION approvals_sum_under_delegation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT l.drawn FROM approvals_delegationlimit l WHERE l.id = NEW.id) IS DISTINCT FROM
       (SELECT COALESCE(sum(c.pounds), 0) FROM approvals_consumption c JOIN approvals_drawdown d ON d.id = c.drawdown_id
         WHERE d.delegation_id = NEW.delegation_id AND c.financial_year IS NOT DISTINCT FROM NEW.financial_year) THEN
        PERFORM approvals_refuse(TG_NAME, 'what is drawn is the sum of what is consumed');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER delegation_drawn_is_the_sum AFTER UPDATE ON approvals_delegationlimit
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION approvals_sum_under_delegation();

CREATE TRIGGER delegation_limit_never_removed BEFORE DELETE ON approvals_delegationlimit
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER delegation_limit_no_truncate BEFORE TRUNCATE ON approvals_delegationlimit
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER delegation_limit_no_truncate ON approvals_delegationlimit;
DROP TRIGGER delegation_limit_never_removed ON approvals_delegationlimit;
DROP TRIGGER delegation_drawn_is_the_sum ON approvals_delegationlimit;
DROP TRIGGER consumption_counts_under_its_delegation ON approvals_consumption;
DROP TRIGGER delegation_limit_as_recorded ON approvals_delegationlimit;
DROP FUNCTION approvals_sum_under_delegation();
DROP FUNCTION approvals_draw_under_delegation();
DROP FUNCTION approvals_check_delegation_limit();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0004_notices")]

    operations = [migrations.RunSQL(RULES, UNDO_RULES)]

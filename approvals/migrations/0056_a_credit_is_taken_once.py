"""A credit is taken once, over however many live drawdowns. As `consumed` of approvals.drawdowns.rules says it."""

from django.db import migrations

RULES = r"""
-- At the end of the transaction. The programme is taken first, as by every sign-off: of two that take one credit at once, the
-- later sees the earlier. What was frozen says whether it is a credit, and of a line that several sources pay for, whose part.
CREATE FUNCTION approvals_credit_taken_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE measure text; part bigint; is_credit boolean;
BEGIN
    measure := CASE WHEN NEW.financial_year IS NULL THEN 'full_year' WHEN NEW.financial_year = 0 THEN 'whole_life'
        ELSE NEW.financial_year::text END;
    SELECT bool_or((line -> 'amounts' ->> measure)::numeric < 0), max((line ->> 'source')::bigint) INTO is_credit, part
      FROM approvals_drawdown d, jsonb_array_elements(d.content::jsonb -> 'lines') line
     WHERE d.id = NEW.drawdown_id AND d.state <> 'superseded' AND (line ->> 'line')::bigint = NEW.line_id
       AND (line ->> 'authorisation')::bigint = NEW.authorisation_id;
    IF is_credit IS NOT TRUE THEN RETURN NULL; END IF;
    PERFORM FROM phases_programme p JOIN approvals_drawdown d ON d.programme_id = p.id WHERE d.id = NEW.drawdown_id
        FOR NO KEY UPDATE OF p;
    IF EXISTS (
        SELECT FROM approvals_consumption c
          JOIN approvals_drawdown d ON d.id = c.drawdown_id
          JOIN phases_authorisation u ON u.id = c.authorisation_id
         WHERE c.line_id = NEW.line_id AND c.financial_year IS NOT DISTINCT FROM NEW.financial_year AND c.id <> NEW.id
           AND c.kind = 'draw' AND c.pounds = 0 AND d.state <> 'superseded'
           AND (part IS NULL OR u.funding_source_id = part)) THEN
        PERFORM approvals_refuse(TG_NAME, 'a credit is taken once');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER credit_taken_once AFTER INSERT ON approvals_consumption
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'draw' AND NEW.pounds = 0 AND NEW.fte IS NULL)
    EXECUTE FUNCTION approvals_credit_taken_once();
"""

UNDO_RULES = """
DROP TRIGGER credit_taken_once ON approvals_consumption;
DROP FUNCTION approvals_credit_taken_once();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0055_reads_that_keep_their_plan")]
    operations = [migrations.RunSQL(RULES, UNDO_RULES)]

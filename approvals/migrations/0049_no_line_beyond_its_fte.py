"""No line is drawn beyond its FTE, over however many live drawdowns. As `consumed` of approvals.drawdowns.rules says it."""

from django.db import migrations

RULES = r"""
-- At the end of the transaction, when what is passed on or handed back in it is written too. The programme is taken first, as by
-- every sign-off: of two that draw on one line at once, the later sees the earlier.
CREATE FUNCTION approvals_within_its_fte() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM phases_programme p JOIN approvals_drawdown d ON d.programme_id = p.id WHERE d.id = NEW.drawdown_id
        FOR NO KEY UPDATE OF p;
    IF NEW.continues_id IS NOT NULL THEN
        -- What goes on does not grow: no more FTE than the earlier row passed on.
        IF NEW.fte > (SELECT COALESCE(-sum(r.fte), 0) FROM approvals_consumption r
                       WHERE r.reverses_id = NEW.continues_id AND r.kind = 'transfer_out') THEN
            PERFORM approvals_refuse(TG_NAME, 'no more FTE are taken over than were passed on');
        END IF;
    ELSIF (SELECT sum(c.fte + COALESCE((SELECT sum(r.fte) FROM approvals_consumption r WHERE r.reverses_id = c.id), 0))
             FROM approvals_consumption c WHERE c.line_id = NEW.line_id AND c.reverses_id IS NULL
              AND c.financial_year IS NOT DISTINCT FROM NEW.financial_year)
        > (SELECT COALESCE(max((line ->> 'fte')::numeric), 0)
             FROM approvals_drawdown d, jsonb_array_elements(d.content::jsonb -> 'lines') line
            WHERE d.id = NEW.drawdown_id AND (line ->> 'line')::bigint = NEW.line_id) THEN
        PERFORM approvals_refuse(TG_NAME, 'no more FTE of a line are drawn than it has');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER line_drawn_within_its_fte AFTER INSERT ON approvals_consumption
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.reverses_id IS NULL AND NEW.fte > 0)
    EXECUTE FUNCTION approvals_within_its_fte();
"""

UNDO_RULES = """
DROP TRIGGER line_drawn_within_its_fte ON approvals_consumption;
DROP FUNCTION approvals_within_its_fte();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0048_power_and_decision")]
    operations = [migrations.RunSQL(RULES, UNDO_RULES)]

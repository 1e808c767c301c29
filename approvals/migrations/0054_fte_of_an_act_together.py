"""The FTE of all lines that one act draws are looked at together, once: what was frozen of them is read once.

Replaces `approvals_within_its_fte` of 0049.
"""

from django.db import migrations

RULES = r"""
CREATE OR REPLACE FUNCTION approvals_within_its_fte() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.continues_id IS NOT NULL THEN
        -- What goes on does not grow: no more FTE than the earlier row passed on.
        IF NEW.fte > (SELECT COALESCE(-sum(r.fte), 0) FROM approvals_consumption r
                       WHERE r.reverses_id = NEW.continues_id AND r.kind = 'transfer_out') THEN
            PERFORM approvals_refuse(TG_NAME, 'no more FTE are taken over than were passed on');
        END IF;
        RETURN NULL;
    END IF;
    -- Of the rows that one act wrote in one go the last asks for all of the act. Which go, nobody can choose: it is no number of ours.
    IF EXISTS (SELECT FROM approvals_consumption me JOIN approvals_consumption c ON c.drawdown_id = me.drawdown_id
                WHERE me.id = NEW.id AND c.xmin = me.xmin AND c.entry_id = me.entry_id AND c.id > me.id
                  AND c.reverses_id IS NULL AND c.continues_id IS NULL AND c.fte > 0) THEN
        RETURN NULL;
    END IF;
    PERFORM FROM phases_programme p JOIN approvals_drawdown d ON d.programme_id = p.id WHERE d.id = NEW.drawdown_id
        FOR NO KEY UPDATE OF p;
    IF EXISTS (
        WITH of_it AS (
            SELECT DISTINCT line_id, financial_year FROM approvals_consumption
             WHERE drawdown_id = NEW.drawdown_id AND entry_id = NEW.entry_id
               AND reverses_id IS NULL AND continues_id IS NULL AND fte > 0),
        frozen AS (
            SELECT (line ->> 'line')::bigint AS line_id, max((line ->> 'fte')::numeric) AS fte
              FROM approvals_drawdown d, jsonb_array_elements(d.content::jsonb -> 'lines') line
             WHERE d.id = NEW.drawdown_id GROUP BY 1),
        drawn AS (
            SELECT c.line_id, c.financial_year,
                   sum(c.fte + COALESCE((SELECT sum(r.fte) FROM approvals_consumption r WHERE r.reverses_id = c.id), 0)) AS fte
              FROM approvals_consumption c JOIN of_it o ON o.line_id = c.line_id
               AND o.financial_year IS NOT DISTINCT FROM c.financial_year
             WHERE c.reverses_id IS NULL GROUP BY 1, 2)
        SELECT FROM drawn LEFT JOIN frozen USING (line_id) WHERE drawn.fte > COALESCE(frozen.fte, 0)) THEN
        PERFORM approvals_refuse(TG_NAME, 'no more FTE of a line are drawn than it has');
    END IF;
    RETURN NULL;
END $$;
"""

UNDO_RULES = r"""
CREATE OR REPLACE FUNCTION approvals_within_its_fte() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0053_cases_name_notices_that_stand")]
    operations = [migrations.RunSQL(RULES, UNDO_RULES)]

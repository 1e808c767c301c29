"""What says who may act on drawdowns, and of which money, is read by functions: a connection plans each of them once, not each time."""

from django.db import migrations

READS = r"""
-- What is said of each of these drawdowns. Of many the first year is left out: who looks at their money reads it with that.
CREATE FUNCTION approvals_said_of(drawdowns bigint[], and_first_year boolean) RETURNS TABLE (
    id bigint, reference varchar, title varchar, delegation_id bigint, answer_by date, state varchar, prepared_by_id bigint,
    is_key boolean, notice_route varchar, notice_on date, withdrawn varchar, first_year smallint
) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT d.id, d.reference, d.title, d.delegation_id, d.answer_by, d.state, d.prepared_by_id,
        c.is_key, c.notice_route, c.notice_on, (
            SELECT w.reference FROM approvals_keynoticewithdrawal w WHERE w.reference = c.notice_reference
        ), CASE WHEN and_first_year THEN (
            -- Line by line, each by its index: joined, all amounts of everybody were read for each drawdown.
            SELECT min((
                SELECT min(a.financial_year) FROM approvals_drawdownamount a
                WHERE a.drawdown_line_id = l.id AND a.pounds > 0 AND a.financial_year > 0
            )) FROM approvals_drawdownline l WHERE l.drawdown_id = d.id
        ) END::smallint
    FROM approvals_drawdown d LEFT JOIN approvals_decisionrecord c ON c.drawdown_id = d.id
    WHERE d.id = ANY(drawdowns)
    ORDER BY d.answer_by, d.id;
END $$;

-- What is submitted and asks one of these offices; or a body, where the question is of bodies too.
CREATE FUNCTION approvals_asked_of(offices bigint[], of_bodies boolean) RETURNS bigint[] LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN ARRAY(
        SELECT d.id FROM approvals_drawdown d WHERE d.state = 'submitted' AND d.delegation_id IN (
            SELECT g.id FROM approvals_delegation g
            WHERE g.decision_maker_id = ANY(offices) OR (of_bodies AND g.decision_maker_id IS NULL)
                OR g.id IN (
                    SELECT s.delegation_id FROM approvals_delegationstep s
                    WHERE s.office_id = ANY(offices) OR (of_bodies AND s.body_id IS NOT NULL)
                )
        )
    );
END $$;

-- Who changed a line of these drawdowns after they were submitted, one row for each change; NULL for people: of everybody.
CREATE FUNCTION approvals_edited(drawdowns bigint[], people bigint[]) RETURNS TABLE (drawdown_id bigint, actor_id bigint)
LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    IF people IS NULL THEN
        RETURN QUERY
        SELECT l.drawdown_id, e.actor_id FROM approvals_drawdown d
        JOIN approvals_drawdownline l ON l.drawdown_id = d.id
        JOIN posts_linerevision r ON r.line_id = l.line_id
        JOIN accounts_auditentry e ON e.number = r.entry_id
        WHERE d.id = ANY(drawdowns) AND e.actor_id IS NOT NULL AND e.at >= d.submitted_at;
    ELSE
        -- What these people did since the oldest submission comes first: mostly nothing, and then no line is looked at.
        RETURN QUERY
        SELECT l.drawdown_id, e.actor_id
        FROM (
            SELECT number, actor_id, at FROM accounts_auditentry
            WHERE actor_id = ANY(people) AND at >= (SELECT min(submitted_at) FROM approvals_drawdown WHERE state = 'submitted')
            OFFSET 0
        ) AS e
        JOIN posts_linerevision r ON r.entry_id = e.number
        JOIN approvals_drawdownline l ON l.line_id = r.line_id
        WHERE l.drawdown_id = ANY(drawdowns)
            AND e.at >= (SELECT submitted_at FROM approvals_drawdown WHERE id = l.drawdown_id AND state = 'submitted');
    END IF;
END $$;

-- Of each delegation of these drawdowns, what is said of it and of what people did under it. Each of the lists of people and their
-- acts begins with the number of the drawdown. Who prepared it, or gave a dispensation, is of these people; NULL: of everybody.
CREATE FUNCTION approvals_said_of_delegations(drawdowns bigint[], people bigint[], day date) RETURNS TABLE (
    id bigint, programme varchar, decision_maker_id bigint, body json, expires date, earliest date, maker bigint,
    steps json, preparers json, answers json, givers json, unmet json, held_back bigint[]
) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH edited AS MATERIALIZED (SELECT * FROM approvals_edited(drawdowns, people))
    SELECT g.id, (SELECT name FROM phases_programme WHERE id = g.programme_id), g.decision_maker_id, (
        SELECT to_json(b) FROM phases_body b WHERE b.id = g.decision_body_id
    ), g.expires, g.earliest, (
        SELECT holder_id FROM accounts_officeholding
        WHERE office_id = g.decision_maker_id AND since <= day AND (until IS NULL OR until >= day)
    ), (
        SELECT json_agg(json_build_array(s.office_id, s.body_id, s.mode, coalesce(o.name, b.name)) ORDER BY s.id)
        FROM approvals_delegationstep s LEFT JOIN accounts_office o ON o.id = s.office_id LEFT JOIN phases_body b ON b.id = s.body_id
        WHERE s.delegation_id = g.id
    ), (
        SELECT json_agg(json_build_array(did.drawdown_id, did.person_id)) FROM (
            SELECT p.drawdown_id, p.person_id FROM approvals_drawdownpreparer p
            WHERE p.drawdown_id = ANY(w.ids) AND (people IS NULL OR p.person_id = ANY(people))
            UNION ALL SELECT e.drawdown_id, e.actor_id FROM edited e WHERE e.drawdown_id = ANY(w.ids)
        ) AS did
    ), (
        SELECT json_agg(json_build_array(d.id, a.office_id, a.body_id, a.answer, a.person_id, a.acting_for_id))
        FROM approvals_answer a JOIN approvals_drawdown d ON d.id = a.drawdown_id AND d.sha256 = a.sha256
        WHERE a.drawdown_id = ANY(w.ids)
    ), (
        SELECT json_agg(json_build_array(i.drawdown_id, i.giver_id)) FROM approvals_dispensation i
        WHERE i.drawdown_id = ANY(w.ids) AND (people IS NULL OR i.giver_id = ANY(people))
    ), (
        SELECT json_agg(json_build_array(d.id, k.text) ORDER BY k.id)
        FROM approvals_delegationcondition k CROSS JOIN unnest(w.ids) AS d(id)
        WHERE k.delegation_id = g.id AND k.part_id IS NULL AND NOT approvals_condition_met(k.id, d.id)
    ), CASE WHEN EXISTS (SELECT FROM approvals_delegationpart t WHERE t.delegation_id = g.id) THEN ARRAY(
        SELECT d.id FROM unnest(w.ids) AS d(id) WHERE approvals_held_back(d.id, g.id, day)
    ) ELSE ARRAY[]::bigint[] END
    FROM (
        SELECT delegation_id, array_agg(id) AS ids FROM approvals_drawdown WHERE id = ANY(drawdowns) GROUP BY delegation_id
    ) AS w
    JOIN approvals_delegation g ON g.id = w.delegation_id;
END $$;

-- What the record of the decision will say of a drawdown besides.
CREATE FUNCTION approvals_grounds_of(drawdown bigint) RETURNS TABLE (
    declared json, dispensed json, has_case boolean, case_is_key boolean, last_answered_on date
) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT (
        SELECT coalesce(json_agg(json_build_array(o.name, u.name, a.interests) ORDER BY a.answered_at, a.id), '[]')
        FROM approvals_answer a JOIN accounts_office o ON o.id = a.office_id JOIN accounts_user u ON u.id = a.person_id
        WHERE a.drawdown_id = d.id AND a.sha256 = d.sha256
    ), (
        SELECT coalesce(json_agg(json_build_array(i.member, u.name, i.given_on, i.text) ORDER BY i.id), '[]')
        FROM approvals_dispensation i JOIN accounts_user u ON u.id = i.giver_id WHERE i.drawdown_id = d.id
    ), c.id IS NOT NULL, c.is_key, (
        SELECT approvals_day(max(a.answered_at)) FROM approvals_answer a WHERE a.drawdown_id = d.id AND a.sha256 = d.sha256
    )
    FROM approvals_drawdown d LEFT JOIN approvals_decisionrecord c ON c.drawdown_id = d.id
    WHERE d.id = drawdown;
END $$;

-- What each of these asks, where it is submitted; and of each limit, of an authorisation or of a delegation, what is left of it and
-- what all that is submitted asks of it. A measure that is not limited has no limit.
CREATE FUNCTION approvals_money_of(drawdowns bigint[]) RETURNS TABLE (
    drawdown_id bigint, delegation_id bigint, authorisation_id bigint, financial_year smallint, pounds numeric,
    title text, amount numeric, left_of_it numeric, draws boolean
) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    -- Summed before anything is joined to it.
    WITH waits AS MATERIALIZED (
        SELECT d.id, d.delegation_id, l.authorisation_id, a.financial_year, sum(a.pounds) AS pounds, bool_or(a.pounds > 0) AS draws
        FROM approvals_drawdown d
        JOIN approvals_drawdownline l ON l.drawdown_id = d.id JOIN approvals_drawdownamount a ON a.drawdown_line_id = l.id
        WHERE d.state = 'submitted' GROUP BY d.id, l.authorisation_id, a.financial_year
    )
    SELECT w.id, w.delegation_id, w.authorisation_id, w.financial_year, w.pounds, NULL::text, NULL::numeric, NULL::numeric, w.draws
    FROM waits w WHERE w.id = ANY(drawdowns)
    UNION ALL
    SELECT NULL, NULL, w.authorisation_id, w.financial_year, w.pounds, u.title::text, m.amount,
        CASE WHEN r.lapsed_at IS NULL THEN m.amount - coalesce(r.drawn, 0) ELSE 0 END, NULL
    FROM (SELECT authorisation_id, financial_year, sum(pounds) AS pounds FROM waits GROUP BY authorisation_id, financial_year) AS w
    JOIN phases_authorisation u ON u.id = w.authorisation_id
    JOIN phases_authorisationlimit m ON m.authorisation_id = u.id AND m.financial_year IS NOT DISTINCT FROM w.financial_year
    LEFT JOIN approvals_limitdrawn r ON r.limit_id = m.id
    UNION ALL
    SELECT NULL, o.delegation_id, NULL, w.financial_year, w.pounds, g.title || ' (delegation)', o.amount, o.amount - o.drawn, NULL
    FROM (SELECT delegation_id, financial_year, sum(pounds) AS pounds FROM waits GROUP BY delegation_id, financial_year) AS w
    JOIN approvals_delegationlimit o ON o.delegation_id = w.delegation_id AND o.financial_year IS NOT DISTINCT FROM w.financial_year
    JOIN approvals_delegation g ON g.id = o.delegation_id;
END $$;
"""

NO_READS = """
DROP FUNCTION approvals_money_of(bigint[]);
DROP FUNCTION approvals_grounds_of(bigint);
DROP FUNCTION approvals_said_of_delegations(bigint[], bigint[], date);
DROP FUNCTION approvals_edited(bigint[], bigint[]);
DROP FUNCTION approvals_asked_of(bigint[], boolean);
DROP FUNCTION approvals_said_of(bigint[], boolean);
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0054_fte_of_an_act_together")]
    operations = [migrations.RunSQL(READS, NO_READS)]

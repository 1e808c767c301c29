"""Rules of two rows: one programme throughout, what was frozen or signed stays, who may answer and sign, and drawn = consumed.

Each rule raises under its own name. What reads another row locks it first, so of two at once the later sees the earlier.
"""

from django.db import migrations

PAIRS = [
    # table, constraint, column, table referred to
    ("approvals_delegation", "delegation_decision_same_programme", "decision_id", "phases_fundingdecision"),
    ("approvals_drawdown", "drawdown_delegation_same_programme", "delegation_id", "approvals_delegation"),
    ("approvals_drawdown", "drawdown_resolution_same_programme", "resolution_id", "phases_fundingdecision"),
]

APPEND_ONLY = {
    # table: name of the rules
    "approvals_delegation": "delegation",
    "approvals_delegationstep": "step",
    "approvals_drawdownpreparer": "preparer",
    "approvals_answer": "answer",
    "approvals_consumption": "consumption",
    "approvals_receipt": "receipt",
}
NEVER_REMOVED = {"approvals_drawdown": "drawdown", "approvals_limitdrawn": "limit_drawn"}

RULES = r"""
CREATE FUNCTION approvals_refuse(rule text, because text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', because USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

CREATE FUNCTION approvals_day(moment timestamptz) RETURNS date LANGUAGE sql AS $$
    SELECT (moment AT TIME ZONE 'Europe/London')::date
$$;

CREATE FUNCTION approvals_may_act(office bigint, person bigint, acting_for bigint, authority text, day date)
RETURNS boolean LANGUAGE sql AS $$
    SELECT CASE WHEN authority = '' THEN
        acting_for IS NULL AND EXISTS (SELECT FROM accounts_officeholding h
            WHERE h.office_id = office AND h.holder_id = person AND daterange(h.since, h.until, '[]') @> day)
    ELSE
        EXISTS (SELECT FROM accounts_deputyappointment d
            WHERE d.office_id = office AND d.deputy_id = person AND d.authority = approvals_may_act.authority
              AND daterange(d.since, LEAST(d.until + 1, d.revoked_from), '[)') @> day)
        AND acting_for IS NOT DISTINCT FROM (SELECT h.holder_id FROM accounts_officeholding h
            WHERE h.office_id = office AND daterange(h.since, h.until, '[]') @> day)
    END
$$;

-- Wrote it, or changed a line of it before it was submitted, or has changed one since.
CREATE FUNCTION approvals_prepared(asked approvals_drawdown, person bigint) RETURNS boolean LANGUAGE sql AS $$
    SELECT person = asked.prepared_by_id
        OR EXISTS (SELECT FROM approvals_drawdownpreparer p WHERE p.drawdown_id = asked.id AND p.person_id = person)
        OR EXISTS (SELECT FROM approvals_drawdownline l JOIN posts_linerevision r ON r.line_id = l.line_id
                   JOIN accounts_auditentry e ON e.number = r.entry_id
                   WHERE l.drawdown_id = asked.id AND e.actor_id = person AND e.at >= asked.submitted_at)
$$;

CREATE FUNCTION approvals_delegation_needs_resolution() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT outcome FROM phases_fundingdecision WHERE id = NEW.decision_id FOR SHARE) <> 'resolved' THEN
        PERFORM approvals_refuse(TG_NAME, 'a recommendation delegates nothing');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER delegation_needs_a_resolution BEFORE INSERT ON approvals_delegation
    FOR EACH ROW EXECUTE FUNCTION approvals_delegation_needs_resolution();

CREATE FUNCTION approvals_check_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE scheme approvals_delegation%ROWTYPE;
BEGIN
    SELECT * INTO scheme FROM approvals_delegation WHERE id = NEW.delegation_id FOR UPDATE;
    IF scheme.decision_maker_id = NEW.office_id THEN
        PERFORM approvals_refuse('decision_maker_is_no_step', 'the decision maker is not one of those who answer');
    END IF;
    IF EXISTS (SELECT FROM approvals_drawdown d WHERE d.delegation_id = NEW.delegation_id) THEN
        PERFORM approvals_refuse('step_of_an_unused_delegation', 'the delegation is in use');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER step_fits_its_delegation BEFORE INSERT ON approvals_delegationstep
    FOR EACH ROW EXECUTE FUNCTION approvals_check_step();

CREATE FUNCTION approvals_check_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moves text[] := CASE OLD.state
    WHEN 'draft' THEN '{draft,submitted,withdrawn}'
    WHEN 'returned' THEN '{returned,submitted,withdrawn}'
    WHEN 'withdrawn' THEN '{withdrawn,submitted}'
    WHEN 'submitted' THEN '{submitted,returned,withdrawn,refused,signed_off}'
    WHEN 'signed_off' THEN '{called_in,effective,superseded}'
    WHEN 'called_in' THEN '{effective,superseded}'
    WHEN 'effective' THEN '{superseded}'
    ELSE '{}' END;
BEGIN
    IF NOT NEW.state = ANY (moves) THEN
        PERFORM approvals_refuse('drawdown_moves_as_allowed', format('%s does not become %s', OLD.state, NEW.state));
    END IF;
    IF (NEW.id, NEW.reference, NEW.programme_id, NEW.prepared_by_id) IS DISTINCT FROM
       (OLD.id, OLD.reference, OLD.programme_id, OLD.prepared_by_id) THEN
        PERFORM approvals_refuse('drawdown_keeps_its_reference', 'what a drawdown is stays');
    END IF;
    IF OLD.state NOT IN ('draft', 'returned', 'withdrawn')
       AND (NEW.delegation_id, NEW.title, NEW.submission, NEW.content, NEW.sha256, NEW.submitted_at, NEW.answer_by) IS DISTINCT FROM
           (OLD.delegation_id, OLD.title, OLD.submission, OLD.content, OLD.sha256, OLD.submitted_at, OLD.answer_by) THEN
        PERFORM approvals_refuse('drawdown_stays_as_submitted', 'what was submitted is frozen');
    END IF;
    IF OLD.signed_at IS NOT NULL
       AND (NEW.signed_at, NEW.signed_by_id, NEW.signed_for_id, NEW.authority, NEW.resolution_id, NEW.signed_entry_id, NEW.reasons)
           IS DISTINCT FROM
           (OLD.signed_at, OLD.signed_by_id, OLD.signed_for_id, OLD.authority, OLD.resolution_id, OLD.signed_entry_id, OLD.reasons) THEN
        PERFORM approvals_refuse('drawdown_stays_as_signed', 'a signature stays');
    END IF;
    IF NEW.version <= OLD.version THEN
        PERFORM approvals_refuse('drawdown_version_goes_up', 'each write has a version of its own');
    END IF;
    IF NEW.state = 'submitted' AND OLD.state <> 'submitted' AND (NEW.submission <> OLD.submission + 1
       OR NEW.sha256 <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex')) THEN
        PERFORM approvals_refuse('drawdown_hash_is_of_its_content', 'the hash is not that of the content');
    END IF;
    IF NEW.state = 'signed_off' THEN
        PERFORM approvals_check_signature(NEW);
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION approvals_check_new_drawdown() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state <> 'draft' OR NEW.submission <> 0 THEN
        PERFORM approvals_refuse(TG_NAME, 'a drawdown begins as a draft');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER drawdown_begins_as_a_draft BEFORE INSERT ON approvals_drawdown
    FOR EACH ROW EXECUTE FUNCTION approvals_check_new_drawdown();

CREATE FUNCTION approvals_check_signature(asked approvals_drawdown) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    scheme approvals_delegation%ROWTYPE;
    resolved phases_fundingdecision%ROWTYPE;
    day date := approvals_day(asked.signed_at);
BEGIN
    SELECT * INTO scheme FROM approvals_delegation WHERE id = asked.delegation_id;
    IF scheme.expires < day THEN
        PERFORM approvals_refuse('sign_off_while_delegated', 'the delegation has expired');
    END IF;
    IF EXISTS (SELECT FROM approvals_delegationstep s WHERE s.delegation_id = scheme.id AND s.mode = 'agreement' AND NOT EXISTS (
            SELECT FROM approvals_answer a WHERE a.drawdown_id = asked.id AND a.sha256 = asked.sha256
               AND a.office_id = s.office_id AND a.answer = 'agree')) THEN
        PERFORM approvals_refuse('sign_off_needs_every_agreement', 'an agreement is missing');
    END IF;
    IF day <= asked.answer_by AND EXISTS (
            SELECT FROM approvals_delegationstep s WHERE s.delegation_id = scheme.id AND s.mode = 'consultation' AND NOT EXISTS (
            SELECT FROM approvals_answer a WHERE a.drawdown_id = asked.id AND a.sha256 = asked.sha256 AND a.office_id = s.office_id)) THEN
        PERFORM approvals_refuse('sign_off_after_consultation', 'the time to be consulted has not passed');
    END IF;
    IF scheme.decision_maker_id IS NULL THEN
        SELECT * INTO resolved FROM phases_fundingdecision WHERE id = asked.resolution_id FOR SHARE;
        IF resolved.id IS NULL OR resolved.outcome <> 'resolved' OR resolved.body <> scheme.decision_body
           OR asked.signed_for_id IS NOT NULL OR asked.authority <> '' THEN
            PERFORM approvals_refuse('sign_off_by_the_decision_maker', 'the body has not resolved this');
        END IF;
    ELSIF asked.resolution_id IS NOT NULL
       OR NOT approvals_may_act(scheme.decision_maker_id, asked.signed_by_id, asked.signed_for_id, asked.authority, day) THEN
        PERFORM approvals_refuse('sign_off_by_the_decision_maker', 'this person does not hold the power to sign');
    END IF;
    IF approvals_prepared(asked, asked.signed_by_id) OR approvals_prepared(asked, asked.signed_for_id) THEN
        PERFORM approvals_refuse('sign_off_by_no_preparer', 'nobody signs what they prepared');
    END IF;
    IF EXISTS (SELECT FROM approvals_answer a WHERE a.drawdown_id = asked.id AND a.sha256 = asked.sha256
               AND (a.person_id IN (asked.signed_by_id, asked.signed_for_id)
                    OR a.acting_for_id IN (asked.signed_by_id, asked.signed_for_id))) THEN
        PERFORM approvals_refuse('sign_off_by_none_who_answered', 'who answered does not decide');
    END IF;
END $$;
CREATE TRIGGER drawdown_moves BEFORE UPDATE ON approvals_drawdown FOR EACH ROW EXECUTE FUNCTION approvals_check_move();

CREATE FUNCTION approvals_lines_open(changed bigint) RETURNS approvals_drawdown LANGUAGE plpgsql AS $$
DECLARE asked approvals_drawdown;
BEGIN
    SELECT * INTO asked FROM approvals_drawdown WHERE id = changed FOR NO KEY UPDATE;
    IF asked.state NOT IN ('draft', 'returned', 'withdrawn') THEN
        PERFORM approvals_refuse('drawdown_lines_stay_as_submitted', 'what was submitted is frozen');
    END IF;
    RETURN asked;
END $$;
CREATE FUNCTION approvals_check_drawdown_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked approvals_drawdown;
BEGIN
    IF TG_OP <> 'INSERT' THEN asked := approvals_lines_open(OLD.drawdown_id); END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    asked := approvals_lines_open(NEW.drawdown_id);
    IF (SELECT programme_id FROM phases_authorisation WHERE id = NEW.authorisation_id) <> asked.programme_id THEN
        PERFORM approvals_refuse('drawdown_authorisation_same_programme', 'the authorisation is of another programme');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER drawdown_line_is_open BEFORE INSERT OR UPDATE OR DELETE ON approvals_drawdownline
    FOR EACH ROW EXECUTE FUNCTION approvals_check_drawdown_line();
CREATE FUNCTION approvals_check_drawdown_amount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM approvals_lines_open((SELECT drawdown_id FROM approvals_drawdownline WHERE id = OLD.drawdown_line_id));
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    PERFORM approvals_lines_open((SELECT drawdown_id FROM approvals_drawdownline WHERE id = NEW.drawdown_line_id));
    RETURN NEW;
END $$;
CREATE TRIGGER drawdown_amount_is_open BEFORE INSERT OR UPDATE OR DELETE ON approvals_drawdownamount
    FOR EACH ROW EXECUTE FUNCTION approvals_check_drawdown_amount();

CREATE FUNCTION approvals_check_answer() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked approvals_drawdown;
    step approvals_delegationstep%ROWTYPE;
    maker bigint;
BEGIN
    SELECT * INTO asked FROM approvals_drawdown WHERE id = NEW.drawdown_id FOR NO KEY UPDATE;
    IF asked.state <> 'submitted' OR NEW.sha256 <> asked.sha256 OR NEW.asked_at <> asked.submitted_at THEN
        PERFORM approvals_refuse('answer_is_to_what_is_submitted', 'the answer is not to what is submitted now');
    END IF;
    SELECT * INTO step FROM approvals_delegationstep s WHERE s.delegation_id = asked.delegation_id AND s.office_id = NEW.office_id;
    IF step.id IS NULL OR (step.mode = 'agreement' AND NEW.answer = 'view') THEN
        PERFORM approvals_refuse('answer_is_what_the_office_is_asked', 'this office is not asked that');
    END IF;
    IF NOT approvals_may_act(NEW.office_id, NEW.person_id, NEW.acting_for_id, NEW.authority, approvals_day(NEW.answered_at)) THEN
        PERFORM approvals_refuse('answer_by_the_office', 'this person does not act for the office');
    END IF;
    IF approvals_prepared(asked, NEW.person_id) OR approvals_prepared(asked, NEW.acting_for_id) THEN
        PERFORM approvals_refuse('answer_by_no_preparer', 'nobody answers what they prepared');
    END IF;
    SELECT d.decision_maker_id INTO maker FROM approvals_delegation d WHERE d.id = asked.delegation_id;
    IF maker IS NOT NULL AND EXISTS (SELECT FROM accounts_officeholding h
            WHERE h.office_id = maker AND h.holder_id IN (NEW.person_id, NEW.acting_for_id)
              AND daterange(h.since, h.until, '[]') @> approvals_day(NEW.answered_at)) THEN
        PERFORM approvals_refuse('answer_not_by_the_decision_maker', 'who decides is not one of those who answer');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER answer_fits_the_drawdown BEFORE INSERT ON approvals_answer
    FOR EACH ROW EXECUTE FUNCTION approvals_check_answer();

CREATE FUNCTION approvals_check_limit_drawn() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER limit_drawn_as_allowed BEFORE INSERT OR UPDATE ON approvals_limitdrawn
    FOR EACH ROW EXECUTE FUNCTION approvals_check_limit_drawn();

CREATE FUNCTION approvals_limit_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_limitdrawn WHERE limit_id = OLD.id) THEN
        PERFORM approvals_refuse(TG_NAME, 'a limit that was drawn on stays');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER limit_drawn_on_stays BEFORE UPDATE ON phases_authorisationlimit
    FOR EACH ROW EXECUTE FUNCTION approvals_limit_stays();

CREATE FUNCTION approvals_check_consumption() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    original approvals_consumption%ROWTYPE;
    pounds_left numeric;
    fte_left numeric;
BEGIN
    SELECT * INTO original FROM approvals_consumption WHERE id = COALESCE(NEW.reverses_id, NEW.continues_id) FOR UPDATE;
    IF NEW.reverses_id IS NOT NULL THEN
        SELECT original.pounds + COALESCE(sum(r.pounds), 0), original.fte + COALESCE(sum(r.fte), 0) INTO pounds_left, fte_left
          FROM approvals_consumption r WHERE r.reverses_id = original.id;
        IF original.reverses_id IS NOT NULL
           OR (NEW.drawdown_id, NEW.line_id, NEW.authorisation_id, NEW.financial_year) IS DISTINCT FROM
              (original.drawdown_id, original.line_id, original.authorisation_id, original.financial_year)
           OR (NEW.fte IS NULL) <> (original.fte IS NULL) OR NEW.fte > 0
           OR pounds_left + NEW.pounds < 0 OR fte_left + COALESCE(NEW.fte, 0) < 0 THEN
            PERFORM approvals_refuse('consumption_reverses_what_is_left', 'no more is reversed than is left of the row');
        END IF;
    ELSIF NEW.fte < 0 THEN
        PERFORM approvals_refuse('consumption_reverses_what_is_left', 'only a reversal is negative');
    ELSIF NEW.continues_id IS NOT NULL AND (NEW.pounds > original.pounds OR
          (NEW.drawdown_id, NEW.line_id, NEW.financial_year) IS DISTINCT FROM
          (original.drawdown_id, original.line_id, original.financial_year)) THEN
        PERFORM approvals_refuse('consumption_goes_on_from_its_own', 'a transfer moves the same line and measure');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consumption_fits_other_rows BEFORE INSERT ON approvals_consumption
    FOR EACH ROW EXECUTE FUNCTION approvals_check_consumption();

CREATE FUNCTION approvals_consumption_is_signed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state FROM approvals_drawdown WHERE id = NEW.drawdown_id) NOT IN ('signed_off', 'called_in', 'effective', 'superseded') THEN
        PERFORM approvals_refuse(TG_NAME, 'only what is signed off consumes');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER consumption_is_of_a_signed_drawdown AFTER INSERT ON approvals_consumption
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION approvals_consumption_is_signed();

CREATE FUNCTION approvals_signed_is_consumed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE frozen integer; drawn integer; same integer;
BEGIN
    SELECT count(*) INTO frozen FROM approvals_drawdownamount a JOIN approvals_drawdownline l ON l.id = a.drawdown_line_id
     WHERE l.drawdown_id = NEW.id;
    SELECT count(*) INTO drawn FROM approvals_consumption WHERE drawdown_id = NEW.id AND kind = 'draw';
    SELECT count(*) INTO same FROM approvals_drawdownamount a
      JOIN approvals_drawdownline l ON l.id = a.drawdown_line_id
      JOIN approvals_consumption c ON c.drawdown_id = l.drawdown_id AND c.line_id = l.line_id
       AND c.authorisation_id = l.authorisation_id AND c.financial_year IS NOT DISTINCT FROM a.financial_year
       AND c.kind = 'draw' AND c.pounds = a.pounds AND c.fte IS NOT DISTINCT FROM l.fte
     WHERE l.drawdown_id = NEW.id;
    IF frozen = 0 OR frozen <> drawn OR frozen <> same THEN
        PERFORM approvals_refuse(TG_NAME, 'what was frozen is what is consumed');
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER sign_off_consumes_what_was_frozen AFTER UPDATE ON approvals_drawdown
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'signed_off') EXECUTE FUNCTION approvals_signed_is_consumed();

CREATE FUNCTION approvals_check_sum(authorisation bigint, year smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT d.drawn FROM approvals_limitdrawn d JOIN phases_authorisationlimit l ON l.id = d.limit_id
         WHERE l.authorisation_id = authorisation AND l.financial_year IS NOT DISTINCT FROM year)
       IS DISTINCT FROM
       (SELECT COALESCE(sum(c.pounds), 0) FROM approvals_consumption c
         WHERE c.authorisation_id = authorisation AND (c.financial_year = year OR (c.financial_year IS NULL AND year IS NULL))) THEN
        PERFORM approvals_refuse('limit_drawn_is_the_sum', 'what is drawn is the sum of what is consumed');
    END IF;
END $$;
CREATE FUNCTION approvals_sum_of_consumption() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM approvals_check_sum(NEW.authorisation_id, NEW.financial_year::smallint);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER consumption_is_summed AFTER INSERT ON approvals_consumption
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION approvals_sum_of_consumption();
CREATE FUNCTION approvals_sum_of_limit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM approvals_check_sum(l.authorisation_id, l.financial_year::smallint)
       FROM phases_authorisationlimit l WHERE l.id = NEW.limit_id;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER limit_drawn_is_summed AFTER INSERT OR UPDATE ON approvals_limitdrawn
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION approvals_sum_of_limit();
"""

UNDO_RULES = """
DROP TRIGGER limit_drawn_is_summed ON approvals_limitdrawn;
DROP TRIGGER consumption_is_summed ON approvals_consumption;
DROP TRIGGER sign_off_consumes_what_was_frozen ON approvals_drawdown;
DROP TRIGGER consumption_is_of_a_signed_drawdown ON approvals_consumption;
DROP TRIGGER consumption_fits_other_rows ON approvals_consumption;
DROP TRIGGER limit_drawn_on_stays ON phases_authorisationlimit;
DROP TRIGGER limit_drawn_as_allowed ON approvals_limitdrawn;
DROP TRIGGER answer_fits_the_drawdown ON approvals_answer;
DROP TRIGGER drawdown_amount_is_open ON approvals_drawdownamount;
DROP TRIGGER drawdown_line_is_open ON approvals_drawdownline;
DROP TRIGGER drawdown_moves ON approvals_drawdown;
DROP TRIGGER drawdown_begins_as_a_draft ON approvals_drawdown;
DROP TRIGGER step_fits_its_delegation ON approvals_delegationstep;
DROP TRIGGER delegation_needs_a_resolution ON approvals_delegation;
DROP FUNCTION approvals_sum_of_limit();
DROP FUNCTION approvals_sum_of_consumption();
DROP FUNCTION approvals_check_sum(bigint, smallint);
DROP FUNCTION approvals_signed_is_consumed();
DROP FUNCTION approvals_consumption_is_signed();
DROP FUNCTION approvals_check_consumption();
DROP FUNCTION approvals_limit_stays();
DROP FUNCTION approvals_check_limit_drawn();
DROP FUNCTION approvals_check_answer();
DROP FUNCTION approvals_check_drawdown_amount();
DROP FUNCTION approvals_check_drawdown_line();
DROP FUNCTION approvals_lines_open(bigint);
DROP FUNCTION approvals_check_move();
DROP FUNCTION approvals_check_signature(approvals_drawdown);
DROP FUNCTION approvals_check_new_drawdown();
DROP FUNCTION approvals_check_step();
DROP FUNCTION approvals_delegation_needs_resolution();
DROP FUNCTION approvals_prepared(approvals_drawdown, bigint);
DROP FUNCTION approvals_may_act(bigint, bigint, bigint, text, date);
DROP FUNCTION approvals_day(timestamptz);
DROP FUNCTION approvals_refuse(text, text);
"""


def _kept(table, name, what):
    return migrations.RunSQL(
        f"CREATE TRIGGER {name}_stays BEFORE {what} ON {table} FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();"
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();",
        f"DROP TRIGGER {name}_no_truncate ON {table}; DROP TRIGGER {name}_stays ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0001_delegations_drawdowns_consumption"),
        ("accounts", "0003_deputies"),
        ("phases", "0002_one_programme_throughout"),
        ("posts", "0002_line_rules_of_two_rows"),
    ]

    operations = [
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, programme_id) "
                f"REFERENCES {target} (id, programme_id) DEFERRABLE INITIALLY DEFERRED",
                f"ALTER TABLE {table} DROP CONSTRAINT {name}",
            )
            for table, name, column, target in PAIRS
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
        *(_kept(table, name, "UPDATE OR DELETE") for table, name in APPEND_ONLY.items()),
        *(_kept(table, name, "DELETE") for table, name in NEVER_REMOVED.items()),
    ]

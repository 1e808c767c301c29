"""Each submission is kept; who may ask, advise and give a dispensation; what evidence an answer off line stands on.

Each rule raises under its own name. What reads the drawdown locks it first, as the rules before do.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

APPEND_ONLY = {
    # table: name of the rules
    "approvals_submission": "submission",
    "approvals_advice": "advice",
    "approvals_dispensation": "dispensation",
}

RULES = r"""
CREATE FUNCTION approvals_check_submission() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked approvals_drawdown;
BEGIN
    SELECT * INTO asked FROM approvals_drawdown WHERE id = NEW.drawdown_id FOR NO KEY UPDATE;
    IF (NEW.number, NEW.content, NEW.sha256, NEW.submitted_at) IS DISTINCT FROM
       (asked.submission, asked.content, asked.sha256, asked.submitted_at) THEN
        PERFORM approvals_refuse(TG_NAME, 'only what is submitted is kept as submitted');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER submission_is_what_was_submitted BEFORE INSERT ON approvals_submission
    FOR EACH ROW EXECUTE FUNCTION approvals_check_submission();

CREATE FUNCTION approvals_check_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked approvals_drawdown;
BEGIN
    SELECT * INTO asked FROM approvals_drawdown WHERE id = NEW.drawdown_id FOR NO KEY UPDATE;
    IF NOT EXISTS (SELECT FROM approvals_paper p WHERE p.id = NEW.evidence_id AND p.drawdown_id = NEW.drawdown_id
                   AND p.kind = 'evidence') THEN
        PERFORM approvals_refuse('answer_evidence_is_of_the_drawdown', 'the evidence is not evidence of this drawdown');
    END IF;
    IF approvals_prepared(asked, NEW.recorded_by_id) THEN
        PERFORM approvals_refuse('answer_recorded_by_no_preparer', 'nobody records an answer to what they prepared');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER answer_evidence_fits BEFORE INSERT ON approvals_answer
    FOR EACH ROW WHEN (NEW.evidence_id IS NOT NULL) EXECUTE FUNCTION approvals_check_evidence();

-- As holder or as deputy.
CREATE FUNCTION approvals_acts_for(office bigint, person bigint, day date) RETURNS boolean LANGUAGE sql AS $$
    SELECT EXISTS (SELECT FROM accounts_officeholding h
            WHERE h.office_id = office AND h.holder_id = person AND daterange(h.since, h.until, '[]') @> day)
        OR EXISTS (SELECT FROM accounts_deputyappointment d
            WHERE d.office_id = office AND d.deputy_id = person
              AND daterange(d.since, LEAST(d.until + 1, d.revoked_from), '[)') @> day)
$$;

CREATE FUNCTION approvals_check_question() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked approvals_drawdown;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.drawdown_id, NEW.sha256, NEW.office_id, NEW.asked_by_id, NEW.asked_at, NEW.text) IS DISTINCT FROM
           (OLD.id, OLD.drawdown_id, OLD.sha256, OLD.office_id, OLD.asked_by_id, OLD.asked_at, OLD.text) THEN
            PERFORM approvals_refuse('question_stays_as_asked', 'a question stays as it was asked');
        END IF;
        IF OLD.replied_at IS NOT NULL THEN
            PERFORM approvals_refuse('question_replied_once', 'a reply stays as it was given');
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO asked FROM approvals_drawdown WHERE id = NEW.drawdown_id FOR NO KEY UPDATE;
    IF asked.state <> 'submitted' OR NEW.sha256 <> asked.sha256 THEN
        PERFORM approvals_refuse('question_is_on_what_is_submitted', 'the question is not on what is submitted now');
    END IF;
    IF NOT EXISTS (SELECT FROM approvals_delegation d WHERE d.id = asked.delegation_id AND (d.decision_maker_id = NEW.office_id
            OR EXISTS (SELECT FROM approvals_delegationstep s WHERE s.delegation_id = d.id AND s.office_id = NEW.office_id)))
       OR NOT approvals_acts_for(NEW.office_id, NEW.asked_by_id, approvals_day(NEW.asked_at)) THEN
        PERFORM approvals_refuse('question_by_who_answers_or_decides', 'this person neither answers nor decides');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER question_fits_the_drawdown BEFORE INSERT OR UPDATE ON approvals_question
    FOR EACH ROW EXECUTE FUNCTION approvals_check_question();
CREATE TRIGGER question_never_removed BEFORE DELETE ON approvals_question
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER question_no_truncate BEFORE TRUNCATE ON approvals_question
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();

CREATE FUNCTION approvals_check_advice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked approvals_drawdown;
BEGIN
    SELECT * INTO asked FROM approvals_drawdown WHERE id = NEW.drawdown_id FOR NO KEY UPDATE;
    IF asked.state <> 'submitted' OR NEW.sha256 <> asked.sha256 THEN
        PERFORM approvals_refuse('advice_is_on_what_is_submitted', 'the advice is not on what is submitted now');
    END IF;
    IF (SELECT statutory_role FROM accounts_office WHERE id = NEW.office_id FOR SHARE) <> 'section_151'
       OR NOT approvals_may_act(NEW.office_id, NEW.person_id, NEW.acting_for_id, NEW.authority, approvals_day(NEW.given_at)) THEN
        PERFORM approvals_refuse('advice_by_the_section_151_officer', 'this person is not the section 151 officer');
    END IF;
    IF approvals_prepared(asked, NEW.person_id) OR approvals_prepared(asked, NEW.acting_for_id) THEN
        PERFORM approvals_refuse('advice_by_no_preparer', 'nobody advises on what they prepared');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER advice_fits_the_drawdown BEFORE INSERT ON approvals_advice
    FOR EACH ROW EXECUTE FUNCTION approvals_check_advice();

CREATE FUNCTION approvals_check_dispensation() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked approvals_drawdown;
    maker bigint;
BEGIN
    SELECT * INTO asked FROM approvals_drawdown WHERE id = NEW.drawdown_id FOR NO KEY UPDATE;
    IF asked.state NOT IN ('draft', 'submitted', 'returned', 'withdrawn') THEN
        PERFORM approvals_refuse('dispensation_before_the_decision', 'a dispensation comes before the decision');
    END IF;
    SELECT decision_maker_id INTO maker FROM approvals_delegation WHERE id = asked.delegation_id;
    IF approvals_acts_for(maker, NEW.giver_id, NEW.given_on)
       OR approvals_acts_for(maker, NEW.giver_id, approvals_day(NEW.recorded_at)) THEN
        PERFORM approvals_refuse('dispensation_not_by_the_decision_maker', 'who decides gives no dispensation');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER dispensation_fits_the_drawdown BEFORE INSERT ON approvals_dispensation
    FOR EACH ROW EXECUTE FUNCTION approvals_check_dispensation();

CREATE FUNCTION approvals_no_dispensation_giver_signs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_dispensation d WHERE d.drawdown_id = NEW.id
               AND d.giver_id IN (NEW.signed_by_id, NEW.signed_for_id)) THEN
        PERFORM approvals_refuse('sign_off_by_no_dispensation_giver', 'who gave a dispensation does not decide');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER drawdown_signed_without_own_dispensation BEFORE UPDATE ON approvals_drawdown
    FOR EACH ROW WHEN (NEW.state = 'signed_off') EXECUTE FUNCTION approvals_no_dispensation_giver_signs();
"""

UNDO_RULES = """
DROP TRIGGER drawdown_signed_without_own_dispensation ON approvals_drawdown;
DROP TRIGGER dispensation_fits_the_drawdown ON approvals_dispensation;
DROP TRIGGER advice_fits_the_drawdown ON approvals_advice;
DROP TRIGGER question_no_truncate ON approvals_question;
DROP TRIGGER question_never_removed ON approvals_question;
DROP TRIGGER question_fits_the_drawdown ON approvals_question;
DROP TRIGGER answer_evidence_fits ON approvals_answer;
DROP TRIGGER submission_is_what_was_submitted ON approvals_submission;
DROP FUNCTION approvals_no_dispensation_giver_signs();
DROP FUNCTION approvals_check_dispensation();
DROP FUNCTION approvals_check_advice();
DROP FUNCTION approvals_check_question();
DROP FUNCTION approvals_acts_for(bigint, bigint, date);
DROP FUNCTION approvals_check_evidence();
DROP FUNCTION approvals_check_submission();
"""


def _kept(table, name):
    return migrations.RunSQL(
        f"CREATE TRIGGER {name}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();"
        f"CREATE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();",
        f"DROP TRIGGER {name}_no_truncate ON {table}; DROP TRIGGER {name}_stays ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("approvals", "0006_papers_and_case_stay"),
        ("accounts", "0004_statutory_offices"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("content", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("submitted_at", models.DateTimeField()),
                (
                    "drawdown",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="submissions", to="approvals.drawdown"
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={"ordering": ["number"]},
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(fields=("drawdown", "number"), name="submission_numbered_once"),
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
        *(_kept(table, name) for table, name in APPEND_ONLY.items()),
    ]

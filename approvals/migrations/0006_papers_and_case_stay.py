"""Supporting papers and the case stay as they were submitted; evidence of answers stays for ever.

Each rule raises under its own name. A rule that depends on where the drawdown stands locks it first, as submission does.
"""

from django.db import migrations

RULES = r"""
CREATE FUNCTION approvals_state_of(drawdown bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE found text;
BEGIN
    SELECT state INTO found FROM approvals_drawdown WHERE id = drawdown FOR NO KEY UPDATE;
    RETURN found;
END $$;

CREATE FUNCTION approvals_check_paper() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    paper approvals_paper := COALESCE(NEW, OLD);
    state text := approvals_state_of(paper.drawdown_id);
BEGIN
    IF paper.kind = 'supporting' THEN
        IF state NOT IN ('draft', 'returned', 'withdrawn') THEN
            PERFORM approvals_refuse('paper_changes_while_open', 'what was submitted is frozen');
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM approvals_refuse('evidence_is_never_removed', 'the evidence of an answer is never removed');
    ELSIF state <> 'submitted' THEN
        PERFORM approvals_refuse('evidence_while_submitted', 'evidence belongs to an answer to what is submitted');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.sha256 <> encode(sha256(NEW.content), 'hex') OR NEW.size <> length(NEW.content) THEN
        PERFORM approvals_refuse('paper_hash_is_of_its_content', 'size or hash are not those of the content');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_fits_its_drawdown BEFORE INSERT OR DELETE ON approvals_paper
    FOR EACH ROW EXECUTE FUNCTION approvals_check_paper();
CREATE TRIGGER paper_stays_as_attached BEFORE UPDATE ON approvals_paper
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER paper_no_truncate BEFORE TRUNCATE ON approvals_paper
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();

CREATE FUNCTION approvals_check_case() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.reasons, NEW.alternatives, NEW.financial_comments, NEW.financial_comments_on,
           NEW.legal_comments, NEW.legal_comments_on, NEW.background_papers, NEW.wards, NEW.report_author, NEW.is_key,
           NEW.notice_route, NEW.notice_on, NEW.notice_reference, NEW.exempt_paragraph, NEW.public_interest) IS NOT DISTINCT FROM
          (OLD.reasons, OLD.alternatives, OLD.financial_comments, OLD.financial_comments_on,
           OLD.legal_comments, OLD.legal_comments_on, OLD.background_papers, OLD.wards, OLD.report_author, OLD.is_key,
           OLD.notice_route, OLD.notice_on, OLD.notice_reference, OLD.exempt_paragraph, OLD.public_interest) THEN
        RETURN NEW;
    END IF;
    IF approvals_state_of(NEW.drawdown_id) NOT IN ('draft', 'returned', 'withdrawn') THEN
        PERFORM approvals_refuse('case_stays_as_submitted', 'what was submitted is frozen');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_is_written_while_open BEFORE INSERT OR UPDATE ON approvals_decisionrecord
    FOR EACH ROW EXECUTE FUNCTION approvals_check_case();
"""

UNDO_RULES = """
DROP TRIGGER case_is_written_while_open ON approvals_decisionrecord;
DROP TRIGGER paper_no_truncate ON approvals_paper;
DROP TRIGGER paper_stays_as_attached ON approvals_paper;
DROP TRIGGER paper_fits_its_drawdown ON approvals_paper;
DROP FUNCTION approvals_check_case();
DROP FUNCTION approvals_check_paper();
DROP FUNCTION approvals_state_of(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0005_delegation_limits_hold")]

    operations = [migrations.RunSQL(RULES, UNDO_RULES)]

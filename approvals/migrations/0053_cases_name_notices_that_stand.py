"""No case comes to name a notice of the forward plan that was withdrawn, as the notice of a key decision."""

from django.db import migrations

RULES = r"""
CREATE FUNCTION approvals_case_under_a_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.notice_reference, NEW.is_key) IS NOT DISTINCT FROM (OLD.notice_reference, OLD.is_key) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM approvals_keynoticewithdrawal w WHERE w.reference = NEW.notice_reference) THEN
        PERFORM approvals_refuse('case_names_a_notice_that_stands', 'the notice was withdrawn');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER case_under_a_notice BEFORE INSERT OR UPDATE OF notice_reference, is_key ON approvals_decisionrecord
    FOR EACH ROW WHEN (NEW.is_key AND NEW.notice_reference <> '') EXECUTE FUNCTION approvals_case_under_a_notice();
"""

UNDO_RULES = """
DROP TRIGGER case_under_a_notice ON approvals_decisionrecord;
DROP FUNCTION approvals_case_under_a_notice();
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0052_drawn_over_the_whole_life")]
    operations = [migrations.RunSQL(RULES, UNDO_RULES)]

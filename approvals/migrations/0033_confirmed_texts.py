"""Another wording of a published text, once confirmed, is published as a correction; no other correction is of the text."""


from django.conf import settings
from django.db import migrations, models

CHECK_REWORDING = r"""
CREATE OR REPLACE FUNCTION approvals_check_rewording() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    record approvals_decisionrecord;
    maker bigint;
BEGIN
    SELECT * INTO record FROM approvals_decisionrecord WHERE id = NEW.record_id;
    SELECT g.decision_maker_id INTO maker FROM approvals_drawdown d JOIN approvals_delegation g ON g.id = d.delegation_id
        WHERE d.id = record.drawdown_id AND d.signed_entry_id IS NOT NULL;
    IF maker IS NULL{published} THEN
        PERFORM approvals_refuse('rewording_of_a_signed_text', 'only a text that an office signed gets another wording');
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.answer <> '' OR NEW.earlier <> record.text_resolved THEN
            PERFORM approvals_refuse('rewording_begins_open', 'another wording begins without an answer, from the text as it stands');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.answer <> '' OR (NEW.id, NEW.record_id, NEW.earlier, NEW.text, NEW.reasons, NEW.proposed_by_id, NEW.proposed_at)
            IS DISTINCT FROM (OLD.id, OLD.record_id, OLD.earlier, OLD.text, OLD.reasons, OLD.proposed_by_id, OLD.proposed_at) THEN
        PERFORM approvals_refuse('rewording_stays', 'another wording stays as it was put, and has one answer');
    END IF;
    IF NEW.answered_by_id = NEW.proposed_by_id OR NEW.acting_for_id = NEW.proposed_by_id THEN
        PERFORM approvals_refuse('rewording_by_two_people', 'nobody confirms a text that they proposed');
    END IF;
    IF NOT approvals_may_act(maker, NEW.answered_by_id, NEW.acting_for_id, NEW.authority, approvals_day(NEW.answered_at)) THEN
        PERFORM approvals_refuse('rewording_answered_by_the_signer', 'who acts for the office that signed answers');
    END IF;
    RETURN NEW;
END $$;
"""

RULES = r"""
CREATE FUNCTION approvals_check_corrected_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM approvals_rewording r WHERE r.record_id = NEW.record_id AND r.answer = 'confirmed'
                      AND r.earlier = NEW.wrong AND r.text = NEW."right") THEN
        PERFORM approvals_refuse('correction_of_the_text_is_confirmed', 'who signed has not confirmed this text');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER corrected_text_is_confirmed BEFORE INSERT ON approvals_correction
    FOR EACH ROW WHEN (NEW.kind = 'text_resolved') EXECUTE FUNCTION approvals_check_corrected_text();
"""

UNDO_RULES = """
DROP TRIGGER corrected_text_is_confirmed ON approvals_correction;
DROP FUNCTION approvals_check_corrected_text();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0015_power_changes'),
        ('approvals', '0032_handed_back_by_two'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='correction',
            name='correction_kind_is_known',
        ),
        migrations.AlterField(
            model_name='correction',
            name='kind',
            field=models.CharField(choices=[('reasons', 'Reasons for the decision'), ('alternatives', 'Alternatives considered and rejected'), ('financial_comments', 'Financial comments'), ('legal_comments', 'Legal comments'), ('background_papers', 'Background papers'), ('wards', 'Wards affected'), ('report_author', 'Report author'), ('notice', 'Notice of a key decision'), ('call_in', 'Why it is not open to call-in'), ('minute', 'Minute number'), ('members_present', 'Members present'), ('text_resolved', 'Text as decided'), ('addition', 'Something added after the signature')], max_length=20, verbose_name='what is corrected'),
        ),
        migrations.AddConstraint(
            model_name='correction',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['reasons', 'alternatives', 'financial_comments', 'legal_comments', 'background_papers', 'wards', 'report_author', 'notice', 'call_in', 'minute', 'members_present', 'addition', 'text_resolved'])), name='correction_kind_is_known'),
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
        migrations.RunSQL(
            CHECK_REWORDING.replace("{published}", ""),
            CHECK_REWORDING.replace("{published}", " OR record.published_on IS NOT NULL"),
        ),
    ]

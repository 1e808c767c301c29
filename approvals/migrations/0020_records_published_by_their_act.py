"""A record is published by the act that the audit chain holds, and says in its content what its columns say. It is never removed."""

from django.db import migrations

CHECK_RECORD = r"""
CREATE OR REPLACE FUNCTION approvals_check_record() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    said jsonb;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.published_on IS NOT NULL THEN
        IF OLD IS DISTINCT FROM NEW THEN
            PERFORM approvals_refuse('published_record_stays', 'a published record stays as it is');
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.published_on IS NULL THEN
        RETURN NEW;
    END IF;
    IF (SELECT state FROM approvals_drawdown WHERE id = NEW.drawdown_id FOR NO KEY UPDATE) <> 'signed_off' THEN
        PERFORM approvals_refuse('record_published_once_signed', 'only the record of a signed decision is published');
    END IF;
    IF NEW.sha256 <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex') THEN
        PERFORM approvals_refuse('record_hash_is_of_its_content', 'the hash is not that of the content');
    END IF;
    IF NEW.published_on > approvals_day(clock_timestamp()) THEN
        PERFORM approvals_refuse('record_not_published_ahead', 'the day of publication has not come');
    END IF;{more}
    RETURN NEW;
END $$;
"""

BY_ITS_ACT = r"""
    IF NOT EXISTS (SELECT FROM accounts_auditentry e JOIN approvals_drawdown d ON d.id = NEW.drawdown_id
                   WHERE e.number = NEW.entry_id AND e.action = 'decision_published' AND e.subject = 'drawdown:' || d.reference
                     AND e.content::jsonb #>> '{details,sha256}' = NEW.sha256) THEN
        PERFORM approvals_refuse('record_published_by_its_act', 'the audit record holds no publication of this record');
    END IF;
    said := NEW.content::jsonb;
    IF (said ->> 'title', said ->> 'decided_on', said ->> 'capacity', said ->> 'text_recommended', said ->> 'text_resolved',
        said ->> 'power', said ->> 'interests', said ->> 'dispensations', said ->> 'minute', said ->> 'members_present',
        said ->> 'published_on', said ->> 'call_in_reason', said ->> 'call_in_applies', said -> 'money') IS DISTINCT FROM
       (NEW.title::text, NEW.decided_on::text, NEW.capacity::text, NEW.text_recommended, NEW.text_resolved,
        NEW.power, NEW.interests, NEW.dispensations, NEW.minute::text, NEW.members_present,
        NEW.published_on::text, NEW.call_in_reason, NEW.call_in_applies::text, NEW.money::jsonb) THEN
        PERFORM approvals_refuse('record_content_is_of_its_columns', 'the content says something else than the record');
    END IF;"""

NEVER_REMOVED = """
CREATE TRIGGER record_never_removed BEFORE DELETE ON approvals_decisionrecord
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER record_no_truncate BEFORE TRUNCATE ON approvals_decisionrecord
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""
REMOVABLE = """
DROP TRIGGER record_no_truncate ON approvals_decisionrecord;
DROP TRIGGER record_never_removed ON approvals_decisionrecord;
"""


class Migration(migrations.Migration):
    dependencies = [("approvals", "0019_decisions_that_are_used_stay"), ("accounts", "0010_demonstration_clock")]

    operations = [
        migrations.RunSQL(CHECK_RECORD.replace("{more}", BY_ITS_ACT), CHECK_RECORD.replace("{more}", "")),
        migrations.RunSQL(NEVER_REMOVED, REMOVABLE),
    ]

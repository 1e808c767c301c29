"""The database itself keeps the chain: right links only, head moved on by the trigger, nothing changed or removed.

TRUNCATE is let through only in a database whose name begins with test_ and only under a setting that the tests set: any role can
set a custom setting, so the setting alone must not be enough.
"""

from django.db import migrations

FORWARDS = r"""
CREATE FUNCTION accounts_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' AND current_database() LIKE 'test\_%'
       AND current_setting('improvement_budget.allow_truncate', true) = 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
END $$;

CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON accounts_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON accounts_audithead
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER audit_head_stays BEFORE DELETE ON accounts_audithead
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();

CREATE FUNCTION accounts_link_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE head accounts_audithead%ROWTYPE;
BEGIN
    SELECT * INTO head FROM accounts_audithead WHERE id = 1 FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the audit chain has no head row' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    IF NEW.number <> head.number + 1 OR NEW.previous_hash <> head.hash
       OR NEW.hash <> encode(sha256(convert_to(NEW.previous_hash || E'\n' || NEW.content, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'audit entry % does not follow entry %', NEW.number, head.number
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    UPDATE accounts_audithead SET number = NEW.number, hash = NEW.hash WHERE id = 1;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_entry_links BEFORE INSERT ON accounts_auditentry
    FOR EACH ROW EXECUTE FUNCTION accounts_link_audit_entry();

CREATE FUNCTION accounts_head_follows_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'the head of the audit chain moves only with an entry'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audit_head_follows_entries BEFORE UPDATE ON accounts_audithead
    FOR EACH ROW EXECUTE FUNCTION accounts_head_follows_entries();

INSERT INTO accounts_audithead (id, number, hash) VALUES (1, 0, repeat('0', 64));

ALTER TABLE accounts_officeholding ADD CONSTRAINT office_held_by_one_person EXCLUDE USING gist (
    int8range(office_id, office_id, '[]') WITH &&, daterange(since, until, '[]') WITH &&);
"""

BACKWARDS = """
ALTER TABLE accounts_officeholding DROP CONSTRAINT office_held_by_one_person;
DROP TRIGGER audit_head_follows_entries ON accounts_audithead;
DROP TRIGGER audit_entry_links ON accounts_auditentry;
DROP TRIGGER audit_head_stays ON accounts_audithead;
DROP TRIGGER audit_head_no_truncate ON accounts_audithead;
DROP TRIGGER audit_entry_no_truncate ON accounts_auditentry;
DROP TRIGGER audit_entry_append_only ON accounts_auditentry;
DROP FUNCTION accounts_head_follows_entries();
DROP FUNCTION accounts_link_audit_entry();
DROP FUNCTION accounts_refuse_change();
DELETE FROM accounts_audithead;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_people_offices_council_audit")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]

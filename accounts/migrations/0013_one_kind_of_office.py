"""Nobody acts for a member and for an officer on the same days, as holder or as deputy. As `of_another_kind` of offices says it."""

from django.db import migrations

RULES = r"""
-- What the person may act for: each row an office, its kind and the days. The person is taken first, so that of two rows written
-- at once the later sees the earlier.
CREATE FUNCTION accounts_acts_for_one_kind(person bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM accounts_user WHERE id = person FOR NO KEY UPDATE;
    RETURN NOT EXISTS (
        WITH term AS (
            SELECT o.id, o.kind, daterange(h.since, h.until, '[]') AS days
              FROM accounts_officeholding h JOIN accounts_office o ON o.id = h.office_id WHERE h.holder_id = person
            UNION ALL
            SELECT o.id, o.kind, daterange(d.since, LEAST(d.until + 1, d.revoked_from), '[)')
              FROM accounts_deputyappointment d JOIN accounts_office o ON o.id = d.office_id WHERE d.deputy_id = person)
        SELECT FROM term a JOIN term b ON a.id < b.id AND a.kind <> b.kind AND a.days && b.days);
END $$;

CREATE FUNCTION accounts_one_kind_of_office() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint;
BEGIN
    FOR person IN
        SELECT (to_jsonb(NEW) ->> 'holder_id')::bigint WHERE TG_TABLE_NAME = 'accounts_officeholding'
        UNION SELECT (to_jsonb(NEW) ->> 'deputy_id')::bigint WHERE TG_TABLE_NAME = 'accounts_deputyappointment'
        UNION SELECT h.holder_id FROM accounts_officeholding h WHERE TG_TABLE_NAME = 'accounts_office' AND h.office_id = NEW.id
        UNION SELECT d.deputy_id FROM accounts_deputyappointment d WHERE TG_TABLE_NAME = 'accounts_office' AND d.office_id = NEW.id
        ORDER BY 1
    LOOP
        IF NOT accounts_acts_for_one_kind(person) THEN
            RAISE EXCEPTION 'nobody acts for a member and an officer on the same days'
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER holder_of_one_kind_of_office AFTER INSERT OR UPDATE ON accounts_officeholding
    FOR EACH ROW EXECUTE FUNCTION accounts_one_kind_of_office();
CREATE TRIGGER deputy_of_one_kind_of_office AFTER INSERT ON accounts_deputyappointment
    FOR EACH ROW EXECUTE FUNCTION accounts_one_kind_of_office();
CREATE TRIGGER office_of_people_of_one_kind AFTER UPDATE OF kind ON accounts_office
    FOR EACH ROW WHEN (OLD.kind <> NEW.kind) EXECUTE FUNCTION accounts_one_kind_of_office();
"""

UNDO_RULES = """
DROP TRIGGER office_of_people_of_one_kind ON accounts_office;
DROP TRIGGER deputy_of_one_kind_of_office ON accounts_deputyappointment;
DROP TRIGGER holder_of_one_kind_of_office ON accounts_officeholding;
DROP FUNCTION accounts_one_kind_of_office();
DROP FUNCTION accounts_acts_for_one_kind(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_office_kinds")]
    operations = [migrations.RunSQL(RULES, UNDO_RULES)]

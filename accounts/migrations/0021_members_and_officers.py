"""A person is a member, an officer, or it is not said yet. As `fits` of offices' rules says it, for every office they act for.

What is said here follows from the offices that somebody held or deputised for, where all of them are of one kind; else it is not said.
"""

from django.db import migrations, models

FILL = r"""
WITH term AS (
    SELECT h.holder_id AS person, o.kind FROM accounts_officeholding h JOIN accounts_office o ON o.id = h.office_id
    UNION
    SELECT d.deputy_id, o.kind FROM accounts_deputyappointment d JOIN accounts_office o ON o.id = d.office_id
     WHERE d.revoked_from IS DISTINCT FROM d.since)
UPDATE accounts_user u SET kind = alone.kind
  FROM (SELECT person, min(kind) AS kind FROM term GROUP BY person HAVING count(DISTINCT kind) = 1) alone
 WHERE alone.person = u.id AND alone.kind IN ('member', 'officer')
"""

RULES = r"""
-- Whoever takes an office of a member is a member, of an officer an officer. Office and person are taken first: of an office that
-- somebody takes while they, or it, become of another kind, the later sees the earlier.
CREATE FUNCTION accounts_of_the_offices_kind() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint := COALESCE(to_jsonb(NEW) ->> 'holder_id', to_jsonb(NEW) ->> 'deputy_id')::bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND (to_jsonb(NEW) ->> 'holder_id', to_jsonb(NEW) ->> 'deputy_id', NEW.office_id)
       IS NOT DISTINCT FROM (to_jsonb(OLD) ->> 'holder_id', to_jsonb(OLD) ->> 'deputy_id', OLD.office_id) THEN
        RETURN NULL;
    END IF;
    PERFORM FROM accounts_office WHERE id = NEW.office_id FOR NO KEY UPDATE;
    PERFORM FROM accounts_user WHERE id = person FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM accounts_office o, accounts_user u WHERE o.id = NEW.office_id AND u.id = person
               AND o.kind IN ('member', 'officer') AND u.kind <> o.kind) THEN
        RAISE EXCEPTION 'an office of a member is a member''s, an office of an officer an officer''s'
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER holder_of_the_offices_kind AFTER INSERT OR UPDATE ON accounts_officeholding
    FOR EACH ROW EXECUTE FUNCTION accounts_of_the_offices_kind();
CREATE TRIGGER deputy_of_the_offices_kind AFTER INSERT ON accounts_deputyappointment
    FOR EACH ROW EXECUTE FUNCTION accounts_of_the_offices_kind();

-- What a person is said to be, or an office, fits everybody who ever acted for it. An appointment revoked from its first day never was.
CREATE FUNCTION accounts_fits_who_acts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT h.holder_id AS person, h.office_id AS office FROM accounts_officeholding h
                     UNION ALL
                     SELECT d.deputy_id, d.office_id FROM accounts_deputyappointment d WHERE d.revoked_from IS DISTINCT FROM d.since) term
        JOIN accounts_office o ON o.id = term.office JOIN accounts_user u ON u.id = term.person
        WHERE NEW.id = CASE TG_TABLE_NAME WHEN 'accounts_user' THEN term.person ELSE term.office END
          AND o.kind IN ('member', 'officer') AND u.kind NOT IN ('', o.kind)) THEN
        RAISE EXCEPTION 'nobody acts for an office of another kind than they are' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER person_fits_their_offices AFTER UPDATE OF kind ON accounts_user
    FOR EACH ROW WHEN (OLD.kind <> NEW.kind) EXECUTE FUNCTION accounts_fits_who_acts();
CREATE TRIGGER office_fits_its_people AFTER UPDATE OF kind ON accounts_office
    FOR EACH ROW WHEN (OLD.kind <> NEW.kind) EXECUTE FUNCTION accounts_fits_who_acts();
"""

UNDO_RULES = """
DROP TRIGGER office_fits_its_people ON accounts_office;
DROP TRIGGER person_fits_their_offices ON accounts_user;
DROP FUNCTION accounts_fits_who_acts();
DROP TRIGGER deputy_of_the_offices_kind ON accounts_deputyappointment;
DROP TRIGGER holder_of_the_offices_kind ON accounts_officeholding;
DROP FUNCTION accounts_of_the_offices_kind();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0020_combined_authority")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="kind",
            field=models.CharField(
                blank=True, choices=[("member", "Member"), ("officer", "Officer")], max_length=7, verbose_name="member or officer"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(condition=models.Q(("kind__in", ["", "member", "officer"])), name="user_kind_is_known"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

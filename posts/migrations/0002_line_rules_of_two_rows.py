"""What a line and its intakes or amounts may not say together, and what belongs to one programme.

The triggers wait for the end of the transaction, so that an action may write a line and its intakes in any order.
"""

from django.db import migrations

PAIRS = [
    ("posts_costline", "line_phase_same_programme", "phase_id", "phases_phase"),
    ("posts_costline", "line_team_same_programme", "team_id", "posts_team"),
]

RULES = r"""
CREATE FUNCTION posts_check_line(checked bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE line posts_costline%ROWTYPE;
BEGIN
    SELECT * INTO line FROM posts_costline WHERE id = checked;
    IF NOT FOUND THEN RETURN; END IF;
    IF EXISTS (SELECT FROM posts_intake i WHERE i.line_id = line.id AND (i.fte IS NULL) <> (line.fte IS NULL)) THEN
        RAISE EXCEPTION 'an intake has FTE when its line has' USING ERRCODE = 'check_violation', CONSTRAINT = 'intake_fte_belongs_to_posts';
    END IF;
    IF EXISTS (SELECT FROM posts_intake i WHERE i.line_id = line.id AND i.fte > line.fte) THEN
        RAISE EXCEPTION 'an intake has at most the FTE of its line' USING ERRCODE = 'check_violation', CONSTRAINT = 'intake_fte_within_line';
    END IF;
    IF line.duration = 'fixed_term' AND EXISTS (
        SELECT FROM posts_intake i WHERE i.line_id = line.id AND i.start IS NOT NULL AND i."end" IS NULL) THEN
        RAISE EXCEPTION 'an intake of a fixed-term line ends' USING ERRCODE = 'check_violation', CONSTRAINT = 'intake_of_fixed_term_ends';
    END IF;
    IF line.duration <> 'recurring' AND EXISTS (
        SELECT FROM posts_lineamount a WHERE a.line_id = line.id AND a.financial_year IS NULL AND a.amount IS NOT NULL) THEN
        RAISE EXCEPTION 'a fixed-term or one-off line has no full-year effect'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'full_year_only_where_recurring';
    END IF;
    IF line.duration = 'one_off' AND (SELECT count(*) FROM posts_intake i WHERE i.line_id = line.id) > 1 THEN
        RAISE EXCEPTION 'a one-off cost falls once' USING ERRCODE = 'check_violation', CONSTRAINT = 'one_off_falls_once';
    END IF;
END $$;

CREATE FUNCTION posts_check_line_of_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM posts_check_line(NEW.line_id);
    RETURN NULL;
END $$;
CREATE FUNCTION posts_check_line_itself() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM posts_check_line(NEW.id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER intake_fits_its_line AFTER INSERT OR UPDATE ON posts_intake
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posts_check_line_of_row();
CREATE CONSTRAINT TRIGGER amount_fits_its_line AFTER INSERT OR UPDATE ON posts_lineamount
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.financial_year IS NULL AND NEW.amount IS NOT NULL)
    EXECUTE FUNCTION posts_check_line_of_row();
CREATE CONSTRAINT TRIGGER line_fits_its_intakes AFTER UPDATE OF fte, duration ON posts_costline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posts_check_line_itself();

CREATE TRIGGER line_revision_append_only BEFORE UPDATE OR DELETE ON posts_linerevision
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER line_revision_no_truncate BEFORE TRUNCATE ON posts_linerevision
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER line_revision_no_truncate ON posts_linerevision;
DROP TRIGGER line_revision_append_only ON posts_linerevision;
DROP TRIGGER line_fits_its_intakes ON posts_costline;
DROP TRIGGER amount_fits_its_line ON posts_lineamount;
DROP TRIGGER intake_fits_its_line ON posts_intake;
DROP FUNCTION posts_check_line_itself();
DROP FUNCTION posts_check_line_of_row();
DROP FUNCTION posts_check_line(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("posts", "0001_teams_lines_intakes_amounts"),
        ("phases", "0002_one_programme_throughout"),
        ("accounts", "0002_audit_chain_append_only"),
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
    ]

"""What belongs together belongs to one programme: composite foreign keys. A recommendation authorises nothing: a trigger."""

from django.db import migrations

PAIRS = [
    # table, constraint, column, table referred to
    ("phases_authorisation", "authorisation_decision_same_programme", "decision_id", "phases_fundingdecision"),
    ("phases_authorisation", "authorisation_source_same_programme", "funding_source_id", "phases_fundingsource"),
    ("phases_authorisation", "authorisation_replaces_same_programme", "replaces_id", "phases_authorisation"),
    ("phases_authorisationphase", "authorisation_phase_authorisation_same_programme", "authorisation_id", "phases_authorisation"),
    ("phases_authorisationphase", "authorisation_phase_phase_same_programme", "phase_id", "phases_phase"),
    ("phases_excludeditem", "excluded_item_source_same_programme", "funding_source_id", "phases_fundingsource"),
]

RULES = r"""
CREATE FUNCTION phases_authorisation_needs_resolution() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT outcome FROM phases_fundingdecision WHERE id = NEW.decision_id FOR SHARE) <> 'resolved' THEN
        RAISE EXCEPTION 'a recommendation authorises nothing' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER authorisation_needs_a_resolution BEFORE INSERT OR UPDATE OF decision_id ON phases_authorisation
    FOR EACH ROW EXECUTE FUNCTION phases_authorisation_needs_resolution();

CREATE FUNCTION phases_resolution_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.outcome <> 'resolved' AND EXISTS (SELECT FROM phases_authorisation WHERE decision_id = NEW.id) THEN
        RAISE EXCEPTION 'money is authorised by this decision' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decision_with_authorisations_stays_resolved BEFORE UPDATE OF outcome ON phases_fundingdecision
    FOR EACH ROW EXECUTE FUNCTION phases_resolution_stays();

CREATE FUNCTION phases_replacement_is_not_earlier() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.replaces_id IS NOT NULL AND
       (SELECT decided_on FROM phases_fundingdecision WHERE id = NEW.decision_id) <
       (SELECT d.decided_on FROM phases_authorisation a JOIN phases_fundingdecision d ON d.id = a.decision_id
         WHERE a.id = NEW.replaces_id) THEN
        RAISE EXCEPTION 'an authorisation replaces an earlier one' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER authorisation_replaces_an_earlier_one BEFORE INSERT OR UPDATE OF replaces_id, decision_id ON phases_authorisation
    FOR EACH ROW EXECUTE FUNCTION phases_replacement_is_not_earlier();
"""

UNDO_RULES = """
DROP TRIGGER authorisation_replaces_an_earlier_one ON phases_authorisation;
DROP TRIGGER decision_with_authorisations_stays_resolved ON phases_fundingdecision;
DROP TRIGGER authorisation_needs_a_resolution ON phases_authorisation;
DROP FUNCTION phases_replacement_is_not_earlier();
DROP FUNCTION phases_resolution_stays();
DROP FUNCTION phases_authorisation_needs_resolution();
"""


class Migration(migrations.Migration):
    dependencies = [("phases", "0001_programmes_decisions_authorisations")]

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

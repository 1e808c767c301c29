"""An annual cost may change from a day on, for the whole line or for one intake (money rule 17)."""

from django.db import migrations, models

# A table's check may call no subquery: what is asked of every change of a line is a function of its own.
RULES = r"""
CREATE FUNCTION posts_cost_changes_stand(changes jsonb, lowest numeric) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE change jsonb; before text := ''; this text;
BEGIN
    IF jsonb_typeof(changes) <> 'array' THEN RETURN false; END IF;
    FOR change IN SELECT * FROM jsonb_array_elements(changes) LOOP
        IF (SELECT array_agg(key ORDER BY key) FROM jsonb_object_keys(change) AS key) IS DISTINCT FROM ARRAY['annual_cost', 'from', 'intake']
           OR (change->>'from') !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' OR (change->>'annual_cost') !~ '^-?[0-9]{1,12}$'
           OR (change->>'annual_cost')::numeric < lowest
           OR (jsonb_typeof(change->'intake') <> 'null' AND (change->>'intake') !~ '^[1-9][0-9]{0,2}$') THEN RETURN false;
        END IF;
        -- In the order of their days, each once: of one day, the whole line first.
        this := (change->>'from') || lpad(coalesce(change->>'intake', '0'), 4, '0');
        IF this <= before THEN RETURN false; END IF;
        before := this;
    END LOOP;
    RETURN true;
END $$;
ALTER TABLE posts_costline ADD CONSTRAINT line_cost_changes_stand CHECK (
    cost_changes = '[]' OR (
        annual_cost IS NOT NULL AND duration <> 'one_off' AND posts_cost_changes_stand(
            cost_changes,
            CASE WHEN kind = 'other' OR coalesce(fte, 0) < 0 OR coalesce(headcount, 0) < 0 THEN -999999999999 ELSE 0 END)));

CREATE FUNCTION posts_cost_changes_of_intakes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE line bigint; most integer;
BEGIN
    IF TG_TABLE_NAME = 'posts_costline' THEN line := NEW.id; ELSE line := OLD.line_id; END IF;
    SELECT max((change->>'intake')::integer) INTO most FROM posts_costline l, jsonb_array_elements(l.cost_changes) AS change WHERE l.id = line;
    IF most > (SELECT count(*) FROM posts_intake i WHERE i.line_id = line) THEN
        RAISE EXCEPTION 'a change of the annual cost is of an intake of its line'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'cost_change_of_an_intake';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER cost_change_has_its_intake AFTER INSERT OR UPDATE OF cost_changes ON posts_costline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.cost_changes <> '[]') EXECUTE FUNCTION posts_cost_changes_of_intakes();
CREATE CONSTRAINT TRIGGER intake_keeps_its_cost_changes AFTER DELETE ON posts_intake
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posts_cost_changes_of_intakes();
"""

UNDO = """
DROP TRIGGER intake_keeps_its_cost_changes ON posts_intake;
DROP TRIGGER cost_change_has_its_intake ON posts_costline;
DROP FUNCTION posts_cost_changes_of_intakes();
ALTER TABLE posts_costline DROP CONSTRAINT line_cost_changes_stand;
DROP FUNCTION posts_cost_changes_stand(jsonb, numeric);
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0008_sizes_of_posts")]

    operations = [
        migrations.AddField(
            model_name="costline",
            name="cost_changes",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.RunSQL(RULES, UNDO),
    ]

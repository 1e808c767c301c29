"""Who pays for a line: several funding sources, in shares or pounds, by dates (money rule 18)."""

from django.db import migrations, models

# A table's check may call no subquery: what is asked of every payer of a line is a function of its own. Shares are added exactly.
RULES = r"""
CREATE FUNCTION posts_paid_by_stands(payers jsonb) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE payer jsonb; other jsonb; day text; parts text[]; top numeric; bottom numeric; rests integer := 0; place integer := 0;
BEGIN
    IF jsonb_typeof(payers) <> 'array' THEN RETURN false; END IF;
    FOR payer IN SELECT * FROM jsonb_array_elements(payers) LOOP
        place := place + 1;
        IF (SELECT array_agg(key ORDER BY key) FROM jsonb_object_keys(payer) AS key)
            IS DISTINCT FROM ARRAY['from', 'pounds', 'share', 'source', 'to']
           OR (payer->>'source') IS NULL OR (payer->>'source') !~ '^[1-9][0-9]{0,17}$'
           OR (payer->>'share') !~ '^[1-9][0-9]{0,8}/[1-9][0-9]{0,8}$' OR (payer->>'pounds') !~ '^-?[1-9][0-9]{0,11}$'
           OR ((payer->>'share') IS NOT NULL AND (payer->>'pounds') IS NOT NULL)
           OR (payer->>'from') !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' OR (payer->>'to') !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
           OR (payer->>'from') > (payer->>'to') THEN RETURN false;
        END IF;
        IF (payer->>'share') IS NULL AND (payer->>'pounds') IS NULL THEN
            rests := rests + 1;
            IF rests > 1 OR (payer->>'from') IS NOT NULL OR (payer->>'to') IS NOT NULL THEN RETURN false; END IF;
        END IF;
        -- A source pays once on any day.
        IF EXISTS (
            SELECT FROM jsonb_array_elements(payers) WITH ORDINALITY AS earlier (value, number)
            WHERE earlier.number < place AND earlier.value->>'source' = payer->>'source'
            AND coalesce(earlier.value->>'from', '') <= coalesce(payer->>'to', '9999-12-31')
            AND coalesce(payer->>'from', '') <= coalesce(earlier.value->>'to', '9999-12-31')) THEN RETURN false;
        END IF;
    END LOOP;
    -- Shares come to more only on a day on which one begins.
    FOR day IN SELECT DISTINCT coalesce(each->>'from', '') FROM jsonb_array_elements(payers) AS each LOOP
        top := 0; bottom := 1;
        FOR other IN SELECT * FROM jsonb_array_elements(payers) LOOP
            IF (other->>'share') IS NOT NULL AND coalesce(other->>'from', '') <= day
               AND day <= coalesce(other->>'to', '9999-12-31') THEN
                parts := string_to_array(other->>'share', '/');
                top := top * parts[2]::numeric + parts[1]::numeric * bottom;
                bottom := bottom * parts[2]::numeric;
            END IF;
        END LOOP;
        IF top > bottom THEN RETURN false; END IF;
    END LOOP;
    RETURN true;
END $$;
ALTER TABLE posts_costline ADD CONSTRAINT line_paid_by_stands CHECK (paid_by = '[]' OR posts_paid_by_stands(paid_by));

-- As a foreign key would: the source is one of the programme's, and stays while a line names it.
CREATE FUNCTION posts_sources_of_a_line() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE asked bigint[];
BEGIN
    SELECT array_agg(DISTINCT (payer->>'source')::bigint) INTO asked
    FROM posts_costline l, jsonb_array_elements(l.paid_by) AS payer WHERE l.id = NEW.id;
    IF asked IS NULL THEN RETURN NULL; END IF;
    PERFORM FROM phases_fundingsource s WHERE s.id = ANY(asked) ORDER BY s.id FOR KEY SHARE;
    IF (SELECT count(*) FROM phases_fundingsource s JOIN posts_costline l ON l.programme_id = s.programme_id
        WHERE l.id = NEW.id AND s.id = ANY(asked)) < cardinality(asked) THEN
        RAISE EXCEPTION 'a line is paid for by funding sources of its programme'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'line_paid_by_sources_of_its_programme';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER line_paid_by_sources_of_its_programme AFTER INSERT OR UPDATE OF paid_by, programme_id ON posts_costline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.paid_by <> '[]') EXECUTE FUNCTION posts_sources_of_a_line();

CREATE FUNCTION posts_source_pays_for_no_line() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.programme_id = OLD.programme_id AND NEW.id = OLD.id THEN RETURN NEW; END IF;
    IF EXISTS (SELECT FROM posts_costline l WHERE l.programme_id = OLD.programme_id
        AND l.paid_by @> jsonb_build_array(jsonb_build_object('source', OLD.id))) THEN
        RAISE EXCEPTION 'lines are paid for by this funding source'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'funding_source_of_a_line_stays';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER funding_source_of_a_line_stays BEFORE DELETE OR UPDATE ON phases_fundingsource
    FOR EACH ROW EXECUTE FUNCTION posts_source_pays_for_no_line();
"""

UNDO = """
DROP TRIGGER funding_source_of_a_line_stays ON phases_fundingsource;
DROP FUNCTION posts_source_pays_for_no_line();
DROP TRIGGER line_paid_by_sources_of_its_programme ON posts_costline;
DROP FUNCTION posts_sources_of_a_line();
ALTER TABLE posts_costline DROP CONSTRAINT line_paid_by_stands;
DROP FUNCTION posts_paid_by_stands(jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("posts", "0012_words_and_second_sources"), ("phases", "0014_required_match")]

    operations = [
        migrations.AddField(
            model_name="costline",
            name="paid_by",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.RunSQL(RULES, UNDO),
    ]

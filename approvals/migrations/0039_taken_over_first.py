"""Nothing happens to money that is still to take over what an earlier authorisation released: it is moved first."""

from django.db import migrations

RULES = r"""
-- Whether what this authorisation replaces still holds something that was drawn.
CREATE FUNCTION approvals_waits_for_transfer(later bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM phases_authorisation a JOIN approvals_consumption c ON c.authorisation_id = a.replaces_id
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(r.pounds), 0) AS pounds, coalesce(sum(r.fte), 0) AS fte
            FROM approvals_consumption r WHERE r.reverses_id = c.id) AS back
        WHERE a.id = later AND c.reverses_id IS NULL
          AND (c.pounds + back.pounds <> 0 OR coalesce(c.fte, 0) + back.fte <> 0))
$$;

CREATE FUNCTION approvals_lapses_once_taken_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF approvals_waits_for_transfer((SELECT authorisation_id FROM phases_authorisationlimit WHERE id = NEW.limit_id)) THEN
        PERFORM approvals_refuse(TG_NAME, 'what it replaces is moved to it first');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER limit_lapses_once_it_took_over AFTER INSERT OR UPDATE OF lapsed_at ON approvals_limitdrawn
    FOR EACH ROW WHEN (NEW.lapsed_at IS NOT NULL) EXECUTE FUNCTION approvals_lapses_once_taken_over();

CREATE FUNCTION approvals_used_once_taken_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF approvals_waits_for_transfer(NEW.authorisation_id) THEN
        PERFORM approvals_refuse(TG_NAME, 'what it replaces is moved to it first');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER carried_forward_once_it_took_over BEFORE INSERT ON phases_carryforward
    FOR EACH ROW EXECUTE FUNCTION approvals_used_once_taken_over();
CREATE TRIGGER drawn_once_it_took_over AFTER INSERT ON approvals_consumption
    FOR EACH ROW WHEN (NEW.kind = 'draw') EXECUTE FUNCTION approvals_used_once_taken_over();
"""

UNDO_RULES = """
DROP TRIGGER drawn_once_it_took_over ON approvals_consumption;
DROP TRIGGER carried_forward_once_it_took_over ON phases_carryforward;
DROP FUNCTION approvals_used_once_taken_over();
DROP TRIGGER limit_lapses_once_it_took_over ON approvals_limitdrawn;
DROP FUNCTION approvals_lapses_once_taken_over();
DROP FUNCTION approvals_waits_for_transfer(bigint);
"""


class Migration(migrations.Migration):

    dependencies = [
        ("approvals", "0038_not_key_above_the_thresholds_says_why"),
        ('phases', '0011_carried_forward'),
    ]

    operations = [migrations.RunSQL(RULES, UNDO_RULES)]

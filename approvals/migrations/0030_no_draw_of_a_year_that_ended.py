"""Money of a financial year is drawn until that year has ended; what was not drawn lapses when it has, or when it is replaced."""

from django.db import migrations

RULES = r"""
CREATE FUNCTION approvals_year_has_ended(year integer, day date) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT year IS NOT NULL AND make_date(year + 1, 3, 31) < day
$$;

CREATE FUNCTION approvals_draw_before_its_year_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF approvals_year_has_ended(NEW.financial_year::integer,
                                (SELECT approvals_day(signed_at) FROM approvals_drawdown WHERE id = NEW.drawdown_id)) THEN
        PERFORM approvals_refuse(TG_NAME, 'the financial year has ended');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER draw_before_its_year_ended AFTER INSERT ON approvals_consumption
    FOR EACH ROW WHEN (NEW.kind = 'draw' AND NEW.pounds > 0) EXECUTE FUNCTION approvals_draw_before_its_year_ended();

CREATE FUNCTION approvals_limit_lapses_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM phases_authorisationlimit l WHERE l.id = NEW.limit_id
                   AND (approvals_year_has_ended(l.financial_year, approvals_day(NEW.lapsed_at))
                        OR EXISTS (SELECT FROM phases_authorisation a WHERE a.replaces_id = l.authorisation_id))) THEN
        PERFORM approvals_refuse(TG_NAME, 'its year has not ended, and nothing replaces it');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER limit_lapses_after_its_year AFTER INSERT OR UPDATE OF lapsed_at ON approvals_limitdrawn
    FOR EACH ROW WHEN (NEW.lapsed_at IS NOT NULL) EXECUTE FUNCTION approvals_limit_lapses_in_time();
"""

UNDO_RULES = """
DROP TRIGGER limit_lapses_after_its_year ON approvals_limitdrawn;
DROP FUNCTION approvals_limit_lapses_in_time();
DROP TRIGGER draw_before_its_year_ended ON approvals_consumption;
DROP FUNCTION approvals_draw_before_its_year_ended();
DROP FUNCTION approvals_year_has_ended(integer, date);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('approvals', '0029_withdrawn_with_reasons'),
    ]

    operations = [migrations.RunSQL(RULES, UNDO_RULES)]

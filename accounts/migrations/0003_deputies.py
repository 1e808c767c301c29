"""Deputies of an office. Who holds an office, and who acted for it, stays on record: the database refuses to forget it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

RULES = r"""
ALTER TABLE accounts_deputyappointment ADD CONSTRAINT deputy_appointed_once EXCLUDE USING gist (
    int8range(office_id, office_id, '[]') WITH &&, int8range(deputy_id, deputy_id, '[]') WITH &&,
    daterange(since, LEAST(until + 1, revoked_from), '[)') WITH &&);

-- Both take the office first: of a holding and an appointment written at once, the later sees the earlier.
CREATE FUNCTION accounts_deputy_is_not_the_holder() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM accounts_office WHERE id = NEW.office_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM accounts_officeholding h WHERE h.office_id = NEW.office_id AND h.holder_id = NEW.deputy_id
               AND daterange(h.since, h.until, '[]') && daterange(NEW.since, LEAST(NEW.until + 1, NEW.revoked_from), '[)')) THEN
        RAISE EXCEPTION 'nobody deputises for themselves' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER deputy_is_not_the_holder AFTER INSERT OR UPDATE ON accounts_deputyappointment
    FOR EACH ROW EXECUTE FUNCTION accounts_deputy_is_not_the_holder();

CREATE FUNCTION accounts_holder_is_not_a_deputy() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM accounts_office WHERE id = NEW.office_id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM accounts_deputyappointment d WHERE d.office_id = NEW.office_id AND d.deputy_id = NEW.holder_id
               AND daterange(d.since, LEAST(d.until + 1, d.revoked_from), '[)') && daterange(NEW.since, NEW.until, '[]')) THEN
        RAISE EXCEPTION 'nobody deputises for themselves' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER holder_is_not_a_deputy AFTER INSERT OR UPDATE ON accounts_officeholding
    FOR EACH ROW EXECUTE FUNCTION accounts_holder_is_not_a_deputy();

CREATE FUNCTION accounts_appointment_is_only_revoked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.revoked_at IS NOT NULL
       OR (NEW.office_id, NEW.deputy_id, NEW.since, NEW.until, NEW.authority)
          IS DISTINCT FROM (OLD.office_id, OLD.deputy_id, OLD.since, OLD.until, OLD.authority) THEN
        RAISE EXCEPTION 'an appointment is revoked, once, and otherwise stays' USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deputy_appointment_only_revoked BEFORE UPDATE ON accounts_deputyappointment
    FOR EACH ROW EXECUTE FUNCTION accounts_appointment_is_only_revoked();
CREATE TRIGGER deputy_appointment_stays BEFORE DELETE ON accounts_deputyappointment
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER office_holding_stays BEFORE DELETE ON accounts_officeholding
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
"""

UNDO_RULES = """
DROP TRIGGER office_holding_stays ON accounts_officeholding;
DROP TRIGGER holder_is_not_a_deputy ON accounts_officeholding;
DROP TRIGGER deputy_appointment_stays ON accounts_deputyappointment;
DROP TRIGGER deputy_appointment_only_revoked ON accounts_deputyappointment;
DROP TRIGGER deputy_is_not_the_holder ON accounts_deputyappointment;
DROP FUNCTION accounts_appointment_is_only_revoked();
DROP FUNCTION accounts_holder_is_not_a_deputy();
DROP FUNCTION accounts_deputy_is_not_the_holder();
ALTER TABLE accounts_deputyappointment DROP CONSTRAINT deputy_appointed_once;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_audit_chain_append_only")]

    operations = [
        migrations.CreateModel(
            name="DeputyAppointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("authority", models.TextField()),
                ("revoked_from", models.DateField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "deputy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deputy_appointments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "office",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deputies", to="accounts.office"
                    ),
                ),
                (
                    "revoked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["office", "since"],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="deputy_ends_after_start"
                    ),
                    models.CheckConstraint(condition=Q(authority__regex=r"\S"), name="deputy_has_an_authority"),
                    models.CheckConstraint(
                        condition=Q(revoked_from__isnull=True, revoked_at__isnull=True, revoked_by__isnull=True)
                        | Q(revoked_from__isnull=False, revoked_at__isnull=False, revoked_by__isnull=False),
                        name="deputy_revocation_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=Q(revoked_from__isnull=True)
                        | Q(revoked_from__gte=F("since")) & (Q(until__isnull=True) | Q(revoked_from__lte=F("until"))),
                        name="deputy_revoked_within_the_term",
                    ),
                ],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

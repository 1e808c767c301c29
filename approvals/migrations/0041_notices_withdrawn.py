"""A notice of the forward plan can be withdrawn with reasons by its act; nobody decides under it then."""

import accounts.text.rules
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

RULES = r"""
CREATE FUNCTION approvals_check_notice_withdrawal() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE given approvals_keynotice%ROWTYPE;
BEGIN
    SELECT * INTO given FROM approvals_keynotice WHERE id = NEW.notice_id;
    -- A signature holds the same lock.
    PERFORM 1 FROM phases_programme WHERE id = given.programme_id FOR UPDATE;
    IF NEW.reference <> 'KN-' || lpad(given.id::text, greatest(4, length(given.id::text)), '0') OR NOT EXISTS (
        SELECT FROM accounts_auditentry e JOIN phases_programme p ON p.id = given.programme_id
        WHERE e.number = NEW.entry_id AND e.action = 'key_notice_withdrawn' AND e.subject = 'programme:' || p.slug
          AND e.content::jsonb #>> '{details,reference}' = NEW.reference
          AND e.content::jsonb #>> '{details,reasons}' = NEW.reasons AND approvals_day(e.at) = NEW.withdrawn_on
    ) THEN
        PERFORM approvals_refuse('key_notice_withdrawn_by_its_act', 'the audit record holds no such withdrawal');
    END IF;
    IF NEW.instead_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM approvals_keynotice k WHERE k.id = NEW.instead_id AND k.programme_id = given.programme_id
    ) THEN
        PERFORM approvals_refuse('key_notice_replaced_in_its_programme', 'the other notice is of another programme');
    END IF;
    IF EXISTS (SELECT FROM approvals_decisionrecord r JOIN approvals_drawdown d ON d.id = r.drawdown_id
               WHERE r.notice_reference = NEW.reference AND r.is_key AND d.signed_at IS NOT NULL) THEN
        PERFORM approvals_refuse('key_notice_withdrawn_before_a_decision', 'a decision was made under this notice');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER key_notice_withdrawn_as_allowed BEFORE INSERT ON approvals_keynoticewithdrawal
    FOR EACH ROW EXECUTE FUNCTION approvals_check_notice_withdrawal();
CREATE TRIGGER key_notice_withdrawal_stays BEFORE UPDATE OR DELETE ON approvals_keynoticewithdrawal
    FOR EACH ROW EXECUTE FUNCTION accounts_refuse_change();
CREATE TRIGGER key_notice_withdrawal_no_truncate BEFORE TRUNCATE ON approvals_keynoticewithdrawal
    FOR EACH STATEMENT EXECUTE FUNCTION accounts_refuse_change();

CREATE FUNCTION approvals_signing_under_a_notice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_decisionrecord r JOIN approvals_keynoticewithdrawal w ON w.reference = r.notice_reference
               WHERE r.drawdown_id = NEW.id AND r.is_key) THEN
        PERFORM approvals_refuse('sign_off_under_a_notice_that_stands', 'its notice was withdrawn');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_under_a_notice BEFORE UPDATE ON approvals_drawdown FOR EACH ROW
    WHEN (NEW.state = 'signed_off' AND OLD.state <> 'signed_off') EXECUTE FUNCTION approvals_signing_under_a_notice();
"""
UNDO_RULES = """
DROP TRIGGER signing_under_a_notice ON approvals_drawdown;
DROP FUNCTION approvals_signing_under_a_notice();
DROP TRIGGER key_notice_withdrawal_no_truncate ON approvals_keynoticewithdrawal;
DROP TRIGGER key_notice_withdrawal_stays ON approvals_keynoticewithdrawal;
DROP TRIGGER key_notice_withdrawn_as_allowed ON approvals_keynoticewithdrawal;
DROP FUNCTION approvals_check_notice_withdrawal();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_mail_once_a_day'),
        ("approvals", "0040_confirmations_taken_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='KeyNoticeWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('reasons', models.TextField(validators=[accounts.text.rules.visible_text])),
                ('withdrawn_on', models.DateField()),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.auditentry')),
                ('instead', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='approvals.keynotice')),
                ('notice', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='approvals.keynotice')),
                ('withdrawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reasons__regex', '\\S')), name='key_notice_withdrawn_with_reasons'), models.CheckConstraint(condition=models.Q(('instead', models.F('notice')), _negated=True), name='key_notice_replaced_by_another')],
            },
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

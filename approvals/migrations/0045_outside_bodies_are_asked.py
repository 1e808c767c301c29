"""A body outside the council may be asked before a decision, for its consent or its advice; the clerk records what it answered."""

import accounts.text.rules
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


RULES = r"""
CREATE FUNCTION approvals_check_body_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT kind FROM phases_body WHERE id = NEW.body_id FOR SHARE) <> 'outside' THEN
        PERFORM approvals_refuse('step_body_is_outside', 'only a body outside the council is asked for consent or advice');
    END IF;
    IF EXISTS (SELECT FROM approvals_delegation d WHERE d.id = NEW.delegation_id AND d.decision_body_id = NEW.body_id) THEN
        PERFORM approvals_refuse('deciding_body_is_no_step', 'the body that decides is not one of those who answer');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER step_of_a_body BEFORE INSERT ON approvals_delegationstep
    FOR EACH ROW WHEN (NEW.body_id IS NOT NULL) EXECUTE FUNCTION approvals_check_body_step();

CREATE FUNCTION approvals_kind_of_an_asked_body() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_delegationstep s WHERE s.body_id = NEW.id) THEN
        PERFORM approvals_refuse('body_asked_stays_outside', 'a delegation asks this body as one outside the council');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER kind_of_an_asked_body BEFORE UPDATE OF kind ON phases_body
    FOR EACH ROW WHEN (NEW.kind <> 'outside' AND OLD.kind = 'outside') EXECUTE FUNCTION approvals_kind_of_an_asked_body();

-- Of offices, the rules about who acts for them; what may be answered stands below for both.
DROP TRIGGER answer_fits_the_drawdown ON approvals_answer;
CREATE TRIGGER answer_fits_the_drawdown BEFORE INSERT ON approvals_answer
    FOR EACH ROW WHEN (NEW.body_id IS NULL) EXECUTE FUNCTION approvals_check_answer();

CREATE FUNCTION approvals_check_answer_as_asked() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    asked approvals_drawdown;
    asked_for text;
BEGIN
    SELECT * INTO asked FROM approvals_drawdown WHERE id = NEW.drawdown_id FOR NO KEY UPDATE;
    IF asked.state <> 'submitted' OR NEW.sha256 <> asked.sha256 OR NEW.asked_at <> asked.submitted_at THEN
        PERFORM approvals_refuse('answer_is_to_what_is_submitted', 'the answer is not to what is submitted now');
    END IF;
    SELECT s.mode INTO asked_for FROM approvals_delegationstep s
        WHERE s.delegation_id = asked.delegation_id AND (s.office_id = NEW.office_id OR s.body_id = NEW.body_id);
    IF asked_for IS NULL OR NEW.answer = ANY (CASE asked_for
        WHEN 'agreement' THEN '{view,consent,no_consent,in_favour,against}'::text[]
        WHEN 'consultation' THEN '{consent,no_consent,in_favour,against}'
        WHEN 'consent' THEN '{agree,disagree,view,in_favour,against}'
        ELSE '{agree,disagree,consent,no_consent}' END) THEN
        PERFORM approvals_refuse('answer_is_what_was_asked_for', 'this is not asked for');
    END IF;
    RETURN NEW;
END $$;
-- After answer_fits_the_drawdown, by its name, so that what an office is asked is said by the rule of offices first.
CREATE TRIGGER answer_is_as_asked BEFORE INSERT ON approvals_answer
    FOR EACH ROW EXECUTE FUNCTION approvals_check_answer_as_asked();

CREATE FUNCTION approvals_signing_with_outside_bodies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM approvals_delegationstep s WHERE s.delegation_id = NEW.delegation_id AND NEW.taken_elsewhere_id IS NULL AND s.mode = 'consent'
               AND NOT EXISTS (SELECT FROM approvals_answer a WHERE a.drawdown_id = NEW.id AND a.sha256 = NEW.sha256
                               AND a.body_id = s.body_id AND a.answer = 'consent')) THEN
        PERFORM approvals_refuse('sign_off_needs_every_consent', 'the consent of an outside body is missing');
    END IF;
    IF NEW.taken_elsewhere_id IS NULL AND approvals_day(NEW.signed_at) <= NEW.answer_by AND EXISTS (
            SELECT FROM approvals_delegationstep s WHERE s.delegation_id = NEW.delegation_id AND s.mode = 'advice'
               AND NOT EXISTS (SELECT FROM approvals_answer a WHERE a.drawdown_id = NEW.id AND a.sha256 = NEW.sha256
                               AND a.body_id = s.body_id)) THEN
        PERFORM approvals_refuse('sign_off_after_advice', 'the time for the advice of an outside body has not passed');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER signing_with_outside_bodies BEFORE UPDATE ON approvals_drawdown FOR EACH ROW
    WHEN (NEW.state = 'signed_off' AND OLD.state <> 'signed_off') EXECUTE FUNCTION approvals_signing_with_outside_bodies();
"""

UNDO_RULES = """
DROP TRIGGER signing_with_outside_bodies ON approvals_drawdown;
DROP FUNCTION approvals_signing_with_outside_bodies();
DROP TRIGGER answer_is_as_asked ON approvals_answer;
DROP FUNCTION approvals_check_answer_as_asked();
DROP TRIGGER answer_fits_the_drawdown ON approvals_answer;
CREATE TRIGGER answer_fits_the_drawdown BEFORE INSERT ON approvals_answer
    FOR EACH ROW EXECUTE FUNCTION approvals_check_answer();
DROP TRIGGER kind_of_an_asked_body ON phases_body;
DROP FUNCTION approvals_kind_of_an_asked_body();
DROP TRIGGER step_of_a_body ON approvals_delegationstep;
DROP FUNCTION approvals_check_body_step();
"""


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0018_mail_once_a_day"),
        ("approvals", "0044_decisions_taken_elsewhere"),
        ("phases", "0011_carried_forward"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='answer',
            name='answer_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='answer',
            name='answer_declares_interests',
        ),
        migrations.RemoveConstraint(
            model_name='answer',
            name='answer_has_its_words',
        ),
        migrations.RemoveConstraint(
            model_name='answer',
            name='answer_recorded_with_its_evidence',
        ),
        migrations.RemoveConstraint(
            model_name='delegationstep',
            name='step_mode_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='notice',
            name='notice_kind_is_known',
        ),
        migrations.AddField(
            model_name='answer',
            name='body',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='phases.body'),
        ),
        migrations.AddField(
            model_name='answer',
            name='writer',
            field=models.CharField(blank=True, max_length=160, validators=[accounts.text.rules.visible_text], verbose_name='who wrote it'),
        ),
        migrations.AddField(
            model_name='delegationstep',
            name='body',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='phases.body'),
        ),
        migrations.AlterField(
            model_name='answer',
            name='answer',
            field=models.CharField(choices=[('agree', 'Agree'), ('disagree', 'Do not agree'), ('view', 'View given'), ('consent', 'Consent given'), ('no_consent', 'Consent not given'), ('in_favour', 'Advises in favour'), ('against', 'Advises against')], max_length=10),
        ),
        migrations.AlterField(
            model_name='answer',
            name='interests',
            field=models.TextField(blank=True, validators=[accounts.text.rules.visible_text], verbose_name='interests declared'),
        ),
        migrations.AlterField(
            model_name='answer',
            name='office',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office'),
        ),
        migrations.AlterField(
            model_name='answer',
            name='person',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AlterField(
            model_name='answer',
            name='recorded_from',
            field=models.CharField(blank=True, choices=[('email', 'E-mail'), ('paper', 'Paper'), ('letter', 'Letter'), ('minute', 'Minute')], max_length=6),
        ),
        migrations.AlterField(
            model_name='delegationstep',
            name='mode',
            field=models.CharField(choices=[('agreement', 'Agreement'), ('consultation', 'Consultation'), ('consent', 'Consent'), ('advice', 'Advice')], max_length=12),
        ),
        migrations.AlterField(
            model_name='delegationstep',
            name='office',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.office'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('asked', 'Asked to answer'), ('reminder_before', 'Reminded before the answer was due'), ('reminder_overdue', 'Reminded that the answer is overdue'), ('escalated', 'Told that the answer of another office is overdue'), ('all_answered', 'Told that everybody has answered'), ('signed', 'Told that it was signed off'), ('returned', 'Told that it was returned'), ('refused', 'Told that it was refused'), ('withdrawn', 'Told that it was withdrawn'), ('called_in', 'Told that it was called in'), ('published', 'Told that it was published'), ('corrected', 'Told that its record was corrected'), ('unpublished', 'Told that its publication was withdrawn'), ('hand_back_asked', 'Asked to confirm a hand-back'), ('handed_back', 'Told that money was handed back'), ('answered_for', 'Told that a deputy answered'), ('overturned', 'Told that it was overturned'), ('effective', 'Told that it took effect'), ('question', 'Asked a question'), ('reply', 'Told of the reply'), ('elsewhere_asked', 'Asked to confirm a decision taken elsewhere'), ('elsewhere_back', 'Told that a decision taken elsewhere was sent back'), ('elsewhere', 'Told that a decision taken elsewhere is recorded'), ('body_asked', 'Told to ask an outside body'), ('body_reminder', 'Reminded to chase an outside body'), ('body_overdue', 'Told that the answer of an outside body is overdue')], max_length=16),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('evidence__isnull', True), ('recorded_by__isnull', True), ('recorded_from', '')), models.Q(('evidence__isnull', False), ('recorded_by__isnull', False), ('recorded_from__in', ['email', 'paper', 'letter', 'minute'])), _connector='OR'), name='answer_recorded_with_its_evidence'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.UniqueConstraint(fields=('drawdown', 'sha256', 'body'), name='answer_once_for_a_body'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('body__isnull', True), ('office__isnull', False), ('person__isnull', False), ('writer', '')), models.Q(('acting_for__isnull', True), ('authority', ''), ('body__isnull', False), ('interests', ''), ('office__isnull', True), ('person__isnull', True), ('recorded_by__isnull', False), ('writer__regex', '\\S')), _connector='OR'), name='answer_of_an_office_or_a_body'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ['agree', 'disagree', 'view', 'consent', 'no_consent', 'in_favour', 'against'])), name='answer_is_known'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('interests__regex', '\\S'), ('body__isnull', False), _connector='OR'), name='answer_declares_interests'),
        ),
        migrations.AddConstraint(
            model_name='answer',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ['agree', 'consent']), ('words__regex', '\\S'), _connector='OR'), name='answer_has_its_words'),
        ),
        migrations.AddConstraint(
            model_name='delegationstep',
            constraint=models.UniqueConstraint(fields=('delegation', 'body'), name='step_body_once'),
        ),
        migrations.AddConstraint(
            model_name='delegationstep',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ['agreement', 'consultation', 'consent', 'advice'])), name='step_mode_is_known'),
        ),
        migrations.AddConstraint(
            model_name='delegationstep',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('mode__in', ['consent', 'advice']), _negated=True), ('body__isnull', True), ('office__isnull', False)), models.Q(models.Q(('mode__in', ['agreement', 'consultation']), _negated=True), ('body__isnull', False), ('office__isnull', True)), _connector='OR'), name='step_asks_an_office_or_a_body'),
        ),
        migrations.AddConstraint(
            model_name='notice',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('correction__isnull', True), ('hand_back__isnull', True), ('kind__in', ['asked', 'reminder_before', 'reminder_overdue', 'escalated', 'all_answered', 'signed', 'returned', 'refused', 'withdrawn', 'called_in', 'overturned', 'effective', 'published', 'answered_for', 'elsewhere_asked', 'elsewhere_back', 'elsewhere', 'body_asked', 'body_reminder', 'body_overdue']), ('question__isnull', True)), models.Q(('hand_back__isnull', True), ('kind__in', ['corrected', 'unpublished']), ('question__isnull', True)), models.Q(('correction__isnull', True), ('kind__in', ['hand_back_asked', 'handed_back']), ('question__isnull', True)), models.Q(('correction__isnull', True), ('hand_back__isnull', True), ('kind__in', ['question', 'reply']), ('question__isnull', False)), _connector='OR'), name='notice_kind_is_known'),
        ),
        migrations.RunSQL(RULES, UNDO_RULES),
    ]

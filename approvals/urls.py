"""Addresses of delegations, drawdowns and decision records. `new` is not a drawdown: references begin with DD-."""

from django.urls import path

from accounts.factors.views import confirms_identity
from approvals.authorisations import views as authorisations
from approvals.chain import views as chain
from approvals.decisions import views as records
from approvals.decisions.additions import views as additions
from approvals.decisions.corrections import views as corrections
from approvals.decisions.forward_plan import views as forward_plan
from approvals.decisions.planned import views as planned
from approvals.decisions.publication import views as published
from approvals.decisions.register import views as register
from approvals.decisions.rewording import views as rewording
from approvals.decisions.withdrawal import views as withdrawal
from approvals.delegations import views as delegations
from approvals.delegations.conditions import views as conditions
from approvals.delegations.listed import views as delegations_listed
from approvals.drawdowns.answers import views as answering
from approvals.drawdowns.choice import views as choosing
from approvals.drawdowns.handback import views as handing_back
from approvals.drawdowns.listed import views as listed
from approvals.drawdowns.outside import views as outside
from approvals.drawdowns.page import views as drawdown
from approvals.drawdowns.papers import views as papers
from approvals.drawdowns.preparation import views as preparing
from approvals.drawdowns.questions import views as asking
from approvals.drawdowns.signing import views as deciding
from approvals.drawdowns.sitting import views as sitting
from approvals.elsewhere import views as elsewhere
from approvals.notices.letters import views as letters
from approvals.year_end import views as year_end

urlpatterns = [
    path("drawdowns/", listed.drawdowns, name="drawdowns"),
    path("drawdowns/new/", preparing.drawdown_new, name="drawdown_new"),
    path("drawdowns/new/no-money/", preparing.proposal_new, name="proposal_new"),
    path("drawdowns/sitting/", sitting.sitting, name="sitting"),
    path("drawdowns/sitting/next/", sitting.sitting_next, name="sitting_next"),
    path("drawdowns/sitting/summary/", sitting.sitting_summary, name="sitting_summary"),
    path("drawdowns/<str:reference>/lines/", choosing.drawdown_lines, name="drawdown_lines"),
    path("drawdowns/<str:reference>/lines/headroom/", choosing.drawdown_headroom, name="drawdown_headroom"),
    path("drawdowns/<str:reference>/case/", preparing.drawdown_case, name="drawdown_case"),
    path("drawdowns/<str:reference>/papers/", papers.drawdown_papers, name="drawdown_papers"),
    path("drawdowns/<str:reference>/papers/<int:pk>/", papers.paper_file, name="paper_file"),
    path("drawdowns/<str:reference>/submit/", preparing.drawdown_submit, name="drawdown_submit"),
    path("drawdowns/<str:reference>/withdraw/", preparing.drawdown_withdraw, name="drawdown_withdraw"),
    path("drawdowns/<str:reference>/elsewhere/", elsewhere.drawdown_elsewhere, name="drawdown_elsewhere"),
    path("drawdowns/<str:reference>/elsewhere/confirm/", elsewhere.elsewhere_confirm, name="elsewhere_confirm"),
    path("drawdowns/<str:reference>/hand-back/", handing_back.hand_back, name="hand_back"),
    path("programmes/<slug:slug>/delegations/", delegations_listed.delegations, name="delegations"),
    path("programmes/<slug:slug>/delegations/record/", delegations.delegation_record, name="delegation_record"),
    path("programmes/<slug:slug>/decisions/<int:pk>/", chain.decision, name="decision"),
    path("programmes/<slug:slug>/delegations/<int:pk>/", delegations.delegation, name="delegation"),
    path("programmes/<slug:slug>/conditions/<int:pk>/confirm/", conditions.condition_confirm, name="condition_confirm"),
    path("programmes/<slug:slug>/confirmations/<int:pk>/take-back/", conditions.condition_take_back, name="condition_take_back"),
    path("programmes/<slug:slug>/confirmations/<int:pk>/paper/", conditions.condition_paper, name="condition_paper"),
    path("programmes/<slug:slug>/authorisations/<int:pk>/", authorisations.authorisation, name="authorisation"),
    path(
        "programmes/<slug:slug>/authorisations/<int:pk>/lapse/<int:year>/",
        authorisations.authorisation_lapse,
        name="authorisation_lapse",
    ),
    path(
        "programmes/<slug:slug>/authorisations/<int:pk>/carry-forward/<int:year>/",
        year_end.authorisation_carry_forward,
        name="authorisation_carry_forward",
    ),
    path(
        "programmes/<slug:slug>/authorisations/<int:pk>/replace/",
        authorisations.authorisation_replace,
        name="authorisation_replace",
    ),
    path("drawdowns/<str:reference>/", drawdown.drawdown, name="drawdown"),
    path("drawdowns/<str:reference>/answer/<slug:slug>/", confirms_identity(answering.answer), name="answer"),
    path("drawdowns/<str:reference>/answered/<slug:slug>/", answering.answered, name="answered"),
    path("drawdowns/<str:reference>/record-answer/<slug:slug>/", answering.answer_record, name="answer_record"),
    path("drawdowns/<str:reference>/record-answer/outside/<int:pk>/", outside.body_answer_record, name="body_answer_record"),
    path("drawdowns/<str:reference>/questions/<int:pk>/reply/", asking.question_reply, name="question_reply"),
    path("drawdowns/<str:reference>/questions/<slug:slug>/", asking.question_ask, name="question_ask"),
    path("drawdowns/<str:reference>/advice/", confirms_identity(asking.advise), name="advise"),
    path("drawdowns/<str:reference>/dispensations/", asking.dispensation_record, name="dispensation_record"),
    path("drawdowns/<str:reference>/sign-off/", confirms_identity(deciding.sign_off), name="sign_off"),
    path("drawdowns/<str:reference>/signed/", deciding.signed, name="signed"),
    path("drawdowns/<str:reference>/resolution/", deciding.resolution_record, name="resolution_record"),
    path("drawdowns/<str:reference>/return/", confirms_identity(deciding.drawdown_return), name="drawdown_return"),
    path("drawdowns/<str:reference>/refuse/", confirms_identity(deciding.drawdown_refuse), name="drawdown_refuse"),
    path("drawdowns/<str:reference>/record/", records.decision_record_page, name="decision_record_page"),
    path("drawdowns/<str:reference>/record/change/", records.record_change, name="record_change"),
    path("drawdowns/<str:reference>/record/add/", additions.record_add, name="record_add"),
    path("drawdowns/<str:reference>/record/correct/", corrections.record_correct, name="record_correct"),
    path("drawdowns/<str:reference>/record/withdraw/", withdrawal.record_withdraw, name="record_withdraw"),
    path(
        "drawdowns/<str:reference>/record/corrections/<int:number>/withdraw/",
        withdrawal.correction_withdraw,
        name="correction_withdraw",
    ),
    path("drawdowns/<str:reference>/record/wording/", rewording.record_reword, name="record_reword"),
    path(
        "drawdowns/<str:reference>/record/wording/answer/", confirms_identity(rewording.rewording_answer), name="rewording_answer"
    ),
    path("drawdowns/<str:reference>/record/publish/", records.record_publish, name="record_publish"),
    path("drawdowns/<str:reference>/record/plan/", planned.record_plan, name="record_plan"),
    path("drawdowns/<str:reference>/record/plan/cancel/", planned.record_plan_cancel, name="record_plan_cancel"),
    path("drawdowns/<str:reference>/record/effect/", records.record_effect, name="record_effect"),
    path("drawdowns/<str:reference>/call-in/", records.call_in, name="call_in"),
    path("drawdowns/<str:reference>/call-in/outcome/", records.call_in_outcome, name="call_in_outcome"),
    path("programmes/<slug:slug>/key-notices/new/", forward_plan.key_notice_give, name="key_notice_give"),
    path("programmes/<slug:slug>/key-notices/<int:pk>/withdraw/", forward_plan.key_notice_withdraw, name="key_notice_withdraw"),
    path("forward-plan/", forward_plan.forward_plan_page, name="forward_plan"),
    path("mail-texts/", letters.mail_texts, name="mail_texts"),
    path("decisions/", register.register, name="register"),
    path("published-decisions.json", published.published_decisions_json, name="published_decisions_json"),
    path("published-decisions.atom", published.published_decisions_atom, name="published_decisions_atom"),
    path("published-decisions/", published.published_decisions, name="published_decisions"),
    path("published-decisions/<str:reference>/", published.published_decision, name="published_decision"),
    path(
        "published-decisions/<str:reference>/corrections/<int:number>/",
        corrections.published_correction_page,
        name="published_correction",
    ),
]

"""The paper check: every rule of the committee paper in one list, each a small pure function. No store, no clock.

`check` reads frozen records (facts.py) and gives findings (findings.py). Rules 21 and 22 are of the text of a draft paper.
"""

from reports.checks.rules import governance, lines, money, outside, paying, texts
from reports.checks.rules.findings import Finding, Place, Rule, Severity
from reports.facts.rules import Facts

E, W, I = Severity.ERROR, Severity.WARNING, Severity.INFORMATION  # noqa: E741

RULES: tuple[Rule, ...] = (
    Rule("PC01", "Columns add up", E, money.columns_cast),
    Rule("PC02", "A number in the title is the FTE", W, lines.number_in_title),
    Rule("PC03", "Part-year cost follows from the start", E, lines.part_year_follows),
    Rule("PC04", "The start that the figure implies", I, lines.start_implied),
    Rule("PC05", "Every line with a cost has a start", W, lines.start_stated),
    Rule("PC06", "Months of a fixed term add up to it", E, lines.term_adds_up),
    Rule("PC07", "Lines that end have no full-year effect", W, lines.no_full_year_for_a_term),
    Rule("PC08", "The same title costs the same", W, lines.same_title_same_cost),
    Rule("PC09", "Paperwork before recruitment", W, lines.paperwork_first),
    Rule("PC10", "Recruited in part", I, lines.recruited_of),
    Rule("PC11", "Drawn and planned within the limit", E, money.within_limits),
    Rule("PC12", "Recurring lines on recurring money", E, money.recurring_on_one_off),
    Rule("PC13", "Approved by a body with the power", E, money.approved_by_who_may),
    Rule("PC14", "Figures in the text are in the table", E, texts.figures_in_the_table),
    Rule("PC15", "In-year and full-year figures are not added", E, texts.bases_not_added),
    Rule("PC16", "One delegation, in the same words", E, texts.one_delegation),
    Rule("PC17", "Agreements on file for each use", E, governance.agreements_on_file),
    Rule("PC18", "One funding source, within its balance", W, money.one_source),
    Rule("PC19", "No start before approval", W, governance.not_before_approval),
    Rule("PC20", "Re-profiled plans have new totals", W, texts.reprofiled),
    Rule("PC23", "Notice of key decisions", E, governance.notice_of_key_decisions),
    Rule("PC24", "Call-in fits the decision maker", W, governance.call_in_fits),
    Rule("PC25", "Front sheet complete", W, texts.front_sheet_complete),
    Rule("PC26", "Abbreviations are in the key", I, texts.abbreviations_keyed),
    Rule("PC27", "The decision maker gives no dispensation", E, governance.no_dispensation_by_the_decision_maker),
    Rule("PC28", "Items met from elsewhere are not in any total", I, money.excluded_items),
    Rule("PC29", "No personal data in Part 1", W, texts.no_personal_data),
    Rule("PC30", "No money outside the table", E, outside.money_outside),
    Rule("PC31", "Enough may pay for each phase", E, paying.enough_may_pay),
    Rule("PC32", "What is not stated is said", W, outside.gaps_said),
    Rule("PC33", "Sources add up to their lines, and match is held", E, paying.sources_add_up),
    Rule("PC34", "Dates follow the ones they depend on", E, governance.dates_in_order),
)

_OF_A_LINE_TOO = (
    *(money.excluded_items, paying.sources_add_up, outside.money_outside),
    *(governance.not_before_approval, texts.no_personal_data),
)
OF_LINES = tuple(rule for rule in RULES if rule.find.__module__ == lines.__name__ or rule.find in _OF_A_LINE_TOO)
"""The rules that find something of a single line."""
BY_ID = {rule.id: rule for rule in RULES}

__all__ = ["BY_ID", "OF_LINES", "RULES", "Facts", "Finding", "Place", "Rule", "Severity", "check"]


def check(facts: Facts) -> tuple[Finding, ...]:
    """Every finding, the gravest first, then in the order of the rules and of the lines as printed."""
    found = [finding for rule in RULES for finding in rule.find(rule, facts)]
    return tuple(sorted(found, key=lambda finding: "EWI".index(finding.severity)))

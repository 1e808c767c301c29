"""The 22 lines of the September 2016 table, paragraph 6.3: annual cost in £'000 and the start the paper states."""

from datetime import date
from decimal import Decimal

from costing.intake import Basis, Intake, end_of_term
from costing.line_cost import Duration, Line

UNDATED = date(2016, 8, 1)

# Title, FTE, full year £'000, start stated (None where the paper states none).
PHASE_ONE = [
    ("Director ECHS", 1, 200, date(2016, 11, 1)),
    ("Head of service", 1, 90, None),
    ("DM Post", 1, 52, None),
    ("6 Advanced Practitioner Posts", 6, 310, None),
    ("2 Senior Practitioner Posts", 2, 96, None),
    ("Group Manager Leaving Care team", 1, 64, None),
    ("Group Manager Special Guardianship", 1, 64, None),
    ("Group Manager Adoption", 1, 64, None),
    ("2 Social Work Assistant (Special Guardianship)", 2, 74, None),
    ("Administrator", 1, 30, None),
    ("Strategic and business support", 1, 48, None),
    ("Child Protection Minute Taker", 1, 24, None),
    ("Child Protection Independent Chair", 1, 55, None),
]
PHASE_TWO = [
    ("6 Senior Practitioner roles", 6, 288, date(2016, 5, 1)),
    ("Quality Audit Manager", 1, 60, date(2016, 9, 1)),
]
PHASE_THREE = [
    ("Head of service", 1, 90, date(2017, 1, 1)),
    ("Safeguarding and care planning - DM Post", 1, 52, date(2017, 1, 1)),
    ("Safeguarding and care planning - 3 social workers", 3, 123, date(2017, 1, 1)),
    ("Recruitment and retention of social workers from 2017/18", None, 300, date(2017, 4, 1)),
    ("Quality Audits", None, 150, date(2017, 1, 1)),
    ("Commissioning - Placement Officer", 1, 40, date(2017, 1, 1)),
    ("Commissioning - Monitoring Officer", 1, 40, date(2017, 1, 1)),
]


def line(title: str, fte: int | None, thousands: int, start: date | None) -> Line:
    """The line as it re-costs: undated ones from 1 August 2016, the 18-month post for 18 months."""
    in_post = None if fte is None else Decimal(fte)
    fixed = title == "Strategic and business support"
    start = start or UNDATED
    intake = Intake(in_post, start, end_of_term(start, 18) if fixed else None)
    duration = Duration.FIXED_TERM if fixed else Duration.RECURRING
    return Line(Decimal(thousands * 1000), in_post, (intake,), duration, Basis.MONTHS)


ONE_AND_TWO = [line(*stated) for stated in PHASE_ONE + PHASE_TWO]
ALL = ONE_AND_TWO + [line(*stated) for stated in PHASE_THREE]

"""The published paper of September 2016: its recommendation and its financial implications, as far as they state anything."""


def _paragraphs(text: str) -> list[str]:
    """Paragraphs stand apart by a blank line; where their lines break says nothing."""
    return [" ".join(paragraph.split()) for paragraph in text.strip().split("\n\n")]


TITLE = ["OFSTED INSPECTION OF CHILDREN'S SERVICES", "Date: Wednesday 14 September 2016 Monday 26th September 2016"]

RECOMMENDATIONS = _paragraphs("""\
2. RECOMMENDATIONS

2.1 Care Services PDS are asked to comment and feedback on the report to Executive on the most recent inspection.

2.2 The Executive are asked to:

iii. Recommend to Full Council the approval of funding for the posts included in Phase One and Phase Two which have
already been committed, that total £949k in 2016/17 with a full year effect of £1,471k as set out in para 6.3 of this
report.

iv. Subject to approval by Full Council that the appointment of any posts included in Phase Three (as set out in para
6.3) are delegated to the Chief Executive in consultation with the Leader, Portfolio Holder for Resources, Portfolio
Holder for Care Services, Director of Finance as previously agreed.

Estimated Cost: £2.3m in a full year

Number of staff (current and additional): 34 ftes (excluding Eclipse Funded post)
""")

BEFORE_THE_TABLE = _paragraphs("""\
6. FINANCIAL IMPLICATIONS

6.1 At the meeting on 20th July 2016, Executive were advised of the Ofsted report which included significant issues of
practise and areas where resources are not being used effectively.

6.2 Executive agreed the release of interim funding of £950k in 2016/17 and that the utilisation of part or all of
these monies is undertaken by the Chief Executive with the agreement of the Leader of the Council, Care Services
Portfolio Holder, Resources Portfolio Holder and the Director of Finance.

6.3 The costs identified as part of the resource implication of the Improvement Plan are detailed below:-

EXPENDITURE AS A RESULT OF OFSTED
""")

TABLE = """\
|FTE|2016/17|2017/18|Full year|P/work|Rec.|Comment
||£'000|£'000|£'000|Comp|to Post|
PHASE ONE|||||||
Children's Social Care|||||||
Director ECHS|1|83|200|200|Yes|Yes|From Nov 2016
Head of service|1|60|90|90|Yes|Yes|
Safeguarding and Care Planning|||||||
DM Post|1|34|52|52|Yes|Yes|
6 Advanced Practitioner Posts|6|207|310|310|Yes|4 of 6|
Referral and Assessment|||||||
2 Senior Practitioner Posts|2|64|96|96|Yes|Yes|
Care and Resources|||||||
Group Manager Leaving Care team|1|43|64|64|Yes|Yes|
Group Manager Special Guardianship|1|43|64|64|Yes|Yes|
Group Manager Adoption|1|43|64|64|Yes|Yes|
2 Social Work Assistant (Special Guardianship)|2|49|74|74|Yes|Yes|
Quality Improvement Team|||||||
Administrator|1|20|30|30|Yes|Yes|
Strategic and business support|1|32|48|-|Yes|Yes|18 mth post
Child Protection Minute Taker|1|16|24|24|No|Yes|
Child Protection Independent Chair|1|37|55|55|No|Yes|
TOTAL PHASE ONE RESOURCES REQUESTED|20|731|1,171|1,123|||
PHASE TWO|||||||
6 Senior Practitioner roles|6|158|288|288|No|Yes|From May 2016
Quality Audit Manager|1|60|60|60|No|Yes|From Sept 2016
TOTAL PHASE TWO RESOURCES REQUESTED|7|218|348|348|||
PHASE THREE|||||||
Head of service|1|60|90|90|No|No|From January 2017
Safeguarding and care planning - DM Post|1|13|52|52|No|No|From January 2017
Safeguarding and care planning - 3 social workers|3|10|123|123|No|No|From January 2017
Recruitment and retention of social workers from 2017/18||-|300|300|No|n/a|
Quality Audits||38|150|150|No|No|From January 2017
Commissioning - Placement Officer|1|10|40|40|No|No|From January 2017
Commissioning - Monitoring Officer|1|10|40|40|No|No|From January 2017
TOTAL PHASE THREE RESOURCES REQUESTED|7|141|795|795|||
TOTAL RESOURCES REQUESTED|34|1,090|2,314|2,266|||
"""

AFTER_THE_TABLE = _paragraphs("""\
Note: The funding for the Eclipse Business Lead costing a total of £69k is not included in the table above as this
will be met from the Social Care Capital Grant.

6.4 Officers identified in the first phase costs in a part year on £731k, increasing to a full year effect of £1,123k.
These are highlighted in phase one of the above table. The last two child protection posts were envisaged to be funded
from existing resources, however, due to the budget monitoring position being an overspend, this is no longer
realistic and will have to be funded from the interim funding.

6.5 Since then to ensure the stabilisation of the service, additional resources were agreed by the Chief Executive for
seven posts totalling £218k 2016/17, with a full year effect of £348k. These are highlighted in phase two of the above
table. It is assumed for these purposes that the expenditure in this area will be ongoing, but will be reviewed within
a year.

6.6 The last section (phase three) of £141k in year, £795k in a full year, will be reviewed by the new Executive
Director when they join the organisation. In this phase it is proposed that any expenditure will be agreed as per the
delegation given for phase one.

6.7 The funding set out in the table above is potentially required to meet the key priorities as detailed within the
Improvement Action Plan.

6.8 As you can see the table above identifies costs pressures of £1,090k in 2016/17 increasing to full year cost
pressures in the region of £2.3m.

6.9 Executive can only approve a supplementary estimate to the value of £1m in a full year so this additional funding
of £2.3m will need to go to Full Council for approval. It should be noted that even if phase three is not agreed there
is already a full year commitment of over £1.4m that needs approval by Full Council.

6.10 The Eclipse Business lead post can be funded from existing resources. This can be funded through the Social Care
capital grant and is part of the wider implementation of the new Eclipse information system.

6.11 It is essential that the effectiveness of the use of these additional resources are continuously reviewed to
ensure the required outcomes are achieved.

6.12 It should also be noted that the latest Budget Monitoring report for 2016/17 reported to the meeting of the
Executive on 20th July 2016 identified a projected overspend of £1.7m on children's social care and this position will
be monitored closely.

6.10 In comparing Bromley costs against its statistical neighbours there are opportunities in the future to make
better use of existing funding through the redirection of resources away from more expensive residential placements.

8. PERSONNEL IMPLICATIONS

8.1 As stated in para 3.7.2 above, the immediate response to the recruitment challenges has been relatively
successful.
""")

ROWS = [line.split("|") for line in TABLE.splitlines()]
PARAGRAPHS = [*TITLE, *RECOMMENDATIONS, *BEFORE_THE_TABLE]
"""Those before the table."""


def as_text() -> str:
    """The whole, as one pastes it."""
    table = ["\t".join(row) for row in ROWS]
    return "\n".join([*PARAGRAPHS, *table, *AFTER_THE_TABLE])

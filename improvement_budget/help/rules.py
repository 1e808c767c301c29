"""Help by task: who does what here, in which steps, and on which page."""

from typing import NamedTuple


class Step(NamedTuple):
    """One thing to do. `place` names the address where it is done; `label` is what that page is called."""

    text: str
    place: str = ""
    label: str = ""


class Task(NamedTuple):
    """Something a person wants done, in the order in which it is done."""

    title: str
    steps: tuple[Step, ...]

    @property
    def slug(self) -> str:
        return self.title.lower().replace(" ", "-").replace("’", "")


class Guide(NamedTuple):
    """The tasks of one kind of person; `slug` stands in the address, `role` is the role that opens the pages."""

    slug: str
    name: str
    role: str
    summary: str
    tasks: tuple[Task, ...]


FINANCE_OFFICER = Guide(
    "finance-officer",
    "Finance officer",
    "finance_officer",
    "Set up a programme, enter its costs, and ask for money to be released.",
    (
        Task(
            "Set up a programme",
            (
                Step("Add the programme, with its name and financial years.", "programme_new", "New programme"),
                Step("Add its phases and funding sources.", "programme_setup", "Set-up"),
                Step(
                    "Or start from a plan like it: copy that programme, or one phase, from its set-up.", "programme_copy", "Copy"
                ),
                Step("Ask the clerk to record the decisions and the money they allow."),
            ),
        ),
        Task(
            "Enter posts and other costs",
            (
                Step("Type each post or cost into a row, or change a row that is there.", "lines", "Posts and other costs"),
                Step("If the table is in a spreadsheet, copy its rows and paste them.", "paste_lines", "Paste from Excel"),
                Step("Compare the totals with your own papers.", "expenditure", "Committee table"),
            ),
        ),
        Task(
            "Find a post or other cost in any programme",
            (
                Step("Search all lines, or narrow them to a programme, team, funding source or status.", "all_lines", "Lines"),
                Step("Choose the columns, sort by a heading, and download what is shown as CSV or Excel workbook."),
                Step("Choose a line to open it in its programme."),
                Step("Comment on it, or attach a file: neither is ever printed in a paper."),
            ),
        ),
        Task(
            "Check that the plan fits the money",
            (
                Step("Look at what is authorised, planned and drawn down.", "position", "Position"),
                Step("See which body must approve the programme.", "approval_route", "Who must approve"),
                Step("Correct what the paper check finds, or say why it is right.", "checks", "Paper check"),
            ),
        ),
        Task(
            "Ask for money to be released",
            (
                Step("Start a drawdown and choose the delegation it is made under.", "drawdown_new", "New drawdown"),
                Step("Choose the posts and costs, and how much of each. Headroom is shown as you choose."),
                Step("Write the case, and add the papers it relies on."),
                Step("Submit it. Each office that must answer is told by e-mail."),
                Step("Answer the questions that offices ask, and follow its progress.", "drawdowns", "Drawdowns"),
            ),
        ),
        Task(
            "Record a decision that was taken before you used this",
            (
                Step(
                    "Draft the drawdown: choose its lines and write the case as they were on that day.",
                    "drawdown_new",
                    "New drawdown",
                ),
                Step("Attach the minute or the signed form under Papers."),
                Step("Choose Already decided elsewhere? and enter the date, who decided, and the text word for word."),
                Step("A clerk reads the evidence and confirms it. No money is released before that."),
            ),
        ),
        Task(
            "Hand back money that was not spent",
            (
                Step("Open the drawdown that released it.", "drawdowns", "Drawdowns"),
                Step("Choose Hand back what was not spent, and say how many FTE or pounds of each line, and why."),
                Step("Another finance officer checks the request and confirms it. Nothing is handed back before that."),
            ),
        ),
        Task(
            "Write the committee report",
            (
                Step("Draft its sections, and change their words. Figures follow the plan.", "report", "Report"),
                Step("Bring every figure up to date before the clerk issues it.", "report", "Report"),
            ),
        ),
    ),
)

DECISION_MAKER = Guide(
    "decision-maker",
    "Decision maker or office holder",
    "office_holder",
    "Answer when your office is asked, and sign off money that is yours to release.",
    (
        Task(
            "See what needs you",
            (Step("Open your home page. It lists everything that needs your answer or decision.", "home", "Home"),),
        ),
        Task(
            "Answer a request for agreement or consultation",
            (
                Step("Open the drawdown from your home page or from the e-mail.", "drawdowns", "Drawdowns"),
                Step("Read the case, the lines and the papers. Ask the author a question if something is unclear."),
                Step("Choose your answer, and give your reasons if you disagree."),
                Step("Check your answer and send it. It is recorded with your name and office."),
            ),
        ),
        Task(
            "Sign off a drawdown",
            (
                Step("Open the drawdown. The page says whether every office has answered.", "drawdowns", "Drawdowns"),
                Step("Compare what it takes with the headroom that is left."),
                Step("Continue to the check page and sign it off, return it to its author with your comments, or refuse it."),
            ),
        ),
        Task(
            "Act as a deputy",
            (
                Step("Check that your appointment is recorded for today.", "offices", "Offices"),
                Step("Answer or sign as usual. The record says that you acted as a deputy, and for whom."),
            ),
        ),
        Task(
            "See how much of the money has been used",
            (
                Step("Look at what is authorised, drawn down and left.", "position", "Position"),
                Step("Follow the use of one delegation.", "delegations", "Delegations"),
            ),
        ),
    ),
)

CLERK = Guide(
    "clerk",
    "Committee clerk",
    "clerk",
    "Record what was decided, issue the papers, and publish decisions.",
    (
        Task(
            "Record a decision and the money it allows",
            (
                Step("Record the resolution word for word, with its date and minute.", "decision_record", "Record a decision"),
                Step("Add the money it allows, with its limits and phases.", "decisions", "Decisions and money"),
                Step("Record who may release that money, and who must be asked.", "delegation_record", "Record a delegation"),
            ),
        ),
        Task(
            "Check and issue a paper",
            (
                Step("Look at what the paper check finds.", "checks", "Paper check"),
                Step("Check a draft that was written elsewhere against the plan.", "draft_paper", "Check a draft"),
                Step("Mark what is exempt, if anything is.", "exempt_information", "Exempt information"),
                Step("Issue the paper. From then on it stays as it is.", "paper_issue", "Issue a paper"),
            ),
        ),
        Task(
            "Publish a decision and watch its call-in",
            (
                Step("Open the decision in the register.", "register", "Decisions"),
                Step("Complete its record and publish it, now or on a day to come. The call-in days are counted from there."),
                Step("If it is called in, record the call-in and, later, its outcome."),
                Step("When the days have passed, bring it into effect."),
            ),
        ),
        Task(
            "Confirm a decision that was taken elsewhere",
            (
                Step("Open the task on your home page.", "home", "Home"),
                Step("Read the evidence. Compare it with what was recorded, and with the money it releases."),
                Step("Confirm it, or send it back with reasons. You cannot confirm what you recorded or prepared."),
                Step("Publish its record. It is marked as retrospective, and the call-in days are counted from that day."),
            ),
        ),
        Task(
            "Put a published record right",
            (
                Step("Open the decision in the register.", "register", "Decisions"),
                Step("If something in its record is wrong, publish a correction. The record stays, and is marked as corrected."),
                Step("If it holds exempt information, withdraw it from publication at once. Say why without repeating it."),
            ),
        ),
        Task(
            "Give notice of a key decision",
            (
                Step("Give the notice at least 28 clear days before the decision.", "key_notice_give", "Give notice"),
                Step("Check it in the forward plan, which anyone can read.", "forward_plan", "Forward plan"),
                Step("Whoever prepares the drawdown chooses the notice in its case."),
            ),
        ),
        Task(
            "Close a financial year",
            (
                Step("From 1 April, your home page names what each authorisation has left.", "home", "Home"),
                Step("If a decision carries it forward, record that decision first.", "decision_record", "Record a decision"),
                Step("Open the task. Carry the money forward by that decision, or let it lapse."),
            ),
        ),
        Task(
            "Record an answer that came another way",
            (
                Step("Open the drawdown.", "drawdowns", "Drawdowns"),
                Step("Record the answer beside the office that gave it, with its date and where it can be found."),
            ),
        ),
        Task(
            "Check that a paper is ours",
            (
                Step(
                    "Give the PDF. The page says whether it was issued or published here, and what has become of it.",
                    "verify_paper",
                    "Check a paper",
                ),
            ),
        ),
    ),
)

AUDITOR = Guide(
    "auditor",
    "Auditor",
    "auditor",
    "See what was done, by whom and when, and prove that nothing was changed afterwards.",
    (
        Task(
            "Find out who did something",
            (
                Step("Search the audit record by words, person, date or what it was done to.", "audit", "Audit record"),
                Step("Open an entry to see what was there before and after."),
            ),
        ),
        Task(
            "Prove that the audit record is whole",
            (
                Step("Export the record, and download the program that checks it.", "audit", "Audit record"),
                Step("Run the program on your own computer. It needs nothing from this service."),
            ),
        ),
        Task(
            "Follow money from its decision to its release",
            (
                Step("Start with the decision and the money it allowed.", "decisions", "Decisions and money"),
                Step("Open an authorisation to see every drawdown from it."),
                Step("Open the record of a decision to see who was asked and what they said.", "register", "Decisions"),
            ),
        ),
        Task(
            "See the table as it was on a past day",
            (Step("Choose the day and time.", "expenditure_as_at", "The table as at a past day"),),
        ),
    ),
)

ADMINISTRATOR = Guide(
    "administrator",
    "Administrator",
    "administrator",
    "Look after people, offices and the council’s own settings and texts.",
    (
        Task(
            "Add somebody who can sign in",
            (
                Step(
                    "Add the person, say whether they are a member or an officer, and tick their roles.",
                    "add_person",
                    "Add a person",
                ),
                Step("Ask them to choose Forgot your password? on the sign-in page. They are sent a link."),
            ),
        ),
        Task(
            "Stop somebody from signing in",
            (
                Step("Open the person.", "people", "People"),
                Step("Clear Can sign in, and save. What they did stays on record."),
            ),
        ),
        Task(
            "Record who holds an office",
            (
                Step("Open the office, or add it.", "offices", "Offices"),
                Step("Record who takes office, and from which day. Whoever held it leaves the day before."),
                Step("Appoint a deputy, with the authority they act under."),
            ),
        ),
        Task(
            "Set how much each body may approve",
            (Step("Add a limit with its first day. Earlier limits stay on record.", "approval_limits", "Approval limits"),),
        ),
        Task(
            "Change the council’s name, colour and tables",
            (Step("Change them and save.", "council", "Settings"),),
        ),
        Task(
            "Fill in the council’s own texts",
            (
                Step("Open each text. It lists the gaps that only the council can fill.", "statements", "Public texts"),
                Step("Fill in the gaps and save. Everybody sees the new text at once."),
            ),
        ),
    ),
)

GUIDES = (FINANCE_OFFICER, DECISION_MAKER, CLERK, AUDITOR, ADMINISTRATOR)
BY_SLUG = {guide.slug: guide for guide in GUIDES}

"""What a person reads of the findings of a programme in which something is exempt."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from posts.exempt.rules import Secret, given_away
from reports.checks.rules import Finding, Place

HIDDEN = "It is about exempt information."


class Reading(NamedTuple):
    """The paragraph of each line of which anything is exempt, and the secrets kept from this person; none where they may."""

    lines: Mapping[int, int]
    secrets: Sequence[Secret]

    def paragraph_on(self, finding: Finding) -> int | None:
        return self.lines.get(finding.place_id or 0) if finding.place is Place.LINE else None

    def hides(self, *texts: object) -> bool:
        return bool(self.secrets) and bool(given_away("\n".join(str(each or "") for each in texts), self.secrets))

    def hides_finding(self, finding: Finding) -> bool:
        said = (finding.line, finding.stated, finding.expected, finding.text, finding.explained_by)
        return bool(self.secrets and self.paragraph_on(finding)) or self.hides(*said)

    def of(self, finding: Finding) -> Finding:
        """As this person reads it: where it is hidden, its rule, its phase and the paragraph of its line alone."""
        if not self.hides_finding(finding):
            return finding
        paragraph = self.paragraph_on(finding)
        line = f"Exempt: paragraph {paragraph}" if paragraph else None
        return finding._replace(line=line, text=HIDDEN, stated=None, expected=None, explained_by="")

    def of_kept(self, finding: Mapping[str, Any]) -> dict[str, Any]:
        """The same of a finding in words, as it is kept with an issued paper; the reason of its review with it."""
        said, review = dict(finding), finding["review"]
        if self.hides(*(said[name] for name in ("line", "stated", "expected", "text", "explained_by"))):
            said |= {"line": None, "text": HIDDEN, "stated": "", "expected": "", "explained_by": ""}
        if review and (said["text"] == HIDDEN or self.hides(review["reason"])):
            said["review"] = review | {"reason": HIDDEN}
        return said

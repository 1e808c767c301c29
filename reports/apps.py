from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        """The table of inputs is told which papers were issued, and what the paper check finds of lines."""
        from posts.entry.findings.queries import Source, ask_what_is_found
        from posts.entry.since.queries import ask_for_papers
        from reports.checks.queries import found_of_lines
        from reports.checks.rules import OF_LINES
        from reports.papers.queries import moments_of_papers

        ask_what_is_found(Source(tuple((rule.id, rule.title) for rule in OF_LINES), found_of_lines))
        ask_for_papers(moments_of_papers)

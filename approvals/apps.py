from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"

    def ready(self) -> None:
        """The lines of a plan are told which of them stand in drawdowns."""
        from approvals.drawdowns.queries import frozen_lines, lines_standing, standings_in_drawdowns
        from posts.frozen.queries import ask_of_lines
        from posts.standing.queries import Source, ask_where_lines_stand

        ask_of_lines(frozen_lines)
        ask_where_lines_stand(Source(lines_standing, standings_in_drawdowns))

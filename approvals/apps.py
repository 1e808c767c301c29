from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    name = "approvals"

    def ready(self) -> None:
        """The lines of a plan are told which of them stand in drawdowns."""
        from approvals.drawdowns.queries import frozen_lines
        from posts.frozen.queries import ask_of_lines

        ask_of_lines(frozen_lines)

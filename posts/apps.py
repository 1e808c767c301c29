from django.apps import AppConfig


class PostsConfig(AppConfig):
    name = "posts"

    def ready(self) -> None:
        from posts.entry.visit import queries  # noqa: F401 (hears who signs in)

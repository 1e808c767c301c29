from django.urls import include, path

NOUNS = ("table", "standing", "checks", "draft", "progress", "papers", "report")

urlpatterns = [path("", include(f"reports.{noun}.urls")) for noun in NOUNS]

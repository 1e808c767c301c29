from django.urls import include, path

NOUNS = ("expenditure", "standing", "checks", "draft", "progress", "papers", "report")

urlpatterns = [path("", include(f"reports.{noun}.urls")) for noun in NOUNS]

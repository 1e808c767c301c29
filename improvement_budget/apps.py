from django.apps import AppConfig


class ImprovementBudgetConfig(AppConfig):
    name = "improvement_budget"
    verbose_name = "Improvement Budget"

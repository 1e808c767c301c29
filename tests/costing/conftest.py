"""Generated examples are checked for what they show, not for how fast a busy machine shows it."""

from hypothesis import HealthCheck, settings

settings.register_profile("costing", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("costing")

"""What holds for every test: generated cases may take as long as the machine does."""

from hypothesis import HealthCheck, settings

# A slow moment of a shared machine is no failure of the program.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

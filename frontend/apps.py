from django.apps import AppConfig


class FrontendConfig(AppConfig):
    name = "frontend"
    verbose_name = "页面"

    def ready(self) -> None:
        from frontend import tracing  # its models are not there before now

        tracing.connect()

from django.apps import AppConfig


class InsightConfig(AppConfig):
    """What all cases together say. Reads cases, never writes them."""

    name = "petitions.insight"
    label = "insight"
    verbose_name = "统计分析"

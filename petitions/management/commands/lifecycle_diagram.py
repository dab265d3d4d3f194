from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from petitions import diagram


class Command(BaseCommand):
    help = "Write docs/lifecycle.md from the transitions in the code (a test compares the two)."

    def add_arguments(self, parser):
        parser.add_argument("--out", type=Path, default=Path(settings.BASE_DIR) / "docs" / "lifecycle.md")

    def handle(self, *args, out: Path, **options):
        out.parent.mkdir(exist_ok=True)
        out.write_text(diagram.page(), encoding="utf-8")
        self.stdout.write(f"wrote {out}")

"""A site of Wagtail with Puput: `FOLDER fill EDITION ADDRESSES`, or `FOLDER serve PORT`.

Run by the site's own Python; it knows nothing of ours.
"""

import json
import sys
from datetime import datetime
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

FOLDER = Path(sys.argv[1])
THEME = (FOLDER / "theme").read_text().strip() if (FOLDER / "theme").is_file() else "1"


def configure() -> None:
    from puput import PUPUT_APPS

    settings.configure(
        DEBUG=True,
        SECRET_KEY="of a site on loopback",
        ALLOWED_HOSTS=["*"],
        BASE_DIR=FOLDER,
        ROOT_URLCONF="puput.urls",
        INSTALLED_APPS=[
            "django.contrib.admin",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
            "django.contrib.sitemaps",
            *PUPUT_APPS,
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            "wagtail.contrib.redirects.middleware.RedirectMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "DIRS": [Path(__file__).parent / "wagtail-second"] if THEME == "2" else [],
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        DATABASES={
            "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "site.sqlite3"}
        },
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        LANGUAGE_CODE="en",
        TIME_ZONE="Europe/London",
        USE_TZ=True,
        USE_I18N=True,
        STATIC_URL="/static/",
        MEDIA_URL="/media/",
        MEDIA_ROOT=FOLDER / "media",
        WAGTAIL_SITE_NAME="Harrowdene",
        WAGTAILADMIN_BASE_URL="http://wagtail.test",
        PUPUT_AS_PLUGIN=False,
    )
    django.setup()


def fill(edition: Path, addresses: Path) -> None:
    from django.contrib.auth.models import User
    from puput.models import BlogPage, Category, CategoryEntryPage, EntryPage
    from wagtail.models import Page, Site

    call_command("migrate", verbosity=0)
    wanted = json.loads(edition.read_text("utf-8"))
    blog = BlogPage.objects.first()
    if blog is None:
        blog = BlogPage(title="Harrowdene Museum", slug="news", description="News of the museum")
        Page.objects.get(depth=1).add_child(instance=blog)
        Site.objects.all().delete()
        Site.objects.create(hostname="wagtail.test", root_page=blog, is_default_site=True)
    told = {}
    seen = set()
    for story in wanted:
        owner, _ = User.objects.get_or_create(
            username=story["author"].replace(" ", ""),
            defaults=dict(zip(("first_name", "last_name"), story["author"].split(), strict=True)),
        )
        when = datetime.fromisoformat(story["at"])
        updated = datetime.fromisoformat(story["updated"])
        entry = EntryPage.objects.filter(search_description=f"no {story['number']}").first()
        slug = story["slug"]
        if entry is None:
            entry = EntryPage(title=story["title"], slug=slug, date=when, body=story["body"],
                              excerpt=story["summary"], owner=owner,
                              search_description=f"no {story['number']}")  # fmt: skip
            blog.add_child(instance=entry)
            category, _ = Category.objects.get_or_create(name=story["section"])
            CategoryEntryPage.objects.create(category=category, page=entry)
        elif (entry.title, entry.body) != (story["title"], story["body"]):
            entry.title, entry.body = story["title"], story["body"]
            entry.save()
        if story["hidden"] and entry.live:
            entry.unpublish()
        EntryPage.objects.filter(pk=entry.pk).update(
            first_published_at=when, last_published_at=updated, latest_revision_created_at=updated
        )
        seen.add(entry.pk)
        told[story["number"]] = f"/{when:%Y/%m/%d}/{entry.slug}/"
    for entry in EntryPage.objects.exclude(pk__in=seen):
        entry.delete()
    addresses.write_text(json.dumps(told), encoding="utf-8")


def main() -> None:
    configure()
    if sys.argv[2] == "fill":
        fill(Path(sys.argv[3]), Path(sys.argv[4]))
    else:
        call_command("runserver", f"127.0.0.1:{sys.argv[3]}", "--noreload", "--insecure")


main()

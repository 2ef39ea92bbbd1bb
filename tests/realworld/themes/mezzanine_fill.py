"""Bring a project of Mezzanine to an edition, in its folder: `EDITION ADDRESSES`."""

import json
import os
import sys
from datetime import datetime
from pathlib import Path

import django
from django.core.management import call_command

sys.path.insert(0, str(Path.cwd()))
os.environ["DJANGO_SETTINGS_MODULE"] = "site_.settings"
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sites.models import Site  # noqa: E402
from mezzanine.blog.models import BlogCategory, BlogPost  # noqa: E402

call_command("migrate", verbosity=0)
Site.objects.update_or_create(pk=1, defaults={"domain": "mezzanine.test", "name": "Harrowdene"})
wanted = json.loads(Path(sys.argv[1]).read_text("utf-8"))
kept, told = set(), {}
for story in wanted:
    names = dict(zip(("first_name", "last_name"), story["author"].split(), strict=True))
    user, _ = User.objects.get_or_create(username="".join(names.values()), defaults=names)
    when = datetime.fromisoformat(story["at"])
    post = BlogPost.objects.filter(keywords_string=f"n{story['number']}").first() or BlogPost(
        keywords_string=f"n{story['number']}", user=user, slug=story["slug"]
    )
    post.title, post.content, post.publish_date = story["title"], story["body"], when
    post.status = 1 if story["hidden"] else 2
    post.gen_description, post.description = True, ""
    post.save()
    BlogPost.objects.filter(pk=post.pk).update(
        keywords_string=f"n{story['number']}", updated=datetime.fromisoformat(story["updated"])
    )
    category, _ = BlogCategory.objects.get_or_create(title=story["section"])
    post.categories.set([category])
    kept.add(post.pk)
    told[story["number"]] = post.get_absolute_url()
BlogPost.objects.exclude(pk__in=kept).delete()
Path(sys.argv[2]).write_text(json.dumps(told), encoding="utf-8")

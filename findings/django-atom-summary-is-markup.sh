#!/usr/bin/env bash
# Django 5.2.19 (django.contrib.syndication with Atom1Feed), read by feedparser 6.0.14
# Good guess: what the functions of a Feed return is text, escaped once for XML, and a feed reader shows it as it was returned: of the
# title and of the description alike.
# What happens: the two differ. The title is written without a type, which RFC 4287 reads as text. The description is written as
# <summary type="html">, so what was returned is read as markup: in the same sentence "fewer than 5 <full-time> posts", the title keeps
# its words and the summary loses what stands between the angle brackets.
# Why it matters: a sentence with an angle bracket, typed by somebody, is changed for readers of the feed although the XML is
# well-formed and every test of the page passes. Escape what the description returns, and only that.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet django==5.2.19 feedparser==6.0.14
venv/bin/pip list 2>/dev/null | grep -iE '^(Django|feedparser) '
venv/bin/python - <<'PY'
import django
from django.conf import settings

settings.configure(SECRET_KEY="only for this script", ROOT_URLCONF="__main__", ALLOWED_HOSTS=["testserver"])
django.setup()
import feedparser
from django.contrib.syndication.views import Feed
from django.test import RequestFactory
from django.utils.feedgenerator import Atom1Feed

SENTENCE = "fewer than 5 <full-time> posts"
urlpatterns = []


class Decisions(Feed):
    feed_type, title, link = Atom1Feed, "Decisions", "/"

    def items(self):
        return [SENTENCE]

    def item_title(self, item):
        return item

    def item_description(self, item):
        return item

    def item_link(self, item):
        return "/1/"


written = Decisions()(RequestFactory().get("/feed/")).content.decode()
(entry,) = feedparser.parse(written).entries
print(written[written.index("<entry>") :])
print("title read:  ", repr(entry.title), entry.title_detail.type)
print("summary read:", repr(entry.summary), entry.summary_detail.type)
assert "<title>fewer than 5 &lt;full-time&gt; posts</title>" in written
assert '<summary type="html">fewer than 5 &lt;full-time&gt; posts</summary>' in written
assert (entry.title_detail.type, entry.summary_detail.type) == ("text/plain", "text/html")
assert entry.title == SENTENCE and "full-time" not in entry.summary
PY

#!/usr/bin/env bash
# feedparser 6.0.14 and atoma 0.0.17, reading an Atom feed with deleted entries (RFC 6721)
# Good guess: a feed that withdraws entries says so with at:deleted-entry, and a reader either gives the list of what was withdrawn or
# ignores an extension that it does not know.
# What happens: feedparser does neither. It takes each at:deleted-entry for a property of the feed itself, under the key
# "at_deleted-entry", so of three withdrawals only the last is left, and its at:comment is read as the feed's. Where the feed has an
# entry after them nothing changes: there is no list of them anywhere. atoma ignores them all.
# Why it matters: who publishes decisions and withdraws some, and leaves it to tombstones, is understood by readers of the last one at
# most. Keep an entry under the same id that says it was withdrawn, with a new moment of change.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet feedparser==6.0.14 atoma==0.0.17
venv/bin/pip list 2>/dev/null | grep -iE '^(feedparser|atoma) '
venv/bin/python - <<'PY'
import atoma
import feedparser

GONE = '<at:deleted-entry ref="urn:dd:{0}" when="2016-09-2{0}T10:00:00Z"><at:comment>Reason {0}</at:comment></at:deleted-entry>'
ENTRY = "<entry><id>urn:dd:{0}</id><title>Decision {0}</title><updated>2016-09-19T10:00:00Z</updated></entry>"
FEED = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<id>urn:feed</id><title>Decisions</title><updated>2016-09-23T10:00:00Z</updated><author><name>Council</name></author>
{}
</feed>""".format(ENTRY.format(7) + "".join(GONE.format(number) for number in (1, 2, 3)) + ENTRY.format(8))

read = feedparser.parse(FEED)
print("entries:", [entry.id for entry in read.entries])
print("of the feed:", read.feed["at_deleted-entry"], "comment:", read.feed["at_comment"])
assert not read.bozo
assert [entry.id for entry in read.entries] == ["urn:dd:7", "urn:dd:8"]
assert read.feed["at_deleted-entry"] == {"ref": "urn:dd:3", "when": "2016-09-23T10:00:00Z"}
assert read.feed["at_comment"] == "Reason 3"
assert "urn:dd:1" not in str(read) and "urn:dd:2" not in str(read)

other = atoma.parse_atom_bytes(FEED.encode())
print("atoma:", [entry.id_ for entry in other.entries])
assert "Reason" not in str(other) and "urn:dd:3" not in str(other)
PY

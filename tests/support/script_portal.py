"""A portal whose pages are made by scripts: a shell, an application, and data that it asks for.

The list comes by `fetch` and grows as one scrolls, articles stand at hash routes. Every rendering
differs in a nonce and in a counter of visitors.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from scraper.sources.links import compile_link
from scraper.sources.model import Bounds, Entry, EntryKind, FieldRules, LinkRules, Paging, Source
from tests.support.crawling import Crawl, source
from tests.support.paths import ROOT
from tests.support.servers import Behaviour, Hit, Site, answer

BOUNDS = Bounds(
    page_bytes=200_000,
    page_timeout=timedelta(seconds=5),
    duration=timedelta(seconds=120),
    render_time=timedelta(seconds=40),
)
FIELDS = FieldRules(
    language="en", title=("h1",), published=(".info",), body=(".content",), template="plain"
)


def rendered(name: str, max_pages: int = 2, **fields: Any) -> Source:
    """A source of the script portal."""
    host = f"{name}.test"
    entry = Entry(EntryKind.LIST, f"http://{host}/", Paging(max_pages=max_pages))
    base = source(
        name,
        entries=(entry,),
        links=LinkRules((host,), (compile_link("/#/article/{id}"),)),
        fields=FIELDS,
        bounds=BOUNDS,
        render=True,
    )
    return replace(base, **fields)


ROWS_A_PAGE = 6
_TEXT = (
    "Laboratory {n} opened on Monday in the east of the city, said the science office, and {n} "
    "engineers have begun to measure how the bridge of street {n} moves when lorries pass over it."
)
APP = """
const view = document.getElementById('app');
const escaped = text => text.replace(/[&<>]/g, c => '&#' + c.charCodeAt(0) + ';');
let page = 0, busy = false, ended = false;
async function more() {
  if (busy || ended || (page && innerHeight + scrollY < document.body.scrollHeight - 50)) return;
  busy = true;
  const rows = await (await fetch('/api/list?page=' + ++page)).json();
  ended = rows.length < ROWS_A_PAGE;
  for (const row of rows)
    view.querySelector('ul').insertAdjacentHTML('beforeend', '<li><a href="#/article/' + row.id
      + '">' + escaped(row.title) + '</a> <span>' + row.day + '</span></li>');
  busy = false;
}
async function list() {
  view.innerHTML = '<h2>News</h2><ul class="news"></ul><div id="end" style="height:1500px"></div>';
  page = 0; ended = false;
  await more();
  addEventListener('scroll', more);
}
async function article(id) {
  const answer = await fetch('/api/article/' + id);
  if (!answer.ok) { view.innerHTML = '<p>404 Not Found</p>'; return; }
  const one = await answer.json();
  document.title = one.title;
  view.innerHTML = '<div class="main" data-nonce="' + Math.random() + '"><h1>' + escaped(one.title)
    + '</h1><p class="info">Updated: ' + one.day + '</p><div class="content"><p>'
    + escaped(one.text) + '</p></div><p>Visitors: ' + one.visitors + '</p></div>';
}
function go() {
  const found = /^#\\/article\\/(\\d+)$/.exec(location.hash);
  found ? article(found[1]) : list();
}
addEventListener('hashchange', go);
go();
""".replace("ROWS_A_PAGE", str(ROWS_A_PAGE))
SHELL = (
    "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>Our Town</title>"
    "<link rel=stylesheet href=/app.css></head><body>"
    "<noscript>This page needs JavaScript.</noscript><div id=app></div>{more}"
    "<img src=/logo.png><script src=/app.js></script></body></html>"
)


def title_of(number: int) -> str:
    """The headline of an article."""
    return f"Story {number}: the laboratory of street {number * 37} opens its doors"


def data(value: object, **headers: str) -> Behaviour:
    """An answer in JSON."""
    return answer(200, json.dumps(value).encode(), Content_Type="application/json", **headers)


def build(site: Site, *numbers: int, more: str = "") -> None:
    """The portal with these articles, the newest first. `more` is put into its shell."""
    shell = SHELL.format(more=more).encode()
    visitors = count(1)
    site.answer("/", answer(200, shell, Content_Type="text/html", ETag='"shell"'))
    site.answer("/app.js", answer(200, APP.encode(), Content_Type="text/javascript"))
    site.answer("/app.css", answer(200, b"body { overflow-anchor: none }", Content_Type="text/css"))
    rows = [{"id": n, "title": title_of(n), "day": "2026-03-01"} for n in numbers]

    def listed(connection: socket.socket, hit: Hit) -> None:
        number = int(parse_qs(urlsplit(hit.path).query)["page"][0])
        start = (number - 1) * ROWS_A_PAGE
        data(rows[start : start + ROWS_A_PAGE])(connection, hit)

    for number in range(1, len(numbers) // ROWS_A_PAGE + 3):
        site.answer(f"/api/list?page={number}", listed)
    for row in rows:
        text = _TEXT.format(n=int(str(row["id"])) * 37)

        def told(
            connection: socket.socket, hit: Hit, row: dict[str, object] = row, text: str = text
        ) -> None:
            data({**row, "text": text, "visitors": next(visitors)})(connection, hit)

        site.answer(f"/api/article/{row['id']}", told)


def ways_in(place: str, udp: int) -> str:
    """Markup and scripts that ask `place` (host and port) for something in every way a page has,
    and a UDP port by WebRTC and WebTransport."""
    # A short page that forwards is followed, or not, before a browser sees it.
    padding = f"<!-- {'x' * 4096} -->"
    return padding + _WAYS.replace("PLACE", place).replace("UDP", str(udp))


_WAYS = """
<link rel=prefetch href="http://PLACE/prefetch"><link rel=preload as=script href="http://PLACE/pre">
<link rel=preconnect href="http://PLACE"><link rel=dns-prefetch href="//PLACE">
<link rel=icon href="http://PLACE/icon"><link rel=stylesheet href="http://PLACE/css">
<link rel=manifest href="http://PLACE/m"><link rel=modulepreload href="http://PLACE/mp">
<link rel=prerender href="http://PLACE/prerender"><script src="http://PLACE/script"></script>
<script type=speculationrules>{"prefetch": [{"source": "list", "urls": ["http://PLACE/spec"]}],
"prerender": [{"source": "list", "urls": ["http://PLACE/sp"]}]}</script>
<img src="http://PLACE/img" srcset="http://PLACE/set 2x"><iframe src="http://PLACE/frame"></iframe>
<object data="http://PLACE/object"></object><embed src="http://PLACE/embed">
<video src="http://PLACE/video" autoplay></video>
<a id=p ping="http://PLACE/ping" href="http://PLACE/a"> </a>
<a id=d download href="http://PLACE/download"> </a><form id=f action="http://PLACE/form"
method=post><input name=a></form><form id=g action="http://PLACE/blank" target=_blank></form>
<script>
const quiet = f => { try { const r = f(); r && r.catch && r.catch(() => 0); } catch (e) {} };
const L = 'http://PLACE', W = 'ws://PLACE/ws';
const inside = "const q=f=>{try{const r=f();r&&r.catch&&r.catch(()=>0)}catch(e){}};"
  + "q(()=>fetch('" + L + "/w',{mode:'no-cors'}));q(()=>new WebSocket('" + W + "'));"
  + "q(()=>self.importScripts&&importScripts('" + L + "/import'));";
for (const f of [
  () => fetch(L + '/fetch', {mode: 'no-cors'}), () => fetch(L + '/cors'),
  () => fetch(L + '/keep', {method: 'POST', keepalive: true, mode: 'no-cors', body: 'x'}),
  () => navigator.sendBeacon(L + '/beacon', 'x'), () => void new EventSource(L + '/events'),
  () => void new WebSocket(W), () => new WebTransport('https://127.0.0.1:UDP/wt').ready,
  () => void new Worker(URL.createObjectURL(new Blob([inside]))),
  () => void new SharedWorker(URL.createObjectURL(new Blob([inside]))),
  () => navigator.serviceWorker.register('/worker.js'),
  () => navigator.serviceWorker.register(L + '/worker.js'),
  () => { const c = new RTCPeerConnection({iceServers: [{urls: 'stun:127.0.0.1:UDP'},
    {urls: 'turn:PLACE?transport=tcp', username: 'a', credential: 'b'}]});
    c.createDataChannel('x'); return c.createOffer().then(o => c.setLocalDescription(o)); },
  () => { const x = new XMLHttpRequest(); x.open('POST', L + '/xhr'); x.send('x'); },
  () => new FontFace('x', 'url(' + L + '/font)').load(), () => new Audio(L + '/audio').play(),
  () => import(L + '/module.js'), () => fetch('/inward'), () => fetch('/inward', {method: 'POST'}),
  () => document.getElementById('g').submit(),
  () => void window.open(L + '/open'),
  () => document.body.insertAdjacentHTML('beforeend', '<iframe srcdoc="<script>'
    + inside.replace(/"/g, '&quot;').replace(/</g, '&lt;') + '<\\/script>"></iframe>'),
  () => document.body.insertAdjacentHTML('beforeend', '<div style="background:url(' + L
    + '/background)">.</div><svg><image href="' + L + '/svg"/><use href="' + L + '/use"/></svg>'),
]) quiet(f);
// Once its own things are there: whoever goes elsewhere while a page is loading stops it.
const ready = setInterval(() => {
  if (!document.querySelector('.news a, h1')) return;
  clearInterval(ready);
  for (const go of [() => document.getElementById('f').submit(), () => { location.href = L; },
    () => document.getElementById('d').click(), () => document.getElementById("p").click(),
    () => location.replace(L + '/replace'),
    () => document.head.insertAdjacentHTML('beforeend',
      '<meta http-equiv=refresh content="0;url=' + L + '/refresh">')])
    quiet(go);
}, 20);
</script>
"""


_CHILD = """
import json, sys
from datetime import datetime
from pathlib import Path
from scraper.crawl.request import CrawlRequest
from scraper.crawl.run import crawl
from storage.archive import Archive
from tests.support.script_portal import rendered
path, hosts, now, *names = sys.argv[1:]
if not Path(path).exists():
    Archive.create(Path(path)).close()
now = datetime.fromisoformat(now)
request = CrawlRequest("mailto:test@example.org", lambda: now, hosts=json.loads(hosts))
for run in crawl([rendered(name) for name in names], Path(path), request, lambda event: None):
    print(run.outcome, run.counts.new, run.reason)
"""


def child_command(crawl: Crawl, *names: str) -> tuple[str, ...]:
    """What crawls portals of scripts in a process of its own."""
    hosts = json.dumps(crawl.server.hosts)
    at = crawl.now.isoformat()
    return (sys.executable, "-c", _CHILD, str(crawl.archive), hosts, at, *names)


def crawl_in_child(crawl: Crawl, *names: str) -> subprocess.Popen[str]:
    """Crawl portals of scripts in a process of its own."""
    return subprocess.Popen(
        child_command(crawl, *names),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

"""What other libraries read from a page: runs in the peers' own environment, one line a page.

Standard input brings one JSON object a line: `peer`, `html`, `url`; standard output answers `body`,
`day`, `cpu` (seconds), `fault`. Knows nothing of Hubwatch, imports only what it is asked for.
"""

from __future__ import annotations

import json
import logging
import re
import signal
import sys
import time
import warnings

SECONDS = 30
"""For one page; a peer that needs longer has read nothing."""
_DAY = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})")


def read_trafilatura(html, url):
    """Its bare extraction as its own evaluation calls it; the day by its metadata."""
    import trafilatura

    return {"body": trafilatura.extract(html, include_comments=False) or ""}


def day_trafilatura(html, url):
    """The day by its metadata reader, which asks htmldate."""
    from trafilatura.metadata import extract_metadata

    found = extract_metadata(html, default_url=url)
    return {"day": (found.date if found else "") or ""}


def fields_trafilatura(html, url):
    """Title and writers by its metadata reader."""
    from trafilatura.metadata import extract_metadata

    found = extract_metadata(html, default_url=url)
    if not found:
        return {}
    names = [name.strip() for name in (found.author or "").split(";") if name.strip()]
    return {"title": found.title or "", "authors": names, "day": found.date or ""}


def fields_newspaper4k(html, url):
    """Title, writers and day."""
    from newspaper import article

    han = len(re.findall(r"[\u4e00-\u9fff]", html))
    made = article(url, language="zh" if han > 200 else "en", input_html=html, fetch_images=False)
    day = made.publish_date
    said = day.isoformat()[:10] if day else ""
    return {"title": made.title or "", "authors": list(made.authors or ()), "day": said}


def fields_readability(html, url):
    """Title."""
    import readability

    return {"title": readability.Document(html).short_title()}


def read_resiliparse(html, url):
    """Its main content extraction."""
    from resiliparse.extract.html2text import extract_plain_text

    return {"body": extract_plain_text(html, main_content=True, alt_texts=False, links=False)}


def day_htmldate(html, url):
    """As its own evaluation calls it: the original date, without the address."""
    from htmldate import find_date

    return {"day": find_date(html, original_date=True, extensive_search=True) or ""}


def day_htmldate_url(html, url):
    """The same, told the address."""
    from htmldate import find_date

    return {"day": find_date(html, original_date=True, extensive_search=True, url=url) or ""}


def read_readability(html, url):
    """The summary as text."""
    import html_text
    import readability

    return {"body": html_text.extract_text(readability.Document(html).summary(html_partial=True))}


def read_newspaper4k(html, url):
    """Body and day."""
    from newspaper import article

    han = len(re.findall(r"[\u4e00-\u9fff]", html))
    made = article(url, language="zh" if han > 200 else "en", input_html=html, fetch_images=False)
    day = made.publish_date
    return {"body": made.text or "", "day": day.isoformat()[:10] if day else ""}


def read_justext(html, url):
    """As the public benchmark calls it; without stop words, and so by length, for Chinese."""
    import justext

    if len(re.findall(r"[\u4e00-\u9fff]", html)) > 200:
        paragraphs = justext.justext(html, frozenset(), 20, 60, 0, 0, 0.2, 200, True)
    else:
        stop = justext.get_stoplist("English")
        paragraphs = justext.justext(html, stop, 50, 200, 0.1, 0.2, 0.2, 200, True)
    return {"body": "\n".join(p.text for p in paragraphs if not p.is_boilerplate)}


def read_gne(html, url):
    """Body and day."""
    from gne import GeneralNewsExtractor

    found = GeneralNewsExtractor().extract(html)
    day = _DAY.search(found.get("publish_time") or "")
    return {
        "body": found.get("content") or "",
        "day": "{}-{:0>2}-{:0>2}".format(*day.groups()) if day else "",
    }


PEERS = {
    "trafilatura": read_trafilatura,
    "trafilatura-day": day_trafilatura,
    "htmldate": day_htmldate,
    "htmldate-url": day_htmldate_url,
    "readability": read_readability,
    "newspaper4k": read_newspaper4k,
    "justext": read_justext,
    "gne": read_gne,
    "resiliparse": read_resiliparse,
    "trafilatura-fields": fields_trafilatura,
    "newspaper4k-fields": fields_newspaper4k,
    "readability-fields": fields_readability,
}


def _late(number, frame):
    raise TimeoutError


def answer(task):
    """One page read by one peer; what it throws is its answer."""
    begin = time.process_time()
    signal.alarm(SECONDS)
    try:
        found = PEERS[task["peer"]](task["html"], task["url"])
        fault = ""
    except ImportError as error:
        found, fault = {}, f"not installed: {error}"
    except Exception as error:
        found, fault = {}, f"{type(error).__name__}: {error}"[:200]
    finally:
        signal.alarm(0)
    return {"fault": fault, "cpu": time.process_time() - begin, **found}


def main():
    """Answer until standard input ends."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    signal.signal(signal.SIGALRM, _late)
    channel, sys.stdout = sys.stdout, sys.stderr  # peers that print do not break the protocol
    for line in sys.stdin:
        channel.write(json.dumps(answer(json.loads(line))) + "\n")
        channel.flush()


if __name__ == "__main__":
    main()

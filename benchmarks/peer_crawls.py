"""Other people's programs fetch and read the pages of `portal.py`: runs in the peers' environment.

    python peer_crawls.py newspaper4k|news-please|trafilatura FILE FOLDER

FILE has an address a line; they are given to each, which spares it the lists. FOLDER is where it
may write. Prints how many texts it had. Knows nothing of Hubwatch, imports only what is asked for.
"""

import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen


def newspaper4k(urls, folder):
    """Its own fetching by threads, then each article parsed."""
    from newspaper import Config
    from newspaper.mthreading import fetch_news

    config = Config()
    config.fetch_images = False
    return sum(bool(one.text) for one in fetch_news(urls, threads=4) if one.parse())


def news_please(urls, folder):
    """As its documentation has it for a list of addresses."""
    from newsplease import NewsPlease

    return sum(
        bool(one and one.maintext) for one in NewsPlease.from_urls(urls, request_args={}).values()
    )


def trafilatura(urls, folder):
    """Its command, two at a time, on files: it fetches nothing from loopback, so this does."""
    for place in ("pages", "texts"):
        (folder / place).mkdir()
    for number, url in enumerate(urls):
        with urlopen(url) as answer:
            (folder / "pages" / f"{number}.html").write_bytes(answer.read())
    command = [sys.executable, "-m", "trafilatura.cli", "--parallel", "2", "--json"]
    command += ["--input-dir", "pages", "--output-dir", "texts"]
    subprocess.run(command, cwd=folder, check=True, stderr=subprocess.DEVNULL)
    return sum(1 for each in (folder / "texts").rglob("*.json") if each.stat().st_size)


PEERS = {"newspaper4k": newspaper4k, "news-please": news_please, "trafilatura": trafilatura}


def main():
    """Have one of them go over the addresses."""
    name, file, folder = sys.argv[1:]
    print(PEERS[name](Path(file).read_text("utf-8").split(), Path(folder)))


if __name__ == "__main__":
    main()

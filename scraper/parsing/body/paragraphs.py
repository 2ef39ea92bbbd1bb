"""The paragraphs of a body, and which of them are the article's own.

Breadcrumbs, date lines, controls, teasers and footers before, between and behind the text are
taken out.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from html import unescape

from bs4.element import Tag

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern
from storage.types import Origin, Precision

from .. import languages
from ..dates.in_text import DateOrder, find_dates
from ..fields.byline import (
    COLONED,
    LONGEST_LABEL,
    Label,
    is_label,
    read_byline,
    with_colon,
)
from ..fields.persons import persons_in, writer_in
from ..soup import attribute, is_link, is_text, line_text, named
from ..text import STOPS, clean_line, letters, narrow, squeeze
from ..tree import BLOCKS, HEADINGS, UNSEEN
from .files import LinkWords, file_kind, kind_by_words
from .media import CAPTION
from .place import COMMENTED, COMMENTS_OPEN, LONGEST_HEADING
from .standfirst import SUMMARY, summary_key

CELL = " | "
_LONG_CELL = 300
_ICONS = "".join(map(chr, range(0xE000, 0xF900))) + " "
"""Code points for private use: alone at the edge of a line they are signs of an icon font."""
_INDENT = lazy_pattern(r"^(?:\u3000|[ \u00a0]{4,})")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph: its text (a line break inside stays one), and the element it begins in."""

    text: str
    tag: Tag
    linked: int


class _Builder:
    def __init__(self, tag: Tag) -> None:
        self.tag = tag
        self.lines: list[str] = []
        self.pieces: list[str] = []
        self.linked = 0

    def add(self, text: str, tag: Tag, links: int) -> None:
        if not self.pieces and not self.lines:
            self.tag = tag
        self.pieces.append(text)
        if links:
            self.linked += len(text.strip())

    def break_line(self) -> Iterator[Paragraph]:
        """A `<br>`: a new line. With a second one, or an indent after it, a new paragraph."""
        raw = "".join(self.pieces)
        line = clean_line(raw).strip(_ICONS)
        self.pieces = []
        indented = _INDENT.match(raw.lstrip("\r\n\t")) is not None
        if self.lines and (not line or indented):
            yield from self._flush()
        if line:
            self.lines.append(line)

    def end(self) -> Iterator[Paragraph]:
        yield from self.break_line()
        yield from self._flush()

    def _flush(self) -> Iterator[Paragraph]:
        if self.lines:
            yield Paragraph("\n".join(self.lines), self.tag, self.linked)
        self.lines, self.linked = [], 0


def read_paragraphs(root: Tag) -> list[Paragraph]:
    """The paragraphs of an element in order."""
    return list(_walk(root))


def _walk(root: Tag) -> Iterator[Paragraph]:
    builder = _Builder(root)
    stack: list[tuple[Tag, Iterator[object]]] = [(root, iter(root.contents))]
    links = 0
    while stack:
        tag, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            links -= is_link(tag)
            if tag.name in BLOCKS:
                yield from builder.end()
        elif isinstance(child, Tag):
            if child.name == "br":
                yield from builder.break_line()
                continue
            if child.name in BLOCKS:
                yield from builder.end()
            rows = _table_rows(child) if child.name == "table" else None
            if rows:
                yield Paragraph("\n".join(rows), child, 0)
            elif child.name not in UNSEEN and not child.has_attr(CAPTION):
                links += is_link(child)
                stack.append((child, iter(child.contents)))
        elif is_text(child):
            text = str(child)
            if child.parent is not None and child.parent.name == "pre":  # type: ignore[attr-defined]
                yield from _preformatted(builder, text, tag, links)
            elif text.strip():
                builder.add(text, tag, links)
            elif builder.pieces:
                builder.pieces.append(" ")
    yield from builder.end()


def _preformatted(builder: _Builder, text: str, tag: Tag, links: int) -> Iterator[Paragraph]:
    for line in text.split("\n"):
        builder.add(line or " ", tag, links)
        yield from builder.break_line()


def _table_rows(table: Tag) -> list[str] | None:
    """The rows of a table of data. None for one that only lays the page out."""
    if named(table, "table"):
        return None
    rows: list[str] = []
    wide = 0
    for row in named(table, "tr"):
        cells = [line_text(cell) for cell in named(row, "td", "th")]
        if any(len(cell) > _LONG_CELL for cell in cells):
            return None
        filled = [cell for cell in cells if cell]
        wide += len(filled) > 1
        if filled:
            rows.append(CELL.join(cells).strip(" |"))
    return rows if wide and len(rows) > 1 else None


# What a single line of a body is: a breadcrumb, a date line, a control, a footer, a teaser.

_CRUMB = han_pattern(
    r"^(?:您?(?:当前|现在|所在)(?:的)?位置|您的位置|你的位置|位置|首页\s*[>»›/]|home\s*[>»›|/]"
    r"|location\s*:|you are here)",
    re.I,
)
_NETWORKS = (
    "facebook|twitter|line|plurk|whatsapp|telegram|linkedin|pinterest|weibo|wechat|instagram|threads"
    "|新浪微博|微博|微信好友|微信|朋友圈|qq空间|qq好友|qq"
)
_BUTTON = (
    "share|save|tweet|post|print|e-?mail|like|listen|comments?|copy link|bookmark|follow"
    "|previous|next|download|cite"
)
_OF_PAGE = rf"(?:\w{{2,5}}\s)?{languages.any_of((*languages.PAGE, 'article', 'artikel'))}"
_PRINTS = languages.any_of((*languages.PRINT, *languages.SHARE))
_CONTROL = han_pattern(
    rf"^(?:(?:{_OF_PAGE}\w{{0,2}}\s)?{_PRINTS}(?:\s{_OF_PAGE})?(?:\s?[|/·]\s?{_PRINTS}){{0,3}}"
    r"|email|large|medium|small|l\s+m\s+s|a[+-]|大|中|小|关闭|打印|返回|返回顶部"
    r"|top|back to top"
    r"|分享|收藏|字号|字体|扫一扫.{0,30}|相关(?:附件|档案|文件)[:：]?|(?:附件|档案|文件)下载[:：]?|\W+|\d{4,7}|(?:[【\[]?\d{1,3}(?!\d)[】\]]?\s{0,3}){1,30}[>»]?|[+]\d{1,3}|首页|上一页|下一页|尾页|共\d{1,4}页"
    r"|(?:\d{1,3}\s{1,3}){0,20}(?:(?:首页|上一页|下一页|尾页|末页|余下全文|next|previous)\s{0,3}){1,4}"
    rf"|(?:{_BUTTON})(?:[\s|·]{{1,3}}(?:{_BUTTON})){{1,9}}"
    r"|(?:print\s*)+|save|text size|打印本页|关闭窗口|【.{0,12}】|\[.{0,12}\]|举报|\d+\s?/\s?\d+"
    r"|(?:(?:ツイート|シェア|ポスト|印刷|保存|LINEで送る)\s*){1,6}|点击.{0,4}蓝字.{0,40}|点亮.{0,2}在看.{0,40}"
    r"|(?:(?:点赞|點讚|收藏|分享|评论|評論|转发|轉發|在看|赞|踩|路过|雷人|握手|鲜花|鸡蛋)\s{0,2}\d{0,7}\s{0,3}){1,6}"
    r"|(?:点击)?(?:展开|展開|收起|阅读|閱讀)(?:全文|全部|更多|剩余部分)\W{0,4}"
    r"|(?:show|read|see) (?:more|less)\W{0,4}"
    r"|[—\-·\s]{0,9}end[—\-·\s]{0,9}"
    r"|(?:(?:[上下前后]一[张图幅组]|\d{1,3}\s?/\s?\d{1,3})\s{0,3}){1,4}"
    r"|[-—─━_=*~·.]{3,60}\s?[^\W\d_]{1,8}\s?[-—─━_=*~·.]{3,60}"
    rf"|(?:{_NETWORKS})(?:\s{{0,3}}(?:{_NETWORKS})){{0,9}})$",
    re.I,
)
_FOOT = han_pattern(
    r"ctrl\s?\+\s?enter"
    r"|copyright|©|版权所有|all rights reserved|presented by china daily|icp备|icp证|公网安备"
    r"|主办单位|主办：|承办：|网站标识码"
    r"|^[\[(]?\s?(?:责任编辑|责编|编辑|编审|校对|审核|初审|复审|终审|监制|作者单位)\s?[:]|^扫一扫|分享到|^[上下前后]一[篇条则个]|^(?:다음글|이전글|前の記事|次の記事)|^previous\b|^next\s?[:>]|^\(?editor[:：]"
    r"|^created (?:at|on)\b|^このページ(?:の情報|に関する|の先頭)"
    r"|^PDF(?:形式の)?ファイルを(?:ご覧|見る)"
    r"|^(?:总?(?:统筹|策划|监制|制片)|美编|视觉|设计|制图|海报|排版|剪辑|拍摄|出品|签发|[一二三]审|值班(?:编委|主任|总编|编辑))\s?[:](?=[^。!?;,]{1,24}$)"
    r"|^(?:版权声明|(?:新闻|爆料|投稿)(?:热线|邮箱|电话))\s?[:]|^[^\s。,;]{2,10}\s综合$"
    r"|^(?:[^\s。,:]{2,16})?(?:记者|通讯员)[\s:]{0,2}[\u4e00-\u9fff·、\s]{2,24}(?:文/图|摄影报道|报道|摄)$"
    r"|^by clicking\b.{0,80}\b(?:accept|agree|cookies)|^(?:we use|this (?:web)?site uses) cookies"
    r"|(?:tous droits réservés|todos los derechos reservados|todos os direitos reservados"
    r"|alle rechte vorbehalten|tutti i diritti riservati|все права защищены|무단 ?(?:전재|복제)"
    r"|無断転載|جميع الحقوق محفوظة)|^our standards:"
    r"|^(?:网址|原文(?:链接|地址)|本文(?:链接|地址)|信息来源网址)\s?:\s?https?://\S{4,300}$"
    rf"|^(?:{languages.alternation(languages.SUBJECTS)})\s?:(?!.{{0,200}}[.。!?]$)"
    r"|^\w{4,16}(?: (?:on|en|em|auf|sur|su|via|op|på))?\s?:?"
    rf"(?:[\s,|/]{{1,3}}(?:{_NETWORKS}|x)){{2,9}}$"
    r"|^\W{0,3}(?:版权|本[文网站报刊]|未经|凡|转载|著作权).{0,24}(?:授权|许可|同意|允许).{0,14}(?:不得|严禁|禁止|谢绝|请勿)"
    r"|^\W{0,3}(?:本文|本[站网]|以上|文章|内容|图文|部分|图片|素材|转载|来源|注:|(?:特别)?声明)[^。]{0,60}(?:不代表(?:本|我|平台|网站)"
    r"|(?:如有|如涉|若有|如|涉及)\S{0,8}侵权|联系(?:我们|本站|后台)?删除|仅供(?:参考|学习|交流))"
    r"|^(?:如有|如涉|若有)\S{0,8}侵权.{0,30}(?:联系|删除)"
    r"|^this (?:file|document|pdf) may not be (?:suitable for|accessible)"
    r"|^(?:you (?:are )?receiv(?:e|ed|ing) this (?:e-?mail|message|newsletter)|sie erhalten diesen?"
    r" (?:e-?mail|newsletter)|vous recevez ce(?:t|tte)? (?:e-?mail|courriel|lettre)"
    r"|您(?:之所以)?收到(?:此|这封|本)邮件)"
    r"|^打印|^\[?(?:打印|关闭)|^声明[:：]|^免责声明|^附件下载[:：]?$|^点击(?:下载|查看)|^浏览次数|^阅读[:：]?\s?\d*$|^views?[:：]",
    re.I,
)
_FILE = lazy_pattern(
    r"^.{0,150}\b(?:pdf|docx?|xlsx?|pptx?|od[tsp]|ofd|wps|zip|rar|7z|csv)\b.{0,16}?\b\d[\d.,]{0,8}\s?(?:[kmg]i?b|bytes)\b.{0,40}$",
    re.I,
)
"""A file as it is offered under a text, with its size."""
_CUT_AFTER = han_pattern(
    r"^[\[【(（<《■●◆]?\s?(?:相关链接|相关新闻|相关阅读|相关文章|相关报道|相关稿件|相关信息|相关推荐|相关专题|延伸阅读|推荐阅读|热点新闻|热门推荐|更多新闻"
    r"|往期(?:推荐|回顾|精选|精彩|文章)|関連(?:記事|情報|リンク|ページ)|관련 ?기사"
    r"|tin (?:liên quan|mới hơn|cùng chuyên mục|khác)|bài viết liên quan"
    r"|noticias relacionadas|notícias relacionadas|leia (?:também|mais)|leggi anche"
    r"|à lire aussi|articles liés|sur le même sujet"
    r"|mehr zum thema|weitere (?:nachrichten|meldungen|artikel)"
    r"|читайте также|по теме|похожие новости"
    r"|猜你喜欢|精彩推荐|网友评论|最新评论|related (?:stories|news|articles|links|reading"
    r"|content)|more (?:stories|news)|recommended|read more"
    r"|most (?:read|popular|viewed)|you (?:may|might) (?:also )?like|latest news|hot news|photos"
    r"|video)\s?[:：\]】)）>》]?$",
    re.I,
)
_YEAR = lazy_pattern(r"[12]\d{3}|[〇零○Oo0一二三四五六七八九]{4}年")
_OF_THE_TEXT = (frozenset((Label.STATED,)), frozenset((Label.EVENT,)))
_OF_THE_LINE = frozenset((
    Label.SOURCE, Label.CREDIT, Label.EDITOR, Label.SKIP, Label.AUTHOR, Label.PUBLISHED,
    Label.UPDATED,
))  # fmt: skip
_OF_THE_DAY = (Label.PUBLISHED, Label.UPDATED)
_OF_THE_FOOT = frozenset((Label.SOURCE, Label.CREDIT, Label.EDITOR))
_LONG, _MEDIUM, _SHORT = 80, 30, 20
_MOSTLY = 0.8
_STOPS = (".", "!", "?", '."', ".”", ".)", "。", "！", "？", "。”", "！”", *STOPS)
_SPOKEN = ("。", ".", "!", "?", "！", "？", ":", "：", *STOPS)
_TEASER = han_pattern(
    r"\W{0,3}(?:related|read(?: more| also)?|see(?: also| more)?|also(?: read| on)?|more|watch"
    r"|lire aussi|à lire|lea también|lee también|leer más|leia (?:também|mais)|leggi anche"
    r"|lesen sie auch|mehr dazu|lees ook|läs också|les også|læs også|lue myös|читайте также"
    r"|(?:noticias?|notas?|artículos?|temas?|notícias?|matérias?) relacionad[oa]s?"
    r"|(?:articles?|sujets?) liés?|articol[oi] correlat[oi]|(?:verwandte|ähnliche)r? artikel"
    r"|gerelateerde? artikel(?:en)?|relaterade? artik(?:el|lar)|powiązane artykuły|berita terkait"
    r"|похожая новость|новость по теме|ilgili haber(?:ler)?|関連記事|관련 ?기사"
    r"|zobacz też"
    r"|czytaj (?:także|też|również)|čtěte také|ayrıca okuyun|baca juga|xem thêm|اقرأ أيضا"
    r"|te puede interesar|puede interesarte|te recomendamos|le puede interesar|veja (?:também|mais)"
    r"|saiba mais|ver também|voir aussi|lire (?:également|la suite)|à voir aussi"
    r"|leggi (?:pure|di più)|potrebbe interessarti|vedi anche|auch interessant|siehe auch"
    r"|lesen sie|zum thema|lees meer"
    r"|читайте також|zie ook|se även|se også|katso myös|zobacz także"
    r"|przeczytaj (?:też|także|również)"
    r"|čtěte dále|viz také"
    r"|prečítajte"
    r"|olvasta már|kapcsolódó|citește și|citiți și|vezi și|pročitajte|čitajte|прочетете още"
    r"|вижте още|прочитајте|читать также|смотрите также|читайте далее|читайте ещё|дивіться також"
    r"|читати також|ilginizi çekebilir|bunu da okuyun|διαβάστε (?:επίσης|ακόμη|και)|δείτε επίσης"
    r"|lihat juga|simak juga|baca selengkapnya|đọc thêm|>>"
    r"|まとめ読み|あわせて読みたい|관련 ?뉴스"
    r"|اقرأ المزيد|طالع أيضا|קראו גם|קרא עוד"
    r"|यह भी पढ़ें|ये भी पढ़ें|আরও পড়ুন|อ่านเพิ่มเติม"
    r"|click|相关|延伸阅读|推荐阅读|更多|点击)",
    re.I,
)
_PEOPLE = han_pattern(
    r"(?:责任编辑|责编|编辑|编审|校对|审核|初审|复审|终审|监制|来源|供稿|作者|记者|通讯员"
    r"|\b(?:editors?|sources?|reporters?|writers?))\s{0,3}[:：]|^\W?(?:edited|written"
    r"|(?:additional )?reporting|writing|editing)? ?by\b",
    re.I,
)


def is_running(text: str, linked: int = 0) -> bool:
    """True for sentences rather than a line of boilerplate. `linked` characters are of links."""
    plain = letters(text) - linked
    return plain >= _LONG or (plain >= _MEDIUM and text.endswith(_STOPS))


def is_head(paragraph: Paragraph, before: Sequence[Paragraph], key: str, zone: str) -> bool:
    """True for what stands between a page's top and its text: breadcrumb, headline (`key`), date
    and source line, controls. `before` is what stands before it and is not of that kind."""
    text = paragraph.text
    if len(text) > 240:
        return False
    if _is_writer(paragraph):
        return True
    if "\n" in text:
        lines = text.split("\n")
        if squeeze(text) == key:
            return True
        if key in map(squeeze, lines) and not any(line.endswith(_STOPS) for line in lines):
            return True  # the headline in two languages, or with what stands over it
        parts = (replace(paragraph, text=line) for line in lines)
        return all(is_head(part, before, key, zone) for part in parts)
    plain = narrow(text).strip()
    if _is_headline(paragraph, key) or _CRUMB.match(plain) or _CONTROL.match(plain):
        return True
    if _is_label_of_page(plain) or _is_kind(plain) or _is_aged(plain) or _is_day(plain):
        return True
    if paragraph.tag.name in HEADINGS and squeeze(plain) in languages.TEXT_HEADINGS:
        return True
    if paragraph.linked and len(text) <= _LONGEST_OF_MAIL and _MAIL_ONLINE.search(plain):
        return True
    if len(text) > 160 or (len(text) > 100 and not _YEAR.search(plain)):
        return False
    byline = read_byline(text, zone, DateOrder.DAY_FIRST)  # a day it is, whichever comes first
    others = len("".join(byline.rest))
    if byline.dates and byline.labels == {Label.EVENT} and others <= _SHORT:
        return False  # an announcement begins so, whatever stands above it
    if byline.dates and byline.labels in _OF_THE_TEXT and before:
        return False  # when something takes place
    if byline.dates and not byline.labels and any(is_running(p.text) for p in before):
        return False  # when it was signed
    if byline.dates and text.endswith(_STOPS) and any(is_running(p.text) for p in before):
        return False  # a sentence
    if byline.dates and Label.SKIP in byline.labels and is_running(_COUNTED.sub("", plain)):
        return False  # a counter, and a sentence behind it
    if byline.dates and not byline.labels and text.endswith((":", "：")) and others > 9:
        return False  # what is announced at that time follows
    if byline.dates:
        return others <= 40 and "。" not in text
    named = bool(byline.labels & _OF_THE_LINE)
    # An interview's `记者：…？` is text.
    return named and others <= _SHORT and len(text) <= 100 and not text.endswith(_SPOKEN)


_MAIL_ONLINE = han_pattern(
    rf"(?<![a-zß-öø-ž])(?:{languages.alternation(languages.MAIL_ONLINE)})", re.I
)
_LONGEST_OF_MAIL = 160


def _is_headline(paragraph: Paragraph, key: str) -> bool:
    """Whether a line is the headline, or one of the headings over which that is written."""
    said = squeeze(unescape(paragraph.text))
    is_part = paragraph.tag.name in HEADINGS and len(said) >= _LEAST_OF_HEADLINE
    return said == key or (is_part and (key.startswith(said) or key.endswith(said)))


_LEAST_OF_HEADLINE = 4


def _is_aged(plain: str) -> bool:
    """Whether a short line says how old an article is, and little else: `Ann Roth · 2h ago`."""
    if len(plain) > _LONGEST_AGED or plain.endswith(_SPOKEN) or not languages.may_be_aged(plain):
        return False
    aged = languages.AGE.search(_GLUED.sub(" ", plain))
    return aged is not None and len(plain) - len(aged[0]) <= _SHORT


def _is_day(plain: str) -> bool:
    """Whether a line is a day without its year and no more (`3rd March`), or a month: the middle of
    a day that is printed over three."""
    if len(plain) <= _LONGEST_DAY and plain[:1].isalnum() and _NUMBER.search(plain):
        found = find_dates(f"{plain.rstrip('.,')} 2000", "")
        if len(found) == 1 and found[0].end - found[0].start == len(plain.rstrip(".,")) + 5:
            return True
    name = plain.rstrip(".,")
    is_word = len(name) <= _LONGEST_MONTH and name.isalpha() and _HAN.search(name) is None
    return is_word and bool(find_dates(f"1 {name} 2001", ""))


_LONGEST_AGED, _LONGEST_MONTH, _LONGEST_DAY = 40, 10, 20
_NUMBER = lazy_pattern(r"(?<!\d)\d\d?(?!\d)")
_GLUED = lazy_pattern(r"(?<=[\u3400-\u9fff])(?=\d)")
_COUNTED = lazy_pattern(r"^.{0,100}:\s?\d[\d ]{0,9}")


def is_foot(paragraph: Paragraph, zone: str) -> bool:
    """True for what stands under a text: footer, controls, who edited it and where it is from."""
    text = paragraph.text.strip()
    plain = narrow(text)
    if len(plain) <= 240 and (_CONTROL.match(plain) or _is_label_of_page(plain)):
        return True
    if _reaches(text) or _leads_aside(plain) or _is_table_of_page(plain):
        return True
    if len(plain) <= _LONGEST_SIGNATURE and (
        _REPORTED.fullmatch(plain) or _is_signed(paragraph) or _is_writer(paragraph)
    ):
        return True
    if _SUBJECT.match(plain) and paragraph.linked * 2 >= len(plain):
        return True  # `Category: Fishing`, a link, with a colon or without
    if len(text) <= _LONGEST_INVITATION and _INVITES.match(plain) is not None:
        return True
    plain = with_colon(plain)
    if len(text) <= 300 and (_FOOT.search(plain) or _FILE.match(plain)):
        return True
    if len(text) > 100:
        return False
    label = COLONED.match(plain)
    if label is None and not (_YEAR.search(plain) or _names_people(plain)):
        return False
    counted = plain[label.end() :] if label is not None and label.lastgroup == Label.SKIP else ""
    if len(plain) <= _LONGEST_COUNT and _COUNT.fullmatch(counted):
        return True  # how often the page was looked at
    if counted.strip() and paragraph.linked >= _MOSTLY * letters(counted):
        return True  # `Share: by mail, Mastodon`, all of it links
    byline = read_byline(text, zone)
    if _HAN.search(plain) is None and not byline.rest and not text.endswith(_STOPS + _SPOKEN):
        if byline.dates and Label.WRITTEN in byline.labels:
            return True
        if Label.AUTHOR in byline.labels and persons_in(byline.author) == byline.author:
            return True
    is_of_day = not byline.labels.isdisjoint(_OF_THE_DAY) and not text.endswith(_STOPS)
    if is_of_day and byline.dates and len("".join(byline.rest)) <= _SHORT:
        return True
    return bool(byline.labels & _OF_THE_FOOT) and len("".join(byline.rest)) <= _SHORT


def _is_signed(paragraph: Paragraph) -> bool:
    """Whether a line is the name of a person and no more, in letters that stand out: who wrote."""
    text = paragraph.text.strip().strip("()")
    inner = [paragraph.tag, *(each for each in paragraph.tag.children if isinstance(each, Tag))]
    stands_out = [each for each in inner[:2] if each.name in _STANDING_OUT]
    is_whole = any(squeeze(each.get_text()) == squeeze(paragraph.text) for each in stands_out)
    return is_whole and len(text.split()) > 1 and persons_in(text) == text


_STANDING_OUT = ("em", "i", "strong", "b")


_HAN_NAMES = (
    r"(?:[一-鿿]{2,4}(?:·[一-鿿]{1,6})?|[一-鿿]\s[一-鿿])"
    r"(?:[\s、,]{1,3}(?:[一-鿿]{2,4}(?:·[一-鿿]{1,6})?|[一-鿿]\s[一-鿿])){0,6}"
)
_HAN_ROLE = r"(?:[一-鿿]{0,8}(?:记者|通讯员|特约撰稿人|实习生|撰稿人|评论员|观察员))"
_REPORTED = han_pattern(
    rf"[(（【\[]\s?(?:文\s?[/:]\s?)?(?:{_HAN_ROLE}[\s:]{{0,3}}{_HAN_NAMES}[\s;,]{{0,3}}){{1,4}}"
    r"(?:报道|文|摄|图)?[)）】\]]"
    rf"|(?:文|图文|文图|撰文)\s?[/:]\s?(?:{_HAN_ROLE}[\s:]{{0,3}})?{_HAN_NAMES}"
    rf"|{_HAN_ROLE}(?:\s{{1,3}}|\s?:\s?){_HAN_NAMES}"
    rf"(?:[\s;,]{{1,3}}{_HAN_ROLE}[\s:]{{0,3}}{_HAN_NAMES}){{0,3}}"
    r"|(?:\([^()]{2,20}=[^()]{2,16}\)\s?)?[가-힣]{2,4}\s?(?:(?:선임|수습|인턴|객원|전문)\s?)?"
    r"(?:기자|특파원|논설위원)"
    r"(?:[\s=·,(]{0,3}[\w.+-]{2,40}@[\w.-]{3,40}\)?)?"
    r"|[A-Z]{2,6}(?:/[A-Z]{2,6}){1,5}"
    r"|\(?release id\s?:\s?\d{4,12}\)?(?:\s{0,3}visitor counter\s?:\s?\d{0,9})?",
    re.I,
)
"""Who wrote a text, in a line of its own below it; and by which letters an office knows him."""
_LONGEST_SIGNATURE = 80
_MAIL = lazy_pattern(r"[\w.+-]{2,40}@[\w.-]{3,40}")
_SUBJECT = han_pattern(rf"(?:{languages.alternation(languages.SUBJECTS)})(?!\w)", re.I)
_INVITES = han_pattern(
    r"\W{0,3}(?:(?:长按|扫描|识别|扫一扫|微信扫|扫码).{0,24}(?:二维码|关注|公众号|小程序)"
    r"|(?:欢迎|点击|请)?(?:关注|订阅)(?:我们|本)?.{0,20}(?:公众号|微信|微博|视频号|抖音|频道)"
    r"|(?:follow|join|like) (?:us|our)\b.{0,60}\b(?:on|channel|page|group|facebook|twitter"
    r"|telegram)"
    r"|(?:sign up|subscribe) (?:for|to) (?:our|the)\b.{0,60}(?:newsletter|channel|alerts|brief)"
    r"|(?:подписывайтесь|подпишитесь|підписуйтесь) на\b"
    r"|(?:síguenos|siga-nos|suivez-nous|rejoignez|seguici|folgen sie uns|volg ons|följ oss|følg oss"
    r"|bizi takip|ikuti kami|theo dõi|śledź nas|únete|iscriviti|abonnez-vous|abonnieren sie)\b"
    r"|تابعونا|(?:네이버|카카오|유튜브).{0,20}구독)",
    re.I,
)
"""What asks a reader to follow its author elsewhere."""
_LONGEST_INVITATION = 160


def _is_label_of_page(plain: str) -> bool:
    """Whether a line is a label with nothing behind it of what a page offers: `Share:`."""
    return plain.rstrip().endswith(":") and _label_of(plain.strip()) == Label.SKIP


def _leads_aside(plain: str) -> bool:
    """Whether a line holds but the ways to the page itself and to what readers say, or goes back
    to where a note belongs: `Permalink | Comments (3)`, `See there. ↩`."""
    if plain.endswith(_BACK):
        return True
    return len(plain) <= _LONGEST_FIELD and _ASIDE.fullmatch(plain) is not None


_BACK = ("\u21a9", "\u21a9\ufe0e", "\u21a9\ufe0f")
_ONE_ASIDE = (
    rf"(?:{languages.alternation(languages.PERMALINK)}"
    rf"|(?:\d{{1,6}}\s?)?(?:{languages.alternation(languages.COMMENTS)})\s?(?:\(?\d{{1,6}}\)?)?)"
)
_ASIDE = han_pattern(rf"{_ONE_ASIDE}(?:\s?[|·•/]\s?{_ONE_ASIDE}){{0,3}}", re.I)


def _is_table_of_page(plain: str) -> bool:
    """Whether a table says of the page what it is: a label in each row, one of them that of its day
    or of who gave it out."""
    rows = [row.partition(CELL.strip()) for row in plain.split("\n")[: _MOST_FIELDS + 1]]
    names = [name.strip() for name, _, _ in rows]
    if not 1 < len(rows) <= _MOST_FIELDS or not all(name.endswith(":") for name in names):
        return False
    labels = [COLONED.fullmatch(name) for name in names]
    return any(label is not None and label.lastgroup in _OF_THE_PAGE for label in labels)


_MOST_FIELDS = 12
_OF_THE_PAGE = (Label.PUBLISHED, Label.UPDATED, Label.SOURCE, Label.AUTHOR, Label.EDITOR)


def _is_writer(paragraph: Paragraph) -> bool:
    """Whether a line that is no heading says who made a text, and no more: `Von Ina Roth`,
    `Sports desk`."""
    text = paragraph.text
    if len(text) > _LONGEST_WRITER or paragraph.tag.name in _HEADINGS or text.endswith(_SPOKEN):
        return False
    if writer_in(text) or _NEWSROOM.fullmatch(text):
        return True
    return all(map(_says_who, _PARTS.split(text)))


_NEWSROOM = lazy_pattern(languages.alternation(languages.NEWSROOMS), re.I)


def _says_who(text: str) -> bool:
    led = _WRITTEN_BY.match(text)
    said = _AGENCY_BEHIND.sub("", text[led.end() :]) if led is not None else ""
    said = _FROM_WHERE.sub("", said)
    return bool(said) and persons_in(said) == said


_FROM_WHERE = lazy_pattern(r"\s[—–-]\s[^\W\d_a-z][^\d.,;:]{2,30}$")
"""`Por Marcos Teles — Lages`."""
_LONGEST_WRITER = 80
_PARTS = lazy_pattern(r"[.;|·]\s(?=[^\W\d_a-z])")
_WRITTEN_BY = lazy_pattern(
    r"(?i:(?:(?:written|compiled|words|text|story|photo(?:graph)?s?|pictures|illustrations?) )?by"
    r"|par|propos recueillis par|von|di|por|da|door|av|af|autor(?:ka)?|автор)"
    r"\s+(?=[^\W\d_a-z])"
)
_AGENCY_BEHIND = lazy_pattern(
    rf"\s?(?:,|/|\(|avec|with|mit|con|com|met|med|et|and"
    rf"|und)\s?(?:{languages.alternation(languages.AGENCIES)})\)?$",
    re.I,
)


def _is_kind(plain: str) -> bool:
    """Whether a line says of what kind a text is, and no more: `Press release`. In Chinese a text
    itself may begin so."""
    return (
        len(plain) <= _LONGEST_KIND and squeeze(plain) in languages.KINDS and not _HAN.search(plain)
    )


_LONGEST_KIND = 30
_COUNT, _LONGEST_COUNT = lazy_pattern(r"\s?\d[\d\s.,]{0,9}\s?[×x次]?\s?"), 60
_LONGEST_FIELD = 120


def _reaches(text: str) -> bool:
    """Whether a paragraph says nothing but how somebody is reached: by two of telephone, fax and
    mail, each behind its label. In Chinese that is a part of many notices."""
    if len(text) > _LONGEST_REACHED or _HAN.search(text) is not None:
        return False
    return len({match.lastgroup for match in _WAYS.finditer(text)}) > 1


_LONGEST_REACHED = 500
_HAN = lazy_pattern("[\u3400-\u9fff]")
_WAYS = lazy_pattern(
    r"(?P<mail>(?:^|[\s(;,|])e-?mail\s?:|@[\w-]+\.\w)|(?P<fax>(?:^|[\s(;,|])(?:fax|φαξ|faks|факс)\.?\s?:)"
    r"|(?P<phone>(?:^|[\s(;,|])(?:tel(?:[eé]fon[oe]?|ephone)?|phone|τηλ|тел|puh|tlf|mobile?)\.?\s?:?\s?[+(\d])",
    re.I,
)


def _opens_comments(paragraph: Paragraph) -> bool:
    """True for a heading over what readers say."""
    text = paragraph.text.strip()
    if len(text) > LONGEST_HEADING or paragraph.linked or text.endswith(_STOPS):
        return False
    return COMMENTS_OPEN.match(text) is not None


def opens_links(paragraph: Paragraph) -> bool:
    """True for a heading such as "related stories"."""
    return len(paragraph.text) <= 60 and _CUT_AFTER.match(paragraph.text.strip()) is not None


def is_teaser(paragraph: Paragraph) -> bool:
    """True for a link to another article that says so: `Related: …`, `相关阅读：…`."""
    text = paragraph.text
    return paragraph.linked * 2 >= len(text) and _TEASER.match(text) is not None


def is_link_line(paragraph: Paragraph) -> bool:
    """True for next to nothing but a link to another page. A file is part of an article."""
    return _is_linked(paragraph) and not _is_linked_file(paragraph)


def _is_linked(paragraph: Paragraph) -> bool:
    return paragraph.linked >= _MOSTLY * len(paragraph.text)


def _is_linked_file(paragraph: Paragraph) -> bool:
    """True for next to nothing but a link to a file."""
    if not _is_linked(paragraph):
        return False
    tag = paragraph.tag
    anchor = tag if tag.name == "a" else tag.find_parent("a") or tag.find("a")
    return isinstance(anchor, Tag) and _leads_to_file(anchor)


def _leads_to_file(anchor: Tag) -> bool:
    address = attribute(anchor, "href")
    words = LinkWords(line_text(anchor), attribute(anchor, "title"))
    return bool(file_kind(address) or kind_by_words(address, words))


def names_people(paragraph: Paragraph) -> bool:
    """True for a line that names who edited or wrote a text, or where it is from."""
    return len(paragraph.text) <= 200 and _names_people(paragraph.text)


def _names_people(text: str) -> bool:
    text = with_colon(text)
    if _PEOPLE.search(text) is not None:
        return True
    label = COLONED.match(narrow(text).lstrip(" ([*-–—"))
    return label is not None and label.lastgroup in _OF_THE_FOOT


# The article's own paragraphs, and what stands before, between and behind them taken out.

_HEAD_LINES = 14
_BEGUN = 2
"""So many paragraphs of sentences, and the head of an article is over."""
_MOST_BEHIND = 0.25
_COPY = 40
_WHOLE = 0.7
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_FEW = 20
_MOST_REMOVED = 400


@dataclass(frozen=True, slots=True)
class Stripped:
    """The paragraphs that are the article, and the lines beside them that name its people and
    sources (editor, source, author): those belong to other fields."""

    kept: tuple[Paragraph, ...]
    split_off: tuple[str, ...]


def strip_lines(
    paragraphs: Sequence[Paragraph],
    title: str,
    zone: str,
    origin: Origin,
    notices: Iterable[range] = (),
) -> Stripped:
    """The paragraphs without date line and breadcrumb at the head, footer and links at the end,
    links to other articles in between, and copies. `notices` are lines that say of which page they
    are.

    Paragraphs taken out are taken out of the tree as well, where they fill an element. Where a
    template named the body, only links that call themselves related go.
    """
    keep = [True] * len(paragraphs)
    key = squeeze(title)
    for lines in notices:
        keep[lines.start : lines.stop] = [False] * len(lines)
    _drop_head(paragraphs, keep, key, zone)
    _drop_tail(paragraphs, keep)
    _drop_boilerplate(paragraphs, keep)
    _drop_contact(paragraphs, keep)
    _drop_offer(paragraphs, keep)
    _drop_made(paragraphs, keep)
    _drop_changes(paragraphs, keep)
    _drop_interruptions(paragraphs, keep)
    _drop_feet(paragraphs, keep, key, zone)
    split_off = _naming_people(paragraphs, keep)
    _drop_links(paragraphs, keep, origin)
    _drop_last_headings(paragraphs, keep)
    linked = list(keep)
    # There may be more above the links, or above a question.
    _drop_feet(paragraphs, keep, key, zone)
    split_off += _naming_people(paragraphs, [a or not b for a, b in zip(keep, linked, strict=True)])
    _drop_copies(paragraphs, keep)
    _drop_teaser(paragraphs, keep)
    _drop_last_headings(paragraphs, keep)
    gone = [p for p, kept in zip(paragraphs, keep, strict=True) if not kept]
    remove_all([tag for p in gone[:_MOST_REMOVED] if (tag := _own_element(p)) is not None])
    kept_ones = tuple(p for p, kept in zip(paragraphs, keep, strict=True) if kept)
    return Stripped(kept_ones, split_off)


def _drop_head(paragraphs: Sequence[Paragraph], keep: list[bool], key: str, zone: str) -> None:
    """Up to the headline everything, then what names date, source and people, until the text has
    begun in earnest. What a label calls a summary goes where the text begins with the same."""
    before: list[Paragraph] = []
    running = 0
    named: frozenset[Label] = frozenset()
    for at, paragraph in enumerate(paragraphs[:_HEAD_LINES]):
        above = None if not at or keep[at - 1] else paragraphs[at - 1]
        following = paragraphs[at + 1] if at + 1 < len(paragraphs) else None
        was_named, named = named, _named_below(paragraph, following, zone)
        if key and squeeze(paragraph.text) == key and not running:
            keep[: at + 1] = [False] * (at + 1)
            before = []
        elif Label.EVENT in named | was_named:
            before.append(paragraph)  # when something takes place, and the heading above it
        elif (
            named | was_named
            or (
                is_head(paragraph, before, key, zone)
                and not _begins_record(paragraphs[at : at + 3])
            )
            or (SUMMARY.match(paragraph.text) and _is_repeated(paragraph, paragraphs[at + 1 :]))
            or _is_speaker(paragraph, above)
            or _is_signature(paragraphs[at : at + 2])
            or (above is not None and _is_signature((above, paragraph)))
            or _is_field(paragraph, above)
        ):
            keep[at] = False
        else:
            before.append(paragraph)
        running += is_running(paragraph.text, paragraph.linked)
        if running >= _BEGUN:
            return


def _is_signature(two: Sequence[Paragraph]) -> bool:
    """Whether two lines are a name, and below it what its bearer does."""
    is_plain = not any(p.tag.name in _HEADINGS or "\n" in p.text for p in two)
    return is_plain and bool(writer_in("\n".join(p.text for p in two)))


def _is_speaker(paragraph: Paragraph, above: Paragraph | None) -> bool:
    """Whether a line is a Chinese name and no more, right under the day `above` that was taken out:
    whose speech it is."""
    text = paragraph.text.strip()
    if above is None or len(squeeze(text)) > _LONGEST_HAN_NAME or _HAN.match(text) is None:
        return False
    is_name = persons_in(text) == text and paragraph.tag.name not in _HEADINGS
    return is_name and _DAY_ALONE.fullmatch(narrow(above.text).strip()) is not None


_LONGEST_HAN_NAME = 4
_DAY_ALONE = lazy_pattern(r"\(?\s?[12]\d{3}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日\s?\)?")


def _is_field(paragraph: Paragraph, above: Paragraph | None) -> bool:
    """Whether a paragraph is a term of a list that says of the page what it is (`From:`), or what
    stands right under such a one, `above`, that was taken out, or a further term of that list."""
    text = paragraph.text.strip()
    if paragraph.tag.name == "dt":
        begun = above is not None and above.tag.name == "dd"
        goes_on = begun and above is not None and above.tag.parent is paragraph.tag.parent
        is_short = len(text) <= LONGEST_LABEL and not text.endswith(_SPOKEN)
        known = _label_of(f"{narrow(text).rstrip(': ')}:") in _OF_THE_PAGE
        return known or (goes_on and is_short)
    is_under = above is not None and above.tag.name == "dt"
    return is_under and paragraph.tag.name == "dd" and len(text) <= _LONGEST_FIELD


def _label_of(plain: str) -> str | None:
    label = COLONED.fullmatch(plain)
    return label.lastgroup if label is not None else None


def _begins_record(lines: Sequence[Paragraph]) -> bool:
    """Whether one line says when something took place, and the next one under a label of its own
    where, who or why: a record begins so, `Date: 3 May 2026`, `Place: Guildhall`. The hour may
    stand between them."""
    below = [narrow(line.text).strip() for line in lines[1:]]
    if len(below) > 1 and _HOUR.fullmatch(below[0]):
        below = below[1:]
    if not below or _FIELD_OF_RECORD.match(below[0]) is None:
        return False
    if below[0].endswith(_SPOKEN) or COLONED.match(below[0]):
        return False
    return read_byline(lines[0].text, "").labels in _OF_THE_TEXT


_HOUR = lazy_pattern(r"[^\W\d_]{2,12}\s?:\s?\d{1,2}[:.hH]\d\d\b.{0,24}")
_FIELD_OF_RECORD = lazy_pattern(r"[^\W\d_]{2,16}(?: [^\W\d_]{1,16}){0,2}\s?:\s?[^\s/]")


def _named_below(paragraph: Paragraph, following: Paragraph | None, zone: str) -> frozenset[Label]:
    """What a label of a line of its own, or a heading, says of the day or the name on the next
    line. Empty for any other line."""
    label = narrow(paragraph.text).strip(" :")
    if following is None or not label or len(label) > LONGEST_LABEL or "\n" in label:
        return frozenset()
    if len(following.text) > _MEDIUM * 2 or not is_label(label):
        return frozenset()
    byline = read_byline(f"{label}: {following.text}", zone, DateOrder.DAY_FIRST)
    is_whole = len("".join(byline.rest)) <= _SHORT
    return byline.labels if is_whole and len(byline.labels) == 1 else frozenset()


def _is_repeated(summary: Paragraph, behind: Sequence[Paragraph]) -> bool:
    key = summary_key(summary.text)
    return bool(key) and any(squeeze(each.text).startswith(key) for each in behind[:_HEAD_LINES])


def _drop_tail(paragraphs: Sequence[Paragraph], keep: list[bool]) -> None:
    """From a heading such as "related stories" on everything, if little text follows it; and what
    readers comment."""
    sizes = [len(p.text) - p.linked for p in paragraphs]
    total = sum(len(p.text) for p in paragraphs) or 1
    before = 0
    for i, paragraph in enumerate(paragraphs):
        if before >= COMMENTED and _opens_comments(paragraph):
            keep[i:] = [False] * (len(keep) - i)
            return
        if before > 0.5 * total and opens_links(paragraph):
            if sum(sizes[i:]) <= _MOST_BEHIND * total:
                keep[i:] = [False] * (len(keep) - i)
                return
            keep[i] = False
        before += len(paragraph.text)


def _drop_feet(paragraphs: Sequence[Paragraph], keep: list[bool], key: str, zone: str) -> None:
    """From the end on what is a footer, or the headline once more. Files and whom to ask go with it
    where they stand below a line that says of which day the page is, and an address of mail where
    it stands below the name of who wrote."""
    passed: list[int] = []
    for i in range(len(paragraphs) - 1, -1, -1):
        if not keep[i]:
            continue
        plain = narrow(paragraphs[i].text)
        if _dates_page(plain):
            for at in (i, *passed):
                keep[at] = False
            passed = []
        elif passed and _FILES.fullmatch(plain.strip()):
            for at in (i, *passed):  # a heading, and nothing but files below it
                keep[at] = False
            passed = []
        elif (
            is_foot(paragraphs[i], zone)
            or squeeze(paragraphs[i].text) == key
            or _lists_files(plain)
            or _lists_versions(plain, key)
            or (_FILES.fullmatch(plain.strip()) and _is_linked_file(paragraphs[i]))
        ):
            keep[i] = False
            if passed and _REPORTED.fullmatch(plain.strip()):  # where who wrote is reached
                for at in passed:
                    keep[at] = keep[at] and not _MAIL.fullmatch(narrow(paragraphs[at].text).strip())
        elif len(passed) < _MOST_PASSED and (
            _BELOW.match(plain)
            or _MAIL.fullmatch(plain.strip())
            or _is_file_line(plain)
            or _is_linked_file(paragraphs[i])
        ):
            passed.append(i)
        else:
            return


_MOST_PASSED = 12
_BELOW = han_pattern(
    r"(?:联络|联系)(?:人|电话|单位|方式|信箱)\s?:|(?:电子)?(?:信箱|邮箱|邮件)\s?:|传真\s?:|电话\s?:"
    r"|(?:相关|附加)?(?:档案|附件|文件)(?:下载)?\s?:?$|(?:点阅|点击|浏览)(?:数|次数|率|人次)\s?:"
)
_FILE_LINE = lazy_pattern(
    r"[.(](?:pdf|docx?|odt|ods|odp|xlsx?|pptx?|zip|rar)\b.{0,24}$|\(pdf\W{0,3}$|^.{1,80}\bpdf[)\]]{0,2}$"
    r"|\b(?:pdf|docx?|odt|ods|odp|xlsx?|pptx?|zip|rar|hwpx?)\b\W{0,4}\d[\d.,]{0,8}\s?(?:[kmкм]i?[boб]|bytes)\W?$"
    r"|[(\[][^()\[\]]{0,20}\d\s?(?:[kmg]i?b|[kmg]o|bytes|octets|[кмг]б)[)\]]$",
    re.I,
)
_FILES = han_pattern(
    rf"(?:(?:download|ดาวน์โหลด|tải(?: về)?|скачать|завантажити|下载)\s?)?"
    rf"(?:{languages.alternation(languages.ATTACHED)})\s?:?",
    re.I,
)


def _is_file_line(plain: str) -> bool:
    return not plain.endswith(_STOPS) and _FILE_LINE.search(plain) is not None


def _lists_files(plain: str) -> bool:
    """Whether a paragraph is a heading, and nothing but files in the lines below it."""
    heading, *files = (line.strip() for line in plain.split("\n"))
    return bool(files) and bool(_FILES.fullmatch(heading)) and all(map(_is_file_line, files))


def _lists_versions(plain: str, key: str) -> bool:
    """Whether a paragraph is a table of the versions of its page, as programs add one: each row has
    the headline once more, or the minute of a change. `key` is the headline."""
    head, *rows = plain.split("\n")
    if not rows or CELL not in head or _VERSION.search(head) is None:
        return False
    return all(
        CELL in row and (squeeze(row).startswith(f"{key}|") or _holds_minute(row)) for row in rows
    )


def _holds_minute(row: str) -> bool:
    return any(
        found.when.precision is not Precision.DAY
        for cell in row.split(CELL)
        for found in find_dates(cell, "", DateOrder.DAY_FIRST)
    )


_VERSION = han_pattern(
    rf"(?<!\w)(?:{languages.alternation(languages.VERSION)})(?!\w)|版本|バージョン|버전|เวอร์ชัน",
    re.I,
)


def _dates_page(plain: str) -> bool:
    """Whether a short line is the day of the page under its label: `發布日期：115-03-05`."""
    if len(plain) > _LONGEST_FIELD or plain.rstrip().endswith(_STOPS):
        return False
    label = COLONED.match(plain.lstrip())
    return (
        label is not None
        and label.lastgroup in (Label.PUBLISHED, Label.UPDATED)
        and any(map(str.isdigit, plain[label.end() : label.end() + 12]))
    )


def _naming_people(paragraphs: Sequence[Paragraph], keep: Sequence[bool]) -> tuple[str, ...]:
    """Those that are not kept and name people."""
    return tuple(
        with_colon(p.text)
        for p, kept in zip(paragraphs, keep, strict=True)
        if not kept and names_people(p)
    )


_END = lazy_pattern(
    r"(?:#\s?){3}|[–—-]{1,2}\s?(?:30|ends?|fin)\s?[–—-]{1,2}|ends|end ?item"
    r"|[(（](?:end|完)[)）]|完",
    re.I,
)
_ABOUT = han_pattern(
    r"(?:about|über|à propos d[eu]s?|sobre|acerca de|informazioni su|over|om|o|о)\s.{2,}"
    r"|(?:media|press) contacts?\b.*|关于.{2,}",
    re.I | re.S,
)


def _drop_boilerplate(paragraphs: Sequence[Paragraph], keep: list[bool]) -> None:
    """Behind the mark at which a release ends (`###`) what it says of its sender: the same in all.
    Notes that belong to the release are kept."""
    total = sum(len(p.text) for p in paragraphs)
    for at, paragraph in enumerate(paragraphs):
        if at and len(paragraph.text) <= _LONGEST_END and _END.fullmatch(paragraph.text.strip()):
            keep[at] = False
            behind = [p.text.strip() for p in paragraphs[at + 1 :]]
            is_short = sum(map(len, behind)) <= _MOST_BOILERPLATE * total
            are_days = all(len(text) <= _LONGEST_MARK and find_dates(text, "") for text in behind)
            if behind and (are_days or (is_short and _ABOUT.match(behind[0]) is not None)):
                keep[at:] = [False] * (len(keep) - at)
            return


_LONGEST_END, _MOST_BOILERPLATE = 12, 0.4
_LONGEST_MARK = 40
_CONTACT = han_pattern(languages.any_of(languages.PRESS_CONTACT), re.I)
_REACHED = lazy_pattern(
    r"@|\(at\)|\d{2,5}[-/ ]\d{2,}|電話|tel(?:efon|[ée]fono|\.|:)|phone|fax|τηλ|тел\.|هاتف", re.I
)
_LONGEST_CONTACT, _MOST_OF_CONTACT = 200, 12


def _under_first_line(paragraphs: Sequence[Paragraph]) -> list[str]:
    """What stands under the first line of some paragraphs."""
    lines = paragraphs[0].text.strip().split("\n")[1:]
    return [*lines, *(p.text for p in paragraphs[1:])]


def _drop_contact(paragraphs: Sequence[Paragraph], keep: list[bool]) -> None:
    """Whom to ask, under a heading of its own at the end: short lines, with a telephone or an
    address among them."""
    last = len(paragraphs)
    for at in range(max(0, last - _MOST_OF_CONTACT), last):
        heading = paragraphs[at].text.strip().partition("\n")[0]
        if not _CONTACT.fullmatch(heading.rstrip(" :：")):
            continue
        under = _under_first_line(paragraphs[at:])
        is_short = all(len(text) <= _LONGEST_CONTACT for text in under)
        if at and under and is_short and any(_REACHED.search(text) for text in under):
            keep[at:] = [False] * (last - at)
        return


_OFFERS = han_pattern(
    r"\W{0,3}(?:(?:subscribe|sign in|log ?in|register|sign up)\b.{0,40}? to (?:continue|keep|read"
    r"|unlock|access)\b"
    r"|(?:to )?(?:continue|keep) reading\b.{0,40}(?:subscri|sign|log ?in|register|account)"
    r"|this (?:article|story|content|page) is (?:for|only|exclusive|available)\b.{0,40}(?:subscri"
    r"|members?)"
    r"|(?:subscribers?|members?)[- ]only\W{0,3}$|already a (?:subscriber|member)\s?\?"
    r"|you have reached your\b.{0,40}limit"
    r"|(?:本文|本篇|以下|此)(?:文章)?(?:为|内容为|是)?.{0,6}(?:付费|会员|订阅)(?:内容|文章|专享"
    r"|可读|阅读)"
    r"|(?:剩余|余下|还有).{0,12}(?:订阅|付费|登录|购买|会员).{0,6}(?:阅读|查看|可读|后)"
    r"|(?:订阅|登录|付费|开通会员|购买)(?:后|即可).{0,4}(?:阅读|查看|继续|解锁)"
    r"|この(?:記事|続き)は.{0,12}(?:会員|有料)|cet article est réservé"
    r"|(?:il vous )?reste \d{1,2}\s?% de cet"
    r"|(?:dieser artikel|weiterlesen).{0,30}(?:abonn|plus)|(?:contenido|artículo) exclusivo para"
    r"|conteúdo exclusivo para|articolo riservato|только (?:для|по) подпис)",
    re.I,
)
_MOST_OFFERED, _LONGEST_OFFER = 8, 200


def _drop_offer(paragraphs: Sequence[Paragraph], keep: list[bool]) -> None:
    """From the line that asks for a subscription on everything, where little that is short follows
    it: the rest of the text is not there."""
    first = max(0, len(paragraphs) - _MOST_OFFERED)
    for at, paragraph in enumerate(paragraphs[first:], first):
        text = paragraph.text
        if len(text) > _LONGEST_OFFER or _OFFERS.match(narrow(text)) is None:
            continue
        if all(len(each.text) <= _LONGEST_OFFER for each in paragraphs[at:]):
            keep[at:] = [False] * (len(keep) - at)
            return


_CHANGED = han_pattern(rf"(?:{languages.alternation(languages.CHANGES)})\W?", re.I)
_MOST_CHANGES = 60


def _drop_changes(paragraphs: Sequence[Paragraph], keep: list[bool]) -> None:
    """What was changed on a page and when, under a heading of its own at the end: lines that begin
    or end with a day, or stand beside one."""
    last = len(paragraphs)
    for at in range(max(1, last - _MOST_CHANGES), last):
        heading = paragraphs[at].text.strip().partition("\n")[0]
        if _CHANGED.fullmatch(narrow(heading).strip()) is None:
            continue
        under = _under_first_line(paragraphs[at:])
        dated = sum(bool(find_dates(text, "")) for text in under)
        if dated * 2 >= len(under) > 0 and all(len(text) <= _LONGEST_CONTACT for text in under):
            keep[at:] = [False] * (last - at)
            return


_INTERRUPTION = han_pattern(
    rf"\W{{0,3}}(?:(?:{languages.alternation(languages.ADVERTISED)})"
    r"|(?:[上下前后]一[张图幅组]\s{0,3}){2}|(?:previous|next|prev)(?: (?:slide|image|photo))?"
    r"(?:[\s|/]{1,3}(?:previous|next|prev)(?: (?:slide|image|photo))?){0,2}"
    r"|(?:slide|image|photo|bild|foto) \d{1,3} (?:of|von|de|di|/) \d{1,3})\W{0,3}",
    re.I,
)
_COUNTED_SLIDES = lazy_pattern(r"\d{1,3}\s?/\s?\d{1,3}")
_LONGEST_INTERRUPTION = 60
"""Characters; neither finds more."""


def _drop_interruptions(paragraphs: Sequence[Paragraph], keep: list[bool]) -> None:
    """Lines in the midst of a text that are of the page: the word over an advertisement whose place
    is empty, the buttons of a slide show and the count beside them."""
    short = {
        at: narrow(said).strip()
        for at, paragraph in enumerate(paragraphs)
        if len(said := paragraph.text.strip()) <= _LONGEST_INTERRUPTION
    }
    for at, plain in short.items():
        if paragraphs[at].tag.name in _HEADINGS or _INTERRUPTION.fullmatch(plain) is None:
            continue
        keep[at] = False
        for near in (at - 1, at + 1):
            if near in short and _COUNTED_SLIDES.fullmatch(short[near]):
                keep[near] = False


_MADE = han_pattern(
    r"\W{0,3}(?:(?:ai|智能|人工智能|大模型|机器)\s?(?:摘要|总结|导读|速览|概要|要点|解读)"
    r"|(?:ai|machine|automatically)[- ]?(?:generated )?(?:summary|overview|key (?:points"
    r"|takeaways))"
    r"|(?:ki|ia|ии)[- ](?:zusammenfassung|résumé|resumen|resumo|riassunto|сводка))\W{0,3}$",
    re.I,
)
"""The heading over what a program made of the text."""
_SAYS_MADE = han_pattern(
    r"(?:由\s?(?:ai|人工智能|大模型|智能)\w{0,6}\s?(?:自动)?生成|(?:ai"
    r"|智能)(?:自动)?生成.{0,12}仅供参考"
    r"|(?:this|the) (?:audio|summary|overview|article|text|page|story|translation|version) "
    r"(?:was|is|has been) (?:automatically |machine[- ])?(?:generated|created|read|narrated"
    r"|translated|summari[sz]ed) (?:automatically|using|(?:by|with|from) (?:an? )?(?:ai|machine"
    r"|computer|artificial|automat|google|deepl))"
    r"|^machine[- ]translat(?:ed|ion)\b|(?:本文|本页|此页|以下内容|译文|内容)(?:为|由|系"
    r"|经)?.{0,8}(?:机器|自动|智能)翻译"
    r"|機械翻訳|자동 ?번역|traduction automatique|traducción automática|tradução automática"
    r"|automatisch übersetzt|maschinell übersetzt|машинный перевод)",
    re.I,
)
"""What says that a program wrote, read or translated what stands there."""
_LONGEST_MADE, _MOST_MADE = 240, 0.4


def _drop_made(paragraphs: Sequence[Paragraph], keep: list[bool]) -> None:
    """What says that a program summed up, read or translated the text, and the summary in its box:
    only at the edges of a text, and little of it."""
    total = sum(len(p.text) for p in paragraphs)
    edges = {*range(_EDGE), *range(len(paragraphs) - _EDGE, len(paragraphs))}
    for at, paragraph in enumerate(paragraphs):
        plain = narrow(paragraph.text)
        if at not in edges or len(plain) > _LONGEST_MADE:
            continue
        if len(plain) <= _FEW and _MADE.match(plain) is not None:
            box = _box_of(paragraphs, at, _MOST_MADE * total)
            for each in box:
                keep[each] = False
        elif _SAYS_MADE.search(plain) is not None and len(plain) <= _MOST_MADE * total:
            keep[at] = False


_EDGE = 4


def _box_of(paragraphs: Sequence[Paragraph], at: int, most: float) -> list[int]:
    """The paragraphs of the largest element around one that hold no more than so much."""
    found = [at]
    for around in paragraphs[at].tag.parents:
        inside = [
            other
            for other, paragraph in enumerate(paragraphs[: at + _HEAD_LINES])
            if paragraph.tag is around or around in paragraph.tag.parents
        ]
        if sum(len(paragraphs[other].text) for other in inside) > most:
            break
        found = inside
    return found


def _drop_links(paragraphs: Sequence[Paragraph], keep: list[bool], origin: Origin) -> None:
    """Paragraphs that are but a link to another article, and the heading over them. A body that is
    mostly links is a list on purpose, and one of items that each have a linked headline a round-up.
    """
    plain = sum(len(p.text) - p.linked for p, kept in zip(paragraphs, keep, strict=True) if kept)
    whole = sum(len(p.text) for p, kept in zip(paragraphs, keep, strict=True) if kept)
    any_link = origin is not Origin.TEMPLATE and 2 * plain >= whole
    headlines = _headlines_of_items(paragraphs, keep) if any_link else frozenset()
    for i, paragraph in enumerate(paragraphs):
        if not keep[i] or not paragraph.linked or paragraph.tag.name == "table":
            continue
        if i in headlines:
            continue
        if is_teaser(paragraph) or (any_link and is_link_line(paragraph)):
            keep[i] = False
            if i and keep[i - 1] and paragraphs[i - 1].tag.name in _HEADINGS:
                keep[i - 1] = False


_LEAST_ITEMS, _MOST_ABOVE_ITEMS = 3, 0.4
_NUMBERED = lazy_pattern(r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})\s?[、.．)）]")


def _headlines_of_items(paragraphs: Sequence[Paragraph], keep: Sequence[bool]) -> frozenset[int]:
    """The linked lines that head the items of a round-up: each has its text below it in the same
    box, is marked or numbered as a headline or alone in that box, and they go through the whole
    text. Empty where other links stand alone as often: those lead from an article to others."""
    kept = [at for at, stays in enumerate(keep) if stays]
    lines = [at for at in kept if paragraphs[at].linked and is_link_line(paragraphs[at])]
    tags = [paragraphs[at].tag for at in lines]
    heads = [
        at
        for at, below in itertools.pairwise(kept)
        if at in lines
        and is_running(paragraphs[below].text, paragraphs[below].linked)
        and _heads(paragraphs[at], paragraphs[below].tag, tags)
    ]
    if len(heads) < max(_LEAST_ITEMS, _MOSTLY * len(lines)):
        return frozenset()
    above = sum(len(paragraphs[at].text) for at in kept if at < heads[0])
    whole = sum(len(paragraphs[at].text) for at in kept)
    return frozenset(heads) if above <= _MOST_ABOVE_ITEMS * whole else frozenset()


def _heads(line: Paragraph, below: Tag, others: Sequence[Tag]) -> bool:
    """Whether a linked line is the headline of the text `below` it, by the box that holds both."""
    top = line.tag
    holding = {id(node) for node in (below, *below.parents)}
    while top.parent is not None and id(top.parent) not in holding:
        top = top.parent
    if top.parent is None or squeeze(line_text(top)) != squeeze(line.text):
        return False
    marked = top.name in _HEADINGS or (top.name == "a" and bool(named(top, *_HEADINGS)))
    inside = sum(1 for other in others if other is top.parent or top.parent in other.parents)
    return marked or inside == 1 or _NUMBERED.match(line.text) is not None


def _drop_copies(paragraphs: Sequence[Paragraph], keep: list[bool]) -> None:
    """What was said before, word for word: portals repeat a body for readers of another kind, and
    a caption under each size of a picture. A line that comes back later, as an interview's
    question or a refrain, is no copy."""
    seen: dict[str, int] = {}
    run: list[int] = []
    said = copied = 0.0
    for at, i in enumerate([*(i for i, kept in enumerate(keep) if kept), -1]):
        key = "" if i < 0 else squeeze(paragraphs[i].text)
        size = letters(key)
        if key in seen:
            if size >= _COPY and at - seen[key] == 1:
                keep[i] = False
            run.append(i)
            copied += size
            continue
        if copied >= max(_COPY, _WHOLE * said):
            for copy in run:
                keep[copy] = False
        said += size + copied
        run, copied = [], 0.0
        seen[key] = at


_CUT_OFF = lazy_pattern(r"\s?(?:\[?…\]?|(?<!\.)\.{3,}|\[\.\.\.\])$")
_CUT_ENDS = ("…", ".", "]")
_LEAST_CUT, _COMPARED = 15, 1_000


def teases(text: str, following: Sequence[Paragraph]) -> bool:
    """Whether a paragraph is but the beginning of what follows it: a summary that a portal made by
    cutting its text."""
    if text.rstrip("\n")[-1:] not in _CUT_ENDS:
        return False
    stem = _CUT_OFF.sub("", text)
    key = squeeze(stem)
    if stem == text or letters(key) < _LEAST_CUT:
        return False
    after = squeeze("".join(paragraph.text for paragraph in following[:4])[:_COMPARED])
    return len(key) < len(after) and after.startswith(key)


def _drop_teaser(paragraphs: Sequence[Paragraph], keep: list[bool]) -> None:
    """The first paragraph, where the next ones say it again and go on."""
    kept = [at for at, stays in enumerate(keep) if stays][:5]
    if len(kept) > 1:
        rest = [paragraphs[at] for at in kept[1:]]
        keep[kept[0]] = not teases(paragraphs[kept[0]].text, rest)


def _drop_last_headings(paragraphs: Sequence[Paragraph], keep: list[bool]) -> None:
    """A heading over nothing headed what was taken out."""
    kept = [i for i, stays in enumerate(keep) if stays]
    if all(paragraphs[i].tag.name in _HEADINGS for i in kept):
        return
    while paragraphs[kept[-1]].tag.name in _HEADINGS:
        keep[kept.pop()] = False


def remove_all(doomed: list[Tag]) -> None:
    """Take elements out of the tree.

    bs4 finds each one by walking its siblings. Of a parent that loses many the rest is put back.
    """
    parents: dict[int, tuple[Tag, dict[int, Tag]]] = {}
    for tag in doomed:
        if tag.parent is not None:
            parents.setdefault(id(tag.parent), (tag.parent, {}))[1][id(tag)] = tag
    for parent, children in parents.values():
        if len(children) > _FEW:
            rest = [node for node in parent.contents if id(node) not in children]
            parent.clear()
            parent.extend(rest)
            continue
        for tag in children.values():
            tag.extract()


def _own_element(paragraph: Paragraph) -> Tag | None:
    """The element whose whole text the paragraph is. None where it shares it with others."""
    tag = paragraph.tag
    key = squeeze(paragraph.text)
    if not _is_small(tag) or squeeze(line_text(tag)) != key or named(tag, "img"):
        return None
    while (
        tag.parent is not None
        and tag.parent.parent is not None
        and _is_small(tag.parent)
        and not named(tag.parent, "img")
        and squeeze(line_text(tag.parent)) == key
    ):
        tag = tag.parent
    return tag


def _is_small(tag: Tag) -> bool:
    return len(tag.contents) <= _FEW

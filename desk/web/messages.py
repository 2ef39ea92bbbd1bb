"""What the pages say, in English and Chinese.

The tables go by subject: stories and the rest, what is added by hand, sources and timetable, the
words of closed vocabularies, digests.
"""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "zh")


class Phrasebook:
    """The phrases of one language. Called with the name of a phrase and what fills it."""

    __slots__ = ("_index", "html", "tag")

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.html = "zh-Hans" if tag == "zh" else tag
        self._index = LANGUAGES.index(tag)

    def __call__(self, name: str, otherwise: str | None = None, /, **filling: object) -> str:
        """Return the phrase, or `otherwise` if there is none of that name. Raise KeyError without
        it."""
        found = _PHRASES.get(name)
        if found is None:
            if otherwise is None:
                raise KeyError(name)
            return otherwise
        return found[self._index].format(**filling) if filling else found[self._index]

    def term(self, group: str, value: str) -> str:
        """A word of a closed vocabulary of ours, such as an outcome: itself in English, and where
        the other language has none for it (a selector, a name)."""
        return value if self.tag == "en" else TERMS[group].get(value, value)


# What is said when something is added by hand.

PHRASES: dict[str, tuple[str, str]] = {
    # The page
    "add": ("Add by hand", "手动添加"),
    "add_address": ("An address", "网址"),
    "add_address_help": (
        "The page is fetched as a crawl would and sorted like any other. It waits in the queue at "
        "once, however old it is.",
        "系统按常规抓取方式获取该网页并照常处理；无论新旧，都会立即进入待审。",
    ),
    "add_item": ("Something without a page", "没有网页的内容"),
    "add_item_help": (
        "A WeChat post as a picture, a PDF, a Word document, a saved page: it is kept as evidence, "
        "and its text is searched. The same again is not kept twice.",
        "例如微信文章截图、PDF、Word 文档或保存的网页：文件作为证据存档，文字可检索；"
        "重复添加不会保存两次。",
    ),
    "add_url": ("Address (https://…)", "网址（https://…）"),
    "add_url_if_any": ("Address, if it has one", "网址（如有）"),
    "add_note": ("Note for the others", "备注（供同事阅读）"),
    "add_title": ("Title", "标题"),
    "add_source": ("Where it is from", "来源"),
    "add_source_help": (
        "An account or office, or a source of the list.",
        "公众号或单位名称，或列表中的来源。",
    ),
    "add_date": ("Published", "发布日期"),
    "add_date_help": (
        "2026-11-25, 2026-11-25 18:03, or 2026-11 if the day is not known.",
        "如 2026-11-25、2026-11-25 18:03；不知具体日期可写 2026-11。",
    ),
    "add_file": ("File", "文件"),
    "add_file_help": (
        "Picture, PDF, DOCX, XLSX, PPTX, OFD, HTML or text, up to {most}.",
        "图片、PDF、DOCX、XLSX、PPTX、OFD、HTML 或纯文本，不超过 {most}。",
    ),
    "add_file_again": (
        "If you had chosen a file, choose it again: browsers forget it.",
        "如已选择文件，请重新选择（浏览器不会保留）。",
    ),
    "no_text": (
        "There is no text in it. Download the file to see it.",
        "没有文字内容，请下载文件查看。",
    ),
    "add_fetch": ("Fetch and add", "抓取并添加"),
    "add_keep": ("Add", "添加"),
    "add_latest": ("Added lately", "最近添加"),
    "added_by": ("added by hand by {person}, {at}", "{person} 于 {at} 手动添加"),
    "added_origin": ("Added by hand by {person}, {at}.", "由 {person} 于 {at} 手动添加。"),
    "add_waits": (
        "Being fetched. Portals are asked slowly; this takes up to a few minutes.",
        "正在抓取。为避免打扰对方网站，抓取较慢，可能需要几分钟。",
    ),
    "add_look": ("Look again", "刷新"),
    "add_done": ("Added.", "已添加。"),
    "add_known": ("It is in the archive already.", "档案中已有此内容。"),
    "add_not": ("Not added: {outcome}.", "未添加：{outcome}。"),
    "add_again": ("Try again", "重试"),
    "add_instead": ("Add it as a file instead", "改为以文件添加"),
    "add_many": (
        "{n} addresses are being fetched; add this one when some are done.",
        "已有 {n} 个网址正在抓取，请稍后再添加。",
    ),
    "by": ("by", "添加人"),
    "no_addition": ("There is no addition of that number.", "没有这个编号的添加记录。"),
    "no_file": ("That file is not kept here.", "此处没有保存该文件。"),
    "download": ("Download", "下载"),
    "wrong_form": (
        "Not added: see what is said beside the fields.",
        "未添加：请查看各栏旁的提示。",
    ),
    # What is wrong with a field
    "wrong_no_title": ("Type the title as it is printed.", "请照原文填写标题。"),
    "wrong_no_source": (
        "Say where it is from: an account, an office, a source.",
        "请填写来源：公众号、单位或来源名称。",
    ),
    "wrong_no_date": (
        "Say when it was published, such as 2026-11-25 or 2026-11.",
        "请填写发布日期，如 2026-11-25 或 2026-11。",
    ),
    "wrong_date": (
        "“{text}” is no date such as 2026-11-25, 2026-11-25 18:03 or 2026-11.",
        "“{text}”不是日期，请写成 2026-11-25、2026-11-25 18:03 或 2026-11。",
    ),
    "wrong_future": ("“{text}” has not come yet.", "“{text}”尚未到来。"),
    "wrong_address": (
        "That is no address that begins with https:// or http://, without a user name.",
        "请填写以 https:// 或 http:// 开头、不含用户名的网址。",
    ),
    "wrong_size": ("The file is larger than {most}.", "文件超过 {most}。"),
    "wrong_empty": ("The file is empty.", "文件是空的。"),
    "wrong_kind": (
        "The file is none that is taken: picture (PNG, JPEG, GIF, WebP, TIFF, HEIC), PDF, DOCX, "
        "XLSX, PPTX, OFD, HTML or plain text.",
        "不支持这种文件；可用图片（PNG、JPEG、GIF、WebP、TIFF、HEIC）、PDF、DOCX、XLSX、PPTX、OFD、"
        "HTML 或纯文本。",
    ),
    # What to do when an address could not be had
    "advice_robots": (
        "The site asks robots not to fetch this page. Save it in your browser and add the file "
        "with its address.",
        "该网站不允许自动抓取此页。请在浏览器中保存网页，连同网址以文件添加。",
    ),
    "advice_blocked": (
        "The site does not let us in. Save the page in your browser and add the file with its "
        "address.",
        "该网站拒绝访问。请在浏览器中保存网页，连同网址以文件添加。",
    ),
    "advice_refused_address": (
        "That address, or where it leads, is not fetched: it is no public one, or on another host. "
        "If it leads elsewhere, add that address; if it is of your own network, staff can name "
        "its host under [network] intranet.",
        "该网址（或其跳转目标）不在可抓取范围：不是公开地址，或属于其他网站。若会跳转，请添加目标网址；"
        "若属内部网络，请管理员在 [network] intranet 中登记该主机。",
    ),
    "advice_gone": (
        "There is no page at that address (any more). See whether it is typed right; if you have a "
        "copy, add it as a file.",
        "该网址没有网页（或已删除）。请核对网址；若您有副本，请以文件添加。",
    ),
    "advice_soft_404": (
        "What came is no article. See whether it is typed right, or add a saved copy as a file.",
        "返回的内容不是文章。请核对网址，或以文件添加保存的副本。",
    ),
    "advice_busy": (
        "That site is being crawled at this moment. Try again in a few minutes.",
        "该网站正在抓取中，请过几分钟重试。",
    ),
    "advice_no_space": (
        "The disk of the archive is nearly full. Tell whoever runs Hubwatch.",
        "存档磁盘空间不足，请联系管理员。",
    ),
    "advice_try_again": (
        "Try again later; if it stays so, save the page in your browser and add the file with its "
        "address.",
        "请稍后重试；若仍不成功，请在浏览器中保存网页，连同网址以文件添加。",
    ),
    "advice_unread": (
        "The page came and could not be read as an article; it is set aside with what came. Add "
        "it as a file, with title and date.",
        "网页已取得，但无法识别为文章，已连同内容搁置。请填写标题和日期，以文件添加。",
    ),
    "advice_failed": (
        "It failed here, not at the portal. Tell whoever runs Hubwatch what is said here; "
        "meanwhile the page can be added as a file.",
        "问题出在本系统，而非门户网站。请将此处的提示告知管理员；其间可以文件添加该网页。",
    ),
}
_UNREAD = ("empty", "unsupported", "bad_encoding", "layout_changed", "too_big", "truncated")


def hint_for(outcome: str) -> str:
    """The name of the phrase that says what to do about an outcome."""
    if f"advice_{outcome}" in PHRASES:
        return f"advice_{outcome}"
    return "advice_unread" if outcome in _UNREAD else "advice_try_again"


# What the pages about sources, the timetable and incidents say.

WATCH: dict[str, tuple[str, str]] = {
    "timetable": ("Timetable", "时间表"),
    "incidents": ("Incidents", "异常"),
    "not_staff": (
        "Only staff look after sources. Ask whoever runs Hubwatch.",
        "只有工作人员可以管理来源，请联系管理员。",
    ),
    "no_source": ("There is no source of that name.", "没有这个来源。"),
    "no_incident": ("There is no incident of that number.", "没有这个编号的异常。"),
    "not_paused": ("That source does not rest.", "该来源并未暂停。"),
    # A source
    "how_it_does": ("state", "状态"),
    "source_well": ("well", "正常"),
    "source_paused": ("rests", "已暂停"),
    "source_not_enabled": ("not enabled", "未启用"),
    "source_waiting": ("never crawled yet", "尚未抓取"),
    "rhythm": ("rhythm", "更新规律"),
    "proven": ("proven by the last crawl", "上次抓取的证明"),
    "nothing_proven": ("nothing", "无"),
    "odd_from": ("no news is odd from", "此后无更新即异常"),
    "not_known": ("not known", "未知"),
    "definition": ("definition", "定义文件"),
    "schedule": ("schedule", "计划"),
    "lists": ("lists", "列表页"),
    "all_runs": ("All runs", "全部抓取记录"),
    "rest": ("Rest", "暂停"),
    "rests": ("Rests until {until}, says {by}:", "{by} 已暂停至 {until}："),
    "rests_until": ("rests until {until}", "暂停至 {until}"),
    "rests_not": ("It is crawled on its timetable.", "按时间表抓取。"),
    "pause": ("Let it rest", "暂停"),
    "resume": ("Go on", "恢复"),
    "pause_until": (
        "Until: a day, a moment or a span such as 3d",
        "至：日期、时刻，或时长（如 3d）",
    ),
    "pause_why": ("Why: everybody is told", "理由（对所有人可见）"),
    "pause_until_wrong": (
        "Name a day or moment to come, such as 2026-12-01, or a span such as 3d.",
        "请填写将来的日期或时刻（如 2026-12-01），或时长（如 3d）。",
    ),
    "pause_why_wrong": ("Say why: everybody is told.", "请填写理由。"),
    # The timetable
    "job": ("job", "任务"),
    "next_due": ("next", "下次"),
    "last_due": ("last due", "上次应执行"),
    "late": ("late", "延迟"),
    "skipped": ("skipped", "跳过"),
    "held": ("Not now:", "暂不执行："),
    "coming": ("The next 24 hours: {n} runs", "未来 24 小时：{n} 次"),
    "coming_more": ("and more", "及更多"),
    "no_jobs": ("Nothing is on the timetable.", "时间表为空。"),
    "global_pause": (
        "Everything stands still, says {by}: {why} `hubwatch resume` ends it.",
        "{by} 已暂停全部任务：{why}（hubwatch resume 可恢复）",
    ),
    # Incidents
    "incident": ("Incident {n}", "异常 {n}"),
    "nothing_amiss": ("Nothing is amiss.", "一切正常。"),
    "severity": ("severity", "级别"),
    "severity_info": ("notice", "提示"),
    "severity_warning": ("warning", "警告"),
    "severity_critical": ("critical", "严重"),
    "this_machine": ("this machine", "本机"),
    "amiss_since": ("since {at}", "自 {at}"),
    "what": ("what", "内容"),
    "since": ("since", "自"),
    "until": ("until", "至"),
    "over": ("What is over", "已结束"),
    "came_back": ("and came back, {n} times", "，复发 {n} 次"),
    "last_found": ("last found", "最近发现"),
    "seen_to": ("{by} sees to it since {at}", "{by} 自 {at} 处理中"),
    "seen_to_by": ("seen to by", "处理人"),
    "ack": ("I see to it", "由我处理"),
    "ack_note": ("What is being done", "处理说明"),
    "proof": ("Proof", "证据"),
    "next_commands": ("What to type next", "下一步命令"),
    "rows_before": ("The rows before", "此前的列表行"),
    "rows_now": ("The rows now", "现在的列表行"),
    "notices": ("To be told", "通知"),
    "notice_opened": ("that it opened", "已出现"),
    "notice_reopened": ("that it came back", "已复发"),
    "notice_worse": ("that it got worse", "已加重"),
    "notice_reminder": ("that it still lasts", "仍在持续"),
    "notice_closed": ("that it is over", "已结束"),
}


# The words of our closed vocabularies in Chinese; in English each is what it is.

_OUTCOMES = {
    "ok": "成功",
    "unchanged": "无变化",
    "empty": "无内容",
    "partial": "部分完成",
    "blocked": "被拒绝访问",
    "soft_404": "页面不存在（未报错）",
    "robots": "robots 禁止",
    "too_big": "过大",
    "truncated": "被截断",
    "bad_encoding": "编码错误",
    "timeout": "超时",
    "net_error": "网络错误",
    "http_error": "HTTP 错误",
    "layout_changed": "版式已变",
    "refused_address": "网址被拒",
    "busy": "占用中",
    "no_space": "磁盘空间不足",
    "gone": "已撤下",
    "moved": "已迁移",
    "unsupported": "不支持",
    "interrupted": "被中断",
    "killed": "被终止",
    "failed": "失败",
    "running": "进行中",
}
_INCIDENTS = {
    "network": "网络故障",
    "unreachable": "无法连接",
    "blocked": "被拒绝访问",
    "robots": "robots 禁止",
    "tls": "TLS 错误",
    "certificate": "证书问题",
    "layout_changed": "版式已变",
    "list_empty": "列表为空",
    "fewer_rows": "列表行减少",
    "same_rows": "列表行不变",
    "gap": "列表有缺口",
    "validator": "校验头失效",
    "unreadable": "无法读取",
    "field_missing": "字段缺失",
    "titles": "标题异常",
    "future_dates": "日期在将来",
    "silence": "长期无更新",
    "not_crawled": "未抓取",
    "cut_short": "抓取中断",
    "disk": "磁盘",
    "stale": "列表陈旧",
    "gone": "列表不存在",
    "moved": "列表已迁移",
    "bug": "程序错误",
    "interrupted": "多次中断",
    "job_failing": "任务失败",
    "backup_old": "备份过旧",
}
_FIELDS = {
    "title": "标题",
    "published": "发布日期",
    "updated": "更新日期",
    "written": "成文日期",
    "event": "事件日期",
    "source": "来源",
    "publisher": "发布单位",
    "author": "作者",
    "editor": "编辑",
    "body": "正文",
    "pages": "分页",
    "address": "网址",
    "page built": "网页生成时间",
    "first seen": "首次发现",
    "other": "其他",
}
_ORIGINS = {
    "template": "模板",
    "json-ld": "JSON-LD",
    "meta": "meta 标签",
    "visible line": "页面文字行",
    "url": "网址",
    "feed": "订阅源",
    "list": "列表页",
    "generic": "通用规则",
    "archive": "存档",
    "person": "人工",
}
_RULES = {
    "published": "“发布”标签",
    "stated": "“时间”标签",
    "updated": "“更新”标签",
    "written": "“成文”标签",
    "event": "“活动时间”标签",
    "other": "其他标签",
    "plain": "无标签",
    "in the text": "正文中",
    "in the text, year of the published date": "正文中，年份取自发布日期",
    "date in the address": "网址中的日期",
    "time element": "time 元素",
    "script variable": "脚本变量",
    "search of the page": "全页查找",
    "source line": "来源行",
    "line apart from the headline": "远离标题的行",
    "byline": "署名行",
    "author line": "作者行",
    "reporter line": "记者行",
    "reporter beside the source": "来源旁的记者",
    "reporter named in the text": "正文中的记者",
    "date line": "日期行",
    "editor line": "编辑行",
    "footer": "页脚",
    "site_names": "站点名称（定义）",
    "title": "title 标签",
    "line repeated in title": "与网页标题相同的行",
    "line above the date line": "日期行上方的行",
    "heaviest text": "文字最集中处",
    "pictures and files": "图片与附件",
}
_REFUSALS = {
    "when the page was made, not the article": "是网页而非文章的生成时间",
    "far from the date in the address": "与网址中的日期相差过大",
    "the moment of the fetch": "是抓取的时刻",
    "before 1990": "早于 1990 年",
    "after the page was fetched": "晚于抓取时间",
    "in the title": "在标题中",
    "in a link": "在链接中",
    "in a side list, a comment or the footer": "在侧栏、评论或页脚中",
    "in the text": "在正文中",
    "away from the headline and without a label": "远离标题且无标签",
}
_PARTS = {
    "in the title": "在标题中",
    "in the first sentence": "在首句中",
    "in the lead": "在导语中",
    "in the body": "在正文中",
    "beside {}": "邻近 {}",
    "with nothing against it": "无相反线索",
    "weakened by {}": "因 {} 减弱",
    "weakened by {}, where it is first named": "首次出现处因 {} 减弱",
    "named in {} sentences": "见于 {} 句",
    "named again, {} times in all": "再次出现，共 {} 次",
    "its context": "上下文",
}
_ANSWERS = {
    "kept": "已入选",
    "accepted": "已采用",
    "rejected": "已排除",
    "withdrawn": "已撤下",
    "copy": "转载",
    "below grade": "等级不足",
    "in an issue": "已载入摘报",
    "after the cut-off": "晚于摘报截止",
    "quarantined": "被搁置",
    "listed and failed": "已列出，抓取失败",
    "listed and owed": "已列出，待抓取",
    "listed and passed over": "已列出，未要求抓取",
    "listed and not taken": "已列出，规则不收",
    "never listed": "从未列出",
    "never crawled": "从未抓取",
    "no source": "无来源",
    "unknown": "未知",
}
_CITIES = {
    "national": "全国",
    "Guangdong (many)": "广东（多市）",
    "Jiangsu (many)": "江苏（多市）",
    "Zhejiang (many)": "浙江（多市）",
    "Tianjin Binhai": "天津滨海新区",
}
"""What a definition may name as its city and the gazetteer does not."""
TERMS: Mapping[str, Mapping[str, str]] = {
    "outcome": _OUTCOMES,
    "incident": _INCIDENTS,
    "field": _FIELDS,
    "origin": _ORIGINS,
    "rule": _RULES,
    "standing": {"chosen": "采用", "plausible": "可信", "refused": "不采用"},
    "refusal": _REFUSALS,
    "part": _PARTS,
    "answer": _ANSWERS,
    "city": _CITIES,
}


# What the pages of digests say.

DIGEST_PHRASES: dict[str, tuple[str, str]] = {
    # All of them
    "digests": ("Digests", "摘报"),
    "digest": ("Digest {n}", "摘报 {n}"),
    "digest_none": ("There is no digest of that number.", "没有这个编号的摘报。"),
    "digests_none": ("No digest has been made yet.", "尚未制作摘报。"),
    "digests_older": ("Older ones", "更早的摘报"),
    "digest_state_draft": ("draft", "草稿"),
    "digest_state_issued": ("issued", "已发布"),
    "digest_state_discarded": ("laid aside", "已作废"),
    "digest_items": ("items: {n}", "{n} 条"),
    "digest_made": ("made by {person}, {at}", "{person} 于 {at} 起草"),
    "digest_issued": ("issued by {person}, {at}", "{person} 于 {at} 发布"),
    "digest_period": ("{since} to {until}, {zone}", "{since} 至 {until}（{zone}）"),
    "digest_scope_all": ("all stories", "全部报道"),
    "digest_scope_relevant": ("relevant stories", "相关报道"),
    "digest_scope_accepted": ("accepted stories", "已采用的报道"),
    "digest_corrects": ("corrects digest {n}", "更正摘报 {n}"),
    "digest_corrected_by": ("corrected by digest {n}", "已由摘报 {n} 更正"),
    "digest_why_correction": ("What it puts right: {why}", "更正内容：{why}"),
    "digest_back": ("Back to the digest", "返回摘报"),
    # A new one
    "digest_new": ("New digest", "新建摘报"),
    "digest_what": ("What of", "内容范围"),
    "digest_since_last": (
        "Everything since the last digest with the same stories",
        "上一期（同一范围）以来的全部内容",
    ),
    "digest_of_period": ("What was first seen in a period", "某一时段内首次发现的内容"),
    "digest_since": ("From", "起"),
    "digest_until": ("To (empty: now)", "止（空：至今）"),
    "digest_dates_help": (
        "A day as 2026-11-25, or a span as 7d. Where there is no last digest yet, it begins with "
        "From too, or seven days ago.",
        "日期如 2026-11-25，或时长如 7d。尚无上一期时，也从“起”开始，未填则为七天前。",
    ),
    "digest_stories": ("Which stories", "哪些报道"),
    "digest_series": ("last: digest {n}, until {until}", "上一期：摘报 {n}，至 {until}"),
    "digest_topics": ("Only of these topics (none: all)", "仅限以下主题（不选：全部）"),
    "digest_grouping": ("Sections", "分节"),
    "digest_group_city": ("by city", "按城市"),
    "digest_group_topic": ("by topic", "按主题"),
    "digest_title": ("Title", "标题"),
    "digest_draft_it": ("Draft it", "起草"),
    "digest_form_wrong": ("That form is not of this page.", "表单无效。"),
    "digest_since_wanted": ("Say from when.", "请填写起始时间。"),
    "digest_period_wrong": ("The period ends before it begins.", "时段的结束早于开始。"),
    "digest_no_date": (
        "“{text}” is no date or span. Write 2026-11-25 or 7d.",
        "“{text}”不是日期或时长，请写作 2026-11-25 或 7d。",
    ),
    # What was done
    "digest_did_drafted": ("The draft is made.", "草稿已生成。"),
    "digest_did_corrected": (
        "This draft of a correction holds what the issue held. Put it right, then issue it.",
        "更正草稿已生成，内容与原期相同。请修改后发布。",
    ),
    "digest_did_words": ("Title and introduction are kept.", "标题和导语已保存。"),
    "digest_did_item": ("The item is kept.", "条目已保存。"),
    "digest_did_moved": ("Moved.", "已移动。"),
    "digest_did_trimmed": (
        "Left out. It stands at the end of the page and may be taken back in.",
        "已移出，可在页末重新收入。",
    ),
    "digest_did_later": (
        "Left for the next digest. It stands at the end of the page and may be taken back in.",
        "已留待下期，可在页末重新收入。",
    ),
    "digest_did_restored": ("Taken back in, at the end of its section.", "已收回，位于该节末尾。"),
    "digest_did_refreshed": ("The draft is made anew.", "草稿已重新生成。"),
    "digest_did_issued": ("Issued. From now on it never changes.", "已发布，此后不再变动。"),
    "digest_did_nothing": ("Nothing was different.", "没有改动。"),
    "digest_did_discarded": ("The draft is laid aside.", "草稿已作废。"),
    # What could not be done
    "digest_fixed": (
        "That is no draft any more, and never changes.",
        "这已不是草稿，内容不再变动。",
    ),
    "digest_overtaken": (
        "{person} has changed this draft since you opened it ({what}). Nothing was overwritten: "
        "look at it again, then say it anew.",
        "您打开之后，{person} 修改了此草稿（{what}）。未覆盖任何内容，请重新查看后再操作。",
    ),
    "digest_you_typed": ("What you had typed", "您输入的内容"),
    "digest_title_wanted": ("A digest needs a title.", "摘报需要标题。"),
    "digest_out_of_turn": (
        "Another digest with the same stories was issued since this draft was made, and tells some "
        "of them. Make the draft anew (at the end of its page), so that nothing is told twice.",
        "起草之后，同一范围的另一期摘报已发布，含有部分相同内容。请在草稿页末尾重新生成，以免重复。",
    ),
    "digest_joined": (
        "Two items of this draft became one story since it was made: its page says which. Leave "
        "one of them out, or make the draft anew.",
        "起草之后，草稿中有两条已并为同一报道（草稿页上已注明）。请移出其中一条，或重新生成草稿。",
    ),
    "digest_reason_wanted": ("Say what the correction puts right.", "请说明更正内容。"),
    "digest_no_format": ("Digests have no such format.", "没有这种格式。"),
    # A draft
    "digest_preview": ("Preview", "预览"),
    "digest_issue": ("Issue…", "发布…"),
    "digest_share": (
        "For a colleague: whoever may sign in here can open {address}",
        "可发给同事：凡可登录者均能打开 {address}",
    ),
    "digest_cautions": ("Look at these first", "请先留意"),
    "digest_caution_disputed": (
        "Item {n} is disputed ({said}): {title}",
        "第 {n} 条有争议（{said}）：{title}",
    ),
    "digest_caution_rejected": (
        "Item {n} was rejected meanwhile: {title}",
        "第 {n} 条已被排除：{title}",
    ),
    "digest_caution_changed": (
        "Item {n} changed since the draft was made: {title}",
        "第 {n} 条在起草后有改动：{title}",
    ),
    "digest_caution_withdrawn": (
        "Item {n} was withdrawn since the draft was made: {title}",
        "第 {n} 条在起草后已撤下：{title}",
    ),
    "digest_caution_joined": (
        "Item {n} became one story with item {other} since the draft was made: {title}",
        "第 {n} 条在起草后已与第 {other} 条并为同一报道：{title}",
    ),
    "digest_caution_parted": (
        "Item {n} names a copy that left its story since the draft was made: {title}",
        "第 {n} 条所列的一处转载在起草后已不属同一报道：{title}",
    ),
    "digest_opening": ("Title and introduction", "标题与导语"),
    "digest_introduction": ("Introduction", "导语"),
    "digest_paragraphs": ("An empty line begins a new paragraph.", "空一行即另起一段。"),
    "digest_save": ("Keep", "保存"),
    "digest_empty": ("Nothing new in this period.", "此时段没有新内容。"),
    "digest_note": ("Note", "按语"),
    "digest_updated_since": ("Updated since", "后续更新"),
    "digest_item": ("item {n}", "第 {n} 条"),
    "digest_arrange": ("Arrange item {n}", "调整第 {n} 条"),
    "digest_place": ("Place", "位置"),
    "digest_section": ("Section", "分节"),
    "digest_move": ("Move", "移动"),
    "digest_up": ("Up", "上移"),
    "digest_down": ("Down", "下移"),
    "digest_out": ("Leave out", "移出"),
    "digest_later": ("Next time", "留待下期"),
    "digest_write": ("Translate, comment", "翻译、按语"),
    "digest_translation": ("Title in the readers’ language", "译题"),
    "digest_own_words": ("Own sentences", "自拟文字"),
    "digest_own_heading": ("Under a new heading (else empty)", "另立新节（可空）"),
    "digest_left": ("Left out", "已移出"),
    "digest_left_trimmed": ("left out for good", "不再收入"),
    "digest_left_waiting": ("waits for the next digest", "留待下期"),
    "digest_take_back": ("Take back in", "重新收入"),
    "digest_more": ("Make anew, or lay aside", "重新生成或作废"),
    "digest_anew_help": (
        "Makes the draft of what the archive holds now. What was moved, left out or written here "
        "is lost.",
        "按存档现状重新生成草稿；此前的排序、移出与文字将丢失。",
    ),
    "digest_anew": ("Make anew", "重新生成"),
    "digest_discard_help": (
        "Lays the draft aside for good; its number stays taken. Its stories wait for another "
        "digest.",
        "草稿作废，编号不再使用；其中的报道可进入其他摘报。",
    ),
    "digest_discard": ("Lay aside", "作废"),
    "digest_history": ("How it came about", "编辑记录"),
    # The preview
    "digest_preview_of": ("Preview of digest {n}", "摘报 {n} 预览"),
    "digest_preview_help": (
        "A draft: it may still change, and has not been issued.",
        "草稿：尚未发布，内容可能变动。",
    ),
    "digest_frame": ("The digest as it is read", "摘报正文"),
    "digest_alone": ("Open the page by itself", "单独打开页面"),
    "digest_files": ("To take away", "下载"),
    "digest_files_help": (
        "The very bytes that were frozen when it was issued.",
        "均为发布时固定的文件。",
    ),
    "digest_files_draft": (
        "As the draft stands now; each says that it is a draft.",
        "按草稿现状生成，均标明为草稿。",
    ),
    "digest_format_html": ("Web page", "网页"),
    "digest_format_docx": ("Word", "Word"),
    "digest_format_eml": ("Mail draft", "邮件草稿"),
    "digest_format_md": ("Markdown", "Markdown"),
    "digest_format_txt": ("Plain text", "纯文本"),
    "digest_format_csv": ("CSV table", "CSV 表格"),
    "digest_format_xlsx": ("Excel", "Excel"),
    "digest_format_json": ("JSON", "JSON"),
    "digest_format_atom": ("Atom feed", "Atom 源"),
    "digest_evidence": ("Evidence (ZIP)", "证据包（ZIP）"),
    "digest_evidence_help": (
        "The evidence holds the archived pages as they were received, with sums; it opens without "
        "Hubwatch.",
        "证据包含收到时的原始网页及校验和，无需 Hubwatch 即可打开。",
    ),
    "digest_bytes": ("{n} bytes", "{n} 字节"),
    # Issuing
    "digest_issue_title": ("Issue digest {n}?", "发布摘报 {n}？"),
    "digest_issue_what": ("What will be frozen", "将固定的内容"),
    "digest_issue_items": (
        "items: {n}, under the title “{title}”",
        "标题“{title}”，共 {n} 条",
    ),
    "digest_issue_period": ("the period {period}; {selection}", "时段 {period}；{selection}"),
    "digest_issue_trimmed": (
        "{n} left out for good: no later digest tells them as news",
        "移出 {n} 条：今后各期不再作为新闻收入",
    ),
    "digest_issue_waiting": ("{n} left for the next digest", "留待下期 {n} 条"),
    "digest_issue_files": (
        "its files in {n} formats, each with its SHA-256",
        "{n} 种格式的文件，各附 SHA-256",
    ),
    "digest_issue_help": (
        "From then on it never changes, whoever asks. A mistake is put right by a correction, a "
        "digest with a number of its own.",
        "发布后任何人都不能再改动。如有错误，须另发一期更正。",
    ),
    "digest_issue_disputed": (
        "Disputed, and would go out so: {n}",
        "有争议而将照此发布：{n} 条",
    ),
    "digest_issue_now": ("Issue digest {n}", "发布摘报 {n}"),
    "digest_not_yet": ("Not yet", "暂不发布"),
    # An issue
    "digest_citations": ("Citations", "引用"),
    "digest_deliveries": ("Handed on", "投递记录"),
    "digest_deliveries_none": ("It has not been handed on yet.", "尚未投递。"),
    "digest_target": ("to", "对象"),
    "digest_kind": ("way", "方式"),
    "digest_kind_mail": ("mail", "邮件"),
    "digest_kind_folder": ("folder", "文件夹"),
    "digest_kind_webhook": ("webhook", "网络回调"),
    "digest_began": ("attempt", "尝试时间"),
    "digest_came_of_it": ("what came of it", "结果"),
    "digest_delivery_owed": ("to be sent", "待投递"),
    "digest_delivery_delivered": ("delivered", "已送达"),
    "digest_delivery_failed": ("given up", "已放弃"),
    "digest_next_try": ("next try {at}", "下次尝试 {at}"),
    "digest_sent_delivered": ("delivered", "已送达"),
    "digest_sent_refused": ("refused", "被拒绝"),
    "digest_sent_delayed": ("not now", "暂未成功"),
    "digest_sent_partly": ("partly", "部分送达"),
    "digest_sent_in doubt": ("in doubt", "结果不明"),
    "digest_corrections": ("Corrections", "更正"),
    "digest_corrections_none": ("None so far.", "尚无更正。"),
    "digest_correct": ("Make a correction…", "制作更正…"),
    "digest_correct_title": ("Correct digest {n}", "更正摘报 {n}"),
    "digest_correct_help": (
        "The issue stays as it is. A draft with the same contents is made, under a number of its "
        "own; it says on its first page what it corrects and why.",
        "原期保持不变。将另立编号生成内容相同的草稿，首页注明所更正的摘报及原因。",
    ),
    "digest_correct_reason": ("What it puts right", "更正内容"),
    "digest_correct_draft": ("Draft the correction", "起草更正"),
    # Citing
    "cite": ("Citation", "引用格式"),
    "cite_copy": ("Copy citation", "复制引用"),
    "cite_copied": ("Citation copied.", "已复制引用。"),
    "cite_by_hand": (
        "The browser does not let us copy: the citation is selected, press Ctrl+C.",
        "浏览器不允许自动复制：引用已选中，请按 Ctrl+C。",
    ),
}


_PHRASES: dict[str, tuple[str, str]] = WATCH | {
    **PHRASES,
    **DIGEST_PHRASES,
    # The frame
    "desk": ("Hubwatch desk", "Hubwatch 编审台"),
    "skip": ("Skip to the content", "跳到正文"),
    "menu": ("Pages", "页面"),
    "queue": ("Queue", "待审"),
    "search": ("Search", "检索"),
    "why": ("Why?", "为什么？"),
    "sources": ("Sources", "来源"),
    "runs": ("Runs", "抓取记录"),
    "days": ("By day", "按日"),
    "sign_out": ("Sign out", "退出"),
    "sign_in": ("Sign in", "登录"),
    "signed_in_as": ("Signed in as {name}", "当前用户：{name}"),
    "other_language": ("中文", "English"),
    "times_in": ("Times in {zone}", "时间：{zone}"),
    "keys": ("Keys", "快捷键"),
    # What goes wrong
    "sorry": ("That did not work", "未能完成"),
    "not_there": ("Not there", "不存在"),
    "not_allowed": (
        "Readers look; to decide, you need the role of a reviewer. Ask whoever runs Hubwatch.",
        "读者只能查看；作出决定需要审阅者身份，请联系管理员。",
    ),
    "stranger": (
        "You are not known here. Ask whoever runs Hubwatch to let you in.",
        "系统中没有您的账户，请联系管理员开通。",
    ),
    "signed_out": (
        "You are signed out, and nothing of this was kept. Sign in by a new link, which whoever "
        "runs Hubwatch can send you.",
        "您已退出登录，刚才的操作没有保存。请用新的登录链接登录，链接可向管理员索取。",
    ),
    "no_story": ("There is no story of that number.", "没有这个编号的报道。"),
    "no_page": ("There is no archived page of that number.", "没有这个编号的存档页。"),
    "nothing_chosen": ("Choose a story first.", "请先选择报道。"),
    "note_empty": ("A note or a tag needs a text.", "备注或标签不能为空。"),
    "merge_two": ("Choose two stories or more to merge.", "请选择两则以上报道再合并。"),
    "split_one": ("Choose the articles that shall leave the story.", "请选择要拆出的文章。"),
    "nothing_to_undo": (
        "You have said nothing of it that stands.",
        "您对此没有可撤销的意见。",
    ),
    "undone_already": ("That was taken back already.", "此前已撤销。"),
    "not_yours": ("That is another person's decision.", "这是他人的决定。"),
    # Signing in
    "link_good": (
        "This link is for {name}. It works once.",
        "此链接供 {name} 使用，仅能使用一次。",
    ),
    "link_bad": (
        "This sign-in link has been used or is too old. Ask for a new one: `hubwatch people link`.",
        "此登录链接已使用或已过期。请索取新链接（hubwatch people link）。",
    ),
    "link_wanted": (
        "Open the sign-in link that you were sent. Without one, ask whoever runs Hubwatch.",
        "请打开发给您的登录链接；若没有，请联系管理员。",
    ),
    # The queue
    "state_open": ("To sort", "待处理"),
    "state_accepted": ("Accepted", "已采用"),
    "state_rejected": ("Rejected", "已排除"),
    "state_later": ("Later", "稍后"),
    "state_disputed": ("Disputed", "有争议"),
    "grade_core": ("core", "核心"),
    "grade_related": ("related", "相关"),
    "grade_mention": ("mention", "提及"),
    "grade_none": ("no match", "未命中"),
    "language_en": ("English", "英文"),
    "language_zh": ("Chinese", "中文"),
    "by_relevance": ("most relevant first", "按相关度"),
    "by_arrival": ("latest first", "按到达时间"),
    "all": ("all", "全部"),
    "filter": ("Filter", "筛选"),
    "filter_grade": ("Grade", "等级"),
    "filter_topic": ("Topic", "主题"),
    "filter_place": ("City", "城市"),
    "filter_source": ("Source", "来源"),
    "filter_language": ("Language", "语言"),
    "filter_tag": ("Tag", "标签"),
    "filter_marked": ("Marked", "标记"),
    "marked_star": ("with a star", "有星标"),
    "marked_note": ("with a note", "有备注"),
    "filter_since": ("Since", "起"),
    "filter_until": ("Until", "止"),
    "apply": ("Show", "显示"),
    "clear": ("Clear", "清除"),
    "nothing_waits": ("Nothing here. All sorted.", "没有内容，已全部处理。"),
    "looked_at_first": (
        "Looked through the first {n} stories; a period or another filter leads further.",
        "仅查看了前 {n} 则报道；请限定时间或添加其他筛选条件。",
    ),
    "still_sorting": (
        "{n} more stories have come in and are being taken up; look again in a moment.",
        "另有 {n} 则报道正在入列，请稍后刷新。",
    ),
    "next_page": ("Next page", "下一页"),
    "previous_page": ("Previous page", "上一页"),
    "chosen": ("With those chosen:", "对所选："),
    "choose": ("Choose story {n}", "选择报道 {n}"),
    # A card
    "accept": ("Accept", "采用"),
    "reject": ("Reject", "排除"),
    "later": ("Later", "稍后"),
    "note": ("Note", "备注"),
    "star": ("Star", "星标"),
    "tag": ("Tag", "标签"),
    "correct": ("Correct", "更正"),
    "new_value": ("What it should say; a date as 2026-11-25", "应为（日期如 2026-11-25）"),
    "field_title": ("title", "标题"),
    "field_published": ("published", "发布日期"),
    "field_source": ("source line", "来源"),
    "field_author": ("author", "作者"),
    "merge": ("Merge", "合并"),
    "split": ("Split off", "拆出"),
    "undo": ("Undo", "撤销"),
    "reason": ("Reason", "理由"),
    "reason_for": ("Reason or note for story {n}", "报道 {n} 的理由或备注"),
    "also_at": ("Also at", "另见"),
    "and_more": ("and {n} more", "另有 {n} 处"),
    "updated": ("updated {at}", "{at} 更新"),
    "withdrawn": ("withdrawn {at}", "{at} 撤下"),
    "back_since": ("rejected before, changed since {at}", "曾被排除，{at} 后有改动"),
    "attachments": ("{n} attached", "附件 {n}"),
    "undated": ("undated", "无日期"),
    "seen": ("seen {at}", "{at} 发现"),
    "original": ("Original page", "原网页"),
    "did_accept": ("Accepted: {n}.", "已采用 {n} 则。"),
    "did_reject": ("Rejected: {n}.", "已排除 {n} 则。"),
    "did_later": ("Put off: {n}.", "已推迟 {n} 则。"),
    "did_note": ("Noted on {n}.", "已备注 {n} 则。"),
    "did_star": ("Starred: {n}.", "已加星标 {n} 则。"),
    "did_tag": ("Tagged: {n}.", "已加标签 {n} 则。"),
    "did_correct": ("Corrected.", "已更正。"),
    "did_undo": ("Taken back: {n}.", "已撤销 {n} 则。"),
    "did_merge": ("Merged: {n}.", "已合并 {n} 则。"),
    "did_split": ("Split: {n}.", "已拆分 {n} 则。"),
    # A story
    "story": ("Story {n}", "报道 {n}"),
    "text": ("Text", "正文"),
    "addresses": ("Addresses", "所有地址"),
    "first_publisher": ("first", "首发"),
    "share_of_text": ("{n} % of its text", "正文重合 {n}%"),
    "same_text": ("same text", "正文相同"),
    "by_person": ("a person's word", "人工认定"),
    "versions": ("Versions", "版本"),
    "version": ("version {n}", "第 {n} 版"),
    "material": ("material", "实质改动"),
    "cosmetic": ("cosmetic", "格式改动"),
    "removed": ("removed", "删除"),
    "added": ("added", "新增"),
    "evidence": ("Where each field was read", "各字段出处"),
    "dates": ("Every date on the page", "页面上的全部日期"),
    "field": ("field", "字段"),
    "from": ("from", "出处"),
    "rule": ("rule", "规则"),
    "printed": ("as printed", "原文"),
    "date": ("date", "日期"),
    "verdict": ("verdict", "判断"),
    "why_here": ("Why it is here", "入选原因"),
    "points": ("{n} points", "{n} 分"),
    "places": ("Places", "地点"),
    "about": ("about", "主题地点"),
    "mentioned": ("mentioned", "提及"),
    "files": ("Attached files", "附件"),
    "related": ("Related", "相关报道"),
    "decisions": ("What people said", "审阅记录"),
    "nobody": ("Nobody has said anything yet.", "尚无审阅记录。"),
    "undone": ("taken back", "已撤销"),
    "archived": ("Archived page", "存档页"),
    "as_text": (
        "The page as text, as it was received. Nothing of it is run or fetched.",
        "以下为收到时的网页源文本，不会执行或加载其中任何内容。",
    ),
    "fetched": ("fetched", "抓取时间"),
    "status": ("status", "状态码"),
    "headers": ("Headers", "响应头"),
    "cut_off": ("{n} more characters are not shown.", "另有 {n} 个字符未显示。"),
    "choose_article": ("Choose article {n}", "选择文章 {n}"),
    # Search, why
    "search_words": ("Words, “phrases”, prefix*", "词语、“短语”、前缀*"),
    "search_nothing": ("Nothing found.", "没有结果。"),
    "page_number": ("page {n}", "第 {n} 页"),
    "ranked_newest": (
        "many hits: the best of the {n} that came in last; “newest first” goes through all",
        "命中过多：仅对最近收录的 {n} 篇排序；“最新优先”可查看全部",
    ),
    "search_count": ("{n} stories", "{n} 则报道"),
    "best_first": ("best first", "按匹配度"),
    "newest_first": ("newest first", "按时间"),
    "why_words": (
        "An address, a title, or the number of an article",
        "网址、标题或文章编号",
    ),
    "why_help": (
        "Says why something is here, or why it is not: never listed, failed, set aside, below "
        "the grade, rejected, a copy.",
        "说明某条内容为何在此，或为何不在：未列出、抓取失败、被搁置、等级不足、被排除，或为转载。",
    ),
    "why_nothing": ("There is no article of that number.", "没有这个编号的文章。"),
    # Sources, runs, days
    "source": ("source", "来源"),
    "city": ("city", "城市"),
    "last_crawl": ("last crawl", "最近抓取"),
    "outcome": ("outcome", "结果"),
    "newest": ("newest", "最新内容"),
    "articles": ("articles", "文章数"),
    "set_aside": ("set aside", "搁置"),
    "came_by_day": ("came day by day, {n} days", "近 {n} 天每日入库"),
    "never": ("never", "从未"),
    "no_definition": ("no definition", "无定义"),
    "started": ("started", "开始"),
    "new": ("new", "新增"),
    "changed": ("changed", "改动"),
    "gone": ("gone", "消失"),
    "failed": ("failed", "失败"),
    "listed": ("listed", "列出"),
    "reason_of": ("why", "原因"),
    "no_runs": ("Nothing has been crawled yet.", "尚未抓取。"),
    "items_by_city": ("Stories a day by city", "各城市每日报道数"),
    "coverage": ("Which source was read on which day", "各来源每日抓取情况"),
    "coverage_key": (
        "● read to its end · ◐ cut short · ✕ failed · blank: not asked",
        "● 完整读取 · ◐ 中断 · ✕ 失败 · 空白：未抓取",
    ),
    "bar_title": ("{day}: {n}", "{day}：{n}"),
    "strip_summary": (
        "{total} in {days} days, at most {most} a day",
        "{days} 天共 {total}，单日最多 {most}",
    ),
}

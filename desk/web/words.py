"""What the pages say, in English and Chinese."""

from __future__ import annotations

from .digests.words import DIGEST_PHRASES
from .terms import TERMS
from .words_add import PHRASES as ADDING
from .words_watch import WATCH

LANGUAGES = ("en", "zh")


class Phrasebook:
    """The phrases of one language. Called with the name of a phrase and what fills it."""

    __slots__ = ("_index", "html", "tag")

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.html = "zh-Hans" if tag == "zh" else tag
        self._index = LANGUAGES.index(tag)

    def __call__(self, name: str, otherwise: str | None = None, /, **filling: object) -> str:
        """The phrase; `otherwise` if there is none of that name. Raises KeyError without it."""
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


_PHRASES: dict[str, tuple[str, str]] = WATCH | {
    **ADDING,
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
    "why_told": (
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
    "strip_told": (
        "{total} in {days} days, at most {most} a day",
        "{days} 天共 {total}，单日最多 {most}",
    ),
}

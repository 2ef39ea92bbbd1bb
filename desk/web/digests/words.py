"""What the pages of digests say, in English and Chinese."""

from __future__ import annotations

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
    "digest_dates_told": (
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
    "digest_anew_told": (
        "Makes the draft of what the archive holds now. What was moved, left out or written here "
        "is lost.",
        "按存档现状重新生成草稿；此前的排序、移出与文字将丢失。",
    ),
    "digest_anew": ("Make anew", "重新生成"),
    "digest_discard_told": (
        "Lays the draft aside for good; its number stays taken. Its stories wait for another "
        "digest.",
        "草稿作废，编号不再使用；其中的报道可进入其他摘报。",
    ),
    "digest_discard": ("Lay aside", "作废"),
    "digest_history": ("How it came about", "编辑记录"),
    # The preview
    "digest_preview_of": ("Preview of digest {n}", "摘报 {n} 预览"),
    "digest_preview_told": (
        "A draft: it may still change, and has not been issued.",
        "草稿：尚未发布，内容可能变动。",
    ),
    "digest_frame": ("The digest as it is read", "摘报正文"),
    "digest_alone": ("Open the page by itself", "单独打开页面"),
    "digest_files": ("To take away", "下载"),
    "digest_files_told": (
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
    "digest_evidence_told": (
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
    "digest_issue_told": (
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
    "digest_correct_told": (
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

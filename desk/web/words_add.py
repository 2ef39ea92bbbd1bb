"""What is said when something is added by hand, in English and Chinese: the pages, what is wrong
with a field, and what to do when an address could not be had."""

from __future__ import annotations

PHRASES: dict[str, tuple[str, str]] = {
    # The page
    "add": ("Add by hand", "手动添加"),
    "add_address": ("An address", "网址"),
    "add_address_told": (
        "The page is fetched as a crawl would and sorted like any other. It waits in the queue at "
        "once, however old it is.",
        "系统按常规抓取方式获取该网页并照常处理；无论新旧，都会立即进入待审。",
    ),
    "add_item": ("Something without a page", "没有网页的内容"),
    "add_item_told": (
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
    "add_source_told": (
        "An account or office, or a source of the list.",
        "公众号或单位名称，或列表中的来源。",
    ),
    "add_date": ("Published", "发布日期"),
    "add_date_told": (
        "2026-11-25, 2026-11-25 18:03, or 2026-11 if the day is not known.",
        "如 2026-11-25、2026-11-25 18:03；不知具体日期可写 2026-11。",
    ),
    "add_file": ("File", "文件"),
    "add_file_told": (
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


def advice(outcome: str) -> str:
    """The name of the phrase that says what to do about an outcome."""
    if f"advice_{outcome}" in PHRASES:
        return f"advice_{outcome}"
    return "advice_unread" if outcome in _UNREAD else "advice_try_again"

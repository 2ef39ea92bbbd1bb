"""Events in Chinese sentences: which words tell one, and of what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hubwatch.patterns import lazy_pattern
from storage.facts import EventKind

from .found import LONGEST_OBJECT, FoundEvent
from .patterns import either, words
from .when import EventDay

_NO_EVENT = either("""
    仪式 以来 率 时间 里程 条件 能力 间隔 达效 资金 大会 典礼 在即 倒计时 建设以来 活动
""")
"""What stands behind a word that names a thing or a time, and tells no event."""
_LAUNCH = either(r"""
    启动(?![区器键机电会]) 启用 上线 开工(?!项目|面积) 开通 开园 开馆 开业 开街 开建 动工 投产
    投用 投运 通车 通航 揭牌 揭幕(?!战) 挂牌(?!督办|价|出让|拍卖|企业|公司) 奠基(?![人者石])
    首发(?!站|阵容) 首航 落成 发车 启航 下线 发射(?!场|塔|台|中心) 面世 推出 首播
    成立(?![后时之的0-9]|[一二三四五六七八九十百]+[周年]) (?<!投入)(?<!交付)(?<!开始)试运[行营]
    (?:投入|交付)(?:使用|运营|运行|生产|试运营|试运行)
""")
_SIGNING = "|".join(
    (
        either("签署(?![人方意日]) 签[订定](?!率) 签下 缔结"),
        "签约(?!"
        + either("""
            服务 额 金额 企业 方 客户 用户 商 家庭 人 球员 演员 双方 单位 作家 歌手 医生 居民 会
            项目(?![0-9一二两三四五六七八九十])
        """)
        + f"|{_NO_EVENT})",
    )
)
_CHOSEN = either("""
    名单 企业 项目 者 作品 单位 城市 标准 条件 率 人 团队 机构 案例 以来 产品 药品 价 结果 金额
    公告 候选 通知
""")
_SELECTION = "|".join(
    (
        rf"(?:入[选围]|[当中]选|中标)(?!{_CHOSEN})",
        either("""
            获批 获评 评选出 评[出为] 遴选(?:出|确定) 选[出定](?!来) 推选 选举产生 荣获 获授 摘得
            (?<=认定)为 (?<=命名)为 (?<=确定)为 (?<=列)为 (?<=被)(?:认定|列入|纳入) 认定了
        """),
        "获得?(?=[^，。；]{1,24}(?:称号|奖(?!金|励)|荣誉))",
    )
)
_MEETING = either("""
    举行(?!地|时间) 举办(?!方|地|单位|城市|权|时间|以来|能力) 召开(?!时间|地点|以来) 落幕 开讲
    开庭 开幕(?!式|前|战|在即|词|倒计时|以来) 闭幕(?!式|词|后) 开赛(?!在即) 召集 落下帷幕 拉开帷幕
    收官(?!之)
""")
_LIST = either("""
    公布(?!栏) 发布(?!会|厅|时间|者|平台) 公示(?!期|栏|无|时间|制) 印发 揭晓 出炉 公告(?!栏)
""")
_HAN_TOLD = lazy_pattern(
    f"(?P<SIGNING>{_SIGNING})|(?P<LAUNCH>{_LAUNCH}(?!{_NO_EVENT}))|(?P<SELECTION>{_SELECTION})"
    f"|(?P<MEETING>{_MEETING})|(?P<LIST>{_LIST})"
)
CHINESE_EVENT_CUES = words("""
    签署 签订 签定 签下 缔结 签约 启动 启用 上线 开工 开通 开园 开馆 开业 开街 开建 动工 投产 投用
    投运 通车 通航 揭牌 揭幕 挂牌 奠基 首发 首航 落成 发车 成立 投入 交付 试运行 试运营 启航 下线
    发射 面世 推出 首播 入选 入围 获批 当选 中选 中标 获评 评选出 评出 评为 遴选出 遴选确定 选出
    选定 推选 选举产生 荣获 获授 获 摘得 认定 命名为 确定为 列为 列入 纳入 举行 举办 召开 开幕 闭幕
    落幕 开赛 开讲 开庭 召集 落下帷幕 拉开帷幕 收官 公布 发布 公示 印发 揭晓 出炉 公告
""")
"""What the words begin with that tell events, or what stands right before them."""
_HAN_LISTS = lazy_pattern(either("名单 目录 清单 名录 榜单 榜(?!样) 排行 排名 结果 名册 中签"))
_HAN_SIGNING = lazy_pattern(either("签约仪式 签约活动 签约大会 签约会 签字仪式 签署仪式 集中签约"))
_HAN_OPENING = lazy_pattern(
    either("""
        启动 开工 揭牌 开通 开馆 开园 通车 通航 开业 投产 首发 奠基 揭幕 上线 落成 发车 首航 点火
        动工 启用 挂牌 成立 启航 下线
    """)
    + either("仪式 活动 大会 典礼 会")
)
HAN_BREAK = lazy_pattern("[，,；;：:。！？!?（）()“”\n]")
_HAN_STOP = lazy_pattern("[；;。！？!?\n]")
_HAN_PLANNED = lazy_pattern(
    either("""
        将(?![军近来领士]) 拟(?![态定人]) 即将 定于 计划(?![生单]) 预计 预定 届时 明[天日晚年]
        下[周月]
    """)
)
_HAN_TAKEN = lazy_pattern("将[^于在被会要举召开启正，]")
"""将 that takes an object: 将贵阳列为枢纽城市."""
_HAN_NEGATED = lazy_pattern(
    either("""
        未(?!来|央) 没有? 不再 不会 不得 不能 尚未 取消 推迟 延期 暂停 暂缓 从未 否认 无法 拒绝
        停止 避免 原定 原计划 本应 并非 而非 谣[传言] 网传
    """)
)
_HAN_SUPPOSED = lazy_pattern(
    either("""
        如果 如[能若需] 若(?!干|尔) 假如 一旦 倘若 是否 能否 希望 建议 呼吁 争取(?!到) 力争 可能
        或将 有望 应当? 须(?!知) 鼓励 申请 筹备 筹划 谋划 拟议 要求 可以 或许 欢迎
        每[年月周届季逢日] 历[届年次] 往年 定期 通常 一般 经常 常年 凡
    """)
)
_HAN_NO_OBJECT = lazy_pattern(
    "[后前时之以至到、和与及并暨]|期间|在(?!线)|于|运营|运行|使用|生产|营业|启用|建设|发车|通车|试|仪式|活动|当|的?消息"
)
_HAN_OFF_RIGHT = lazy_pattern(
    "[^，。；]{0,8}(?:取消|推迟|延期|暂停|暂缓|时间待定|日期待定|的传闻|的谣言)"
)
_JUBILEE = lazy_pattern("[^，。]{0,8}周年")
_HAN_IF = lazy_pattern(either("如果 假如 若(?!干) 一旦 倘若"))
_HAN_QUESTION = lazy_pattern('[?？][”’"』」）)\\s]*$')
CHINESE_AGAIN = lazy_pattern(
    "(?:^|[，,。；：\n])\\s*(?:[\u4e00-\u9fff]{0,8}(?:仪式|会议?|论坛|活动|展|赛|式|节)(?:上|期间|现场|当[天日]|中)|开幕当[天日]|"
    "当[天日]|同日|现场|会后|期间|会议还)"
)
_HAN_AT_PLACE = lazy_pattern("在[^，。；在]{2,20}$")
_HAN_LEAD = lazy_pattern(
    "^(?:[\\s，,：:]+|"
    + either("""
        记者 获悉 从 近日 日前 目前 据悉 其中 同时 此外 现场 会上 当[天日] 上午 下午 晚上? 晚间
        凌晨 正式 成功 顺利 隆重 联合 共同 共 还 并 又 也 已经? 将 拟 于 由 即将 定于 计划 预计
        本次 该 消息 了 在 是 被 集中 首次 再次 圆满 届时 同日 日 月
    """)
    + ")+"
)
_HAN_LEFT_TAIL = lazy_pattern(
    "(?:"
    + either("""
        正式 成功 顺利 隆重 联合 共同 将 已经? 即将 定于 拟 于 由 在 了 集中 首次 再次 圆满
        拉开帷幕 同步 同时 建成 被 盛大 如期 胜利 线上 现场 全面 正 也 等 重新 再度 率先 起 开始
        共 计划 预计 上午 下午 晚上? 、 分别 先后 向社会 对外 获 接受 全线
    """)
    + ")+$"
)


def find_chinese_events(
    sentence: str, starts: Sequence[int], days: Sequence[EventDay]
) -> Iterator[FoundEvent]:
    """What a Chinese sentence tells at the words that begin at `starts`."""
    if _HAN_QUESTION.search(sentence):
        return
    for start in dict.fromkeys(starts):
        match = _HAN_TOLD.match(sentence, start)
        if match is None:
            # 认定为, 列为 are looked for by their beginning, and end in what is told
            match = next(
                (one for at in (start + 1, start + 2) if (one := _HAN_TOLD.match(sentence, at))),
                None,
            )
            if match is None or match.group() != "为":
                continue
        if told := _chinese_verb(sentence, match, days):
            yield told


def _chinese_verb(
    sentence: str, match: re.Match[str], days: Sequence[EventDay]
) -> FoundEvent | None:
    start, end = match.span()
    clause, whole = max(0, start - 60), max(0, start - 90)
    for stop in HAN_BREAK.finditer(sentence, clause, start):
        clause = stop.end()
    for stop in _HAN_STOP.finditer(sentence, whole, start):
        whole = stop.end()
    left = sentence[clause:start]
    behind = HAN_BREAK.search(sentence, end)
    right = sentence[end : behind.start() if behind else len(sentence)][:60]
    if sentence.startswith("《", end) or right.startswith(("《", "了《")):
        right = sentence[end : end + 60].split("。")[0].split("，")[0]
    if (
        _HAN_NEGATED.search(left[-24:])
        or _HAN_SUPPOSED.search(left)
        or _HAN_OFF_RIGHT.match(right)
        or _JUBILEE.match(right)
    ):
        return None
    if _HAN_IF.search(sentence, whole, start):
        return None
    kind = EventKind[match.lastgroup or ""]
    planned = _HAN_PLANNED.search(sentence, clause, start) or _carried(sentence, whole, clause)
    if kind is EventKind.SELECTION and planned and _HAN_TAKEN.match(sentence, planned.start()):
        planned = None
    for day in reversed(days):  # what stands in the object of another verb is no object of this one
        if clause <= day.start and day.end <= start:
            left = sentence[clause : day.start] + sentence[day.end : start]
            break
    right = right.removeprefix("了").removeprefix("的").strip()
    subject = _han_subject(left)
    if kind is EventKind.LIST and not _HAN_LISTS.search(f"{left} {right}"):
        return None
    if kind is EventKind.MEETING:
        both = f"{left}{right}"
        if _HAN_SIGNING.search(both):
            kind = EventKind.SIGNING
        elif _HAN_OPENING.search(both):
            kind = EventKind.LAUNCH
    is_right = len(right) > 1 and not _HAN_NO_OBJECT.match(right)
    thing = right if is_right else subject or _han_earlier(sentence, clause, days)
    is_founding = match.group() == "成立"
    thing = thing.strip("“”\"'、 ·")[:LONGEST_OBJECT]
    return FoundEvent(kind, thing, start, end, bool(planned), is_founding=is_founding)


_HAN_CLOCK = lazy_pattern(
    "(?:上午|下午|晚上?|凌晨|中午)?[0-9]{1,2}(?:[时点](?:[0-9]{1,2}分|半|许|整)?|[:：][0-9]{2})"
)
_HAN_SET_FOR = lazy_pattern(either("定于 将于 拟于 预计于 计划于 预定于 将在 拟在"))
_HAN_AFTER_WORK = lazy_pattern("(?:经过|历经|历时|时隔)[^，。]{2,14}$")


def _carried(sentence: str, whole: int, clause: int) -> re.Match[str] | None:
    """将 or 定于 in the clause before, where only a day, a place or a name follows it there."""
    return re.compile(f"{_HAN_PLANNED.pattern}[^，。；了已]{{0,24}}，$").search(
        sentence, whole, clause
    )


def _han_subject(left: str) -> str:
    text = _HAN_CLOCK.sub("", left)
    if (set_for := _HAN_SET_FOR.search(text)) and set_for.start() > 1:
        text = text[: set_for.start()]
    text = _HAN_AFTER_WORK.sub("", text)
    for _ in range(3):
        shorter = _HAN_LEFT_TAIL.sub("", text).rstrip()
        shorter = _HAN_AT_PLACE.sub("", shorter)
        if shorter == text:
            break
        text = shorter
    return _HAN_LEAD.sub("", text).strip()


def _han_earlier(sentence: str, clause: int, days: Sequence[EventDay]) -> str:
    """The subject of the clause before, for one that has none of its own."""
    before = sentence[max(0, clause - 50) : max(0, clause - 1)]
    cut = max((stop.end() for stop in HAN_BREAK.finditer(before)), default=0)
    offset = max(0, clause - 50)
    text = before[cut:]
    for day in days:
        if day.start >= offset + cut and day.end <= clause:
            text = text.replace(sentence[day.start : day.end], "")
    told = next((one for one in _HAN_TOLD.finditer(text) if one.end() == len(text)), None)
    return _han_subject(text[: told.start()] if told else text)

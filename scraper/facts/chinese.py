"""Figures in Chinese sentences: which numbers are figures, and what they count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from hubwatch.patterns import lazy_pattern
from storage.facts import Modifier

from .found import FoundFigure, FoundTime, iso_day, last_day
from .numbers import HAN_NUMERAL, is_level, parse_digits, parse_han, parse_whole
from .patterns import by_first, either, words
from .tense import chinese_tense, fitting_year
from .units import CHINESE, CLASSIFIERS, COUNT, DURATIONS, MONEY, PREFIXES, SHARES, Unit, unit_named

# What may stand in a sentence. One pattern, so that a date or the number of a house is used up
# before it can be taken for a figure.

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_NUMERAL = rf"{HAN_NUMERAL}{{1,12}}(?:点[〇零一二三四五六七八九]{{1,4}})?"
_SCALE = r"(?:[十百千]?万亿|[十百千]?[万亿]|[百千](?![克瓦米卡帕赫]))"
_DASH = "[至到—–－~～─―-]"
_FROM_UP = (
    "[及之]?以上[、至到]?"
    "(?=[0-9〇零一二两三四五六七八九十百千万亿.,]{1,12}[^，。；、0-9]{0,6}以[下内])"
)
"""Between both ends of a range: 两千元以上一万元以下."""
_YEAR = (
    "(?:(?:19|20)[0-9]{2}|(?:(?<=[于在自从])|(?<=公元))1[0-8][0-9]{2}"
    "|二[〇零][〇零一二三四五六七八九]{2}|一九[〇零一二三四五六七八九]{2})"
)
_THAT_YEAR = either("去年 今年 明年 前年 本年度? 上年度? 当年")
_QUARTERS = either("上半年 下半年 前[一二三两]季度 第?[一二三四]季度")
_LONGER = {"市": "(?!民)", "村": "(?!民)", "县": "(?!域)"}
"""What a unit is not where it goes on so: 30万市民."""
_UNIT = by_first(
    re.escape(one) + _LONGER.get(one, "")
    for table in (CHINESE, CLASSIFIERS)
    for one in sorted(table, key=len, reverse=True)
)
_NTH = rf"(?:\d{{1,5}}|{HAN_NUMERAL}{{1,8}})"
_BEFORE_ONE = "第十百千万亿零〇前上下、—至到~～-"
_ORDINAL_OF = either("""
    个 批 届 次 条 章 节 款 项 期 号 代 季度 产业 方 线 站 台 家 部 座 轮 阶段 页 集 例 名 位 天
    年 卷 版
""")
_IDIOM = either("""
    五花八门 四面八方 七嘴八舌 四通八达 五颜六色 千方百计 千家万户 千千万万 万众一心 三番五次
    一五一十 七上八下 五湖四海 百花齐放 百家争鸣 百尺竿头 四季如春 三三两两 三心二意 一举两得
    一心一意 十全十美 百年大计 千载难逢 万无一失 三令五申 九牛一毛
""")
"""Words of numbers that count nothing."""
_PLACE = either("""
    三门峡 三门县 三台县 三道岭 三元区 三元里 五家渠 五台[山县] 五道口 六盘水 六枝 七台河 七里河
    八里河 九台区 二道区 二道江 四方台
""")
"""Names of places of which the beginning looks like a number with its unit."""
_ASSEMBLY = either("人大 政协 人民代表大会 委员会 党代会 党委 全会")
_NUMBERED = either(r"""
    号(?!召) \# 路(?!公交)(?=[公车]) 版 届 期(?!货) 款第 路公交 次列车 次航班 国道 省道 高速 楼 室
    单元 路 后(?=[，。、青])
""")
_CALLED = either("热线 电话 编号 文号 代码 邮编 号码 传真 房间 QQ 账号 证号 微信")
_RANKED = either("""
    排名 排在 位居 位列 名列 居(?![民住家委]) 列(?!车) 跃居 升至 上升至 升到 位次 排 跻身
    获 荣获 夺得 取得 蝉联
""")

_TOKEN = lazy_pattern(
    rf"""
    (?P<skip>
        https?://\S{{1,300}} | [A-Za-z0-9_.+-]{{1,64}}@[A-Za-z0-9.-]{{1,100}}
      | (?<!\d)1[3-9]\d{{9}}(?!\d) | \(?0\d{{2,3}}\)?[—－ -]?\d{{7,8}}(?!\d)
      | [48]00-?\d{{3,4}}-?\d{{3,4}} | (?<!\d)\d{{7,8}}(?=[（(]|、\d{{7}}|转)
      | (?!\d{{4}}-\d{{1,2}}-\d{{1,2}}(?!\d))\d{{1,4}}(?:-\d{{2,5}}){{2,}}(?!\d)
      | [〔\[(（【]{_YEAR}[〕\])）】](?:第?\d{{1,5}}号)?
      | \d{{1,2}}[:：]\d\d(?:[:：]\d\d)?(?:\s?{_DASH}\s?\d{{1,2}}[:：]\d\d)?
      | \d{{1,4}}(?:\.\d+)?(?:\s?[∶比]\s?|[:：])\d{{1,3}}(?:\.\d+)?(?![\d.,])
        (?=方[可能准得予才始]|(?!{_SCALE}|{_UNIT}))
      | \d{{1,2}}[时点](?![间位击赞评名半])(?:\d{{1,2}}分|许|整)?
        (?:{_DASH}\d{{1,2}}[时点](?:\d{{1,2}}分)?)?
      | [第“"]?十[一二三四五]五(?:[”"]|时期|期间|规划)
      | 第{_NTH}(?:[—、至到-]第?{_NTH})?{_ORDINAL_OF}?
      | {_IDIOM} | {_PLACE}
      | {_NTH}届(?:{_NTH}次(?:全体)?会议|{_NTH}次全会|(?=[^，。；、]{{0,5}}{_ASSEMBLY}))
      | \d+(?:\.\d+)?(?:、\d+)*{_NUMBERED}
      | [A-Za-z][A-Za-z·.-]{{0,40}}\d[A-Za-z0-9.-]{{0,40}}(?:号|系列)?
      | \d+(?:\.\d+)?(?:A级|[Gg](?![WB瓦w])|[DdBbAaKk](?![A-Za-z])|[Xx]\d+)
      | \d+(?:\.\d+)?(?!TEU|MW|GW|kW|km|mm|nm|kg|t\b)[A-Za-z]{{2,}}
      | {_CALLED}[:：为]?\s?[\dA-Za-z][\dA-Za-z、—-]{{2,40}}
      | \d{{3,6}}(?:热线|平台电话|服务热线|急救|联动)
      | [路街道巷弄]\d+(?:[—-]\d+)?[号弄](?:\d+[栋幢座](?:\d+单元)?(?:\d+[室号层]?)?)?
      | [“"《][^”"》\d]{{0,12}}\d{{2,4}}[”"》](?![万亿])
      | (?:985|211)(?:工程|高校|、211)
    )
  | (?P<rank>
        {_RANKED}[了到至为]?[\u4e00-\u9fff]{{0,8}}?第(?P<place>\d{{1,4}}|{HAN_NUMERAL}{{1,4}})
        [位名]?(?![届批季次轮期条]|阶[梯段]|[一二三]产业)
      | 全[省国市县区球][\u4e00-\u9fff]{{0,8}}?第
        (?P<place2>\d{{1,4}}|{HAN_NUMERAL}{{1,4}})[位名](?![\u4e00-\u9fff])
    )
  | (?P<date>
        (?P<y1>{_YEAR})(?:年度?)?\s?{_DASH}\s?(?P<y2>{_YEAR})年度?
      | (?P<y>{_YEAR})\s?年度?
        (?:(?P<half>{_QUARTERS})
          |(?P<m1>\d{{1,2}})月?{_DASH}(?P<m2>\d{{1,2}})月份?
          |\s?(?P<m>\d{{1,2}}|十[一二]?|[一二三四五六七八九])\s?月份?
           (?:\s?(?P<d>\d{{1,2}})\s?[日号](?:{_DASH}(?:\d{{1,2}}月)?(?P<d2>\d{{1,2}})[日号])?)?
        )?(?P<edge>底|末|年底|年末|初|[中上下]旬)?
      | (?P<iso>(?:19|20)\d\d[/.-](?P<im>\d{{1,2}})[/.-](?P<id>\d{{1,2}}))(?!\d)
      | (?P<rel>{_THAT_YEAR})?
        (?:(?P<rhalf>{_QUARTERS}|前(?:[一二两三四五六七八九十]+|\d{{1,2}})个?月)
          |(?P<rm1>\d{{1,2}})月?{_DASH}(?P<rm2>\d{{1,2}})月份?
          |(?P<rm>\d{{1,2}})月份?
           (?:(?P<rd>\d{{1,2}})[日号]
        (?:、\d{{1,2}}[日号]|(?P<till>{_DASH}(?P<next>次年|翌年)?(?:(?P<rm3>\d{{1,2}})月)?(?P<rd2>\d{{1,2}})[日号]))*
           )?
        )(?P<redge>底|末|初|[中上下]旬)?
      | (?P<word>{_THAT_YEAR})(?P<wedge>底|末|初)?
      | (?<![\d.])\d{{1,2}}日(?![内均游以之夜后龄])(?:{_DASH}\d{{1,2}}日)?
    )
  | (?P<part>
        (?P<px>[一二两三四五六七八九十百千万]{{1,3}}|\d+)分之(?P<py>{_DIGITS}|{_NUMERAL})
      | 一半 | 过半(?!径) | 半数
      | 翻了?(?P<fold>[一两二三四])?(?:番|(?<=翻)倍|(?<=翻了)倍|(?<=一)倍)
    )
  | (?P<figure>(?!\D?(?:{_NUMERAL}|\d+)分之)
        (?:(?P<cur>人民币|RMB|US\$|HK\$|CN¥|[¥$€£])\s?)?(?P<odd>[近过超逾约]|[几数上](?=[十百千万亿]))?
        (?P<n1>{_DIGITS}|{_NUMERAL})(?P<s1>{_SCALE})?(?P<more1>[余多几来])?(?P<s1b>[万亿])?
        (?P<u1>{_UNIT})?(?:(?<=成)(?P<tenth>[一二三四五六七八九])(?![家个项名种]))?
        (?:(?:\s?{_DASH}\s?|{_FROM_UP})(?P<n2>{_DIGITS}|{_NUMERAL})(?P<s2>{_SCALE})?(?P<more2>[余多])?
           \s?(?P<u2>{_UNIT})?
        )?
        (?P<half2>半)?(?P<more3>余|多(?![家个项名种]))?
    )
    """,
    re.VERBOSE,
)
_ANCHOR = lazy_pattern(  # 一 in 一个 or 统一, and 年 in 青年, begin nothing that is looked for
    "[0-9零〇一二两三四五六七八九十百千万亿廿卅卌半年](?:(?<![一年])|(?<=[去今明前本上当]年)"
    f"|(?<=[{_BEFORE_ONE}]一)|(?<=一)(?={HAN_NUMERAL}|[半点分成倍季年月周天日星小秒学课昼岁工交自钟]"
    f"|个[多半]?[月百星工交自小钟季年]|{_DASH}))"
    "|翻(?=了?[一两二三四]?[番倍])"
)
_OPENER = lazy_pattern(
    r"""[A-Za-z0-9_.+\-(（〔\[【“"《第十前去今明本上下当过路街道巷弄人¥$€£几数近超逾约"""
    "热电编文代邮号传房账证微排位名居列跃升跻获荣夺取蝉全]"
    "(?:(?<![第前去今明本上下当过路街道巷弄人几数近超逾约热电编文代邮号传房账证微排位名居列跃升跻获荣夺取蝉全])"
    "|(?<=全)(?=[省国市县区球][\u4e00-\u9fff]{0,8}第)|(?<=[去今明本当])(?=年)|(?<=下)(?=半)|(?<=人)(?=民币)|(?<=[路街道巷弄])(?=[0-9])"
    f"|(?<=[第前上几数近过超逾约])(?=[0-9]|{HAN_NUMERAL}|[半年])"
    "|(?<=[热电编文代邮号传房账证微])(?=[线话号码编真间信])"
    "|(?<=[排位名居列跃升跻获荣夺取蝉])(?=[\u4e00-\u9fff]{0,11}第))"
)
"""What a token begins with that begins before its anchor."""
_REACH, _AHEAD = 16, 160
_STOP = lazy_pattern(r"[，,；;。！？!?：:（）()\n]")
_RIGHT_STOP = lazy_pattern(r"[，,；;。！？!?：:、（）()\n]")

# How a figure is meant

_TARGET = lazy_pattern(
    either("""
        将(?![军近来]) 拟(?!态) 计划(?!生育) 力争 争取(?!到) 目标 预计 有望 规划(?![局馆院]) 确保
        预期
    """)
)
_ENTITLED = lazy_pattern(
    "(?:可|会|能|分别|均|都|一次性)*(?:获得|获|享受|领取|领到|得到|给予|奖励|补助|补贴)(?!批)[^，。；]{0,16}$"
)
_GOAL_RIGHT = lazy_pattern("的[^，。；、的0-9]{0,6}目标")
_DONE = lazy_pattern("[已了]|目标(?:任务)?完成率")
_DONE_SINCE = lazy_pattern("共(?![同享建])|完成|累计")
"""What says behind a figure of a plan that the next one is none: 计划投资5亿元，完成3亿元."""
_PLAN = lazy_pattern("计划|目标|规划")
_SHARE_OF_PLAN = lazy_pattern("[^，。；0-9]{0,8}的(?:约|近|逾|超过?|不足|不到)?$")
_BEYOND_PLAN = lazy_pattern("(?:超[出过]?|超额完成|完成)(?:了)?(?:全年|年度|原定|既定|预期)?$")
_OLD_LEFT = lazy_pattern(
    "[由从](?:原来|原先|现行|现在|目前|当前|此前|过去)?的?(?:每[^，。；0-9]{1,4})?$"
)
_OLD_RIGHT = lazy_pattern(
    "[^，。；、0-9]{0,8}[提调升降增减涨扩延缩加变恢拓][^，。；、0-9]{0,4}[到至为]"
)
"""What stands behind a figure that will not stay: 由1元提高到2元."""
_OVER = lazy_pattern(
    either("超过? 突破 逾 (?<!不)高于 (?<!不)大于 (?<!不)多于 (?<![经通])过 破 超出") + "[了约]?$"
)
_AT_LEAST = lazy_pattern(
    either(
        "至少 不少于 不低于 不小于 [不未](?:得|会|能|可|应)?[低少]于 不下于? "
        "[大高多]于(?:或者?)?等于 等于或者?[大高多]于"
    )
    + "[了约]?$"
)
_HUNDREDS = lazy_pattern("(?<![以加线网登])上$")  # 上百, 上千
_OVER_RIGHT = lazy_pattern(either("余 多(?![种样式功元]) 有余 开外"))
_AT_LEAST_RIGHT = lazy_pattern(f"{either('以上 及以上 之上')}|起(?:$|售|步价)")
_BONUS = either("""
    可 不超过 给予 补助 补贴 奖励 支持 可以 可申报 可获 可获得 可享受 可贷 可达 享受 为期
""")
_UNDER = lazy_pattern(
    either("""
        近 将近 接近 不到 不足 低于 少于 小于 未满
    """)
    + "(?:为|达|可达|了)?$"
)
_AT_MOST = lazy_pattern(
    either("""
        [不未没](?:得|会|能|可|应|宜|有)?超过 不会?高于 不大于 不多于 控制在 最高 最多 最长 最大
        至多 上限为?
        [小低少]于(?:或者?)?等于 等于或者?[小低少]于
    """)
    + "(?:为|达|可达|了)?$"
    + rf"|最[高多长大]?{_BONUS}[^，。；、\d]{{0,8}}$|(?:最[高多长]|至多)[^，。；、\d最]{{0,6}}$"
)
_AT_MOST_RIGHT = lazy_pattern(either("以内 以下 之内 封顶 及以下"))
_ABOUT = lazy_pattern(
    either("折合约 (?<![签合条大节预特契制公])约 大约 大概 大致 估计 估算 约为 约有 约占 约合")
    + "$"
)
_KEPT_AT = lazy_pattern("控制在了?$")
_ABOUT_RIGHT = lazy_pattern("左右|上下|许(?![可多诺])")
_SOFT = lazy_pattern(f"{either('(?<!节)约 近 超过? 逾 了 不到 将近 接近 超出 至少')}+$")

_LEVEL = lazy_pattern("(?:(?<!不)到|[至为成]|达到?)(?:约|近|超过?)?$")
_UP = either("""
    多 增长 增加 上升 提高 提升 增幅(?:为|达到?)? 涨幅(?:为|达)? 上涨 扩大 净增加? 增速(?:为|达到?)?
    攀升 上浮 加快 回升 反弹 递增 多增 多[蓄收产卖存挣赚] 增产 延长 升高 高出? 贵 增 涨 升
""")
_DOWN = either("""
    下降 减少 下滑 降低 回落 缩短 压缩 缩减 下跌 收窄 降幅(?:为|达到?)? 跌幅(?:为|达)? 减亏 下调
    放缓 萎缩 负增长 净减少? 压减 减产 节约 节省 减 降 跌 少 低 便宜
""")
_GROWTH = lazy_pattern(
    f"(?:(?P<down>{_DOWN})|(?P<up>{_UP}))"
    + either(
        "了 约 近 超过? 逾 超出 不低于 不超过 达 幅度[为达] 大约 接近 将近 至少 率(?:为|达到?)?"
    )
    + "*$"
)
_FAINT = frozenset(
    (
        "升",
        "高",
        "多",
        "少",
        "低",
        "增",
        "减",
        "降",
        "涨",
        "跌",
        "贵",
        "便宜",
        "高出",
        "节约",
        "节省",
        "延长",
    )
)
"""Changes that are one only where another time is named."""
_FALLS = frozenset(words("下降 减少 下滑 降低 回落 缩短 压缩 缩减 下跌 压减 减产 净减少"))
"""Falls that are one of whatever they stand before: 检修周期减少4天."""
_GROWTH_RIGHT = lazy_pattern(f"的?{either('增长 增幅 增速 涨幅 同比增长 年均增长')}")
_SIGNED_CHANGE = lazy_pattern("(?:同比|环比|增速|增幅|增长|涨幅)[:：为是]?[-−]$")
_TO_LEVEL = lazy_pattern(r"[至到]\d")
_COMPARED = lazy_pattern("同比|环比|[比较][^，。；]{1,12}$|与[^，。；]{1,10}相比|上年同期|以来")
_AGAINST = lazy_pattern("(?<![同环占])[比较与][^，。；]{1,12}$")
_OTHERS = lazy_pattern("[高低]于[一-鿿]{1,8}$")
_BELOW_ZERO = lazy_pattern(r"(?:零下|负|(?<!\d)-)$")
_CUMULATIVE = lazy_pattern(either("累计 总计 合计 以来 迄今 至今"))

# What a figure counts: what is cut off a phrase at its ends, and verbs, behind which its noun is

_EACH = sorted({*CHINESE, *CLASSIFIERS, "度", "晚"}, key=len)
_CAME = words("""
    发展 壮大 扩展 延伸 拓展 攀升 跃升 上升 下降 回升 恢复 调整 缩减 延长 压减 增长 增加 提高 提升
    扩大 减少 降低 缩短 压缩 上涨 下跌 回落 扩容 扩充 更新
""")
"""Verbs that are followed by the level that is reached."""
_TAILS = words("""
        已经 达到 达成 超过 突破 不到 不足 不超过 不低于 不少于 不高于 低于 高于 接近 将近 至少
        最高 最多 最长 最大 高达 多达 长(?<!时长)达 仅为 仅有 约为 约有 约占 大约 共有 共计 合计
        总计 累计 共 约 近 逾 超 达 为 是 有 至 到 仅 只 就 已 均 各 分别 平均 同比 环比 由 从 在
        的 了 于 以 按 可 将 由原来 原来 上年 去年 今年 年 比(?<!占比) 占 仅占 较 上年同期 增长到
        增加到 提高到 提升到 扩大到 下降到 减少到 降到 升到 缩短到 压缩到 增长至 增加至 提高至
        提升至 扩大至 扩展至 下降至 减少至 降低至 缩短至 压缩至 降至 升至 增至 减至 降为 升为
        控制在 稳定在 保持在 维持在 定为 设为 设 拥有 设有 现有 建有 增长 增加 上升 提高 提升 扩大
        下降 减少 降低 缩短 上涨 下跌 回落 净增 增 减 降 涨 跌 实现 完成 预计 力争 首次 再 又 还
        给予 奖励 一次性 一共 一起 每年 每家 每人 每个 每户 每月 每日 每天 单个 也 都 左右
        不得 人民币 逐步 月均 年均 新增 定于 拟于 请 须 大幅 进一步 为期 历时 低至 零下 未来 仅需
        日均 约需 只需 需 每公斤 每斤 每吨 每亩 每平方米 现
    """)
_LONGEST_TAIL = 24
_YEAR_LAST = "[0-9]{2}年(?:[0-9]{1,2}月)?[底末初]?"
_TAIL = lazy_pattern(
    by_first(
        (
            *_TAILS,
            *(f"{came}[到至为成]了?" for came in _CAME),
            *(f"每{re.escape(each)}" for each in _EACH),
            *(f"{century}{_YEAR_LAST}" for century in ("19", "20")),
            *(f"{side}于(?:或者?)?等于" for side in "大小高低多少"),
            "等于或者?[大小高低多少]于",
            *"“”\"'、:：−",
            *map(re.escape, "+-"),
            *(rf"{line}(?:\s*-)?" for line in (r"\|", "｜", "│")),
            *map(re.escape, " \n\t\u3000\xa0\u2002\u2003\u2009"),
        )
    )
    + "+$"
)
_HEAD = lazy_pattern(
    r"^(?:[\s”“\"'、]+|"
    + either("""
        全[市省县区国镇州] [我该][市省县区] 该项目 该 本届 本次 此次 这次 本市
        本(?![科土地外级金]) 目前 现在 如今 当前 截至目前 截至 截止 其中 据统计 据悉 据介绍 今年
        去年 当年 当月 当日 当天 现场 首日 同时 并且 并(?![购网]) 且 而 还 也 又 已经 已 将(?!军)
        拟 共有 共(?![享同建产青]) 累计 总共 一共 合计 总计 约 近(?![海视年]) 每年 每月 年均 日均
        月均 平均 先后 预计 计划 力争 按(?!揭) 到(?![岗位账期]) 在(?![线校建职编]) 从(?![业事])
        自(?![主动然来治行]) 于 为(?!民) 以 由 使(?![用馆]) 让 对(?!外) 向 把 可(?![再行靠持])
        能(?![源力耗]) 会(?![议展员场费]) 要(?!素) 应(?![急用届收]) 须 因 及(?![格时])
        和(?![谐平]) 与 等(?!级) 来(?![自源电]) 后 底 末 起 期间 以来 时期 的 了 全年 未来 现有
    """)
    + ")"
)
_TOWN = lazy_pattern(
    "^(?!.{0,4}(?:开发|示范|高新|经开|保税|度假|自贸|试验|种植|覆盖)区|.{0,4}城[市区])"
    "[\u4e00-\u9fff]{2,3}[市县区省州](?=.{2})(?![场级委民外区])"
)
_AHEAD_OF_VERB = lazy_pattern("(?:将(?!军)|已经?|须|拟)(?=.{2})")
_VERB = lazy_pattern(
    either("""
        新收 争取到 征集到? 清理出 收到 拥有 完成 实现 新增 接待 开行 覆盖 建成 发放 拨付 吸引 培育
        签约 签订 签署 引进 引育 建设 新建 改造 改建 安排 投入 设有 设立 设 涉及 带动 支持 服务
        受理 办理 审结 受案 查处 查获 检出 检查 救治 收治 开展 举办 组织 发布 公布 推出 推广 种植
        收获 收割 播种 出动 调集 转移安置 配备 配置 新购 购置 采购 兑现 减免 办结 解决 落实 下达
        筹集 筹措 募集 归集 缴存 征收 生产 销售 出口 进口 出土 发掘 发现 目击 监测到 辐射 连接
        开通 运行 开工 竣工 实施 获批 获得 取得 认定 备案 入选 评选出 评出 选出 遴选出? 招聘 招收
        录取 培训 培养 惠及 受益 处置 处理 整治 拆除 修复 新改建 治理 造林 绿化 修建 打造 提供
        创造 贡献 缴纳 上缴 建立 组建 成立 可获 可享受 享受 领取 补助 补贴 追缴 罚没 罚款 立案
        侦破 抓获 移送 批捕 起诉 化解 调解 走访 慰问 捐赠 捐款 捐出 收集 收录 展出 展示 演出 放映
        提取 形成 转化 达成 突破 挽回 检测 排查 发出 制定 修订 出台 印发 推动 促成 承接 承办 参与
        参加 参展 包括 包含 给予 奖励 安置 兑付 报销 结算 征集 获 含 有 由 是 为 达 占 供 用 从 在
    """)
)
_GIVEN = lazy_pattern("(?:给予|提供|获得|可获)(?:最高|最多|不超过|一次性)*$")
_VERB_LAST = lazy_pattern(f"{_VERB.pattern}$")
_VERB_FIRST = lazy_pattern(f"^{_VERB.pattern}")
_RIGHT_CUT = lazy_pattern(
    either("""
        参展 参加 参会 参赛 参与 进入 入选 入围 入驻 入园 签订 签约 签署 获得 获评 获批 获 被 将
        已 正在 正 为 是 在 于 与 和 及 或 到场 到 从 向 对 把 使 让 得到 达到 通过 完成 实现 开展
        投入 投产 开工 竣工 建成 提供 来自 来 前来 前往 赴 走进 落户 落地 集中 现场 全部 均 都
        同台 共同 联合 合办 主办 承办 联办 协办 举办 加开 增开 全满
        分别 报名 提出 解决 享受 超过 以及 并 同比 环比 比 较 增长 增加 下降 减少
        占 用于 支持 可 能 应 须 需 等 左右 以上 以下 以内 之内 受到 受 接受 展开 举行 发布 取得
        服务 覆盖 惠及 拥有 有 成为 属于 位于 分布 组成 因 免费 增收 受益 带来 用(?!户) 分乘 围绕
        登上 上岸 关闭 回港 调研 亮相 参观 观看 观展 推出 表示 投用 集聚 聚集 到岗
        中(?![心学期国央小药医型介层标])
        计划(?!生育|单列|书) 拟(?!态) 预计 已经 今年 去年 明年 (?<!自)由
        [面走通朝指流投迈转]向 [基处源限始]于 [作列分改评定称]为 [受收遇看]到 针对 面对 面临 存在
    """)
)
_FATE_RIGHT = lazy_pattern(
    either("""
        死亡 遇难 受伤 失踪 失联 重伤 轻伤 遇害 溺亡 身亡 丧生 获救 被困 被捕 落网 生还 确诊 治愈
        获奖 落选 当选 晋级 淘汰 报名 参加 缺席 弃权 赞成 反对
    """)
    + "(?=[、，。；和及与]|$)"
)
_FOR_RIGHT = lazy_pattern(
    "^(?:的|"
    + either("用于 用以 用来 支持 发放 购买 补贴 资助 奖励 建设 改造 设立 实施 开展 推进")
    + "了?)"
)
_DONE_RIGHT = lazy_pattern(
    "^(?!之久|左右|上下|时间|[多余终才就便如仍])((?:(?!的)[\u4e00-\u9fff]){1,4})(?=[，。；、！？]|$)"
)
_CLAUSE_LEFT = lazy_pattern(
    "^.*(?<![但还于可要若凡国就正总不又只先老求])是(?!否|日(?![产均处供发]))(?=.{2})"
)
_IS = lazy_pattern("成为|均为|都是|属于|来自|[为是系]")
_IS_RIGHT = lazy_pattern(rf"^的?[\u4e00-\u9fff]{{0,6}}?(?:{_IS.pattern})")
_FILLER_RIGHT = lazy_pattern(
    f"^{either('余 多 左右 以上 及以上 以下 以内 之内 上下 不等 许 有余 封顶 整')}+"
)
_CAME_RIGHT = lazy_pattern(f"{by_first(_CAME)}[到至为成了]")
_NO_NOUN = lazy_pattern(
    "^"
    + either("""
        以 前 后 内 中 里 上 下 起 来 外(?![国贸资商企来地]) 间 时 同比 环比 增长 下降 比 较 和 与
        及 至 到 或 并 且 而 等 左右 不等 为 是 在 的 了 地 得 有 占 可 被 将 已 由 从 用于 计 之
        不 也 都 均 则 共 每
    """)
)
_NEXT_SHARE = lazy_pattern(rf"[、和及与]{_DIGITS}(?:%|个百分点)")
_LIMITED = lazy_pattern("[^，。；、]{0,1}(?:及?以[上下内]|之间)(?=的?(?:[^，。；]{0,6})?占)")
_EVENTS = frozenset(
    [
        "人次",
        "户次",
        "车次",
        "架次",
        "班次",
        "辆次",
        "头次",
        "场次",
        "件次",
        "台次",
        "艘次",
        "列次",
        "例次",
        "人",
        "户",
        "次",
    ]
)
"""Behind them stands no noun: what they count stands before the number."""

_DIMENSIONS = frozenset("长宽高深厚重")
"""They are of what was named before, where they stand alone: 路段长3公里、宽24米."""
_SHORT_NOUNS = frozenset("人户村县市区省镇乡国州岛桥港课车船楼房树馆")

_DEADLINE_RIGHT = lazy_pattern(
    r"^[^，。；]{0,6}?(?:前(?![往后景期沿列茅身进三两十五]|提(?![交出供报]))|之前|以前|截止|止|为限|到期|结束(?!后))"
)
_DEADLINE_LEFT = lazy_pattern(
    either("""
        截止(?:时间|日期|日)?(?:为|是|到|至|于|：|:)? 止于 有效期[至到] 延长至 延期至 延至
        最迟[于在]? 不迟于 不晚于 直到 至 到
    """)
    + r"\s?$"
)

_APPLYING = lazy_pattern(either("报名 申报 申请 征集 受理 投稿 提交 认领 申领 有效期 公示"))

# Numbers that are no figures, by what stands beside them

_LONE_HAN = lazy_pattern("[第其“专唯十周统同万初高大老]$|星期$")
_NAME_RIGHT = lazy_pattern(either("赛 全能 一 行动 规划 计划 体 新 大 小 合一 位一"))
_CLOCK_LEFT = lazy_pattern(
    either("""
        上午 下午 午后 早上 早晨 清晨 凌晨 中午 傍晚 晚上 夜里 深夜 夜间 当晚 今晚 明晚 昨晚 每晚
        早 晚 点半?[到至—~-] 整[到至—~-]
    """)
    + "$"
)
_CLOCK_RIGHT = lazy_pattern(
    "[整半钟许](?![合数])|多(?=[，。、钟])|[一二三]刻"
    f"|{HAN_NUMERAL}{{1,3}}分(?!之)|[到至—~-]{HAN_NUMERAL}{{1,3}}点"
    "|(?:之前|以前|前|后|起|左右|准时)?(?:开门|关门|开放|关闭|开始|结束|集合|出发|上班|下班|准时|起床|闭馆)"
)
"""What makes 六点 the time of day, and no six points."""
_RARE_CLASSIFIERS = frozenset("点线路面道方区国省市级组类段口层期届首单环县村对站部门位")
_SOMETIMES = frozenset("类县省村期层站位")
_TWO = frozenset(("人", "者", "子", "位"))
"""What 二 counts: 二村 and 二队 are names, where two are 两."""
_TEAM_RIGHT = lazy_pattern(either("队 村?支部 村?委会? 村口 村民组"))
_ROOM_RIGHT = lazy_pattern("[^，。]{0,2}(?:会议室|大厅|室|工程|项目)")
_BARE_RIGHT = lazy_pattern(either("余 名 人 家 艘 企业 项目 学生 群众 村 户"))
_PROGRAMME = lazy_pattern(either("行动 规划 计划 制(?!造) 级 大计 免疫 无休 之计 生(?!产) 代"))
_FRONT_LEFT = lazy_pattern("(?<![以之目日提当此年月天午])前[约近]?$")
_TERM_LEFT = lazy_pattern(f"{either('为期 最长 不超过 不少于 近 约 超过 满')}$")
_WITHIN = lazy_pattern("[以之]?内")
_PART_LEFT = lazy_pattern("[增长降减升跌落少多约近超逾占高到足满过跃涨了]$")
"""What stands before one tenth or once as much where these are figures."""
_WEIGHTS = {"公斤": 1, "千克": 1, "斤": 0.5, "市斤": 0.5, "吨": 1000}
_PER_WEIGHT = lazy_pattern(f"每({'|'.join(_WEIGHTS)})[^，。；]{{0,6}}$")
_PER_MU = lazy_pattern("(?:亩产|亩均|每亩)[^，。；、]{0,8}$")
_SCORED = lazy_pattern("[分绩线考得评扣砍打比录]")
"""Where points may be meant by 分, no minutes."""
_POWER_LEFT = lazy_pattern("电(?![价话影视商子动])[^，。；：、]{0,12}$")
_MANY = frozenset(("万", "亿", "百万", "千万", "十万", "万亿"))
"""Of so many 度 none are degrees."""
_PER_HOUR = lazy_pattern("(?:时速|每小时)[为达约近超过逾]{0,2}$")
_OTHER_WORDS = {
    "分": lazy_pattern(
        "[钟之公会局院店校支部析布行类别工子成秒期担离解步明清析享给管]|摄氏度|[贝米]"
    ),
    "方": lazy_pattern(either("面 案 针 向 式 法 便 言 程 位 队 代表 可 能 准 得 予 才 始")),
    "米": lazy_pattern("[兰饭粉]"),
    "成": lazy_pattern("[熟功立果员本都效就绩套品长型]"),
    "倍": lazy_pattern("[受感增]"),
    "车": lazy_pattern("[间道位库型厢站辆牌祸主程况次组票上内身队流载市企轮架灯窗门]"),
}
"""Where a unit is the beginning of another word."""


@dataclass(slots=True)
class _State:
    """What goes on from one figure of a sentence to the next."""

    sentence: str
    published: date | None
    object: str = ""
    after: int = 0
    until: int = 0
    first: int = -1
    change: int = 0
    named: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    dates: list[FoundTime] = field(default_factory=list)


class _Number(NamedTuple):
    """A number with its unit: where it stands, and what was written."""

    low: float
    high: float
    unit: Unit
    written: str
    first: int
    start: int
    end: int
    suffix: str
    odd: str


def find_chinese(sentence: str, published: date | None) -> Iterator[FoundFigure | FoundTime]:
    """The figures and dates of a sentence, in their order. It has half-width digits and simplified
    characters."""
    state = _State(sentence, published)
    for match in _tokens(state.sentence):
        if match["skip"] is not None:
            continue
        if match["date"] is not None:
            found = _date(match, state)
            if found is not None:
                state.dates.append(found)
                yield found
        elif match["rank"] is not None:
            rank = _value(match["place"] or match["place2"], "")
            if rank:
                what = _phrase_left(_clause(state, match.start())) or state.object
                yield FoundFigure(
                    rank, rank, unit_named("rank"), Modifier.EXACT, what, False,
                    *match.span("place" if match["place"] else "place2"),
                )  # fmt: skip
                state.after = match.end()
        elif match["part"] is not None:
            if share := _part(match):
                yield _figure(share, state)
        elif match.start() >= state.until:
            for one in _apart(match):
                if number := _number(one, state):
                    yield _figure(number, state)


def _apart(match: re.Match[str]) -> Iterator[re.Match[str]]:
    """A match, or two where its numbers are a change and the level that was reached: 提高120元至
    2130元, 缩短40分钟至25分钟."""
    one, other, whole = match["n1"], match["n2"], match.string
    if other and match["u1"] and not _DASHED.search(match[0]):
        left = whole[max(0, match.start() - _LONGEST_CHANGE) : match.start()]
        change = _GROWTH.search(_SOFT.sub("", left))
        low, high = _value(one, match["s1"] or ""), _value(other, match["s2"] or "")
        unit = CHINESE.get(match["u1"])
        is_amount = unit is None or unit.unit.name in MONEY
        is_change = change is not None and change.group() not in _FAINT
        if is_change and low and high and (high < low or is_level(low, high, is_amount=is_amount)):
            first = _TOKEN.match(whole, match.start(), match.end("u1"))
            second = _TOKEN.match(whole, match.start("n2"), match.end())
            yield from filter(None, (first, second))
            return
    yield match


_LONGEST_CHANGE = 12
_DASHED = lazy_pattern("[—–－~～─―-]")


def _tokens(sentence: str) -> Iterator[re.Match[str]]:
    """The tokens of a sentence, one after the other. Each has an anchor."""
    place = 0
    while found := _ANCHOR.search(sentence, place):
        start, stop = found.start(), min(len(sentence), found.end() + _AHEAD)
        match = None
        for opener in _OPENER.finditer(sentence, max(place, start - _REACH), stop):
            if opener.start() >= start or (match := _TOKEN.match(sentence, opener.start(), stop)):
                break
        match = match or _TOKEN.match(sentence, start, stop)
        if match is None:
            place = found.end()
        else:
            yield match
            place = max(match.end(), place + 1)


def _value(number: str, scale: str) -> float | None:
    value = parse_digits(number) if number[0].isdecimal() else parse_han(number)
    if value is None or (number[0] in "零〇" and "点" not in number):
        return None
    for character in scale:
        value *= {"十": 10, "百": 100, "千": 1000, "万": 1e4, "亿": 1e8}[character]
    return value


def _number(match: re.Match[str], state: _State) -> _Number | None:
    """The number of a match with its unit, or None if it is no figure."""
    number, other = match["n1"], match["n2"]
    written = match["u2"] or match["u1"] or ""
    scale = (match["s1"] or "") + (match["s1b"] or "")
    low = _value(number, scale)
    if low is None or match["odd"] in ("几", "数"):
        return None
    high = low
    if other:
        last = _value(other, match["s2"] or "")
        if last is None:
            return None
        if match["s2"] and not scale and not match["u1"]:
            low = _value(number, match["s2"]) or low
        high = last
        if high < low:
            return None
    elif _DIGITS_ALONE.fullmatch(number):
        low, high = _next_to_another(number, written)
        if not low:
            return None
    reading = CHINESE.get(written)
    if written == "分" and _SECONDS_RIGHT.match(state.sentence, match.end()):
        reading = CHINESE["分钟"]  # 8分31秒
    currency = PREFIXES.get((match["cur"] or "").lower())
    before = state.sentence[max(0, match.start("n1") - 24) : match.start("n1")]
    after = state.sentence[match.end() : match.end() + 24]
    if reading is None and currency is None:
        if not _is_count(match, written, high, before, after):
            return None
    elif _is_no_measure(match, written, before, after):
        return None
    if currency and (reading is None or reading.unit.name == "CNY" != currency):
        unit, times = unit_named(currency), 1.0
    elif reading:
        unit, times = reading
    else:
        unit, times = unit_named(COUNT), 1.0
    if unit.name == "CNY" and (per := _PER_WEIGHT.search(before)):
        unit, times = unit_named("CNY/kg"), times / _WEIGHTS[per[1]]
    if unit.base == "kg" and _PER_MU.search(before):
        unit, times = unit_named("kg/mu"), times * unit.factor
    if unit.name == "km" and _PER_HOUR.search(before):
        unit = unit_named("km/h")
    low, high = (low + tenth / 10, high + tenth / 10) if (tenth := _tenth(match)) else (low, high)
    is_halved = match["half2"] or "半" in written
    half = 0.5 if is_halved and (unit.name in DURATIONS or unit.name in SHARES) else 0
    found = _Number(
        (low + half) * times, (high + half) * times, unit, written, match.start(),
        match.start("n1"), match.end(), (match["more1"] or "") + (match["more3"] or ""),
        match["odd"] or "",
    )  # fmt: skip
    found = found if other else _with_smaller(found, state.sentence)
    state.until = found.end
    return found


_SECONDS_RIGHT = lazy_pattern(rf"(?:\d{{1,2}}|{HAN_NUMERAL}{{1,3}})秒")
_DIGITS_ALONE = lazy_pattern("[一二三四五六七八九]{2,3}")


def _next_to_another(number: str, written: str) -> tuple[float, float]:
    """Both ends of what is counted as 三四个. Zeros where the digits are a name, as in 八一路, or
    of what nobody counts so, as in 三四线城市."""
    low, high = (parse_han(digit) or 0 for digit in number[:2])
    is_pair = len(number) == 2 and high == low + 1 and written not in _RARE_CLASSIFIERS
    return (low, high) if is_pair and written else (0, 0)


_SMALLER = {"year": ("month", 12), "day": ("hour", 24), "hour": ("minute", 60)} | {
    "minute": ("second", 60)
}
_SMALLER_RIGHT = lazy_pattern(
    rf"[零又]?(?P<n>\d{{1,2}}|{HAN_NUMERAL}{{1,3}})"
    r"(?:(?P<month>个月)|(?P<hour>个?小时)|(?P<minute>分钟?(?![之贝米]))|(?P<second>秒钟?))"
)


def _with_smaller(number: _Number, sentence: str) -> _Number:
    """A duration with the smaller one behind it, as in 2小时53分, in the smaller unit."""
    while smaller := _SMALLER.get(number.unit.name):
        more = _SMALLER_RIGHT.match(sentence, number.end)
        value = _value(more["n"], "") if more and more[smaller[0]] else None
        if more is None or value is None:
            break
        low, high = (smaller[1] * one + value for one in (number.low, number.high))
        number = number._replace(low=low, high=high, unit=unit_named(smaller[0]), end=more.end())
    return number


def _tenth(match: re.Match[str]) -> float:
    """The 三 in 四成三."""
    return parse_han(match["tenth"]) or 0 if match["tenth"] else 0


def _is_count(match: re.Match[str], written: str, high: float, before: str, after: str) -> bool:
    """Whether a number without a unit of measure counts something."""
    number = match["n1"]
    is_scaled = bool(match["s1"])
    if written in ("位", "名", "强") and _FRONT_LEFT.search(before):
        return False
    if written == "车" and _OTHER_WORDS[written].match(after):
        return False
    if not number[0].isdecimal():
        if not written:
            return _is_all_han(number, high, after)
        if high == 1 or written in ("期", "分") or _is_headless(match, before):
            return False
        if _LONE_HAN.search(before) and not match["n2"]:
            return False
        if (number == "二" and not is_scaled and written not in _TWO) or (
            written in ("村", "队") and len(number) == 1 and _TEAM_RIGHT.match(after)
        ):
            return False
        if written == "点" and (_CLOCK_LEFT.search(before) or _CLOCK_RIGHT.match(after)):
            return False
        if written in _RARE_CLASSIFIERS and not is_scaled and (not after or _NO_NOUN.match(after)):
            return written in _SOMETIMES and not before.endswith("、")
        return not _NAME_RIGHT.match(after)
    if before.endswith(("第", "№", "-", "/")) or _LETTER_LAST.search(before):
        return False
    if written in ("点", "线", "路", "届", "环"):
        return is_scaled
    if written in ("层", "期") and not is_scaled:
        return high > 1 and not _ROOM_RIGHT.match(after) and not _NO_NOUN.match(after)
    if (other := _OTHER_WORDS.get(written)) and other.match(after):
        return False
    if written == "分" and (after[:1].isdecimal() or not _SCORED.search(before[-12:])):
        return False
    if written or is_scaled or match["more1"] or match["more3"]:
        return True
    return high >= 10 and not match["n2"] and bool(_BARE_RIGHT.match(after))


def _is_headless(match: re.Match[str], before: str) -> bool:
    """千家, 亿元: no number before the power of ten, and no `近` or `突破`."""
    if match["n1"][0] not in "百千万亿" or match["odd"] in tuple("上近过超逾约"):
        return False
    return not _REACHED.search(before)


_REACHED = lazy_pattern("(?:突破|(?<!打)破|超过|超越|[跨迈越]过|达到?|接近|将近|不足|不到)了?$")


def _is_all_han(number: str, high: float, after: str) -> bool:
    """Whether a number in words needs no measure word: 三万学生."""
    is_round = high >= _MANY_PEOPLE and number[-1] in "万亿" and number[0] not in "百千万亿"
    return is_round and bool(_HAN_RIGHT.match(after)) and not _NO_NOUN.match(after)


_MANY_PEOPLE = 10_000
_HAN_RIGHT = lazy_pattern("[\u4e00-\u9fff]{2}")


def _is_no_measure(match: re.Match[str], written: str, before: str, after: str) -> bool:
    """Whether a number with a unit of measure is no figure all the same."""
    number = match["n1"]
    unit = CHINESE[written].unit.name if written in CHINESE else ""
    if (unit in DURATIONS and _PROGRAMME.match(after)) or before.endswith("第"):
        return True
    if written == "日" and not _WITHIN.match(after):
        return True
    if written == "度" and not (match["s1"] in _MANY or _POWER_LEFT.search(before)):
        return True
    if (other := _OTHER_WORDS.get(written)) and other.match(after):
        return True
    if number[0].isdecimal():
        return written == "年" and bool(_WHOLE_YEAR.fullmatch(number))
    if number == "一" and written in ("成", "倍"):
        return not (match["half2"] or match["more3"] or _PART_LEFT.search(before))
    if number == "一" and (match["half2"] or "半" in written):
        return False
    if number == "一":
        is_term = bool(_TERM_LEFT.search(before) or _WITHIN.match(after))
        return not (is_term and unit in DURATIONS)
    if _is_headless(match, before) or written in ("方", "P", "t"):
        return True
    return written in ("年", "天") and before.endswith(("去", "今", "“"))


def _part(match: re.Match[str]) -> _Number | None:
    """三分之一, 一半, as a share of a hundred; 翻两番 as times."""
    value = 50.0
    start, end = match.span()
    if match["part"].startswith("翻"):
        value = 2.0 ** (parse_han(match["fold"] or "一") or 1)
        return _Number(value, value, unit_named("times"), "", start, start, end, "", "")
    if match["px"]:
        below, above = _value(match["px"], ""), _value(match["py"], "")
        if not below or not above:
            return None
        value = 100 * above / below
    odd = "过" if match["part"].startswith("过") else ""
    return _Number(value, value, unit_named("%"), "", start, start, end, "", odd)


def _figure(number: _Number, state: _State) -> FoundFigure:
    """A number as a figure: how it is meant, and what it counts."""
    sentence, unit = state.sentence, number.unit
    clause = _clause(state, number.first)
    left = clause + number.odd
    right = sentence[number.end : _first_stop(sentence, number.end)]
    context = sentence[max(0, number.first - len(clause) - 30) : number.first]
    is_bounded = number.low < number.high and "以上" in sentence[number.start : number.end]
    modifier, sign = _modifier(left, number.suffix + ("" if is_bounded else right[:4])), 1
    change = 1 if sentence[number.start] == "翻" else _growth(left, right, context, unit)
    is_next = bool(state.after) and clause in ("、", "和", "及", "与") and unit.name in SHARES
    if is_next and not change:
        change = state.change
    if change:
        modifier, sign = Modifier.GROWTH, change
    elif _BELOW_ZERO.search(left):
        sign = -1
    if unit.name not in DURATIONS and (_GOAL_RIGHT.match(right) or _is_target(number, state)):
        modifier = Modifier.TARGET
    if "分别" in left:
        others = len(_NEXT_SHARE.findall(sentence[number.end : number.end + 60]))
        state.shared = list(dict.fromkeys(state.named))[-1 - others :]
    what, reached = _object(number, left, right, state, bool(change))
    if state.first >= 0 and unit.name in SHARES and (limit := _LIMITED.match(clause)):
        what = sentence[state.first : number.first - len(clause) + limit.end()]  # 18岁以下占
    state.first = number.start
    if state.shared and ("分别" in left or is_next):
        what = state.shared.pop(0)
    else:
        state.named.append(what)
    state.change = change
    state.after, state.object = number.end + reached, what or state.object
    low, high = (number.low, number.high) if sign > 0 else (-number.high, -number.low)
    is_cumulative = bool(_CUMULATIVE.search(sentence, max(0, number.first - 30), number.first))
    return FoundFigure(low, high, unit, modifier, what, is_cumulative, number.start, number.end)


def _modifier(left: str, suffix: str) -> Modifier:
    if _AT_LEAST_RIGHT.match(suffix):
        return Modifier.AT_LEAST
    if _OVER_RIGHT.match(suffix) or _HUNDREDS.search(left):
        return Modifier.OVER
    if _KEPT_AT.search(left) and _ABOUT_RIGHT.match(suffix):
        return Modifier.ABOUT
    if _AT_MOST.search(left):
        return Modifier.AT_MOST
    if _AT_LEAST.search(left):
        return Modifier.AT_LEAST
    if _UNDER.search(left):
        return Modifier.UNDER
    if _OVER.search(left):
        return Modifier.OVER
    if _AT_MOST_RIGHT.match(suffix):
        return Modifier.AT_MOST
    if _ABOUT.search(left) or _ABOUT_RIGHT.match(suffix):
        return Modifier.ABOUT
    return Modifier.EXACT


def _growth(left: str, right: str, context: str, unit: Unit) -> int:
    """1 for a rise against another time, -1 for a fall, 0 for what is no change."""
    if unit.name in SHARES:
        if _GROWTH_RIGHT.match(right) or left.endswith("+"):
            return 1
        if _SIGNED_CHANGE.search(left):
            return -1
    change = _GROWTH.search(_SOFT.sub("", left))
    if change is None or _LEVEL.search(left):
        return 0
    is_compared = bool(_COMPARED.search(context) or _TO_LEVEL.match(right))
    is_faint = change.group() in _FAINT
    if change.group() in ("节约", "节省") and unit.name == "%":
        return -1
    if change["down"] in _FALLS:
        return -1
    if not is_compared and (unit.name not in SHARES or (is_faint and unit.base != "pp")):
        return 0
    return -1 if change["down"] else 1


def _is_target(number: _Number, state: _State) -> bool:
    """Whether what stands before a figure says that it lies ahead. What somebody is entitled to
    does not, though it may be paid later."""
    start, published = number.first, state.published
    if published is not None and any(
        one.leads and one.start < start and one.is_ahead(published) for one in state.dates
    ):
        return True
    head = state.sentence[max(0, start - 80) : start]
    if _OLD_LEFT.search(head) and _OLD_RIGHT.match(state.sentence, number.end):
        return False
    cues: Iterator[re.Match[str]] = _TARGET.finditer(head)
    if number.unit.name in SHARES:
        cues = (cue for cue in cues if not _is_base(cue, head))
    at = max((cue.end() for cue in cues), default=-1)
    if number.unit.name in MONEY and _ENTITLED.match(head, max(0, at)):
        return False
    first = start - len(head)
    if at < 0 or _DONE.search(head, max(0, at - 2)):
        return False
    return state.after <= first + at or not _DONE_SINCE.search(head, state.after - first)


def _is_base(cue: re.Match[str], head: str) -> bool:
    """Whether a plan is what a share is of, as in 年度计划的105% or 超计划10%."""
    if not _PLAN.fullmatch(cue.group()):
        return False
    if _SHARE_OF_PLAN.fullmatch(head, cue.end()):
        return True
    return cue.end() == len(head) and bool(_BEYOND_PLAN.search(head[: cue.start()]))


def _clause(state: _State, end: int) -> str:
    """What stands before a figure: from the last stop, and not before the last figure."""
    last = max((one.end for one in state.dates if one.end <= end), default=0)
    floor = max(state.after, last, end - 60)
    for stop in _STOP.finditer(state.sentence, floor, end):
        floor = stop.end()
    return state.sentence[floor:end]


def _first_stop(sentence: str, start: int) -> int:
    stop = _RIGHT_STOP.search(sentence, start, start + 40)
    return stop.start() if stop else min(len(sentence), start + 40)


# What a figure counts


def _object(
    number: _Number, left: str, right: str, state: _State, is_growth: bool
) -> tuple[str, int]:
    """What a figure counts, and how far behind it that reaches."""
    filler = _FILLER_RIGHT.match(right)
    behind = right[filler.end() :] if filler else right
    unit = number.unit.name
    before = _share_left(left) if unit in SHARES else _phrase_left(left)
    if is_growth:
        before = _phrase_left(_AGAINST.sub("", _GROWTH.sub("", _SOFT.sub("", left))))
        return before or state.object or _earlier(state, number.first - len(left)), 0
    if before in _DIMENSIONS and state.object:
        return state.object.rstrip("".join(_DIMENSIONS)) + before, 0
    noun = _phrase_right(behind.removeprefix("的"))
    if number.written in ("人", "户", "名") and (fate := _FATE_RIGHT.match(behind)):
        return fate.group(), 0
    if unit in (COUNT, "TEU"):
        is_verb = bool(_VERB.fullmatch(before))
        if noun and (number.written not in _EVENTS or not before or is_verb):
            return noun, right.find(noun) + len(noun)
        if is_verb and state.object:
            return before + state.object, 0
        if number.written == "车" and _VERB_LAST.search(before):
            return number.written, 0
        return (
            before or noun or _before_date(state, number.first - len(left) + len(number.odd))
            or state.object or _earlier(state, number.first - len(left)) or number.written
        ), 0  # fmt: skip
    if use := _FOR_RIGHT.match(behind):
        used = _phrase_right(behind[use.end() :]) or noun
        if used and (
            (behind.startswith("的") and unit != "%")
            or len(before) < 2
            or _VERB_LAST.search(before)
        ):
            return used, right.find(used) + len(used)
    elif behind.startswith("的"):
        noun = ""
    if unit in SHARES and not before and _IS_RIGHT.match(behind):
        inner = _IS.search(behind)
        return _phrase_right(behind[inner.end() :] if inner else "") or state.object, 0
    if unit in SHARES and behind.startswith("的") and not before:
        return _phrase_right(behind[1:]) or state.object, 0
    if noun and (number.written in ("岁", "周岁") or _GIVEN.search(left)):
        return noun, 0
    if unit in DURATIONS and left.endswith("了") and (done := _DONE_RIGHT.match(behind)):
        return before + done[1], 0  # 造了19年伞
    if before or noun:
        return before or noun, 0
    if unit in SHARES:
        return state.object, 0
    at = number.first - len(left) + len(number.odd)
    return (
        _before_date(state, at) or _last_verb(left) or state.object
        or _earlier(state, number.first - len(left))
    ), 0  # fmt: skip


def _before_date(state: _State, at: int) -> str:
    """What stands before the date that a clause begins with: the subject of 收入上半年完成3亿元."""
    day = next((one for one in reversed(state.dates) if one.end == at), None)
    if day is None or state.after > day.start:
        return ""
    floor = max(state.after, day.start - 30)
    for stop in _STOP.finditer(state.sentence, floor, day.start):
        floor = stop.end()
    return _phrase_left(state.sentence[floor : day.start])


def _last_verb(left: str) -> str:
    verbs = [verb.group() for verb in _VERB.finditer(left) if len(verb.group()) > 1]
    return verbs[-1] if verbs else ""


def _earlier(state: _State, at: int) -> str:
    """The subject of the clause before, for one that has none."""
    before = state.sentence[max(0, at - 40) : max(0, at)].rstrip("，,、；;：: ")
    cut = max((stop.end() for stop in _STOP.finditer(before)), default=0)
    return _phrase_left(before[cut:])


def _share_left(left: str) -> str:
    """What a share is of: 民生支出占, 研发经费投入占地区生产总值比重. A verb in it stays."""
    text = _without_head(_without_tail(_OTHERS.sub("", left)))
    return text.strip("“”\"'、 ·") if len(text) <= 24 else _phrase_left(text)


def _phrase_left(text: str) -> str:
    """The noun phrase that ends a text."""
    text = _without_head(_without_tail(text))
    if clause := _CLAUSE_LEFT.match(text):
        text = _without_head(text[clause.end() :])  # 答案是提前3天
    best = text
    for verb in _VERB.finditer(text) if len(text) > 6 else _VERB_FIRST.finditer(text):
        rest = text[verb.end() :].lstrip('了出到过着约近“”"')
        if len(rest) >= 2 and (len(verb.group()) > 1 or verb.start() > 1):
            best = rest
    cut = best.rfind("、")
    if cut >= 0 and len(best) - cut > 2:
        best = best[cut + 1 :]
    tail = best[best.rfind("的") + 1 :]
    best = tail if len(tail) >= 2 else best
    return best[-20:].strip("“”\"'、 ·")


def _without_tail(text: str) -> str:
    """A phrase without the verbs and particles before a figure."""
    tail = _TAIL.search(text, max(0, len(text) - _LONGEST_TAIL))
    return text[: tail.start()] if tail else text


def _without_head(text: str) -> str:
    """A phrase without the particles, the town and the modal verb that it begins with."""
    for _ in range(8):
        head = _HEAD.match(text)
        if head is None:
            break
        text = text[head.end() :]
    if town := _TOWN.match(text):
        text = text[town.end() :]
    modal = _AHEAD_OF_VERB.search(text)
    return text[modal.end() :] if modal else text


_PHRASE = lazy_pattern(r"[\s“\"]*([\u4e00-\u9fffA-Za-z“”\"·-]{1,24})")
_LETTER_LAST, _WHOLE_YEAR = lazy_pattern("[A-Za-z]$"), lazy_pattern("(?:19|20)[0-9]{2}")


def _phrase_right(text: str) -> str:
    """The noun phrase that begins a text."""
    match = _PHRASE.match(text)
    phrase = match[1].strip('“”"') if match else ""
    if not phrase or _NO_NOUN.match(phrase) or _CAME_RIGHT.match(phrase):
        return ""
    least = 1 if phrase[0] in _SHORT_NOUNS and phrase[1:2] in tuple("是都均已被将为") else 2
    cut = next((one.start() for one in _RIGHT_CUT.finditer(phrase) if one.start() >= least), None)
    phrase = phrase[:cut]
    head, owns, tail = phrase.partition("的")
    if owns:
        phrase = tail if _VERB.fullmatch(head) and len(tail) >= 2 else head
    is_noun = len(phrase) >= 2 or phrase in _SHORT_NOUNS or phrase == text.strip()
    return phrase.strip('“”"') if is_noun else ""


# Dates

_MONTH_OF = {
    "上半年": 6,
    "下半年": 12,
    "一季度": 3,
    "二季度": 6,
    "两季度": 6,
    "三季度": 9,
    "四季度": 12,
}
_YEARS_ON = {"去年": -1, "次年": 1, "翌年": 1, "上年": -1, "上年度": -1, "前年": -2, "明年": 1}


def _date(match: re.Match[str], state: _State) -> FoundTime | None:
    start, end = match.span("date")
    sentence, published = state.sentence, state.published
    day = _day(match, state)
    if not day:
        return None
    before, after = sentence[max(0, start - 12) : start], sentence[end : end + 12]
    if (before.endswith(("自", "从", "于")) or not before) and (begun := _FROM_RIGHT.match(after)):
        is_ahead = published is not None and day > published.isoformat()
        if len(day) == 10 and (is_ahead or begun["force"]):
            return FoundTime(day, True, False, _of_date(state, start, end), start, end)
    if before.endswith(("比", "较", "与", "相比", "自", "从")):
        return None
    limit = _DEADLINE_LEFT.search(before)
    if before.endswith("截至"):
        limit = _APPLYING_UNTIL.search(before)
    if limit and limit.group().startswith("截止") and after.startswith("，"):
        lead = before[: limit.start()].rstrip()
        limit = (
            limit if lead and lead[-1] not in "，。；" else None
        )  # 截止9月2日，……: as of that day
    if limit and _LEVEL_OF_RIGHT.match(after):
        limit = None  # 回升到2019年的水平
    is_bare = limit is not None and not _SURE_LIMIT.match(limit.group())
    if is_bare and _is_no_limit(day, before, after, published):
        limit = None
    is_limit = limit is not None or bool(_DEADLINE_RIGHT.match(after))
    if match["till"] and _APPLYING.search(sentence, max(0, start - 20), start):
        is_limit = True
    leads = before.endswith(("到", "至", "力争")) or len(day) == 4
    what = ""
    if is_limit:
        what = _of_date(state, start, end)
        if limit and limit.group().startswith("截止"):
            what += "截止时间"
    return FoundTime(day, is_limit, leads, what, start, end)


_LEVEL_OF_RIGHT = lazy_pattern("的|同期|水平|全年|年均")


def _is_no_limit(day: str, before: str, after: str, published: date | None) -> bool:
    """Whether what a day stands behind 至 for is no limit: a share of a level that was reached, a
    time in history, or the day that something was moved to."""
    if len(day) == 4 and published is not None and int(day) < published.year:
        return True
    return bool(_SHARE_RIGHT.match(after) or (_MOVED_LEFT.search(before) and _HELD.match(after)))


_SURE_LIMIT = lazy_pattern(either("截止 止于 有效期 最迟 不迟于 不晚于"))
_SHARE_RIGHT = lazy_pattern("[0-9一二两三四五六七八九十]+(?:成|倍|%)")
_MOVED_LEFT = lazy_pattern("(?:推迟|延期|改期|提前|调整|延后|推后|顺延|改|延)[到至]$")
_HELD = lazy_pattern("(?:[^，。；]{0,10})(?:举[行办]|召开|进行|开[幕赛考馆园业庭]|启动|上映|开始)")
_FROM_RIGHT = lazy_pattern(
    "起(?:至今)?(?:[，,]|(?P<force>(?:正式)?(?:施行|执行|实施|实行|生效|启用|试行))|正式|对|将|在|调整|开始|接受|受理|停止)"
)
_APPLYING_UNTIL = lazy_pattern(
    either(
        "报名 申报 申请 征集 受理 投稿 提交 认领 申领 有效期 公示 预[订定约售] 征稿 展期 展出 优惠"
    )
    + "[^，。；]{0,4}截至$"
)


def _of_date(state: _State, start: int, end: int) -> str:
    """What begins or ends on a day: the subject before it in its clause, else what is behind."""
    sentence = state.sentence
    stops = _STOP.finditer(sentence, max(0, start - 40), start)
    cuts = [stop.end() for stop in stops if not _IN_CLOCK.match(sentence, max(0, stop.start() - 1))]
    cut = max([0, start - 40, *cuts])
    first = start  # of a range, its beginning: 报名时间为6月13日9:00至
    for one in state.dates:
        if one.start >= cut and _RANGE_LEFT.fullmatch(sentence, one.end, start):
            first = one.start
            break
    if cut == first and sentence[cut - 1 : cut] in (":", "："):
        head = sentence[max(0, cut - 17) : cut - 1]  # 报名时间：6月13日至6月19日
        head = head[max((stop.end() for stop in _STOP.finditer(head)), default=0) :]
    else:
        head = sentence[cut:first]
    named = _without_head(_without_tail(_DEADLINE_LEFT.sub("", head)))
    if what := named.strip("“”\"'、 ·") if len(named) <= _LONGEST_NAMED else _phrase_left(named):
        return what
    behind = _BEHIND_DATE.match(sentence, end)
    after = sentence[behind.end() if behind else end :][:24]
    after = _EACH_HEAD.sub("", after)
    return _phrase_right(after) or _phrase_right(_without_head(after))


_LONGEST_NAMED = 16
_IN_CLOCK = lazy_pattern("[0-9][:：][0-9]")
_RANGE_LEFT = lazy_pattern(
    "(?:[（(]?周[一二三四五六日][)）]?)?[上下中午0-9:：时点分整]{0,12}[至到—~～-]"
)
_EACH_HEAD = lazy_pattern("^(?:全[市省县区国][，,]?|每[十百千万]?[名个户人家位]?)+")
_BEHIND_DATE = lazy_pattern("[底末]?(?:之前|以前|前|止|起(?:正式)?)?[，,]?(?:所有|全部|凡|各)?")


def _day(match: re.Match[str], state: _State) -> str:
    """The day, month or year of a date; empty where its year cannot be known."""
    if match["y2"]:
        return str(parse_whole(match["y2"]))
    if match["y"]:
        return _of_year(
            parse_whole(match["y"]), match["half"], match["m2"] or match["m"],
            match["d2"] or match["d"], match["edge"],
        )  # fmt: skip
    if match["iso"]:
        return iso_day(int(match["iso"][:4]), int(match["im"]), int(match["id"]))
    if state.published is None:
        return ""
    year = state.published.year + _YEARS_ON.get(match["word"] or match["rel"] or "", 0)
    if match["word"]:
        return _of_year(year, None, None, None, match["wedge"])
    half, is_named = match["rhalf"], bool(match["rel"])
    if half:
        is_stated = half.endswith("月")
        month = parse_whole(half.strip("前个月")) if is_stated else _MONTH_OF.get(half[-3:], 12)
        if not 1 <= month <= 12:
            return ""
        return last_day(year if is_named else _year(state, match, (month, 28), (month, 28)), month)
    if not (match["rm"] or match["rm2"]):
        return ""
    return _yearless(match, state, year if is_named else 0)


def _yearless(match: re.Match[str], state: _State, year: int) -> str:
    """A month or day without a year; `year` is that of 去年 and the like, or 0."""
    month = parse_whole(match["rm2"] or match["rm"])
    day = int(match["rd"] or 0)
    if not 1 <= month <= 12 or day > 31:
        return ""
    if match["rm2"]:
        first = last = month, 28
    elif day:
        first = last = month, day
    else:
        first, last = (month, 1), (month, 31)
    year = year or _year(state, match, first, last)
    to_month = int(match["rm3"] or month)
    year += bool(match["next"]) or to_month < month  # 11月1日至次年1月20日
    return _of_year(year, None, str(to_month), match["rd2"] or match["rd"], match["redge"])


def _year(
    state: _State, match: re.Match[str], first: tuple[int, int], last: tuple[int, int]
) -> int:
    assert state.published is not None
    start, end = match.span("date")
    return fitting_year(
        first, last, state.published, lambda: chinese_tense(state.sentence, start, end)
    )


def _of_year(
    year: int, half: str | None, month: str | None, day: str | None, edge: str | None
) -> str:
    if half:
        return last_day(year, _MONTH_OF.get(half[-3:], 12))
    if month:
        number = parse_whole(month)
        if day:
            return iso_day(year, number, int(day))
        if edge in ("底", "末"):
            return last_day(year, number)
        return f"{year}-{number:02}" if 1 <= number <= 12 else ""
    return f"{year}-12-31" if edge and edge[-1] in "底末" else str(year)

"""The units of figures, in Chinese and English, and what they are in their base unit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .patterns import words

COUNT = "count"


class Unit(NamedTuple):
    """A unit, its base and the factor between them."""

    name: str
    base: str
    factor: float


def _own(name: str) -> Unit:
    return Unit(name, name, 1)


def _named() -> Iterator[tuple[str, tuple[str, ...], str]]:
    """Each currency that is tender today but the yuan: its code, its names in English, and that in
    Chinese. They are those of the Unicode CLDR; `tests/test_facts_currencies.py` makes the file."""
    for line in Path(__file__).with_name("currencies.txt").read_text("utf-8").splitlines():
        code, english, chinese = line.split(":")
        yield code, tuple(filter(None, map(str.strip, english.split("|")))), chinese.strip()


_CURRENCIES = tuple(_named())
_PLAIN = words("""
    CNY USD EUR HKD JPY GBP RUB KRW AUD CAD SGD TWD MOP INR CHF % pp times count rank TEU degC
    m/s ug/m3 kg/mu year month week day hour minute second m2 m3 m kg W kWh PFLOPS CNY/kg
""")
_MU = 2000 / 3
_UNITS = {
    unit.name: unit
    for unit in (
        *map(_own, _PLAIN),
        *(_own(code) for code, _, _ in _CURRENCIES),
        Unit("permille", "%", 0.1),
        Unit("bp", "pp", 0.01),
        Unit("t/ha", "kg/mu", _MU / 10),
        Unit("mu", "m2", _MU),
        Unit("hectare", "m2", 1e4),
        Unit("km2", "m2", 1e6),
        Unit("km", "m", 1e3),
        Unit("cm", "m", 1e-2),
        Unit("mm", "m", 1e-3),
        Unit("um", "m", 1e-6),
        Unit("nm", "m", 1e-9),
        Unit("inch", "m", 0.0254),
        Unit("nautical mile", "m", 1852),
        Unit("mile", "m", 1609.344),
        Unit("tonne", "kg", 1e3),
        Unit("g", "kg", 1e-3),
        Unit("mg", "kg", 1e-6),
        Unit("L", "m3", 1e-3),
        Unit("mL", "m3", 1e-6),
        Unit("kW", "W", 1e3),
        Unit("MW", "W", 1e6),
        Unit("GW", "W", 1e9),
        Unit("TW", "W", 1e12),
        Unit("Wh", "kWh", 1e-3),
        Unit("MWh", "kWh", 1e3),
        Unit("GWh", "kWh", 1e6),
        Unit("TWh", "kWh", 1e9),
        _own("km/h"),
        Unit("ms", "second", 1e-3),
        Unit("acre", "m2", 4046.8564224),
    )
}


class WrittenUnit(NamedTuple):
    """What a written unit means: the unit, and by how much the number is multiplied first."""

    unit: Unit
    times: float = 1


def _table(lines: str) -> dict[str, WrittenUnit]:
    table: dict[str, WrittenUnit] = {}
    for line in filter(None, map(str.strip, lines.splitlines())):
        name, _, written = line.partition(":")
        name, _, times = name.partition("*")
        reading = WrittenUnit(_UNITS[name.strip()], float(times or 1))
        table |= {one.strip(): reading for one in written.split("|")}
    return table


CHINESE = _table("""
    CNY: 元人民币 | 人民币元 | 元
    USD: 美元
    EUR: 欧元
    HKD: 港元 | 港币
    JPY: 日元
    GBP: 英镑
    RUB: 卢布
    KRW: 韩元
    AUD: 澳元
    CAD: 加元
    SGD: 新加坡元 | 新元
    TWD: 新台币 | 台币
    MOP: 澳门元
    CHF: 瑞士法郎
    MYR: 林吉特
    ZAR: 兰特
    TRY: 里拉
    BRL: 雷亚尔
    IDR: 印尼盾 | 印尼卢比
    INR: 卢比
    PLN: 兹罗提
    UAH: 格里夫纳
    KZT: 坚戈
    CNY/kg: 元/公斤 | 元/千克 | 元每公斤
    CNY/kg*2: 元/斤 | 元每斤
    CNY/kg*.001: 元/吨 | 元每吨
    kg/mu: 公斤/亩 | 千克/亩 | 公斤每亩 | 千克每亩
    kg/mu*.5: 斤/亩 | 斤每亩
    t/ha: 吨/公顷 | 吨每公顷
    %: % | 个百分比
    pp: 个百分点 | 百分点
    %*10: 成
    permille: ‰
    bp: 个基点 | 基点
    times: 倍
    mu: 亩
    hectare: 公顷
    km2: 平方公里 | 平方千米
    m2: 平方米 | 平米 | ㎡
    m3: 立方米 | 立方 | 方
    km: 公里 | 千米 | km
    m: 米 | 延米
    cm: 厘米
    mm: 毫米 | mm
    um: 微米
    nm: 纳米 | nm
    inch: 英寸
    nautical mile: 海里
    mile: 英里
    tonne: 吨 | t
    kg: 公斤 | 千克 | kg
    kg*.5: 斤
    g: 克
    mg: 毫克
    L: 升
    mL: 毫升
    kW: 千瓦 | kW
    MW: 兆瓦 | MW
    GW: 吉瓦 | GW
    TW: 太瓦
    W: 瓦
    Wh: 瓦时
    TWh: 太瓦时
    kWh: 千瓦时 | 度电 | 度 | kWh
    MWh: 兆瓦时 | MWh
    GWh: 吉瓦时 | GWh
    degC: 摄氏度 | ℃ | °C
    m/s: 米/秒 | m/s
    km/h: 公里/小时 | km/h | 公里每小时
    ug/m3: 微克/立方米 | 微克每立方米 | μg/m³ | μg/m3 | µg/m³ | µg/m3
    TEU: 个标准箱 | 标准箱 | 个标箱 | 标箱 | TEU
    PFLOPS: P
    year: 周年 | 年 | 岁 | 周岁 | 个年头
    month: 个多月 | 个月 | 个半月
    week: 个星期 | 个半星期 | 星期 | 周
    day: 个工作日 | 工作日 | 个交易日 | 个自然日 | 日历天 | 日 | 天 | 昼夜
    hour: 个多小时 | 个小时 | 个半小时 | 个半钟头 | 小时 | 学时 | 课时 | 个钟头
    minute: 分钟
    second: 秒钟 | 秒
    ms: 毫秒
    month*3: 个季度
""")

CLASSIFIERS = words("""
    人次 户次 车次 架次 班次 辆次 头次 批次 场次 件次 台次 艘次 列次 例次 标段 台套 台（套） 台(套)
    人份 亿 家 个 项 件 名 人 户 台 辆 所 条 座 处 场 次 份 种 类 支 批 套 只 头 株 棵 艘 架
    列 篇 部 本 门 间 栋 幢 层 位 轮 班 起 宗 例 单 笔 对 副 幅 张 面 口 盏 枚 颗 片 块 组
    车 分 队 县 市 区 村 镇 乡 省 国 箱 票 床 尾 羽 匹 顶 款 道 根 孔 眼 封 册 盘 桶 袋 瓶 盒 朵
    段 幕 首 届 剂 剂次 针 针次 期 路 线 站 点 排 环 户籍 社区 街道 街区 柱 团 桩 桩次 字 页 集
    人家 口人 席 册次 桌 趟 尊 幢次 篇次 份次 人日
""")
"""What stands behind a number of things that are counted."""

ENGLISH = _table("""
    CNY: yuan | renminbi | rmb | chinese yuan
    USD: us dollars | u.s. dollars | american dollars | dollars | dollar | us dollar
    EUR: euros | euro
    HKD: hong kong dollars
    GBP: pounds sterling | pounds
    JPY: yen | japanese yen
    INR: rupees
    NOK: kroner | krone
    IDR: rupiah
    CHF: swiss francs
    CNY/kg: yuan per kilogram | yuan per kilo | yuan a kilogram | yuan a kilo | yuan/kg
    kg/mu: kilograms per mu | kg per mu | kilos per mu | kilograms a mu | kg a mu | kg/mu
    t/ha: tonnes per hectare | tons per hectare | tonnes a hectare | tons a hectare | t/ha
    %: % | percent | per cent | pct
    pp: percentage points | percentage point | ppts | pps
    permille: per thousand | per mille | ‰
    bp: basis points | basis point | bps
    times: times | -fold | fold
    mu: mu
    hectare: hectares | hectare | ha
    km2: square kilometers | square kilometres | square kilometer | square kilometre | sq km
    km2: sq. km | km2 | km²
    m2: square meters | square metres | square meter | square metre | sq m | sqm | m2 | m²
    m3: cubic meters | cubic metres | cubic meter | cubic metre | m3 | m³
    acre: acres | acre
    km: kilometers | kilometres | kilometer | kilometre | km | kms
    m: meters | metres | meter | metre
    cm: centimeters | centimetres | centimeter | centimetre | cm
    mm: millimeters | millimetres | millimeter | millimetre | mm
    um: micrometers | micrometres | microns
    nm: nanometers | nanometres | nanometer | nanometre | nm
    inch: inches | inch
    nautical mile: nautical miles | nautical mile
    mile: miles | mile
    tonne: metric tons | metric tonnes | tonnes | tons | tonne | ton | metric ton
    kg: kilograms | kilogrammes | kilos | kilogram | kg
    g: grams | grammes | gram
    mg: milligrams | mg
    L: liters | litres | liter | litre
    mL: milliliters | millilitres | ml
    kW: kilowatts | kilowatt | kw | kW | KW
    MW: megawatts | megawatt | mw | MW | mwp
    GW: gigawatts | gigawatt | gw | GW | gwp
    TW: terawatts | terawatt
    Wh: watt-hours | watt hours | watt-hour
    kWh: kilowatt-hours | kilowatt hours | kilowatt-hour | kwh
    MWh: megawatt-hours | megawatt hours | mwh
    GWh: gigawatt-hours | gigawatt hours | gwh
    TWh: terawatt-hours | terawatt hours | twh
    degC: degrees celsius | degrees c | degree celsius | degrees centigrade | degrees
    degC: °C | °c | ℃ | C
    m/s: meters per second | metres per second | meters a second | metres a second | m/s
    km/h: kilometers per hour | kilometres per hour | kilometers an hour | kilometres an hour | km/h
    km/h: kph
    ug/m3: micrograms per cubic meter | micrograms per cubic metre | µg/m3 | μg/m3 | µg/m³ | μg/m³
    TEU: teus | teu | twenty-foot equivalent units | standard containers
    PFLOPS: petaflops | pflops
    year: years | year
    month: months | month
    week: weeks | week
    day: days | day | working days | business days | calendar days
    hour: hours | hour
    minute: minutes | minute
    second: seconds
    ms: milliseconds
    month*3: quarters
    year*10: decades
""")

CODES = words("""
    NOK SEK DKK ISK PLN CZK HUF RUB KRW THB VND IDR MYR SGD AUD CAD NZD MXN BRL ZAR AED SAR ILS TWD
    PKR BDT KZT UAH
""")
"""Codes that are written beside amounts in news. Others are words or names, too: ALL, COP 28."""

PREFIXES = {
    "rmb": "CNY", "cny": "CNY", "cn¥": "CNY", "¥": "CNY", "us$": "USD", "$": "USD", "usd": "USD",
    "€": "EUR", "eur": "EUR", "£": "GBP", "gbp": "GBP", "hk$": "HKD", "hkd": "HKD", "jpy": "JPY",
    "人民币": "CNY", "s$": "SGD", "a$": "AUD", "chf": "CHF", "inr": "INR", "₹": "INR",
    "c$": "CAD", "nt$": "TWD", **{code.lower(): code for code in CODES},
}  # fmt: skip
"""Currencies that stand before their number."""

MONEY = frozenset(PREFIXES.values()) | {"CNY", *(code for code, _, _ in _CURRENCIES)}


def _with_currencies() -> None:
    """Names of currencies in both tables, and in English their last words, as `baht`, where those
    are of one only."""
    last: dict[str, set[str]] = {}
    for code, english, chinese in _CURRENCIES:
        reading = WrittenUnit(_UNITS[code])
        for name in (*english, *((code.lower(),) if code in CODES else ())):
            ENGLISH.setdefault(name, reading)
            last.setdefault(name.rpartition(" ")[2], set()).add(code)
        if chinese:
            CHINESE.setdefault(chinese, reading)
    for word, codes in last.items():
        if len(codes) == 1 and word not in _WORDS_TOO:
            ENGLISH.setdefault(word, WrittenUnit(_UNITS[min(codes)]))


_WORDS_TOO = frozenset(
    words("real reals won dram drams sol soles colon gold dollar dollars pound mark")
)
_with_currencies()
DURATIONS = frozenset(("year", "month", "week", "day", "hour", "minute", "second", "ms"))
SHARES = frozenset(("%", "pp", "times", "permille", "bp"))


def unit_named(name: str) -> Unit:
    """The unit of a name. Raises KeyError where there is none."""
    return _UNITS[name]

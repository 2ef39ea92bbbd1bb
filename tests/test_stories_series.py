"""Series: texts of one form, week after week, are stories of their own; copies, corrected copies
and reprints in traditional characters are one."""

from __future__ import annotations

import pytest

from storage.stories.rules import are_titled_apart, is_copy
from storage.stories.texts import compare, likeness, sketch, units, unpack_samples

# Each form with what one instance has in its places, and another. All invented.
PRICES = (
    "据市发展和改革局价格监测中心监测，{0}全市主要农副产品价格总体平稳。粮油方面，特等米每公斤{"
    "1}元，标准粉每公斤4.8元，桶装花生油每桶139元，与上周持平。肉禽蛋方面，猪后腿肉每公斤{2}元"
    "，牛腱肉每公斤82元，羊肉每公斤76元，鸡蛋每公斤{3}元。蔬菜方面，大白菜每公斤2.6元，黄瓜每公"
    "斤7.2元，土豆每公斤4元，西红柿每公斤8.4元，青椒每公斤9元。水产品方面，草鱼每公斤17元，带鱼"
    "每公斤36元。监测人员认为，当前市场货源充足，下周价格仍将保持平稳，居民可放心购买。"
)
ALGAE = (
    "记者从市海洋与渔业局获悉，{0}，浒苔在我市近海的覆盖面积约{1}平方公里，分布面积约{2}平方公"
    "里，前缘距离岸线{3}海里。全市共出动打捞船只{4}艘，累计打捞浒苔{5}万吨。海洋部门提醒，受南"
    "风影响，未来三天浒苔将继续向西北方向漂移，请沿岸养殖户加固网箱，景区及时清理沙滩，市民不要"
    "食用捡拾的海藻。市海洋预报台将每天发布监测结果，遇有较大变化随时通报。"
)
FLOOD = (
    "受上游持续强降雨影响，{0}，青弋江干流泾口站水位涨至{1}米，达到警戒水位，根据《全国主要江河"
    "洪水编号规定》，编号为青弋江2026年第{2}号洪水。市水文局同时发布洪水{3}色预警，提请沿江各县"
    "区加强巡堤查险，低洼地区群众及时转移。市防汛办已调度上游三座水库拦洪削峰，预计洪峰将于次日"
    "凌晨通过城区河段，相关部门将滚动发布水情信息。"
)
BIDS = (
    "The {0} list of technical problems put up for open bidding was published by the science "
    "bureau of Yancheng on {1}. It has {2} problems from local makers of wind turbines, "
    "electric cars and paper machines. Teams from anywhere in the country may bid through the "
    "bureau's platform, alone or with partners, and the companies pay when their acceptance "
    "tests are passed. The bureau adds up to 30 percent of the price. Bids are opened in "
    "public, and the names of the winners are put on the bureau's site."
)
WATER = (
    "Water levels at the Shizui gauge stood at {0} meters at 8 am on {1}, the Yibin hydrology "
    "station reported. The flow was 8,900 cubic meters per second. The warning level is 78.4 "
    "meters. Ferries run as usual between 6 am and 7 pm, boats under 12 meters keep out of the "
    "main channel, and anglers are asked to stay off the gravel banks. The station publishes "
    "its readings twice a day, and hourly when the river rises by more than 50 centimeters in "
    "six hours."
)
ROAD = (
    "因{0}雨污水管网改造施工，自{1}起对相关路段实行交通管制，禁止机动车通行，行人和非机动车可从"
    "东侧便道通过。途经车辆请提前绕行迎宾大道、学府路，公交线路走向以现场站牌为准。施工期间请自"
    "觉服从交警指挥，注意行车安全。由此带来的不便，敬请谅解。如有疑问，可拨打交通服务热线咨询。"
    "特此通告。市公安局交通警察支队、市城市管理局联合发布。"
)
INSTANCES = [
    (PRICES, ("6月3日至9日", "6.4", "27", "9.8"), ("6月10日至16日", "6.4", "27.4", "9.8")),
    (PRICES, ("第23周", "6.4", "27", "9.8"), ("第24周", "6.4", "27", "9.6")),
    (PRICES, ("6月3日", "6.4", "27", "9.8"), ("6月10日", "6.4", "27", "9.8")),
    (
        ALGAE,
        ("6月21日", "113", "8600", "12", "41", "2.3"),
        ("2024年6月19日", "86", "7450", "18", "36", "1.7"),
    ),
    (
        ALGAE,
        ("截至昨日", "113", "8600", "12", "41", "2.3"),
        ("截至昨日", "86", "7450", "12", "41", "1.7"),
    ),
    (FLOOD, ("7月2日16时", "12.52", "一", "蓝"), ("7月11日5时", "12.58", "二", "蓝")),
    (FLOOD, ("7月2日16时", "12.52", "1", "蓝"), ("7月11日5时", "13.1", "2", "黄")),
    (BIDS, ("third", "May 8", "41"), ("fourth", "Nov 20", "36")),
    (WATER, ("76.31", "July 4"), ("76.05", "July 5")),
    (WATER, ("76.31", "July 4"), ("76.31", "July 11")),
    (ROAD, ("人民路", "5月6日"), ("建设路", "5月20日")),
]
FURNITURE = [
    ("来源：市发改局 发布时间：2026-06-10 09:12 浏览次数：118\n", "\n责任编辑：周宁"),
    ("发布日期：2026年6月12日　阅读量：3021\n2026-06-12 17:40\n", "\n编辑：王立\n浏览：77"),
    ("Source: city portal  Published: June 11, 2026  Views: 204\n", ""),
]


@pytest.mark.parametrize(("form", "one", "other"), INSTANCES)
def test_instances_of_a_series_are_no_copies(
    form: str, one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    assert not is_copy(compare(units(form.format(*one)), units(form.format(*other))))


@pytest.mark.parametrize(("form", "one", "other"), INSTANCES)
def test_what_a_page_writes_around_a_text_makes_no_other_text(
    form: str, one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    text = form.format(*one)
    for before, after in FURNITURE:
        for before_too, after_too in FURNITURE:
            framed = units(before + text + after), units(before_too + text + after_too)
            assert is_copy(compare(*framed)), (before, before_too)


SHUT = (
    "{0}供水公司通知：为冲洗管网，3月14日22时至次日5时停水，请提前储水。停水期间请关好水龙头，恢复供水后先放水三分钟。"
    "{0}范围内的高层住户可到物业领取桶装水。因此带来的不便，敬请谅解，如提前完工将随时恢复，不再另行通知。"
)
HIRES = (
    "{0} Museum takes on guides for the summer. They lead school classes through the halls, sit at "
    "the desk and look after lost umbrellas. Those who like to talk may write until June 14; they "
    "need no experience, and {0} pays for the course and the bus."
)


@pytest.mark.parametrize(
    ("form", "title", "names", "apart"),
    [
        (SHUT, "{}供水公司停水通知", ("沙湖", "青岭"), True),
        (SHUT, "{}供水公司停水通知", ("沙湖", "大青岭"), True),
        (HIRES, "{} Museum takes on guides", ("Harbour", "Tram"), True),
        (HIRES, "Wanted by {}: guides", ("the Harbour Hill", "the Tram Street"), True),
        (HIRES, "{} of the museum wanted", ("Guides", "Friends"), False),
        (SHUT, "沙湖供水公司{}", ("停水通知", "今夜停水"), False),
    ],
)
def test_one_form_for_two_names_is_told_by_its_titles(
    form: str, title: str, names: tuple[str, str], apart: bool
) -> None:
    kept = names if apart else (names[0], names[0])
    one, other = (units(title.format(name)) for name in names)
    ours, yours = (units(form.format(name)) for name in kept)
    assert are_titled_apart((one, other), (ours, yours)) is apart


@pytest.mark.parametrize(
    ("form", "values", "place", "right"),
    [
        (PRICES, ("6月3日至9日", "6.4", "27", "9.8"), 2, "37"),
        (ALGAE, ("6月21日", "113", "8600", "12", "41", "2.3"), 4, "14"),
        (BIDS, ("third", "May 8", "41"), 2, "14"),
        (WATER, ("76.31", "July 4"), 0, "67.31"),
    ],
)
def test_a_copy_with_one_figure_corrected_is_a_copy(
    form: str, values: tuple[str, ...], place: int, right: str
) -> None:
    corrected = [right if n == place else value for n, value in enumerate(values)]
    assert is_copy(compare(units(form.format(*values)), units(form.format(*corrected))))


TRADITIONAL = (
    ("7月9日，記者從市科學技術協會瞭解到，我市首個「科創中國」產學研協同創新基地在經濟技術開發區揭牌。基地由三家"
     "高校與十二家企業共同建設，圍繞新能源電池、智慧農機等領域開展聯合攻關，計劃兩年內轉化成果二十項。裏面設有"
     "檢測實驗室和中試車間，意味著企業不必再到外地做試驗。協會負責人說，將為每個專案配備一名技術經理人，並準備於年底前"
     "公佈第一批攻關清單。"),
    ("7月9日，记者从市科学技术协会了解到，我市首个“科创中国”产学研协同创新基地在经济技术开发区揭牌。基地由三家"
     "高校与十二家企业共同建设，围绕新能源电池、智能农机等领域开展联合攻关，计划两年内转化成果二十项。里面设有"
     "检测实验室和中试车间，意味着企业不必再到外地做试验。协会负责人说，将为每个项目配备一名技术经理人，并准备于年底前"
     "公布第一批攻关清单。"),
)  # fmt: skip


def test_a_reprint_in_traditional_characters_is_a_copy_and_is_found() -> None:
    one, other = TRADITIONAL
    assert is_copy(compare(units(one), units(other)))
    samples = unpack_samples(sketch(one)), unpack_samples(sketch(other))
    assert likeness(*samples, len({*samples[0]} & {*samples[1]})) > 0.6


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "青梧科技携三款分选机参展，每小时可分选苹果三吨，体积只有同类设备的一半。{}",
            "青梧科技与农业大学签署协议，共建育种实验室，首期投入可观，设在沙岭试验站。{}",
        ),
        (
            "Corvane today named Idris Feld as chief financial officer. He was treasurer of a "
            "railway and began his career as an auditor, and is to succeed Carol Brandt. {}",
            "Corvane was selected by the port of Ellery to supply charging systems as part of a "
            "plan to retire diesel equipment; work is to begin at the outer harbour. {}",
        ),
    ],
)
def test_releases_of_one_house_are_no_copies_though_what_it_says_of_itself_is_most_of_them(
    one: str, other: str
) -> None:
    is_han = "青" in one
    name = "青梧科技" if is_han else "Corvane"
    about = (
        f"\n\n关于{name}\n\n"
        + "公司成立于洛城高新区，专注于农业物联网与智能装备，在全国设有服务中心，"
        "产品覆盖土壤墒情监测、温室控制、果蔬分选，服务农场和合作社。" * 3
        if is_han
        else f"\n\nAbout {name}\n\n"
        + "The company designs and builds power systems for warehouses, ports and fleets, employs "
        "people in many countries, and has been named to the clean industry list every year. " * 3
    )
    body = one.format(
        "\n\n这一点已经公布，并得到各方确认。" * 3 if is_han else "\n\nAll was confirmed." * 3
    )
    assert not is_copy(compare(units(body + about), units(other.format("") + about)))
    long = (
        body
        + (
            "果农带着果子来试机，看完结果改了主意，当场分成三档出售。"
            if is_han
            else " The board thanked her predecessor, who stays on as an adviser until winter."
        )
        * 2
    )
    assert is_copy(compare(units(long + about), units(long)))


def test_bulletins_of_other_hours_are_no_copies() -> None:
    form = (
        "{}气象台6月18日{}发布暴雨{}预警信号：受强对流云团影响，预计未来3小时，{}降雨量将达50毫米以上，"
        "局地伴有短时强降水、雷电和7～9级雷暴大风，请注意防范。中小学、幼儿园应当视情况推迟放学时间，确保学生安全；"
        "切断低洼地带有危险的室外电源，暂停在空旷地方的户外作业，转移危险地带人员到安全场所避雨；检查城市排水系统。"
    )
    first = units(form.format("清湾市", "14时20分", "橙色", "临港、南浦、石塘三个街道"))
    second = units(form.format("清湾市", "16时05分", "红色", "临港、南浦、石塘、北埠四个街道"))
    assert not is_copy(compare(first, second))


def test_tenders_for_two_things_are_told_by_titles_that_differ_in_two_places() -> None:
    form = "The school board asks for bids for {} in the {} wing, to be opened on July 6 at noon."
    filled = [("thirty desks", "north"), ("two boilers", "south")]
    titles = (units("Bids: desks, north wing"), units("Bids: boilers, south wing"))
    ours, yours = (units(form.format(*values)) for values in filled)
    assert are_titled_apart(titles, (ours, yours))
    assert not are_titled_apart(titles, (ours, ours))


def test_a_number_in_words_is_the_same_in_figures() -> None:
    form = (
        "She bought {} pounds of flour and {} eggs at the market by the bridge, carried both up "
        "the hill, and baked bread for everybody who had helped to mend the roof after the storm."
    )
    assert units(form.format("three", "twelve")).raw == units(form.format(3, 12)).raw

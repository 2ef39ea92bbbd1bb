"""What a text is about, not what it mentions: passages and asides, namesakes, names that were set
in pieces, what is no text at all; and where the points come from."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.aboutness import LABELLED, OURS, Item, graded, learned, read
from hubwatch.errors import SourceError
from scraper.relevance.aboutness import boilerplate
from scraper.relevance.match import match
from scraper.relevance.watchlist import SHIPPED, Watchlist, load_watchlist
from storage.types import ArticleData, Grade
from tests.support.make import day

WATCHLIST = load_watchlist()
PROGRAMME = WATCHLIST.subjects[0]


def article(title: str, body: str, published: str = "2023-09-12") -> ArticleData:
    return ArticleData("http://e.test/1", "e", title, body, published=day(published))


def grade(title: str, body: str, published: str = "2023-09-12") -> Grade | None:
    return match(article(title, body, published), WATCHLIST).grade(WATCHLIST.watched)


def item_grade(item: Item) -> Grade | None:
    return match(item.article, WATCHLIST).grade(WATCHLIST.watched)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "Industrial output up 5 percent",
            "Output rose in all seven districts. Cars did best, paper worst. The city, a pilot "
            "city of Innovation China, also sold more pumps. Power use grew by 3 percent.",
        ),
        (
            "A beekeeper and his 40 hives",
            "Old Kang gets up at four. He has kept bees for fifty years and has been stung by all "
            "of them. Once he spoke to a team of Innovation China about mites. He prefers bees.",
        ),
        (
            "Signs at the town gate",
            "The gate now has nine signs: clean city, chess city, Innovation China pilot city, "
            "twin city of three others. The tenth says welcome. A lorry has already hit it.",
        ),
        (
            "三季度用电量增长",
            "工业用电增幅居前。居民用电略降。入选“科创中国”试点城市的株洲，充电桩增加三成。电网公司"
            "提醒错峰。",
        ),
        (
            "养蜂人老康",
            "老康凌晨四点起床。他养蜂五十年，去年当过一次“科创中国”讲师。他更喜欢蜜蜂。",
        ),
    ],
)
def test_a_passing_mention_in_a_text_about_something_else_is_not_core(
    title: str, body: str
) -> None:
    assert grade(title, body) in (Grade.RELATED, Grade.MENTION)


@pytest.mark.parametrize(
    ("title", "body", "published"),
    [
        (
            "Quzhou is not on it",
            "The new list of pilot cities of Innovation China is out, and Quzhou is not on it. "
            "The science association says the application lacked a budget.",
            "2021-06-08",
        ),
        (
            "名单里没有衢州",
            "“科创中国”试点城市名单公布，衢州未能入选。市科协说，差在预算。",
            "2021-06-08",
        ),
        (
            "Six hubs, six managers",
            "The China Association for Science and Technology has asked its hub cities to hire a "
            "manager each. Yinchuan has done so. Guiyang is still looking.",
            "2022-02-10",
        ),
        (
            "授牌一周年",
            "中国科协授予的创新驱动示范市牌子，在威海挂了整整一年。二十家学会来过，十一家留下了专家。",
            "2024-08-01",
        ),
        (
            "泵厂的难题",
            "“科 创 中 国”试点城市（泰州）服务队昨天进厂，三位专家看了两台泵。",
            "2022-03-01",
        ),
        (
            "Pumps and professors",
            "Taizhou's work as an Inno-\nvation China pilot city began with a pump. Experts came.",
            "2022-03-01",
        ),
        (
            "Ｐｕｍｐｓ",
            "The Ｉｎｎｏｖａｔｉｏｎ　Ｃｈｉｎａ pilot city Taizhou showed experts its pumps.",
            "2022-03-01",
        ),
    ],
)
def test_the_programme_in_a_city_is_core_however_it_is_named(
    title: str, body: str, published: str
) -> None:
    assert grade(title, body, published) is Grade.CORE


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "Robot maker goes public",
            "Innovation China Robotics, a maker of mowers, sold shares in Wuxi on Monday. The "
            "price rose by a tenth.",
        ),
        ("夜跑活动", "由一家运动品牌冠名的“科创中国夜跑”周五开跑，报名费四十元。终点在湖边。"),
        ("国资动态", "会议提出，在科创中国有资本要当耐心资本。苏州三家国企作了发言。"),
        ("Camp opens", "The Science and Technology Innovation China-ASEAN Camp has 90 pupils."),
        (
            "CAST ships a probe",
            "CAST's plant in Tianjin, a hub for spacecraft, has shipped a satellite. The rocket "
            "waits.",
        ),
        (
            "CAST members elect a council",
            "The International Centre for Alloy Studies and Testing (CAST) chose nine members from "
            "China and Peru. CAST meets in Basel.",
        ),
        (
            "Towns and money",
            "Rich towns lead in innovation. China has pilot cities for everything.",
        ),
    ],
)
def test_what_is_only_called_alike_is_not_core(title: str, body: str) -> None:
    assert grade(title, body) not in (Grade.CORE, Grade.RELATED)


@pytest.mark.parametrize(
    "body",
    [
        "县科协党支部重温誓词。书记要求扎实推进科普惠民、“科创中国”、学会改革等各项工作。",
        "县科协召开年会，部署“科创中国”、科普大篷车、院士专家工作站等任务。会后参观茶园。",
    ],
)
def test_what_is_only_listed_among_other_work_is_not_core(body: str) -> None:
    assert grade("县科协开展主题党日活动", body) is Grade.RELATED


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "The last signalman of Yingtan",
            "Zeng Bo pulled levers for forty years. He knew each engine by its cough. His wife was "
            "a baker. When the hub city of Yingtan received experts of Innovation China, he showed "
            "them the old frost trap under the points. He is buried beside the line.",
        ),
        (
            "悼念陶艺家罗阿婆",
            "罗阿婆十岁学拉坯。她的碗薄得透光。七十岁那年她收了最后一个徒弟。去世前一年，市科协请她给“科创中国”"
            "试点城市景德镇的专家讲窑火。她的窑留给了村里。",
        ),
        (
            "区科协召开季度例会",
            "会议通报了进展：完成科普画廊更换；组织教师培训；配合“科创中国”试点城市蚌埠的企业走访；清理闲置设备。",
        ),
        (
            "科协负责人谈打算",
            "他说，重点是四件事。一是修好老科技馆；二是把年会办到乡镇。三是请“科创中国”服务团到蚌埠来。四是评好青年奖。",
        ),
    ],
)
def test_what_a_text_about_something_else_tells_besides_is_not_core(title: str, body: str) -> None:
    assert grade(title, body) is Grade.RELATED


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "A press that groaned",
            "For a year a press in Yingtan groaned. The owner changed the oil. In April experts of "
            "the Innovation China hub city came with a microphone. They heard a cracked "
            "bearing. The society now listens to forty presses a month.",
        ),
        (
            "服务站一季度台账",
            "“科创中国”蚌埠服务站一季度台账：走访企业二十家；收到难题九个；专家驻点十一天；签订合同两份。",
        ),
        (
            "站长说了四句话",
            "一是人要到。二是账要清。三是难题要有人接。四是合同要落地。蚌埠的“科创中国”服务站站长说完就去了车间。",
        ),
    ],
)
def test_what_is_told_late_or_in_items_is_core_where_the_text_is_about_it(
    title: str, body: str
) -> None:
    assert grade(title, body) is Grade.CORE


def test_a_name_in_a_row_of_honours_is_not_core() -> None:
    honours = (
        "全国双拥模范城、国家卫生城市、全国绿化模范城市、“科创中国”试点城市、国家森林城市、"
        "中国书法之乡、全国法治政府建设示范市"
    )
    told = f"衢江是一座古城。近年来，衢江先后获得{honours}。"
    assert grade("衢江概况", told) is not Grade.CORE
    offices = (
        "市档案局、环卫二队、城东派出所、公交三公司、“科创中国”试点办、供电抢修班、图书馆少儿部"
    )
    assert (
        grade("衢江试点工作先进集体名单", f"先进集体：{offices}。先进个人：王平。")
        is not Grade.CORE
    )
    work = (
        "“科创中国”试点城市衢江今年办了路演、对接会、专家问诊、榜单发布、技术经理人培训、成果展。"
    )
    assert grade("衢江试点工作有声有色", work) is Grade.CORE


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "Regatta",
            "Forty boats sailed. Our partners: Bay Bank, Innovation China Lounge, Sail, Tea.",
        ),
        ("龙舟赛", "二十支队伍参赛。协办单位：江边酒楼、科创中国会客厅、大桥茶庄、同安书店。"),
        (
            "关于报送表格的通知",
            "请于周五前报送。\n附件1：表格一.xls\n附件2：“科创中国”类填写样例说明.pdf",
        ),
        ("Form", "Send it by Friday.\nAnnex 1: How to fill in Innovation China lines.docx"),
    ],
)
def test_a_name_in_a_roll_or_of_a_file_is_a_mention(title: str, body: str) -> None:
    assert grade(title, body) is Grade.MENTION


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "Innovation China Kettles opens a shop",
            "Innovation China Kettles Ltd sells kettles in Wuxi.",
        ),
        ("科创中国水壶召回", "科创中国水壶有限公司召回三百只水壶。水壶在无锡售出。"),
    ],
)
def test_a_title_says_the_name_of_a_firm_in_short(title: str, body: str) -> None:
    assert grade(title, body) is Grade.MENTION


def test_initials_that_are_spelt_out_as_the_association_are_its_name() -> None:
    body = "The China Association for Science and Technology (CAST) chose nine members in Beijing."
    assert grade("CAST elects a council", body) is grade(
        "CAST elects a council", body.replace(" (CAST)", "")
    )


@pytest.mark.parametrize(
    "around",
    [
        "\n\nRelated stories: Guiyang named hub city of Innovation China | Rain",
        " Tags: hub city, Innovation China, pilot city",
        "\n\nMore news\n- Guiyang, hub city of Innovation China\n- Melons get cheaper",
        "\nHome > News > Innovation China > Hub cities",
        "\n相关阅读：贵阳入选“科创中国”枢纽城市",
        "热门标签：枢纽城市 科创中国 试点城市",
        "\n【延伸阅读】\n“科创中国”试点城市名单公布\n贵阳枢纽城市推进会召开",
        "\n首页|科创中国|枢纽城市|公告",
    ],
)
def test_navigation_tags_and_links_are_no_text(around: str) -> None:
    body = "Water will be off in Huaxi on Sunday from nine to five. A tanker stands at the school."
    assert grade("Water off", body + around) is None
    text = f"{body}\n\nInnovation China experts of the Guiyang hub office explain why.{around}"
    assert grade("Water off", text) is not None


def test_a_table_is_text_and_a_label_in_a_sentence_is_none() -> None:
    table = "City | Title | Since\nGuiyang | hub city | 2021\nFoshan | pilot city | 2021"
    assert boilerplate(table) == []
    assert boilerplate("The tags were red. Related to this, the topics were: three.") == []
    assert boilerplate("") == []
    (span,) = boilerplate("Text.\nSee also: one, two\nMore text.")
    assert "Text.\nSee also: one, two\nMore text."[slice(*span)] == "See also: one, two"


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "Harbour town counts its year",
            "Herring were scarce and rents were high. The council paved two lanes, sold a ferry "
            "and joined four schemes, Innovation China among them. The lighthouse is to let.",
        ),
        (
            "The baker who reads patents",
            "Ms. Oyang bakes until noon. Then she reads patents on yeast. She once took part in a "
            "contest of Innovation China and came ninth. Her buns sell out by ten.",
        ),
        ("Innovation China opens a help line", "The number is free. Calls may be recorded."),
        ("年终盘点：十件小事", "桥修好了。鸡蛋降价了。有人在“科创中国”讲了一课。雪下了三天。"),
        ("校友录", "王某，开茶馆。李某，当船长。赵某，曾参加“科创中国”服务团。孙某，种橘子。"),
    ],
)
def test_what_names_the_programme_in_passing_is_related(title: str, body: str) -> None:
    found = match(article(title, body), WATCHLIST)
    assert found.grade(WATCHLIST.watched) is Grade.RELATED
    (score,) = {(one.points, one.parts) for one in found.scores if one.topic in PROGRAMME.topics}
    assert score[0] == round(sum(part.points for part in score[1]), 1)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (  # one line of a long report
            "Work of the government",
            "The roads were mended. " * 30 + "A booth told of Innovation China.",
        ),
        (  # a fund of that name
            "Fund sells its tower",
            "The hedge fund Innovation China sold a tower in Macau. Its fund manager retires.",
        ),
        (  # a longer name
            "Vacuum cleaners fall",
            "Shares of Innovation China Robotics fell. The firm sells vacuum cleaners.",
        ),
        (  # nothing to do with it
            "Society of poets",
            "The society reads on Fridays. It has nothing to do with Innovation China.",
        ),
        (  # what is left of a menu
            "Snow",
            "It snowed for three days. The school stays shut on Monday.\nInnovation China\nHome",
        ),
        ("下雪", "雪下了三天。学校周一停课。\n科创中国\n返回首页"),
    ],
)
def test_what_may_be_something_else_or_one_line_of_many_is_not(title: str, body: str) -> None:
    assert grade(title, body) is Grade.MENTION


def test_what_is_named_in_passing_can_be_made_a_mention(tmp_path: Path) -> None:
    body = "It rained in Wuhu. " * 6 + "One can see the Great Bridge from there."
    low = own(tmp_path, f"{OWN}points = {{ passing = 0 }}\n")
    assert match(article("Rain", body), low).grade(low.watched) is Grade.MENTION


def test_what_is_programme_wide_without_a_city_is_not_core() -> None:
    body = "“科创中国”平台全国注册用户突破百万，累计发布需求十五万条。主管方没有公布分布情况。"
    assert grade("用户破百万", body) is not Grade.CORE


def test_points_are_the_sum_of_their_parts_and_the_grade_follows_from_them() -> None:
    for name in OURS:
        for item in read(LABELLED / name, WATCHLIST):
            found = match(item.article, WATCHLIST)
            for score in found.scores:
                assert score.points == round(sum(part.points for part in score.parts), 1)
            own = [one for one in found.scores if one.topic in PROGRAMME.topics]
            assert len({(one.points, one.grade) for one in own}) <= 1
            assert found.grade(PROGRAMME.topics) is graded(item, PROGRAMME.points)


def test_the_grades_of_the_labelled_texts_are_right() -> None:
    wrong: Counter[str] = Counter()
    for item in read(LABELLED / "aboutness.jsonl", WATCHLIST):
        is_core = match(item.article, WATCHLIST).grade(WATCHLIST.watched) is Grade.CORE
        wrong["wanted"] += item.label == "core"
        wrong["told"] += is_core
        wrong["right"] += is_core and item.label == "core"
    assert wrong["right"] / wrong["told"] >= 0.93
    assert wrong["right"] / wrong["wanted"] >= 0.93


def test_texts_that_nothing_was_learned_from_are_graded_right() -> None:
    assert "unseen.jsonl" not in OURS
    for item in read(LABELLED / "unseen.jsonl", WATCHLIST):
        is_core = match(item.article, WATCHLIST).grade(WATCHLIST.watched) is Grade.CORE
        assert is_core == (item.label == "core"), item.article.title


def test_what_names_it_in_passing_and_what_is_about_it_are_told_apart() -> None:
    assert "passing.jsonl" not in OURS
    wrong = []
    for item in read(LABELLED / "passing.jsonl", WATCHLIST):
        found = match(item.article, WATCHLIST).grade(WATCHLIST.watched)
        if item.label != "none" or found is Grade.CORE:
            wrong += [] if found == item.label else [item.article.title]
    assert wrong == []


def test_a_sentence_that_takes_up_the_office_of_the_programme_belongs_to_it() -> None:
    bell = "A bell founder in Changshu could not cure a hum."
    asked = "The Innovation China helpers of the town wrote to a tuner. He came by bus."
    assert grade("A hum", f"{bell} {asked} The bell is silent. It hangs in a tower.") in (
        Grade.RELATED,
        Grade.CORE,
    )
    text = f"{bell} {asked} The helpers paid his ticket. The helpers kept the bell."
    (about,) = {one.points for one in match(article("A hum", text), WATCHLIST).scores}
    rest = f"{bell} {asked} The founder paid his ticket. The founder kept the bell."
    (less,) = {one.points for one in match(article("A hum", rest), WATCHLIST).scores}
    assert about > less


def test_the_labelled_texts_are_of_every_kind_and_none_is_there_twice() -> None:
    items = [json.loads(one) for one in (LABELLED / "aboutness.jsonl").read_text().splitlines()]
    kinds = Counter((item["label"], item["language"]) for item in items)
    assert len(items) >= 250
    assert (
        min(kinds[label, tag] for label in ("core", "related", "none") for tag in ["en", "zh"])
        >= 30
    )
    assert len({item["body"] for item in items}) == len(items)


@pytest.mark.slow
def test_the_shipped_points_are_those_that_the_labelled_texts_teach() -> None:
    items = [
        one for name, weight in OURS.items() for one in read(LABELLED / name, WATCHLIST, weight)
    ]
    assert learned(items) == dict(PROGRAMME.points)


# --- subjects of one's own ---------------------------------------------------------------------

OWN = """
[contexts]
bridge-work = ["pier", "piers", "cable", "cables", "engineer", "engineers", "桥墩", "工程师"]

[[topic]]
id = "bridge"
[[topic.name]]
language = "en"
forms = ["Great Bridge"]
[[topic.name]]
language = "zh"
forms = ["大桥工程"]

[[subject]]
id = "building"
topics = ["bridge"]
work = ["bridge-work"]
"""


def own(tmp_path: Path, text: str = OWN) -> Watchlist:
    file = tmp_path / "own.toml"
    file.write_text(text, "utf-8")
    return load_watchlist(file)


def test_a_subject_of_one_s_own_is_graded_without_training(tmp_path: Path) -> None:
    watchlist = own(tmp_path)
    rain = "It rained in Wuhu. " * 6
    for title, body, wanted in (
        ("Great Bridge grows", "The engineers of Wuhu have set three piers.", Grade.CORE),
        (
            "Three piers",
            "Engineers in Wuhu have set three piers of the Great Bridge. The cables come in May.",
            Grade.CORE,
        ),
        ("大桥工程", "芜湖的工程师立起三座桥墩。", Grade.CORE),
        ("Rain", f"{rain}One can see the Great Bridge from there.", Grade.RELATED),
        ("Rain", f"{rain * 4}One can see the Great Bridge from there.", Grade.MENTION),
        ("Rain", f"{rain}\nTags: rain, Great Bridge", None),
    ):
        assert match(article(title, body), watchlist).grade(watchlist.watched) is wanted, title


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('topics = ["bridge"]', 'topics = ["brige"]', "there is no topic 'brige'; did you mean"),
        ('topics = ["bridge"]', "topics = []", "topics: is missing"),
        ('work = ["bridge-work"]', 'work = ["works"]', "there is no context 'works'"),
        ('work = ["bridge-work"]', 'organisations = ["x"]', "there is no organisation 'x'"),
        ('work = ["bridge-work"]', "points = { title = 99 }", "points.title"),
        ("[[subject]]", '[[subject]]\nid = "a"\ntopics = ["bridge"]\n[[subject]]', "one subject"),
    ],
)
def test_a_mistake_in_a_subject_is_one_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(SourceError) as caught:
        own(tmp_path, OWN.replace(old, new))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_stands_for_somebody_else_is_no_organisation(tmp_path: Path) -> None:
    watchlist = own(
        tmp_path,
        OWN.replace("[contexts]", '[contexts]\nspace = ["satellite"]')
        + '[[organisation]]\nid = "cast"\nforms = ["CAST"]\nexcludes = ["space"]\n',
    )
    assert match(article("CAST meets", "It met."), watchlist).scores
    assert not match(article("CAST ships", "It shipped a satellite."), watchlist).scores
    with pytest.raises(SourceError, match="there is no topic or context 'spice'"):
        own(tmp_path, OWN + '[[organisation]]\nid = "c"\nforms = ["C"]\nexcludes = ["spice"]\n')


def test_the_shipped_list_says_its_points_in_its_own_words() -> None:
    text = SHIPPED.read_text("utf-8")
    assert "[subject.points]" in text
    assert all(f"\n{name} = {value}\n" in text for name, value in PROGRAMME.points.items())


@pytest.mark.parametrize(
    ("title", "body", "wanted"),
    [
        (
            "West passes one-fifth of requests on Innovation China",
            "Provinces in the west accounted for 22 percent of the technical requests put to "
            "Innovation China, the China Association for Science and Technology said in Beijing.",
            Grade.RELATED,
        ),
        (
            "科创中国年度榜单揭晓",
            "中国科协在京揭晓“科创中国”年度榜单，专家评审后共有三百项技术入选，需求对接同步启动。",
            Grade.RELATED,
        ),
        (
            "科创中国服务团出发",
            "“科创中国”专家服务团赴毕节会诊，三十名专家为企业解决技术难题。",
            Grade.CORE,
        ),
        (
            "Tyre makers find their chemist",
            "Dongying joined the Sci-Tech China pilot two years ago. Its experts have since solved "
            "forty technical problems of tyre makers under the programme.",
            Grade.CORE,
        ),
        (
            "Week ahead",
            "MON staff canteen closed | TUE visitors from the zoo | WED Innovation China boards "
            "come in by the goods entrance, please keep it clear | THU choir practice",
            None,
        ),
    ],
)
def test_what_tells_of_no_city_is_related_at_most(
    title: str, body: str, wanted: Grade | None
) -> None:
    found = grade(title, body)
    assert found is wanted if wanted else found in (None, Grade.MENTION)


def test_press_texts_by_others_are_graded_as_labelled() -> None:
    """Dry and lively ones by people who had not seen the list, whose names and words of it were
    chosen by them afterwards."""
    told = Counter(
        (item.label == "core", item_grade(item) is Grade.CORE)
        for item in read(LABELLED / "press.jsonl", WATCHLIST)
    )
    assert told[True, True] / (told[True, True] + told[False, True]) >= 0.93
    assert told[True, True] / (told[True, True] + told[True, False]) >= 0.93


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "动画电影《科创中国》定档暑期",
            "动画电影《科创中国》昨日宣布定档七月。影片讲述一台旧机床的环球旅行，配音演员多为"
            "新人。制作方说，后期制作用了两年。",
        ),
        (
            "远洋货轮“科创中国”号首航",
            "新造货轮“科创中国”号昨日离开船厂首航。该轮载重八万吨，船员二十一人，目的港为桑"
            "托斯。船东是一家民营航运公司。",
        ),
        (
            "“科创中国”广场招租",
            "位于地铁口的“科创中国”广场三层商铺招租，面积八十至三百平方米，免租期两个月。物"
            "业管理费每平方米十五元。",
        ),
        (
            "长篇小说《科创中国》出版",
            "作家林默的长篇小说《科创中国》近日出版。小说写三代钳工的命运，全书四十二万字。首"
            "印两万册。",
        ),
        (
            'Song "Innovation China" tops the charts',
            'The song "Innovation China" by the band Loose Bolts has sold 80,000 downloads in'
            " a week. It was recorded in a garage in Leeds. The singer says it is about his b"
            "icycle.",
        ),
        (
            "Tanker Innovation China runs aground",
            "The tanker Innovation China ran aground off Cape Verde on Sunday. Nobody was hur"
            "t and no oil was lost. Tugs will try to refloat her at high tide.",
        ),
        (
            "The novel Innovation China is to be filmed",
            "A studio has bought the rights to the novel Innovation China by Greta Moss. Shoo"
            "ting starts in spring in Prague. The novel has sold 40,000 copies in paperback.",
        ),
        (
            "“科创中国”指数收跌",
            "“科创中国”指数昨日收跌1.2%，成分股中二十三只下跌。成交额缩至三百亿元，分析"
            "师认为市场观望情绪较浓。",
        ),
    ],
)
def test_a_work_a_ship_or_a_house_of_that_name_is_a_mention(title: str, body: str) -> None:
    assert grade(title, body) is Grade.MENTION


@pytest.mark.parametrize(
    ("title", "body"),
    [
        (
            "“科创中国”服务站落户创业大厦",
            "“科创中国”马鞍山服务站昨日在创业大厦揭牌，六名学会专家常驻。马鞍山市科协将按月"
            "发布企业需求。",
        ),
        (
            "Innovation China station opens on board a ferry in Zhoushan",
            "Zhoushan has put its Innovation China station on the islands' ferry. Engineers m"
            "eet boat builders between two ports. The city's science association pays the tic"
            "kets.",
        ),
        (
            "船厂里的“科创中国”工作站",
            "扬州一家船厂的“科创中国”工作站昨日启用，八万吨货轮的涂装难题由学会专家会诊。扬"
            "州市科协说，船厂已提出九项需求。",
        ),
        (
            "《扬州市“科创中国”枢纽城市建设方案》印发",
            "扬州市昨日印发《扬州市“科创中国”枢纽城市建设方案》，提出建设十个服务站，每年组"
            "织四十场对接。市科协牵头落实。",
        ),
    ],
)
def test_its_work_in_a_house_a_ship_or_a_title_is_core(title: str, body: str) -> None:
    assert grade(title, body) is Grade.CORE

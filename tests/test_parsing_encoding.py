"""Bytes to text: labels, lies about labels, broken bytes, characters nobody sees."""

# ruff: noqa: E501 - pages are easier to read when their markup is not broken up
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.parsing.encoding import decode
from scraper.parsing.text import clean_characters, clean_field, clean_paragraphs, narrow
from tests.support.effort import cpu
from tests.support.examples import examples

WORDS = "贵阳市召开科技创新大会，推进创新型中心城市建设。会议指出，要发挥大数据的优势，让企业和高校一起工作。"
RARE = "朱镕基、䶮、𠮷野家"
TRADITIONAL = "臺灣與香港的新聞，請參閱本報今日的報導。我們將會繼續關注這個問題，並在這裡發表。"


def page(label: str, text: str = WORDS, before: str = "") -> str:
    return f"<html><head>{before}<meta charset='{label}'><title>{text[:12]}</title></head><body>{text}</body>"


@pytest.mark.parametrize("label", ["gb2312", "GBK", "x-gbk", "gb18030", "gb_2312-80"])
def test_every_label_of_the_family_is_read_as_gb18030(label: str) -> None:
    text = page(label, WORDS + RARE)
    found = decode(text.encode("gb18030"))
    assert (found.text, found.encoding) == (text, "gb18030")


@pytest.mark.parametrize("header", ["text/html; charset=gb2312", "text/html; charset=GBK"])
def test_a_gb_label_on_utf8_bytes_loses(header: str) -> None:
    text = page("gb2312")
    assert decode(text.encode(), header).text == text


@pytest.mark.parametrize("meta", ["utf-8", "gb2312", "iso-8859-1"])
def test_a_utf8_header_on_gb_bytes_loses(meta: str) -> None:
    text = page(meta)
    found = decode(text.encode("gb18030"), "text/html; charset=UTF-8")
    assert (found.text, found.encoding) == (text, "gb18030")


def test_a_latin_header_on_a_utf8_page_loses() -> None:
    text = page("utf-8")
    assert decode(text.encode(), "text/html; charset=ISO-8859-1").text == text


def test_a_latin_page_is_not_taken_for_chinese() -> None:
    text = page("iso-8859-1", "Déjà vu à Genève, où l'été a été très chaud: naïve, cœur élevé.")
    assert decode(text.encode("cp1252"), "").text == text


def test_the_label_may_stand_behind_the_first_kilobyte() -> None:
    text = page("gb2312", before=f"<!-- {'x' * 3000} -->")
    assert decode(text.encode("gb18030")).text == text


def test_of_two_metas_the_one_that_fits_wins() -> None:
    text = page(
        "utf-8", before='<meta http-equiv="Content-Type" content="text/html; charset=big5">'
    )
    assert decode(text.encode("gb18030")).text == text


def test_no_label_at_all() -> None:
    text = f"<title>{WORDS}</title>"
    assert decode(text.encode("gb18030")).text == text
    assert decode(text.encode()).text == text


def test_big5() -> None:
    text = page("big5", TRADITIONAL)
    assert decode(text.encode("big5hkscs")).text == text
    assert decode(text.encode("big5hkscs").replace(b"big5", b"none")).text == text.replace(
        "big5", "none"
    )


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32"])
def test_byte_order_marks_and_bare_utf16(codec: str) -> None:
    text = page("whatever") + "<p>plain words in a page that is mostly markup</p>" * 20
    assert decode(text.encode(codec)).text == text


def test_one_broken_sequence_in_a_long_page_is_forgiven() -> None:
    raw = page("gb2312", WORDS * 20).encode("gb18030")
    broken = raw.replace(b"</body>", b"\xff</body>")
    found = decode(broken)
    assert found.encoding == "gb18030"
    assert found.broken == 1
    assert "1 broken" in found.reason


def test_a_cut_last_character_is_forgiven() -> None:
    assert decode((page("utf-8") + "创").encode()[:-1]).encoding == "utf-8"


def test_a_broken_title_is_hopeless() -> None:
    raw = page("utf-8", WORDS * 20).encode()
    at = raw.index(b"<title>") + 8
    assert decode(raw[:at] + b"\xff\xfe" + raw[at:]).hopeless


def test_noise_is_hopeless_and_never_mojibake() -> None:
    found = decode(b"<html>" + bytes(range(128, 256)) * 50)
    assert found.hopeless
    assert found.text == ""


@given(st.binary(max_size=400), st.text(max_size=60))
def test_no_bytes_and_no_header_break_it(body: bytes, header: str) -> None:
    decode(body, header)


@given(st.text(max_size=200))
def test_clean_text_is_well_formed(text: str) -> None:
    for clean in (clean_field(text), clean_paragraphs(text), clean_characters(text)):
        clean.encode("utf-8")
        assert not any(c in clean for c in "\0\x07\x1b\u200b\u200d\u202e\u2066\ufeff\x85\u2028")
    assert "\n" not in clean_field(text)
    assert len(clean_field(text)) <= 500
    assert len(narrow(text)) == len(text)


def test_cleaning_is_idempotent_and_keeps_words() -> None:
    raw = "A\u202eb\u200bc\x00 \u00a0\u3000d\u2028e"
    assert clean_field(raw) == "Abc d e"
    assert clean_field(clean_field(raw)) == clean_field(raw)


SIMPLIFIED_WORDS = """
贵阳市科学技术局 昨日 通报 全市 已有 实验室 向 中小企业 开放 共享 设备 ， 。 、 “ ” 2023年8月5日 的 了 在 和
科创中国 试点城市 创新 驱动 示范市 项目 资金 支持 大数据 新材料 朱镕基 䶮 𠮷 GDP 3.5% （ ） ： 会议 指出 我们
发展 建设 服务 平台 公告 通知 网站 首页 信息 公开
""".split()  # noqa: SIM905 - words are easier to read in a row
TRADITIONAL_WORDS = """
臺北市政府 昨日 宣布 全市 已有 實驗室 向 中小企業 開放 共享 設備 ， 。 、 「 」 2023年8月5日 的 了 在 和
創新 城市 計畫 資金 支持 大數據 新材料 GDP 3.5% （ ） ： 會議 指出 我們 發展 建設 服務 平臺 公告 通知 網站 首頁
資訊 公開 香港 經濟 國際 關係
""".split()  # noqa: SIM905
CODECS = {
    "gb18030": (
        SIMPLIFIED_WORDS,
        ["gb2312", "gbk", "GB18030", "utf-8", "iso-8859-1", "", "x-unknown"],
    ),
    "big5hkscs": (
        TRADITIONAL_WORDS,
        ["big5", "Big5-HKSCS", "utf-8", "iso-8859-1", "", "x-unknown"],
    ),
    "utf-8": (SIMPLIFIED_WORDS, ["utf-8", "gb2312", "GBK", "big5", "iso-8859-1", "", "x-unknown"]),
    "utf-16": (SIMPLIFIED_WORDS, ["utf-16", "utf-8", "gb2312", "big5", ""]),
    "utf-16-le": (SIMPLIFIED_WORDS, ["utf-16", "utf-8", "gb2312", "", "iso-8859-1"]),
    "utf-16-be": (TRADITIONAL_WORDS, ["utf-16", "utf-8", "big5", "", "iso-8859-1"]),
}


@given(st.data())
@settings(max_examples=examples(300))
def test_text_comes_back_whatever_header_and_page_say_of_it(data: st.DataObject) -> None:
    codec = data.draw(st.sampled_from(sorted(CODECS)))
    words, labels = CODECS[codec]
    text = "".join(data.draw(st.lists(st.sampled_from(words), min_size=25, max_size=80)))
    header, meta = data.draw(st.sampled_from(labels)), data.draw(st.sampled_from(labels))
    said = f"<meta charset='{meta}'>" if meta else ""
    # Pages are mostly markup, and it is markup that tells UTF-16 without a mark.
    page = f"<html><head>{said}<title>{text[:20]}</title></head><body><p>{text}</p></body></html>"
    found = decode(page.encode(codec), f"text/html; charset={header}" if header else "text/html")
    assert found.text == page, (found.encoding, found.reason)
    assert not found.broken


SPANISH = "<title>La sanción</title><p>La comisión impuso una sanción de tres años.</p>"


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", "windows-1251", "iso-8859-15"])
def test_utf8_beats_every_single_byte_label(label: str) -> None:
    page = f"<meta charset={label}>{SPANISH}".encode()
    decoded = decode(page, f"text/html; charset={label}")
    assert decoded.encoding == "utf-8"
    assert "sanción de tres años" in decoded.text


def test_it_does_so_with_a_broken_byte_in_hundreds() -> None:
    page = ("<meta charset=iso-8859-1>" + SPANISH * 40).encode() + b"<!-- \xc3 -->"
    decoded = decode(page)
    assert (decoded.encoding, decoded.broken) == ("utf-8", 1)
    assert "sanción" in decoded.text


def test_a_single_byte_label_that_is_right_is_believed() -> None:
    for label in ("cp1252", "iso-8859-15"):
        decoded = decode(f"<meta charset={label}>{SPANISH}".encode(label))
        assert "sanción de tres años" in decoded.text


def test_a_page_that_was_encoded_twice_is_read_as_it_was_meant() -> None:
    page = SPANISH.encode().decode("cp1252").encode()
    assert "sanción de tres años" in decode(page, "text/html; charset=utf-8").text
    mixed = (SPANISH + "Ã³, 中文").encode()  # what shows such letters on purpose stays
    assert "Ã³, 中文" in decode(mixed).text


IN_SPANISH = "La sanci\u00f3n del a\u00f1o pasado: Espa\u00f1a aprob\u00f3 m\u00e1s medidas econ\u00f3micas para los ni\u00f1os de la regi\u00f3n. "
IN_JAPANESE = "\u5e02\u306f\u65b0\u3057\u3044\u7814\u7a76\u6240\u3092\u958b\u8a2d\u3057\u3001\u4f01\u696d\u3068\u306e\u9023\u643a\u3092\u9032\u3081\u308b\u3068\u767a\u8868\u3057\u305f\u3002"
IN_KOREAN = "\uc2dc\ub294 \uc0c8\ub85c\uc6b4 \uc5f0\uad6c\uc18c\ub97c \uc5f4\uace0 \uae30\uc5c5\uacfc\uc758 \ud611\ub825\uc744 \ucd94\uc9c4\ud55c\ub2e4\uace0 \ubc1d\ud614\ub2e4. "
IN_RUSSIAN = "\u0413\u043e\u0440\u043e\u0434\u0441\u043a\u043e\u0439 \u0441\u043e\u0432\u0435\u0442 \u043f\u0440\u0438\u043d\u044f\u043b \u0440\u0435\u0448\u0435\u043d\u0438\u0435 \u043e \u0441\u0442\u0440\u043e\u0438\u0442\u0435\u043b\u044c\u0441\u0442\u0432\u0435 \u0431\u0438\u0431\u043b\u0438\u043e\u0442\u0435\u043a\u0438. "
IN_ZH = "\u8d35\u9633\u5e02\u79d1\u534f\u90e8\u7f72\u79d1\u521b\u4e2d\u56fd\u5de5\u4f5c\uff0c\u5e02\u9886\u5bfc\u51fa\u5e2d\u4f1a\u8bae\u3002"


@pytest.mark.parametrize(
    ("text", "codec", "labels"),
    [
        (IN_SPANISH, "utf-8", ("", "gb2312", "gbk", "big5", "shift_jis", "euc-kr", "iso-8859-1")),
        (IN_RUSSIAN, "utf-8", ("", "gb2312", "big5", "windows-1251", "iso-8859-1")),
        (IN_SPANISH, "cp1252", ("", "utf-8", "gb2312", "big5", "euc-kr")),
        (IN_JAPANESE, "cp932", ("", "utf-8", "iso-8859-1", "windows-1252")),
        (IN_JAPANESE, "euc_jp", ("", "utf-8", "iso-8859-1")),
        (IN_KOREAN, "cp949", ("", "utf-8", "iso-8859-1")),
        (IN_RUSSIAN, "cp1251", ("", "utf-8", "iso-8859-1", "windows-1252")),
        (IN_RUSSIAN, "koi8-r", ("", "utf-8", "iso-8859-1")),
        (IN_ZH, "gb18030", ("", "utf-8", "big5", "iso-8859-1", "windows-1251", "euc-kr")),
        (IN_ZH, "utf-8-sig", ("", "gb2312", "big5", "iso-8859-1")),
        (IN_ZH, "utf-16", ("", "gb2312", "utf-8")),
    ],
)
@pytest.mark.parametrize("where", ["header", "meta"])
def test_no_wrong_label_makes_mojibake(
    text: str, codec: str, labels: tuple[str, ...], where: str
) -> None:
    for label in labels:
        meta = f'<meta charset="{label}">' if where == "meta" and label else ""
        body = f"<html><head>{meta}<title>News</title></head><p>{text * 8}</p>".encode(codec)
        kind = f"text/html; charset={label}" if where == "header" and label else "text/html"
        found = decode(body, kind)
        assert text in found.text, (label, found.encoding, found.reason)


def test_chinese_is_taken_for_no_other_script() -> None:
    """Bytes of GBK and Big5 are good bytes of other codecs, too."""
    for text, codec in ((IN_ZH, "gb18030"), (IN_ZH.replace("\u4f1a", "\u6703"), "gb18030")):
        for times in (1, 3, 40):
            found = decode(f"<p>{text * times}</p>".encode(codec))
            assert found.encoding == "gb18030"


IN_FRENCH = "La commission du port a décidé de nouvelles règles d'amarrage; les bateaux devront désormais être munis d'un permis délivré à l'hôtel de ville. "
IN_GERMAN = "Die Hafenbehörde beschließt neue Regeln für größere Boote über zwölf Meter Länge; früher genügte ein mündlicher Antrag. "
IN_POLISH = "Zarząd portu przyjął nowe zasady cumowania; łodzie dłuższe niż dwanaście metrów będą potrzebować zezwolenia. "
IN_CZECH = "Správa přístavu schválila nová pravidla kotvení u severního nábřeží; lodě budou potřebovat povolení, které se vydává ve všední dny. "
IN_TURKISH = "Liman kurulu kuzey rıhtımına bağlanma için yeni kurallar kararlaştırdı; büyük gemiler için kurallar şimdiden geçerli. "
IN_GREEK = "Η λιμενική επιτροπή αποφάσισε νέους κανόνες για την πρόσδεση στη βόρεια προβλήτα. "
IN_HEBREW = "הנהלת הנמל החליטה על כללים חדשים לעגינה ברציף הצפוני וסירות יזדקקו לאישור. "
IN_ARABIC = "قررت هيئة الميناء قواعد جديدة لرسو السفن عند الرصيف الشمالي اعتبارا من أبريل. "
IN_THAI = "คณะกรรมการท่าเรือได้กำหนดกฎใหม่สำหรับการจอดเรือ "
IN_KATAKANA = "ニュース｜データセンター｜アクセスマップ｜"
LABELS = (
    "", "utf-8", "gb2312", "gbk", "big5", "shift_jis", "euc-jp", "euc-kr", "iso-8859-1", "iso-8859-2",
    "windows-1250", "windows-1251", "windows-1252", "windows-1253", "windows-1254", "windows-1256", "koi8-r",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (IN_FRENCH, "cp1252"),
        (IN_GERMAN, "cp1252"),
        (IN_SPANISH, "cp1252"),
        (IN_POLISH, "cp1250"),
        (IN_POLISH, "iso8859-2"),
        (IN_CZECH, "cp1250"),
        (IN_TURKISH, "cp1254"),
        (IN_RUSSIAN, "cp1251"),
        (IN_RUSSIAN, "koi8-r"),
        (IN_GREEK, "cp1253"),
        (IN_GREEK, "iso8859-7"),
        (IN_HEBREW, "cp1255"),
        (IN_ARABIC, "cp1256"),
        (IN_THAI, "cp874"),
        (IN_JAPANESE, "cp932"),
        (IN_JAPANESE, "euc_jp"),
        (IN_JAPANESE, "iso2022_jp"),
        (IN_KATAKANA, "cp932"),
        (IN_KATAKANA, "euc_jp"),
        (IN_KOREAN, "cp949"),
    ],
)
def test_bytes_of_any_script_are_believed_against_any_label(text: str, codec: str) -> None:
    for label in LABELS:
        said = f"<meta charset={label}>" if label else ""
        body = f"<html><head>{said}<title>News</title></head><p>{text * 6}</p></html>".encode(codec)
        found = decode(body)
        assert text in found.text, (label, found.encoding, found.reason)


def test_a_table_that_is_not_known_is_left_to_its_label() -> None:
    lithuanian = "Uosto taryba patvirtino naujas laivų švartavimo taisykles, kurios įsigalioja balandio mėnesį; didžiosios burinės turi gauti leidimą. "
    body = f"<meta charset=windows-1257><p>{lithuanian * 5}</p>".encode("cp1257")
    assert lithuanian in decode(body).text


SHORT = {
    "es": ("cp1252", "Los niños de la ciudad van a la escuela por la mañana y el lunes hay una fiesta."),
    "fr": ("cp1252", "Le maire a dit que les élèves sont dans la cour et que ça va pour une fête."),
    "de": ("cp1252", "Der Platz und die Straße sind nicht naß, sagte der Bürgermeister, und es ist gut."),
    "pl": ("iso8859-2", "Nowa szkoła jest przy ulicy i na to nie ma rady, bo do niej się idzie w dół."),
    "tr": ("cp1254", "Bu bir okul ve çocuklar için daha güzel olan var, her gün olarak da yaşıyor."),
}  # fmt: skip


@pytest.mark.parametrize("label", ["iso-8859-1", "iso-8859-2", "windows-1251", "iso-8859-9"])
@pytest.mark.parametrize("language", SHORT)
def test_a_short_text_is_read_by_the_letters_of_its_language(language: str, label: str) -> None:
    """Too few letters beyond ASCII for counts: the words say which language has to have them."""
    codec, text = SHORT[language]
    page = f"<html><head><meta charset={label}></head><body><p>{text}</p></body></html>"
    assert text in decode(page.encode(codec)).text


def test_the_stated_language_serves_where_the_words_are_few() -> None:
    page = "<html lang='es'><head><meta charset=iso-8859-2></head><body>Mañana, ¿qué?</body></html>"
    assert "Mañana, ¿qué?" in decode(page.encode("cp1252")).text


def test_a_label_that_fits_the_language_is_believed() -> None:
    polish = SHORT["pl"][1]
    page = f"<html lang=es><head><meta charset=iso-8859-2></head><body>{polish}</body></html>"
    assert decode(page.encode("iso8859-2")).encoding == "iso8859-2"
    names = "<html lang=de><meta charset=iso-8859-2><body>Der Rat und die Stadt Łódź</body></html>"
    assert "Łódź" in decode(names.encode("iso8859-2")).text


def test_scripts_without_end_take_no_time_where_a_language_is_looked_for() -> None:
    hostile = b"<meta charset=iso-8859-2>" + b"<script " * 60_000 + b"\xf1" + b"<" * 60_000
    with cpu() as spent:
        decode(hostile)
    assert spent.under(2), spent


def test_a_text_that_was_encoded_twice_in_a_page_that_was_not_is_read_as_it_was_meant() -> None:
    said = "港口管委会昨日通报，第二码头已于上周开工，计划明年秋天完成。"
    page = (
        "<p>港口</p><p>".encode()
        + said.encode().decode("latin-1").encode()
        + "</p><p>été » déjà</p>".encode()
    )
    assert decode(page).text == f"<p>港口</p><p>{said}</p><p>été » déjà</p>"


def test_letters_with_marks_before_a_blank_and_a_quotation_mark_are_left_as_they_are() -> None:
    said = "« Un été\u00a0», a dit le maire, « et ça\u00a0», « voilà\u00a0» : 20\u00a0€. " * 9
    assert decode(said.encode()).text == said


@pytest.mark.parametrize(
    ("label", "codec", "text"),
    [
        ("windows-874", "cp874", "เทศบาลเปิดรับสมัครอาสาสมัครดูแลสวนริมน้ำ 2026 • “ข่าว”"),
        ("dos-874", "cp874", "ประกาศหยุดจ่ายน้ำบางพื้นที่"),
        ("iso-8859-8-i", "iso8859-8", "העירייה פותחת את הגשר החדש"),
        ("x-cp1251", "cp1251", "Міська рада відкриває міст"),
        ("x-mac-cyrillic", "mac-cyrillic", "Совет города открывает мост"),
        ("koi8-ru", "koi8-u", "Міська рада відкриває міст"),
        ("windows-949", "cp949", "시의회가 새 다리를 연다"),
        ("windows-31j", "cp932", "市議会は新しい橋を開く"),
        ("x-euc-jp", "euc_jp", "市議会は新しい橋を開く"),
    ],
)
def test_a_label_that_browsers_know_is_followed(label: str, codec: str, text: str) -> None:
    body = f"<meta charset={label}><title>{text}</title><p>{text * 40}</p>".encode(codec)
    assert text in decode(body).text
    assert text in decode(body.replace(label.encode(), b"x"), f"text/html; charset={label}").text

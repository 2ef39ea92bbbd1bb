"""The date and source line: cut into its labelled parts.

`english.guiyang.gov.cn|Updated: 2023-08-29`, `By X (China Daily) Updated: …`, `发布时间：… 来源：…
字号：[大 中 小]`: one grammar for all. Finds parts. Which of them wins is decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import chain

from hubwatch.patterns import lazy_pattern
from storage.text import han_pattern, simplify
from storage.types import When

from ..dates.in_text import DateOrder, FoundDate, find_dates, read_date
from ..languages import CLOCK_WORDS, HIJRI, PHOTO_OF, PRINT, SHARE, SOURCE, WEEKDAYS, alternation
from ..text import around, clean_field, narrow

# The words that stand before a value: `发布时间：`, `Updated:`, `来源：`, `By`, `责任编辑：`.


class Label(StrEnum):
    """What a label says of the value after it."""

    PUBLISHED = "published"
    STATED = "stated"
    """A bare "time" or "date": of the article in its date line, of the event in its text."""
    UPDATED = "updated"
    WRITTEN = "written"
    EVENT = "event"
    OTHER = "other"
    """Deadlines, days of validity, today's date: never of the article."""
    PLAIN = "plain"
    SOURCE = "source"
    AUTHOR = "author"
    EDITOR = "editor"
    CREDIT = "credit"
    """The source of figures or of a picture: never that of the article."""
    SKIP = "skip"


_WORDS: dict[Label, str] = {
    Label.PUBLISHED: (
        "信息时间|first published on|first published|originally published"
        "|published on this site|published on this website|published on the website"
        "|posted on this site|posted on the website|published online|published online on"
        "|published on|published at|published date|published|publish ?time|published time"
        "|publish date|publication date|pub ?date|pub ?time"
        "|release ?time|release ?date|released|posted on|posted at|posted|post time|post date"
        "|input ?time"
        "|article date|news date|story date|release date|press release date|date released"
        "|date of publication|issued on|issued|issue date|date of issue|date issued|dated"
        "|veröffentlicht am|veröffentlicht|erschienen am|erstellt am|publié le|publié"
        "|mis en ligne le"
        "|publicado el|publicado em|publicado|publicada el|fecha de publicación|data de publicação"
        "|pubblicato il|pubblicato|data di pubblicazione|gepubliceerd op|gepubliceerd|geplaatst op"
        "|publicerad|publicerat|publisert|publiceret|udgivet|julkaistu|opublikowano|data publikacji"
        "|zveřejněno od-do|zveřejněno od"
        "|zveřejněno|publikováno|publikované|közzétéve|publicat|objavljeno|опубликовано"
        "|дата публикации|опубліковано|yayınlanma tarihi|yayınlanma|yayın tarihi|diterbitkan"
        "|등록|기사입력|입력|승인|تاريخ النشر|نشر في|نُشر في|نشرت في"
        "|تم نشره|تم النشر|نشر بتاريخ|ngày đăng|đăng ngày"
        "|วันที่เผยแพร่|วันที่ประกาศ|เผยแพร่เมื่อ|เผยแพร่|โพสต์เมื่อ|วันที่ลงข่าว"
        "|ngày xuất bản|đăng lúc|date de publication|date de mise en ligne|date de parution|paru le"
        "|veröffentlichungsdatum|publikationsdatum|erscheinungsdatum|datum der veröffentlichung"
        "|eingestellt am|publicatiedatum|datum publicatie|data zamieszczenia|data dodania|dodano"
        "|opublikowane|datum vydání|datum zveřejnění|vyvěšeno od|vyvěšeno|zverejnené"
        "|dátum zverejnenia|közzététel dátuma|megjelent|megjelenés|publicat la|data publicării"
        "|datum objave|julkaisupäivä|publiceringsdatum|publicerades|publiseringsdato"
        "|publisert dato|udgivelsesdato|udgivet den|дата размещения|размещено|дата создания"
        "|תאריך פרסום|פורסם ב|פורסם בתאריך|פורסם|प्रकाशित तिथि|प्रकाशन तिथि|प्रकाशित|প্রকাশের তারিখ"
        "|প্রকাশ|প্রকাশিত|تاریخ انتشار|تاریخ درج|منتشر شده|انتشار|dipublikasikan"
        "|tanggal terbit|terbit"
        "|дата новости|опубликован|ημερομηνία δημοσίευσης|δημοσιεύτηκε|δημοσιεύθηκε"
        "|pubblicazione|data pubblicazione|inserito il"
        "|publicação|data da publicação|publicado a|postado em"
        "|publicación|fecha publicación|publicada"
        "|publication|date publication|mise en ligne|publiée le"
        "|veröffentlichung|publikation|datum publicatie"
        "|plaatsingsdatum|publicat el|data de publicació"
        "|publicat pe|publicat în data de|objavljeno dana|datum objavljivanja|objavljena|објављено"
        "|датум објаве|објавено|публикувано|публикувано на|публикувана|дата на публикуване"
        "|дата публікації|розміщено|дата розміщення|апублікавана|avaldatud|avaldamise kuupäev"
        "|publicēts|publicēta|publicēšanas datums|paskelbta|paskelbimo data|publikuota|birt"
        "|publikuar më"
        "|argitaratua|argitalpen data|cyhoeddwyd|foilsithe|tarikh siar|tarikh terbit|imechapishwa"
    ),
    Label.STATED: (
        "时间|日期|日時|日付|date|time|datum|fecha|дата|tarih|tanggal|dato|päivämäärä|날짜|التاريخ"
        "|ngày|วันที่|created at|created on|vloženo|datum vložení|vytvořeno"
        "|dátum|kuupäev|datums|dagsetning|datë|tarix|sana"
        "|күні|датум|ημερομηνία|תאריך|दिनांक|तारीख|তারিখ"
        "|تاریخ|tarikh|tarehe|petsa|dyddiad|dáta"
    ),
    Label.UPDATED: (
        "最后更新|最近更新|更新|最后修改|修改|最終更新|资料检视|최종수정|수정|업데이트"
        "|آخر تحديث|تم التحديث|تاريخ التحديث"
        "|ngày cập nhật|cập nhật ngày|cập nhật lúc|cập nhật"
        "|last updated on|last updated at|last updated|last update|last modified on|last modified"
        "|updated on|updated at"
        "|updated|update ?time|update ?date|update|modified|modified on|date modified"
        "|date last updated|date updated|last revised|last reviewed|revised on|revised|reviewed on"
        "|last edited on|last edited|edited on|last changed|last changed on|last amended|amended on"
        "|last refreshed|refreshed at|data as of|数据截至|数据截止"
        "|zuletzt aktualisiert am|zuletzt aktualisiert|aktualisiert am|aktualisiert|aktualisierung"
        "|letzte aktualisierung am|letzte aktualisierung|letzte änderung|zuletzt geändert am"
        "|zuletzt geändert|geändert am|bearbeitet am|stand|mis à jour le|mise à jour le|mis à jour"
        "|mise à jour|dernière mise à jour le|dernière mise à jour|modifié le|dernière modification"
        "|actualizado el|actualizado|actualizada el|última actualización|fecha de actualización"
        "|atualizado em|atualizado|última atualização|aggiornato il|aggiornato|ultimo aggiornamento"
        "|ultima modifica|bijgewerkt op|bijgewerkt|laatst bijgewerkt op|laatst bijgewerkt"
        "|laatste update|laatst gewijzigd|gewijzigd op|senast uppdaterad|uppdaterad|uppdaterat"
        "|sist oppdatert|sist endret|endret|oppdatert|senast ändrad|ändrad|sidst ændret|ændret"
        "|עודכן לאחרונה|עדכון אחרון|עודכן ב|עודכן"
        "|अंतिम अद्यतन|अद्यतन|সর্বশেষ আপডেট|হালনাগাদ|(?:آخرین )?به\u200c?روز\u200c?رسانی|بروزرسانی"
        "|sidst opdateret|opdateret|päivitetty|zaktualizowano|aktualizacja"
        "|ostatnia aktualizacja|aktualizováno|aktualizované|frissítve|actualizat|ažurirano"
        "|обновлено|обновлен|обновлён|дата обновления|последнее обновление|изменено|оновлено"
        "|资料更新(?![日时年于])|资料异动(?![日时年于])|资料检视(?![日时年于])|数据更新(?![日时年于])|信息更新(?![日时年于])"
        "|内容更新(?![日时年于])|内容异动(?![日时年于])|网页更新(?![日时年于])|网页异动(?![日时年于])|本页更新(?![日时年于])"
        "|última modificação em|última modificação|última modificación|última alteração"
        "|letzte bearbeitung|zuletzt bearbeitet am|zuletzt bearbeitet|dernière révision"
        "|laatste wijziging|siste endring|senaste ändring|seneste ændring|viimeksi muokattu"
        "|viimeksi päivitetty|poslední změna|poslední aktualizace|posledná zmena|utolsó módosítás"
        "|последнее изменение|дата изменения|останнє оновлення|остання зміна|son değişiklik"
        "|terakhir diubah|terakhir diperbarui|τελευταία ενημέρωση"
        "|ostatnia modyfikacja|data modyfikacji|ostatnia zmiana|ปรับปรุงล่าสุด|แก้ไขล่าสุด"
        "|son güncelleme|güncelleme tarihi|güncellenme tarihi|güncelleme|güncellendi|diperbarui"
        "|aggiornamento|data aggiornamento|data di aggiornamento|actualitzat|darrera actualització"
        "|última actualització|poslednja izmena|датум измене|ажурирано|последна промяна"
        "|актуализирано"
        "|обновена|muudetud|viimati muudetud|uuendatud|atjaunots|atjaunināts|atnaujinta|uppfært"
        "|síðast uppfært|përditësuar|diweddarwyd|dikemas kini|imesasishwa"
    ),
    Label.WRITTEN: (
        "written on|date written|date of writing|signed on|date signed|drafted on"
        "|data wytworzenia"
    ),
    Label.EVENT: (
        "event date|event time|date of event|meeting date|when|date and time|wann|datum und uhrzeit"
        "|quand|date et heure|quando|data e ora|data e hora|cuándo|fecha y hora|wanneer"
        "|datum en tijd|kiedy|kdy|mikor|når|när|milloin|когда|дата и время|коли|дата і час|ne zaman"
        "|πότε|מתי|الموعد|waktu pelaksanaan"
    ),
    Label.OTHER: (
        "有效期至|有效期|截至|截止|今天是|现在是|today is|deadline|effective date|enacted on"
        "|expiry date|valid until|closing date|joined|member since|registered|date of birth"
        "|joined on|registered on|registration date"
        "|date of registration|date registered|account created|user since|founded|established"
        "|incorporated|effective from|effective as of|effective|in force from|entry into force"
        "|comes into force|expires on|expires|valid from|due date|born|accessed on|accessed"
        "|printed on|retrieved|last visited|copyright|mitglied seit|registriert seit|gültig ab"
        "|gültig bis"
        "|in kraft seit|tritt in kraft|inscrit le|membre depuis|entrée en vigueur|miembro desde"
        "|embargo|embargo until|embargoed until|under embargo until|not before|closes"
        "|closes on|apply by"
        "|applications close|submit by|respond by|reply by"
        "|rsvp by|sale ends|offer ends|ends|ends on"
        "|sperrfrist|sperrfrist bis|frist|bewerbungsfrist|anmeldefrist|anmeldeschluss"
        "|bewerbungsschluss"
        "|einsendeschluss|abgabefrist|abgabeschluss"
        "|einreichfrist|annahmeschluss|meldeschluss|ablaufdatum"
        "|sous embargo jusqu'au|sous embargo jusqu’au|date limite|date limite de dépôt"
        "|date de clôture"
        "|date d'échéance|date d’échéance|échéance|clôture|clôture des candidatures"
        "|valable jusqu'au"
        "|valable jusqu’au|embargo hasta|fecha límite"
        "|plazo|plazo de presentación|plazo de solicitud"
        "|vencimiento|fecha de vencimiento|vence|vence el|válido hasta|fecha de cierre|cierre"
        "|prazo|prazo de inscrição|data limite de inscrição|validade|válido até"
        "|data de encerramento"
        "|scadenza|data scadenza|data di scadenza|termine ultimo|termine di presentazione"
        "|valido fino al"
        "|scade il|chiusura|uiterste datum|sluitingsdatum|sluitingstermijn|geldig tot"
        "|inschrijven tot"
        "|termin składania|termin składania ofert|termin nadsyłania|ważne do|data ważności"
        "|obowiązuje do"
        "|sejmuto|sejmuto dne|vyvěšeno do|platí do|platnost do"
        "|uzávěrka|lhůta|zvesené|platné do|uzávierka"
        "|határidő|jelentkezési határidő|beadási határidő|lejárat|érvényes|termen limită|termen"
        "|dată limită|data limită|valabil până la|rok prijave|rok za prijavu|rok za podnošenje"
        "|срок подачи|срок подачи заявок|срок действия|крайний срок|дедлайн|действует до"
        "|прием заявок до"
        "|строк подання|строк дії|кінцевий термін|термін подання|дійсний до|краен срок"
        "|рок за пријаву"
        "|son tarih|son başvuru|son başvuru tarihi|başvuru bitiş tarihi|bitiş tarihi"
        "|geçerlilik tarihi"
        "|sista dag|sista datum|sista ansökningsdag|sista anmälningsdag|gäller till|søknadsfrist"
        "|påmeldingsfrist|ansøgningsfrist|tilmeldingsfrist|gyldig til|gælder til|svarfrist"
        "|høringsfrist"
        "|hakuaika|hakuaika päättyy|määräaika|määräpäivä|viimeinen hakupäivä|voimassa|tähtaeg"
        "|termiņš"
        "|terminas|galioja iki|umsóknarfrestur|προθεσμία|λήξη|ισχύει έως|ημερομηνία λήξης|afati"
        "|آخر موعد|الموعد النهائي|تاريخ الانتهاء|ينتهي في|ساري حتى|מועד אחרון|תאריך אחרון"
        "|בתוקף עד|מהלת|مهلت"
        "|अंतिम तिथि|अन्तिम तिथि|শেষ তারিখ|আবেদনের শেষ তারিখ|batas waktu|batas akhir|tenggat"
        "|berlaku sampai"
        "|berlaku hingga|tarikh tutup|tarikh luput|hạn chót|hạn nộp|hạn nộp hồ sơ|hết hạn"
        "|có hiệu lực"
        "|마감일|마감|접수마감|접수 ?기간|신청 ?기간|모집 ?기간|유효 ?기간|게시 ?기간"
        "|締切|締切日|締め切り|申込期限|申込締切"
        "|応募締切|提出期限|受付期間|募集期間|掲載期間|掲載期限|掲載終了日|有効期限|公開期限|解禁日時|解禁"
        "|วันสิ้นสุด|วันหมดอายุ|หมดเขต|ปิดรับสมัคร|มีผลบังคับใช้"
    ),
    Label.SOURCE: (
        "资讯来源|發布單位|發佈單位|發布機關|資料提供|信息来源|資料來源|文章來源|文章来源|来源单位|来源于|来源网站|消息来源|新闻来源|稿件来源|转自|发布者"
        "|发布机构|发布单位|发布部门|公开机构|公开单位|公开部门"
        "|发布机关|发文机关|制发机关|信息提供|供稿单位|供稿|chinese source|news source|from"
        "|provider|publisher|issued by|issuing authority|issuing body|published by|office"
        "|제공|담당 ?부서|작성 ?부서|제공 ?부서|등록 ?부서|부서명"
        "|発信元|発表元|提供元|配信元|podmiot udostępniający|herausgeber|herausgegeben von|émetteur"
        "|ผู้ประกาศ|ผู้เผยแพร่|ผู้ลงข่าว|เผยแพร่โดย|ประกาศโดย|โพสต์โดย|หน่วยงาน|" + "|".join(SOURCE)
    ),
    Label.AUTHOR: (
        "图文报道|摄影报道|文章作者|作者|记者|本报记者|撰稿人|撰稿|撰文|通讯员|authors?|writer|reporter"
        "|written by|by"
        "|story by|reported by|posted by|words by|text by|words|byline|texte|texte de|texte par"
        "|texto|texto de|texto por|testo di|tekst|tekst og foto|foto og tekst"
        "|text och bild|text & foto|tekst/foto|автор|автори|авторы|текст|penulis"
        "|autor|autora|autores|autorin|auteur|auteurs|autore|autori|forfatter|författare|szerző"
        "|kirjoittaja|yazar|yazan|skribent|verfasser|redakteur"
        "|wytworzył\\(a\\)|wytworzyła|wytworzył|ข่าว/ภาพ|ภาพ/ข่าว|ผู้เขียน|เขียนโดย"
        "|tác giả|記者|기자|작성자|글쓴이|등록자|بقلم|كتب|كتبت|إعداد|συντάκτης|συντάκτρια"
        "|toimittaja|מאת|כתב|כתבה|लेखक|लेखिका|संवाददाता|রচনা|লেখক|প্রতিবেদক|نویسنده|نویسندگان|خبرنگار"
        "|автор статьи|аўтар|аутор|autors|autorius|höfundur|awdur|egilea|mwandishi|pengarang"
        "|ditulis oleh|phóng viên|ผู้สื่อข่าว"
    ),
    Label.EDITOR: (
        "责任编辑|責任編輯|责编|执行主编|网络编辑|本期编辑|网页编辑|编辑|web editor"
        "|executive editor|editors?|edited by|redaktion|redaktor|redactie|rédaction|redacción"
        "|redazione|redação|редактор|редакция|편집|編集|المحرر|تحرير|biên tập"
        "|senast ändrad av|senast granskad av|uppdaterad av|sist endret av|sidst ændret af"
        "|opublikował\\(a\\)|opublikowała|opublikował|wprowadził|บรรณาธิการ"
    ),
    Label.SKIP: (
        "摄影|审核|校对|校审|核稿|监制|浏览次数|浏览量|浏览|点击数|点击次数|点击率|点击量|点击|阅读次数|阅读量"
        "|阅读|访问次数|访问量|人气|字体大小|字体|字号|文字大小|保护视力色|视力保护色|背景色|分享到|分享|打印本页|打印"
        "|关闭窗口|关闭|收藏|评论数|评论|类型|分类|栏目|索引号|信息分类|主题分类|文号|发文字号|语音播报|扫一扫|我要纠错|纠错"
        "|下载次数|下载量|下载人次|文件大小|文件格式|文件类型|档案大小|档案格式|档案类型"
        "|views?|hits|clicks|browse|page view|read|visits?|font ?size|text size|font|print"
        "|comments?"
        "|e-?mail|large medium small|small medium large|l m s"
        "|aufrufe|vues|lectures|visitas|vistas|visualizzazioni|visualizações|просмотров|просмотры"
        "|переглядів|odsłony|okunma|dilihat|조회수|조회|연락처|전화번호|첨부파일"
        "|ページID|ページ番号|閲覧数|المشاهدات|مشاهدات|lượt xem"
        f"|{alternation((*PRINT, *SHARE))}"
        "|点阅数|点阅次数|点阅率|点阅|浏览人次"
        "|đánh giá bài viết|đánh giá|okuma sayısı"
        "|görüntülenme"
        "|přečteno|zobrazeno|počet zobrazení"
        "|liczba odsłon|liczba wyświetleń|liczba wejść|พิมพ์|ผู้เข้าชม|จำนวนผู้เข้าชม"
        "|อ่าน|เปิดอ่าน|เข้าชม|จำนวนผู้อ่าน|reading time|read time|lesezeit|lesedauer"
        "|temps de lecture"
        "|tiempo de lectura|tempo di lettura|tempo de leitura|leestijd|lästid|læsetid|lesetid"
        "|czas czytania|время чтения|час читання|okuma süresi"
    ),
}  # fmt: skip
# 信息发布日期, 最后更新时间, 최종 수정일: what is told of, what was done to it, that it is a day.
_OF_DAY = "日期 时间 年月日 日时 日付 日 于"
_OF_DAY_KO = "일자 일시 날짜 시간 일"
_DEEDS: dict[Label, tuple[tuple[str, str, str], ...]] = {
    Label.PUBLISHED: (
        (
            "信息 新闻 文章 稿件 公文 消息 内容 公告 本文 网页",
            "发布 发放 发表 公布 公开 公告 刊登 刊载 刊出 刊发 登载 登出 上传 上载 上网 上稿 上版"
            " 上架 张贴 贴文 发稿 录入 添加 加入 推送 播发 见报 出刊 发行 出版 入库 提供 投稿 揭示"
            " 掲載 配信 発表 発行 登録 公表 公開 作成 入力",
            _OF_DAY,
        ),
        ("최초", "작성 등록 게시 배포 보도 게재 발행 공개 입력 발표", _OF_DAY_KO),
    ),
    Label.UPDATED: (
        (
            "本页 网页 页面 资料 内容 数据 信息 文章 最后 最近 上次 最新 最終",
            "更新 修改 修订 编辑 修正 异动 维护 检视 覆检 最后更新 最后修改 最后修订 最后异动"
            " 最近更新 最近修改 最新更新 最終更新",
            _OF_DAY,
        ),
        ("최종 최근 마지막", "수정 갱신 변경 업데이트", _OF_DAY_KO),
    ),
    Label.WRITTEN: (
        ("", "成文 生成 印发 发文 签发 签署 制定 制发 落款 撰写 起草 拟稿 行文", "日期 时间"),
    ),
    Label.EVENT: (
        (
            "",
            "活动 会议 举办 举行 报名 开标 征集 起止 考试 面试 笔试 比赛 开幕 演出 展览 讲座 培训"
            " 投标 申报 申请 评审 投票 公示 拍卖 竞价 签约 直播",
            "日期 时间",
        ),
    ),
    Label.OTHER: (
        (
            "",
            "施行 实施 生效 废止 失效 截止 截标 到期 当前 注册 登记 备案 成立 入职 出生 入会 会员"
            " 打印 列印 访问",
            _OF_DAY,
        ),
    ),
}


def _deeds(label: Label) -> str:
    return "".join(
        rf"|(?:{_any(things)})?\s?(?:{_any(deeds)})\s?(?:{_any(ends)})"
        if things
        else rf"|(?:{_any(deeds)})(?:{_any(ends)})"
        for things, deeds, ends in _DEEDS[label]
    )


def _any(words: str) -> str:
    """Any of these. What none begins with is passed over at once."""
    listed = sorted(words.split(), key=len, reverse=True)
    return f"(?=[{''.join(sorted({word[0] for word in listed}))}])(?:{'|'.join(listed)})"


# `记者 张三`: only where a name, and nothing but a name, stands apart from the word.
_REPORTER = (
    r"|(?:本报|本网|新华社)?(?:记者|通讯员)"
    r"(?=\s{1,3}(?:[一-鿿·]{2,4}|[一-鿿]\s[一-鿿])(?:[\s)、,，/|]|$))"
)
_EDITOR = (
    r"|(?:责任)?编辑(?=\s{1,3}(?!打印|分享|收藏|评论|发布|推荐)[一-鿿·]{2,4}(?:[\s)、,，/|]|$))"
)
_SPACED = r"|{0}\s{{1,6}}{1}"
_FREE: dict[Label, str] = {
    Label.PUBLISHED: "发布于|发表于|published on|published|posted on|posted(?! by )",
    Label.UPDATED: "更新于|last updated on|last updated|updated on|updated|last refreshed",
    Label.OTHER: "今天是|today is",
    Label.EDITOR: "edited by|editing by",
    Label.SOURCE: "来源于|转自",
    Label.AUTHOR: "by|posted by|reporting by|기자명",
    Label.SKIP: (
        "(?:阅读|评论|浏览|点击|推荐)(?=\\s?\\()|网友评论|我要评论|打印本页|打印|关闭窗口|关闭|分享到|分享|收藏|扫一扫|语音播报|我要纠错"
        "|举报|large medium small|l m s|print|share"
        "|เปิดอ่าน(?=\\s\\d)|อ่าน(?=\\s\\d)|เข้าชม(?=\\s\\d)"
    ),
}
"""These mark a value even without a colon."""


def _alternation(words: dict[Label, str], extra: dict[Label, str]) -> str:
    """One named group a label, longest words first, so that no word hides behind a shorter one."""
    groups = []
    for label, listed in words.items():
        ordered = "|".join(sorted(listed.split("|"), key=len, reverse=True))
        groups.append(f"(?P<{label.value}>{ordered}{extra.get(label, '')})")
    return "|".join(groups)


def _starts(words: dict[Label, str], more: str = "") -> str:
    """That a word can begin here at all: asked first, it spares trying them all at each letter."""
    first = {word.removeprefix("(?:")[0] for listed in words.values() for word in listed.split("|")}
    return f"(?=[{''.join(sorted(first | set(more)))}])"


_OF_DATES = {label: _deeds(label) for label in _DEEDS}
_FIRST = "".join(
    word[0]
    for one in _DEEDS.values()
    for things, deeds, _ in one
    for word in (things + " " + deeds).split()
)
_BY_WHOM = "von|par|por|di|door|af|av|oleh|przez"
_WRITTEN_BY = (
    "(?:interview|intervju|interjú|entretien|entrevista|intervista|gespräch|wywiad|haastattelu|haber"
    rf"|röportaj|text|teksti)(?:\s(?:by|{_BY_WHOM}))?|propos recueillis par|{_BY_WHOM}"
)
"""What stands before who wrote, and with a colon before much else: a name has to follow."""
_PICTURED_BY = alternation(word for word in PHOTO_OF if not word[0] >= "\u0e00")
_A_NAME = (
    r"(?-i:[^\W\d_a-zß-ÿ][\w’'.-]{0,20}(?:\s(?:[a-z]{2,3}\s)?[^\W\d_a-zß-ÿ][\w’'-]{1,20}){1,2})"
    r"(?=\s{0,3}(?:$|[|•·,;/(–—-]|\d|[^\W\d_]{3,9}\s?:))"
)
_DATA = r"|data(?=\s?:\s{0,3}(?:$|(?:[^\W\d_]{2,10}[,.]?\s)?\d))"
"""In Romance and Baltic languages and in Polish a day, in others the figures that follow."""
# 来　源：, 日　期：: printed wide to look neat.
_MORE = _OF_DATES | {
    Label.STATED: _SPACED.format("时", "间") + _SPACED.format("日", "期") + _DATA,
    Label.SOURCE: _SPACED.format("来", "源"),
    Label.AUTHOR: _SPACED.format("作", "者") + rf"|(?:{_WRITTEN_BY})(?=\s?:\s?{_A_NAME})",
    Label.SKIP: rf"|(?:{_PICTURED_BY})(?=\s?:\s?\w)",
}
_APART = r"(?:(?<![a-z0-9])|(?=[一-鿿]))"
"""A word of letters begins where none goes on. `12:11来源：` is a label all the same."""
COLONED = han_pattern(
    rf"{_starts(_WORDS, _FIRST)}(?=[^:]{{1,40}}:){_APART}(?:{_alternation(_WORDS, _MORE)})"
    r"\s{0,4}:[\s:]{0,9}",
    re.I,
)
_DATED = (Label.PUBLISHED, Label.UPDATED, Label.WRITTEN, Label.EVENT, Label.OTHER)
_UNTIL = (
    "until|till|no later than|bis|bis zum|bis einschließlich|spätestens|jusqu'au|jusqu’au|avant le"
    "|au plus tard le|hasta el|hasta|antes del|até|até o dia|até ao dia|fino al|entro il|entro"
    "|tot en met|tot|uiterlijk|till och med|senast|til og med|senest|inden|indtil|innen|do dnia"
    "|nejpozději do|najneskôr do|până la|până pe|najkasnije do|до|до конца|έως|μέχρι|έως και"
    "|sampai|hingga|sampai dengan|đến ngày|đến hết ngày|حتى|עד|تا|do(?=\\s\\d{1,2}\\.)"
)
"""Right before a day they make a deadline of it."""
_UNTIL_IT = han_pattern(
    r"\s?(?:\([^()]{1,6}\)\s?)?(?:まで|迄|締切|必着|까지|마감|截止|截標|止(?![一-鿿])"
    r"|前(?=[一-鿿]{0,6}(?:报名|提交|报送|反馈|完成|申报))|(?:['’][^\W\d_]{1,4}\s)?kadar\b|(?:saakka|asti)\b)"
)
"""Right behind a day they do so."""
_DATE_WORDS = {label: _WORDS[label] for label in _DATED}
_DATE_WORDS[Label.OTHER] += f"|{_UNTIL}"
ENDS_IN_LABEL = han_pattern(
    rf"(?<![a-z0-9])(?:{_alternation(_DATE_WORDS, _OF_DATES)})\s{{0,4}}:?[\s:]{{0,9}}$", re.I
)
# `发布时间 2005/05/17`, `Posted on 5 May`: the date itself stands for the colon.
BEFORE_DATE = han_pattern(
    rf"{_starts(_DATE_WORDS, _FIRST)}(?<![a-z0-9])"
    rf"(?:{_alternation(_DATE_WORDS, _OF_DATES)})\s{{0,4}}"
    r"(?=(?:[^\W\d_]{2,12}(?:-feira)?[.,]{0,2}\s)?(?:(?:1[89]|2\d)\d\d\D|\d{1,2}(?:\.|st|nd|rd|th|er|º|°)?\s(?:de\s)?[^\W\d_]{3,12}\.?,?\s(?:de\s)?\d{4}"
    r"|[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|\d{1,2}/\d{1,2}/\d\d(?!\d)|\d{1,2}\stháng\s))",
    re.I,
)
_ANY_FREE = _alternation(_FREE, {Label.AUTHOR: _REPORTER, Label.EDITOR: _EDITOR})
BARE = han_pattern(
    rf"{_starts(_FREE, '本新记通责编')}(?<![a-z0-9.@-])(?:{_ANY_FREE})(?![a-z0-9:.@-])\s{{0,9}}",
    re.I,
)


NAMING = {
    word: label
    for label in (Label.SOURCE, Label.AUTHOR)
    for word in _WORDS[label].split("|")
    if len(word) > 2 and word.isprintable() and not set(word) & set("?()[]\\")
}
"""What the words say of a name that stand in a cell of their own beside it, or above it."""


def label_before_date(text: str) -> Label | None:
    """The label with which a text ends that stands before a date. None where it has none."""
    match = ENDS_IN_LABEL.search(text.rstrip())
    return Label(match.lastgroup) if match is not None and match.lastgroup else None


LONGEST_LABEL = 26
"""Characters of a label at most."""


@lru_cache(maxsize=4096)  # a site's menus are the same on every page
def is_label(text: str) -> bool:
    """True for a line that is nothing but a label, its value in the next cell."""
    return (
        len(text) <= LONGEST_LABEL
        and COLONED.fullmatch(narrow(text).rstrip(": ") + ":") is not None
    )


def leads_to_value(text: str) -> bool:
    """True for a word or two whose value stands in the element behind it: `By`, `来源`."""
    return len(text) <= LONGEST_LABEL and (
        is_label(text) or text.casefold() in NAMING or BARE.fullmatch(narrow(text)) is not None
    )


MAX_LINE = 400
_NAMES_TITLE = lazy_pattern(r"《[^《》]{1,40}》[^《》]|[^《》]《[^《》]{1,40}》")
"""A name of which the title of a paper is a part: 《求是》杂志."""
_EDGE = " \t|｜丨/\\·•,，;；:：-–—_[]【】［］<>"
_SENTENCE = lazy_pattern("[，。]")
_PARTED = lazy_pattern(r"[|｜丨]|\s{3,}")
_APART_BY = lazy_pattern(r"[|｜丨]|\s{3,}|\s[·•]\s")
_LONGEST_FILLING = 80
_BRACKETED = lazy_pattern(r"\(([^()]{2,80})\)")
# "by" names an author where a line or a part of it begins, not inside a sentence.
_LEADS = lazy_pattern(r"(?:^|[|()\]\d:;,>·-])\s{0,9}$")
_BY = lazy_pattern(r"^by\s+", re.I)
_IN_PLACE = lazy_pattern(
    r"\s(?:in|from|at)\s[A-Z][\w'’.-]{1,30}(?:,?\s[A-Z][\w'’.-]{1,30}){0,4}(?=\sand\s|\s?,\s|$)"
)
_CONTROLS = han_pattern(
    r"\[?\s?大\s{0,3}[\]/| ]{0,3}\[?中\s{0,3}[\]/| ]{0,3}\[?小\s?\]?"
    r"|(?<![A-Za-z])L\s{1,3}M\s{1,3}S(?![A-Za-z])"
    r"|\s原创稿?(?![一-鿿])|(?:星期|周)[一二三四五六日天](?![一-鿿])"
    r"|[月火水木金土日]曜日?(?![一-鿿])|[월화수목금토일]요일|(?<![A-Za-z])(?:Print|Share|Email|A[+-]|Large|Medium|Small)(?![A-Za-z])|\[?\s?\+\s?\]?\s?\[?\s?-\s?\]?$"
)
_ANY_CONTROL = han_pattern(
    r"大|L\s|原创|星期|周|曜|요일|Print|Share|Email|A[+-]|Large|Medium|Small|\+"
)
"""One of these stands in all of them; each begins with one character, so that a text is skipped
for any of them at once."""
_WEEKDAY = lazy_pattern(
    r"^\s{0,3}(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b", re.I
)
_FILLING = lazy_pattern(r"(?:[^\W\d_]{1,3}\.?\s?)?(?:[^\W\d_]{4,12}(?:-feira)?\.?)?")
"""What may stand between a label and its date: `Updated at`, `Aktualisiert am Mittwoch,`."""
_COUNT = han_pattern(r"\d{1,9}\+?\s?(?:[次人条个页篇]|views?|hits?|clicks?|times)", re.I)
_NO_NAME = han_pattern(
    r"(?<![^\W\d_])(?:\d[\d.,]{0,9}\s?[km]?\+?\s?(?:views?|reads?|hits?|clicks?|times|comments?|shares?"
    r"|likes?|words?|aufrufe|vues|lectures|visitas|visualizzazioni|weergaven|просмотр\w{0,3})"
    r"|(?:about|ca\.?|约)?\s?\d{1,4}\s?-?\s?(?:minutes?|mins?\.?|minuten|minuti|minutos)"
    r"(?:\s(?:of\s)?(?:to\sread|read(?:ing)?(?:\stime)?|lesezeit|lesedauer|de\slecture|de\slectura"
    r"|de\sleitura|di\slettura|leestijd))?|(?:reading|read)(?:\stime)?|lesezeit|lesedauer|leestijd"
    r"|temps\sde\slecture|tiempo\sde\slectura|tempo\sdi\slettura|tempo\sde\sleitura"
    r"|(?:for\s)?immediate\srelease|timer|\d{1,3}\s?(?:second|minute|hour|day|week|month|year)s?\sago"
    r"|(?:views?|"
    + alternation((*WEEKDAYS, *CLOCK_WORDS, HIJRI))
    + r")\.?|\d{1,2}(?:[.:h]\d\d)?\s?[ap]\.?m\.?|\d{1,2}(?:st|nd|rd|th)"
    r"|(?:阅读|预计阅读|阅读时长|阅读时间)?约?\d{0,4}分钟)(?![^\W\d_])",
    re.I,
)
"""Of a date line, what is no name of a source: times, weekdays, how long it takes to read."""
_EMPTY_VALUES = frozenset([
    "无", "暂无", "佚名", "匿名", "无名", "不详", "未知", "anonymous", "null", "undefined", "none",
    "admin", "administrator", "webmaster",
    "system account", "by system account", "系统管理员", "管理员", "超级管理员", "网站管理员",
    "super user", "superuser", "super admin", "sysadmin", "root", "system", "system administrator",
    "site admin", "site administrator", "user", "guest", "test", "default", "author", "cms", "jcms",
    "trs", "wcm", "hanweb", "vsb", "wordpress", "joomla", "drupal", "typo3", "dedecms", "phpcms",
    "editor", "관리자", "운영자", "최고관리자", "홈페이지관리자", "管理者", "quản trị",
    "quản trị viên", "ผู้ดูแลระบบ",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class LabelledDate:
    """A date of the line under its label. `start` and `end` are offsets in the line."""

    label: Label
    when: When
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Byline:
    """A line taken apart. `rest` is what no label explains, without dates and controls."""

    dates: tuple[LabelledDate, ...] = ()
    source: str = ""
    author: str = ""
    editor: str = ""
    rest: tuple[str, ...] = ()
    labels: frozenset[Label] = frozenset()


@dataclass(frozen=True, slots=True)
class _Mark:
    start: int
    end: int
    label: Label
    is_by: bool = False


_BARRED = han_pattern(r"^(\W?[\u4e00-\u9fff]{2,6})[丨︱|｜](?=\S)")


def with_colon(text: str) -> str:
    """A line whose label stands before a bar as if a colon did: `来源丨市园林局`."""
    return _SLASHED.sub(_colon_for_slash, _BARRED.sub(r"\1:", text, count=1))


_WROTE, _PICTURED = "撰文", "摄影"
_SLASHED = han_pattern(
    r"(?<![\u4e00-\u9fff])(文|文图|图文|文字|撰文|采写|图|图片|摄影|供图|记者|编辑|责编|校对|审核|监制|来源)"
    r"\s?(?:[/／]|[丨︱|｜](?=\s?(?:[\u4e00-\u9fff]{0,4}记者\s?)?[\u4e00-\u9fff·]{2,4}(?:[\s、,，;；()（）/／丨︱|｜]|$)))"
    r"\s?(?=[\u4e00-\u9fff])"
    r"(?!(?:文|图|图片|文字|摄影|编辑|排版|校对|审核|设计|视觉)[\s:/])"
)


def _colon_for_slash(match: re.Match[str]) -> str:
    """`文/张三`: a label of its own kind, before a stroke."""
    word = simplify(match[1])
    if word in ("文", "文图", "图文", "文字", "采写"):
        return f"{_WROTE}:"
    return f"{_PICTURED if word in ('图', '图片', '供图') else match[1]}:"


@lru_cache(maxsize=128)  # several fields ask about the same line
def read_byline(line: str, zone: str, order: DateOrder = DateOrder.UNSURE) -> Byline:
    """Take one line (at most 400 characters are looked at) apart."""
    text = with_colon(line[:MAX_LINE])
    plain = narrow(text)
    marks = _without_posters(_labels(plain), plain)
    found = [
        LabelledDate(_label_of(marks, d, plain), d.when, d.start, d.end)
        for d in find_dates(text, zone, order)
    ]
    found += _short_days(plain, marks, found, zone)
    stops = sorted(
        [*marks, *(_Mark(d.start, d.end, Label.PLAIN) for d in found)], key=lambda m: m.start
    )
    values: dict[Label, str] = {}
    rest: list[str] = []
    days = {d.start for d in found}

    def part(start: int, end: int) -> str:
        return _before_day(text[start:end]) if end in days else text[start:end]

    _segment(part(0, stops[0].start) if stops else text, rest)
    for i, mark in enumerate(stops):
        end = stops[i + 1].start if i + 1 < len(stops) else len(text)
        _assign(mark, part(mark.end, end), values, rest)
    source, author = values.get(Label.SOURCE, ""), values.get(Label.AUTHOR, "")
    source = _BY.sub("", _value(source), count=1)
    return Byline(
        tuple(found),
        source,
        _person(author),
        _person(values.get(Label.EDITOR, "")),
        tuple(rest),
        frozenset(m.label for m in marks),
    )


_POSTER = han_pattern(r"发布者|published by", re.I)


def _without_posters(marks: list[_Mark], plain: str) -> list[_Mark]:
    """The marks of a line of which one that says who put the text up is no source where another
    says where it comes from: `发布者：李晓芸 来源：材料学院`."""
    sources = [mark for mark in marks if mark.label is Label.SOURCE]
    posters = [mark for mark in sources if _POSTER.match(plain, mark.start, mark.end)]
    if not posters or len(posters) == len(sources):
        return marks
    ends = [*(m.start for m in marks[1:]), len(plain)]
    is_named = any(
        mark in sources and mark not in posters and _value(plain[mark.end : end])
        for mark, end in zip(marks, ends, strict=True)
    )
    return [replace(m, label=Label.SKIP) if is_named and m in posters else m for m in marks]


def _before_day(text: str) -> str:
    """What stands before a date without what belongs to that: `Ann Lee, Thursday`, `Ann Lee on`."""
    match = _LAST_WORD.search(text[-_LONGEST_FILLING:])
    if match is None:
        return text
    word = match[1].casefold()
    is_day = len(word) > 2 and "," in match[0][:-1] and _ANY_WEEKDAY.fullmatch(word) is not None
    if not is_day and match[1] not in _BEFORE_DAYS:
        return text
    head = text[: len(text) - len(match[0])]
    return _before_day(head) if is_day else head


_LAST_WORD = lazy_pattern(r"[\s,]{1,4}([^\W\d_]{2,14}(?:-feira)?)\.?[\s,]{0,4}$")
_ANY_WEEKDAY = lazy_pattern(alternation(WEEKDAYS), re.I)
_BEFORE_DAYS = frozenset(("on", "am", "le", "el", "il", "op", "em", "den", "dne", "at"))
_YEAR = lazy_pattern(r"\d{4}|/\d\d")
_CLOCK = r"(?:[T\s]{0,3}([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?)?(?![\d:])"
_COMPACT = lazy_pattern(rf"\s{{0,3}}(20\d\d)([01]\d)([0-3]\d)(?!\d){_CLOCK}")
_TWO_DIGITS = lazy_pattern(rf"\s{{0,3}}(\d\d)[-/.]([01]?\d)[-/.]([0-3]?\d)(?!\d){_CLOCK}")
_IN_BRACKETS = lazy_pattern(
    rf"[\[(【]\s{{0,3}}(\d\d)[-/.]([01]?\d)[-/.]([0-3]?\d)(?!\d){_CLOCK}\s{{0,3}}[\])】]"
)
_HAN = lazy_pattern(r"[一-鿿]")


def _short_days(
    plain: str, marks: list[_Mark], found: list[LabelledDate], zone: str
) -> list[LabelledDate]:
    """Days that are dates in a labelled line only: `时间：20261119`, and in Chinese, which writes
    the year first, `[ 26-11-19 ] 作者：`."""
    if not marks or found:
        return []
    is_chinese = _HAN.search(plain) is not None
    for mark in marks:
        if mark.label not in _DATED and mark.label is not Label.STATED:
            continue
        match = _COMPACT.match(plain, mark.end)
        if match is None and is_chinese:
            match = _TWO_DIGITS.match(plain, mark.end)
        if match is not None and (when := _short_day(match, zone)) is not None:
            return [LabelledDate(mark.label, when, match.start(1), match.end())]
    match = _IN_BRACKETS.search(plain) if is_chinese else None
    if match is not None and (when := _short_day(match, zone)) is not None:
        label = _label_before(marks, match.start(), plain)
        return [LabelledDate(label, when, match.start(), match.end())]
    return []


def _short_day(match: re.Match[str], zone: str) -> When | None:
    year = match[1] if len(match[1]) == 4 else f"20{match[1]}"
    clock = f" {match[4]}:{match[5]}" if match[4] else ""
    return read_date(f"{year}-{match[2]}-{match[3]}{clock}", zone)


_COLON = lazy_pattern(":")
_BEFORE_COLON, _AFTER_COLON = LONGEST_LABEL + 4, 16
_SHORT_NUMBER = lazy_pattern(r"\d(?<!\d\d)(?:\d\d\d|\d)?(?!\d)")
"""The first number of whatever `BEFORE_DATE` takes for a date."""
_BEFORE_NUMBER, _AFTER_NUMBER = LONGEST_LABEL + 40, 40
"""More characters than a label, a weekday and a month have before it, and a date behind it."""


def _labels(plain: str) -> list[_Mark]:
    """Labels in order. One with a colon hides a bare one inside it."""
    colons = _around(plain, COLONED, _COLON, _BEFORE_COLON, _AFTER_COLON) if ":" in plain else ()
    marks = [_Mark(m.start(), m.end(), Label(m.lastgroup or "plain")) for m in colons]
    taken = [(m.start, m.end) for m in marks]
    before: Iterable[re.Match[str]] = ()
    if _YEAR.search(plain):
        before = _around(plain, BEFORE_DATE, _SHORT_NUMBER, _BEFORE_NUMBER, _AFTER_NUMBER)
    for m in (*before, *BARE.finditer(plain)):
        # `Source: by Hicenter`: the bare word stands right after a label, so it labels nothing.
        if not any(start < m.end() and m.start() <= end for start, end in taken):
            is_by = m.group().strip().lower().endswith("by") and m.lastgroup == Label.AUTHOR
            if is_by and not _LEADS.search(plain[: m.start()]):
                continue
            marks.append(_Mark(m.start(), m.end(), Label(m.lastgroup or "plain"), is_by))
            taken.append((m.start(), m.end() - 1))
    marks = [_of_figures(mark, plain) if mark.label is Label.SOURCE else mark for mark in marks]
    return sorted(marks, key=lambda mark: mark.start)


def _around(
    text: str, pattern: re.Pattern[str], anchor: re.Pattern[str], before: int, after: int
) -> Iterator[re.Match[str]]:
    """What a slow pattern finds in a text, looked for around what it cannot be without."""
    stretches = around(text, anchor, before, after)
    return chain.from_iterable(pattern.finditer(text, *stretch) for stretch in stretches)


_FIGURES = han_pattern(
    r"(?:数据|圖片|图片|资料|照片|图表|视频|数据资料|數據|素材|封面|题图|配图|图|表|图文|文献"
    r"|(?<![a-z])(?:data|photos?|images?|pictures?|figures?|charts?|graphics?|maps?|tables?|videos?))"
    r"(?:及[一-鿿]{1,4})?\s{0,2}$",
    re.I,
)


def _of_figures(mark: _Mark, plain: str) -> _Mark:
    """The label of a source as that of a picture or of figures, where it is one: `数据来源：`."""
    before = _FIGURES.search(plain, max(0, mark.start - 12), mark.start)
    return mark if before is None else _Mark(before.start(), mark.end, Label.CREDIT)


def _label_of(marks: list[_Mark], dated: FoundDate, plain: str) -> Label:
    label = _label_before(marks, dated.start, plain)
    is_end = label is Label.PLAIN and _UNTIL_IT.match(plain, dated.end) is not None
    return Label.OTHER if is_end else label


def _label_before(marks: list[_Mark], start: int, plain: str) -> Label:
    """The label that a date follows directly: only blanks may stand between."""
    for mark in reversed(marks):
        if mark.end <= start:
            between = _WEEKDAY.sub("", plain[mark.end : start]).strip(" :[]()|,")
            is_near = not between or (mark.label in _DATED and _FILLING.fullmatch(between))
            return mark.label if is_near else Label.PLAIN
    return Label.PLAIN


def _assign(mark: _Mark, raw: str, values: dict[Label, str], rest: list[str]) -> None:
    """Give the text after a mark to its label. The rest of the line goes to nobody."""
    if mark.label in (Label.SOURCE, Label.AUTHOR, Label.EDITOR):
        value, *others = _split(raw)
        if mark.is_by:
            inner = _BRACKETED.search(narrow(value))
            if inner is not None:
                values.setdefault(Label.SOURCE, value[inner.start(1) : inner.end(1)])
                value = value[: inner.start()]
        if mark.label not in values and _value(value):
            values[mark.label] = value
        for other in others:
            _segment(other, rest)
    elif mark.label not in (Label.SKIP, Label.CREDIT):
        _segment(raw, rest)


def _split(raw: str) -> list[str]:
    return _PARTED.split(raw)


def _segment(raw: str, rest: list[str]) -> None:
    for part in _APART_BY.split(raw):
        value = _value(part)
        if value:
            rest.append(value)


_DEEDS_OF_BOTH = han_pattern(
    r"\s{0,3}(?:(?<=\s)文\s?[/／:：]\s?[一-鿿·]{2,8}|文\s?[/／、·]\s?[图摄]|图\s?[/／、·]\s?文|摄影报道|(?<=[一-鿿]{2}\s)文)$"
)
"""What somebody did who wrote, or took the pictures, too: `文/图`, `文/刘佳`."""


def _value(raw: str) -> str:
    """A value as printed, without controls, separators and brackets around it."""
    if not raw or raw.isspace():
        return ""
    return _short_value(raw) if len(raw) <= _LONGEST_FILLING else _read_value(raw)


def names_nobody(text: str) -> bool:
    """Whether what stands where a name should is none: 佚名, admin, 관리자."""
    return not _value(text)


def _read_value(raw: str) -> str:
    shown = _CONTROLS.sub(" ", raw) if _ANY_CONTROL.search(raw) else raw
    shown = _BOXED.sub("", shown)
    value = _DEEDS_OF_BOTH.sub("", clean_field(shown).strip(_EDGE)).strip(_EDGE)
    head, closed, _ = value.partition("】")
    if closed and "【" not in head:
        value = head.strip(_EDGE)  # what closes there began before the value
    plain = narrow(value)
    if plain.startswith("(") and plain.count("(") >= plain.count(")") and "(" not in plain[1:]:
        value = value[1:].strip(_EDGE)
        if narrow(value).endswith(")"):
            value = value[:-1].strip(_EDGE)
    elif (plain.endswith(")") and "(" not in plain) or plain.endswith("("):
        value = value[:-1].strip(_EDGE)
    if not _NAMES_TITLE.search(value):
        value = value.strip("《》").strip(_EDGE)
    if not any(c.isalpha() for c in value) or simplify(value.casefold()) in _EMPTY_VALUES:
        return ""
    if value[0].isdecimal() and _COUNT.fullmatch(value):
        return ""
    if len(value) <= _LONGEST_FILLING and not any(c.isalpha() for c in _NO_NAME.sub("", value)):
        return ""
    return value


_BOXED = han_pattern(r"[【\[〔]\s{0,3}(?:字[号体]|打印|关闭|分享|收藏|语音|大|中|小).{0,60}$")
"""A box of controls behind a name: `朱子斌【字号 大 中 小】`."""
_short_value = lru_cache(maxsize=1024)(_read_value)  # a site's sources are on many of its pages


def _person(raw: str) -> str:
    """A byline's name: `YUAN SHENGGAO`, without `in Guiyang`. A number is no name, and who took a
    picture (摄) is no writer."""
    said = _SENTENCE.split(raw, maxsplit=1)[0]
    head, closed, _ = narrow(said).partition(")")
    if closed and "(" not in head:
        said = said[: len(head)]  # what closes there began before the name
    name = _IN_PLACE.sub("", _value(said))
    return "" if name.isdecimal() or name.endswith(("摄", "攝")) else name

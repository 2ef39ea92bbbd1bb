"""The keys of a watchlist's file, declared once."""

from __future__ import annotations

from hubwatch.toml import (
    DAY,
    ID,
    LANGUAGE,
    Document,
    TomlKey,
    choice,
    either,
    keys,
    named,
    number,
    table,
    tables,
    text,
    texts,
)

_POINTS = number(0, 100)
_CHARACTERS = number(0, 100_000)
_REACH = number(1, 100_000)
_WORDS = texts("list of contexts, topics and organisations")

CONDITION = keys(
    TomlKey("all", _WORDS, "which must all stand there", example='["innovation-china", "award"]'),
    TomlKey("any", _WORDS, "of which at least one must", example='["denial"]'),
    TomlKey("none", _WORDS, "of which none may", example='["trains"]'),
    TomlKey(
        "within",
        choice("article", "paragraph", "sentence", "title"),
        "how far around the name is looked",
        otherwise="what is usual for the key",
        example='"paragraph"',
    ),
    TomlKey(
        "near",
        _REACH,
        "instead of `within`: so many characters on either side",
        otherwise="`within`",
        example="200",
    ),
    TomlKey(
        "before",
        _REACH,
        "instead of `within`: at most so many characters before the name, with no comma or full "
        "stop between; for words that deny, such as `not`",
        otherwise="`within`",
        example="60",
    ),
)
_CONDITIONS = either(
    "list of contexts and topics, any of them, or conditions",
    _WORDS,
    table(CONDITION)._replace(words="condition"),
    tables(CONDITION),
)

NAME = keys(
    TomlKey("language", LANGUAGE, "its language", example='"en"', required=True),
    TomlKey(
        "forms",
        texts("list of spellings"),
        "how it is spelt; needed where there is no `pattern`",
        example='["hub city", "hub cities"]',
    ),
    TomlKey(
        "pattern",
        text("regular expression"),
        "instead of spellings, or besides: looked for in the text as printed",
        otherwise="none",
        example='"hub (?:city|cities)"',
    ),
    TomlKey(
        "requires",
        _CONDITIONS,
        "without this the name counts for nothing; looked for in the whole article",
        otherwise="it always counts",
        example='["innovation-china"]',
    ),
    TomlKey(
        "excludes",
        _CONDITIONS,
        "with this the name counts for nothing; looked for in its sentence",
        otherwise="it always counts",
        example='["trains"]',
    ),
    TomlKey(
        "weakens",
        _CONDITIONS,
        "with this the name makes nothing core; looked for in its sentence",
        otherwise="the topic's",
        example='{ any = ["denial"], within = "sentence" }',
    ),
    TomlKey(
        "core_near",
        _CONDITIONS,
        "beside this the name is worth 5 points more; looked for within `near` characters",
        otherwise="nothing",
        example='["innovation-china"]',
    ),
    TomlKey(
        "stage",
        text(),
        "which stage of the `lineage` the name was used for",
        otherwise="none",
        example='"hub city"',
    ),
    TomlKey(
        "valid_from",
        DAY,
        "what was published before this day cannot mean it",
        otherwise="always",
        example="2021-05-01",
    ),
    TomlKey(
        "valid_until",
        DAY,
        "until when the name was in use; for people, since texts look back",
        otherwise="still",
        example="2023-12-31",
    ),
)

WEIGHTS = keys(
    TomlKey("title", _POINTS, "in the title", 5, example="10"),
    TomlKey(
        "first",
        _POINTS,
        "in the first sentence, at least 100 characters of the body",
        otherwise="as `lead`",
        example="10",
    ),
    TomlKey("lead", _POINTS, "in the rest of the lead", 5, example="4"),
    TomlKey("body", _POINTS, "in the rest of the body", 1, example="2"),
)

_LABELS = named("table of names by language")
_LABEL_KEY = TomlKey(
    "labels",
    _LABELS,
    "what people are shown",
    otherwise="its id",
    example='{ en = "Hub cities", zh = "枢纽城市" }',
)

TOPIC = keys(
    TomlKey(
        "id",
        ID,
        "its name in the archive; never change it",
        example='"hub-city"',
        required=True,
    ),
    _LABEL_KEY,
    TomlKey(
        "kind",
        choice("watched", "other"),
        "whether digests are about it, or it is told apart from what they are about",
        "watched",
        example='"other"',
    ),
    TomlKey(
        "weakens",
        _CONDITIONS,
        "with this a name of the topic makes nothing core: denials, news about something else",
        otherwise="nothing",
        example='[{ any = ["denial"], within = "sentence" }, { any = ["not"], before = 60 }]',
    ),
    TomlKey(
        "gives_way_to",
        texts("list of topics"),
        "whose names win where both overlap",
        otherwise="none",
        example='["logistics-hub"]',
    ),
    TomlKey(
        "lineage",
        texts("list of texts"),
        "the stages that the subject went through, in their order",
        otherwise="none",
        example='["pilot city", "hub city"]',
    ),
    TomlKey("weights", table(WEIGHTS), "points of a name by where it stands"),
    TomlKey(
        "name",
        tables(NAME),
        "One name in one language; at least one is needed.",
        required=True,
    ),
)

ORGANISATION = keys(
    TomlKey("id", ID, "its name in the archive", example='"association"', required=True),
    _LABEL_KEY,
    TomlKey(
        "forms",
        texts("list of spellings"),
        "how it is called",
        example='["Association for Science", "科协"]',
        required=True,
    ),
    TomlKey(
        "excludes",
        _CONDITIONS,
        "with this the name is somebody else's; looked for in the whole article",
        otherwise="it always counts",
        example='["trains"]',
    ),
)

PLACE = keys(
    TomlKey("id", ID, "its English name in small letters", example='"huaqiangbei"', required=True),
    TomlKey(
        "labels",
        _LABELS,
        "for a new place: its names, English at least",
        otherwise="the place is known",
        example='{ en = "Huaqiangbei", zh = "华强北" }',
    ),
    TomlKey(
        "province",
        ID,
        "for a new place: the id of its province, which decides between places of one name",
        otherwise="none",
        example='"guangdong"',
    ),
    TomlKey(
        "forms",
        texts("list of spellings"),
        "names it goes by; one of `forms` and `parts` is needed",
        example='["Forest City"]',
    ),
    TomlKey(
        "parts",
        texts("list of spellings"),
        "names of what belongs to it and stands for it: districts, zones",
        example='["Longdongbao", "龙洞堡"]',
    ),
)

_ABOUT = number(-60, 60)


def _points(name: str, meaning: str, default: int) -> TomlKey:
    return TomlKey(name, _ABOUT, meaning, default, example="3")


SUBJECT_POINTS = keys(
    _points("start", "whatever the text", 5),
    _points("title", "one of its names stands in the title", 4),
    _points("title_work", "the title names it not, and has one of the words of `work`", 2),
    _points("first", "it is first named in the first sentence of the body", 2),
    _points("lead", "it is first named in the rest of the lead", 1),
    _points("beside", "a name stands beside what its `core_near` asks for", 3),
    _points("busy", "a sentence that names it has a word of `work` besides", 3),
    _points(
        "share",
        "the share of the sentences that belong to it, by a name, beside one by an organisation "
        "or a word of `work`, or by the noun that a name went on with: so much if all do, or "
        "fifteen of a long text",
        6,
    ),
    _points("again", "several sentences name it: so much for five and more", 1),
    _points("organisation_named", "one of its organisations is named", 3),
    _points(
        "bare",
        "the title names it not, and there is no organisation, word of `work` or `core_near`",
        -4,
    ),
    _points("place", "a place or a word of `local` stands in a sentence that names it", 2),
    _points("nowhere", "no place is named in the whole text, and nothing of `core_near`", -3),
    _points(
        "wide",
        "a word of `wide` stands beside a name, no city does, and nothing of `core_near`",
        -3,
    ),
    _points("aside", "it is named in asides alone: in a list, by the way", -3),
    _points(
        "namesake", "words of `namesakes` stand beside each name: half for one, so much for two", -9
    ),
    _points("longer", "the body names it as part of longer names: so much if always", -7),
    _points("apart", "what `weakens` its names holds for one of them", -6),
    _points("other", "the title names another topic", -9),
    _points("genre", "the title has a word of `genres`", -3),
    _points("late", "how late the body first names it: so much at the very end", -3),
    _points(
        "lone",
        "one sentence belongs to it of five and more, and the title names it not: half if it is "
        "the first",
        -5,
    ),
    _points("long", "the text is long: so much for twenty sentences and more", -4),
    _points(
        "passing",
        "what a text has at least that names it for what it is, if only in passing: in the title "
        "or in running text, and not in one sentence of more than twenty; no sign of `namesake`, "
        "`apart` or `other`, and not as part of longer names alone. 0 makes it a mention",
        5,
    ),
    _points(
        "unplaced",
        "what a text has at most that names no place where it names the subject: not in the title, "
        "nor in a sentence that belongs to it, nor in a short text at all, the capital where "
        "it was told aside; and nothing of `core_near`. Also of one that only lists the subject, "
        "or tells of it in one sentence of its second half, with little else that belongs to it",
        60,
    ),
)

SUBJECT = keys(
    TomlKey("id", ID, "its name", example='"programme"', required=True),
    TomlKey(
        "topics",
        texts("list of topics"),
        "what is graded together; each topic is of one subject at most",
        example='["logistics-hub"]',
        required=True,
    ),
    TomlKey(
        "organisations",
        texts("list of organisations"),
        "who stands behind it",
        otherwise="nobody",
        example='["railways"]',
    ),
    *(
        TomlKey(name, texts("list of contexts"), meaning, otherwise="none", example='["not"]')
        for name, meaning in (
            ("work", "words of its work: a sentence with one of them belongs to the subject"),
            ("asides", "words with which it is named by the way, such as `among others`"),
            ("namesakes", "words that tell of something else of the same name"),
            ("genres", "words of titles whose texts name many things: reports, portraits, lists"),
            ("local", "words that stand for a place: `our city`"),
            ("wide", "words that speak of the whole of it, wherever it is: `nationwide`"),
        )
    ),
    TomlKey("points", table(SUBJECT_POINTS), "what each sign of being about it is worth"),
)

WATCHLIST = keys(
    TomlKey(
        "near",
        _CHARACTERS,
        "characters between two names that count as beside each other where nothing else is said",
        1000,
        example="600",
    ),
    TomlKey(
        "lead",
        _CHARACTERS,
        "characters at the beginning of a body that count as its lead; Chinese ones count double",
        500,
        example="300",
    ),
    TomlKey(
        "contexts",
        named("table of lists of words, by a word of your own", texts().schema),
        "words that are not watched but change what a name means",
        otherwise="none",
        example='{ trains = ["railway", "metro", "铁路"] }',
    ),
    TomlKey(
        "dismissed",
        named("table of lists of phrases, by a reason of your own", texts().schema),
        "what has one of these phrases is not relevant, whatever it names",
        otherwise="nothing",
        example='{ "a prize of ours" = ["Golden Pear", "金梨奖"] }',
    ),
    TomlKey("topic", tables(TOPIC), "One topic; at least one is needed.", required=True),
    TomlKey(
        "organisation",
        tables(ORGANISATION),
        "Somebody who acts: noted where it is named, never more than a mention. Names can lean on "
        "it.",
    ),
    TomlKey(
        "subject",
        tables(SUBJECT),
        "Topics that are one subject. Whether a text is about it is told from the text as a whole "
        "and not from its best place alone.",
    ),
    TomlKey("place", tables(PLACE), "further names of a place, or a new place"),
)

DOCUMENT = Document(
    "watchlist",
    "A watchlist: what is relevant",
    "One TOML file, which `watchlist` in `hubwatch.toml` names. `hubwatch watchlist copy` gives "
    "the shipped one to start from. [Saying what is relevant](../watchlist.md) tells how.",
    WATCHLIST,
)

"""The people, schools, works and words of the example. All invented, but such as one meets in the city."""

from __future__ import annotations

import copy
import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from app.events import document
from app.events.models import Event

EXCHANGE = Path(__file__).parent / "exchange.yaml"
CITY = "Комсомольск-на-Амуре"
CENTRE_SHORT = "ИМЦ г. Комсомольска-на-Амуре"
CENTRE_FULL = "Муниципальное казённое учреждение «Информационно-методический центр г. Комсомольска-на-Амуре»"
FOUNDER = "Управление образования администрации города Комсомольска-на-Амуре"
SIGNATORY = ("Е. П. Кравцова", "директор информационно-методического центра")

PROLONGED = "Приказ № 118: школы просили время после каникул"


def _(text: str) -> str:
    """Mark a role for the catalogue; it is translated on the page."""
    return text


@dataclass(frozen=True)
class OneOfCast:
    key: str
    surname: str
    given_name: str
    patronymic: str
    gender: str
    email: str
    school: int | None  # index into SCHOOLS; None: the centre
    post: str
    role: str

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.patronymic} {self.surname}"


CAST = (
    OneOfCast("vera", "Соколова", "Вера", "Андреевна", "f", "vera@example.org", 0, "педагог-библиотекарь", _("библиотекарь школы")),
    OneOfCast("lev", "Оненко", "Лев", "Павлович", "m", "lev@example.org", None, "методист по предмету", _("член жюри")),
    OneOfCast("nina", "Трофимова", "Нина", "Сергеевна", "f", "nina@example.org", None, "методист", _("методист центра")),
    OneOfCast("oleg", "Трач", "Олег", "Ильич", "m", "oleg@example.org", 1, "заведующий библиотекой", _("библиотекарь другой школы")),
    OneOfCast("admin", "Ким", "Елена", "Львовна", "f", "admin@example.org", None, "заместитель директора", _("администратор и методист")),
)


def _school(number: int, kind: str = "СОШ") -> tuple[str, str, str]:
    full = {
        "СОШ": f"Муниципальное общеобразовательное учреждение «Средняя общеобразовательная школа № {number}»",
        "Гимназия": f"Муниципальное общеобразовательное учреждение «Гимназия № {number}»",
        "Лицей": f"Муниципальное общеобразовательное учреждение «Лицей № {number}»",
    }[kind]
    code = {"СОШ": "school", "Гимназия": "gymnasium", "Лицей": "lyceum"}[kind]
    return f"{kind} № {number}", full, code


SCHOOLS = (
    _school(15), _school(37), _school(9, "Гимназия"), _school(1, "Лицей"), _school(3), _school(4), _school(5), _school(6), _school(7),
    _school(8), _school(13), _school(14), _school(16), _school(18), _school(21), _school(23), _school(24), _school(26), _school(27),
    _school(30), _school(31), _school(33), _school(34), _school(36), _school(42), _school(45), _school(50), _school(51),
    _school(2, "Гимназия"), _school(33, "Лицей"),
)  # fmt: skip

_TEACHER, _PLAIN, _HEAD = "педагог-библиотекарь", "библиотекарь", "заведующая библиотекой"
LIBRARIANS = (
    ("Черных", "Наталья", "Олеговна", "f", _TEACHER), ("Бельды", "Анна", "Ивановна", "f", _PLAIN), ("Самар", "Ольга", "Никитична", "f", _TEACHER),
    ("Вронская", "Любовь", "Никитична", "f", _HEAD), ("Шевченко", "Татьяна", "Викторовна", "f", _PLAIN), ("Киле", "Мария", "Ивановна", "f", _PLAIN),
    ("Петрова-Водкина", "Мария", "Львовна", "f", _TEACHER), ("Кузнецова", "София", "Павловна", "f", _TEACHER), ("Долгих", "Галина", "Ильинична", "f", _HEAD),
    ("Пак", "Светлана", "Сергеевна", "f", _PLAIN), ("Абрамова", "Ирина", "Юрьевна", "f", _TEACHER), ("Захарова", "Лариса", "Петровна", "f", _PLAIN),
    ("Гейкер", "Зинаида", "Николаевна", "f", _TEACHER), ("Морозова", "Елена", "Александровна", "f", _TEACHER), ("Ходжер", "Надежда", "Павловна", "f", _PLAIN),
    ("Литвиненко", "Оксана", "Васильевна", "f", _TEACHER), ("Соловей", "Мария", "Глебовна", "f", _PLAIN), ("Ермолаева", "Юлия", "Борисовна", "f", _TEACHER),
    ("Цой", "Вероника", "Олеговна", "f", _TEACHER), ("Гончар", "Людмила", "Степановна", "f", _HEAD), ("Фёдорова", "Алёна", "Игоревна", "f", _TEACHER),
    ("Тимошенко", "Павел", "Андреевич", "m", _TEACHER), ("Дигор", "Раиса", "Фёдоровна", "f", _PLAIN), ("Мельник", "Дарья", "Романовна", "f", _TEACHER),
    ("Белоглазова", "Инна", "Марковна", "f", _TEACHER), ("Зайцева", "Вера", "Степановна", "f", _PLAIN), ("Актанко", "Лидия", "Ивановна", "f", _TEACHER),
    ("Ли", "Марина", "Вадимовна", "f", _PLAIN),
)  # fmt: skip
JURORS = (
    ("Громова", "Тамара", "Ивановна", "f", "главный специалист управления образования"),
    ("Ковалёв", "Никита", "Денисович", "m", "заведующий отделом городской библиотеки"),
    ("Заксор", "Полина", "Артёмовна", "f", "методист"),
)

WORKS = (
    "Читающий двор", "Ночь в библиотеке", "Школьный медиацентр", "Книжный десант", "Сказки народов Приамурья", "Литературный трамвай",
    "Библиотека без стен", "Год семьи: читаем вместе", "Урок „Живая книга“", "Квест по Гайдару", "Буктрейлер как способ увидеть книгу", "Памяти первостроителей",
    "Дневник читателя", "Час тихого чтения", "Книга на столе директора", "Читаем Арсеньева", "Краевед с первого класса", "Словарь забытых слов",
    "Поэтическая перемена", "Детский журнал своими руками", "Библиотечный урок в музее", "Театр одной книги", "Письмо любимому автору", "Школа юного библиографа",
    "Мост поколений: книги наших бабушек", "Читательская карта города", "Комикс по классике", "Открытая полка", "Голоса Амура", "Медиаграмотность для пятых классов",
    "Книжный адвент", "Энциклопедия двора", "Родительский абонемент", "Вечер при лампе", "Библиотека — место силы", "Летопись нашей школы",
)  # fmt: skip
EXHIBITS = (
    "Книги-юбиляры 2026 года", "Плакат „Чтение — это…“", "Лэпбук по сказкам Нагишкина", "Стенд „Герои-земляки“", "Макет избы-читальни", "Закладки народов Приамурья",
    "Книжная ёлка", "Рукописный журнал пятого класса", "Карта путешествий Дерсу Узала", "Уголок тихого чтения", "Сундук забытых игр", "Афиша недели детской книги",
)  # fmt: skip
COMMENTS = (
    "Работа ясная, её легко повторить в другой школе.",
    "Хорошо описан результат; хочется больше примеров заданий.",
    "Интересная форма. Список литературы стоит обновить.",
    "",
)
EXPERTS = ("Заварзина Ирина Львовна, краевая научная библиотека", "Самсонов Пётр Ильич, педагогический колледж")
EXCHANGED = (
    "Полка новинок у столовой", "Чат читающих родителей", "Пять минут поэзии", "Книжный шкаф в коридоре", "Журнал выдачи без бумаги", "Дежурный читатель",
    "Мастерская закладок", "Читаем с пятиклассниками", "Библиотечный радиоузел",
)  # fmt: skip
SITES = (
    ("Площадка «Центр»", "пр. Ленина, 10, актовый зал", 2, 30),
    ("Площадка «Дзёмги»", "ул. Советская, 25, медиатека", 6, 20),
    ("Площадка «Амурсталь»", "ул. Вокзальная, 41, читальный зал", 14, 15),
)
TOPICS = (
    "Сетевая модель методической работы школ", "Как мы открыли библиотеку во дворе", "Один каталог на пять школ", "Наставник для молодого библиотекаря",
    "Чтение вслух как событие", "Что считать результатом библиотечного урока",
)  # fmt: skip

_LATIN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        [
            "a",
            "b",
            "v",
            "g",
            "d",
            "e",
            "e",
            "zh",
            "z",
            "i",
            "i",
            "k",
            "l",
            "m",
            "n",
            "o",
            "p",
            "r",
            "s",
            "t",
            "u",
            "f",
            "kh",
            "ts",
            "ch",
            "sh",
            "sch",
            "_",
            "y",
            "_",
            "e",
            "yu",
            "ya",
        ],
        strict=True,
    )
)


def latin(word: str) -> str:
    """Return a word in Latin letters, for addresses of the example."""
    return "".join(_LATIN.get(letter, letter) for letter in word.lower()).replace("_", "")


# Regulations of the example, made from the presets


def _with(preset: Mapping[str, Any], **texts: Any) -> dict[str, Any]:
    return {**copy.deepcopy(dict(preset)), **texts}


def contest_of_last_year(preset: Mapping[str, Any]) -> dict[str, Any]:
    title = {"ru": "Лучшая школьная библиотека — 2025", "en": "Best School Library 2025"}
    return _with(preset, key="best_library_2025", title=title)


def contest_of_this_autumn(preset: Mapping[str, Any]) -> dict[str, Any]:
    title = {"ru": "Лучшая школьная библиотека — 2026", "en": "Best School Library 2026"}
    return _with(preset, key="best_library_2026", title=title)


def spring_exhibition(preset: Mapping[str, Any]) -> dict[str, Any]:
    title = {"ru": "Весна читает: плакаты и афиши", "en": "Spring Reads: Posters"}
    return _with(preset, key="spring_posters", title=title)


def exchange_of_practice(preset: Mapping[str, Any]) -> dict[str, Any]:
    """The preset of a contest with what exchange.yaml says otherwise."""
    return _with(preset, **document.load(EXCHANGE.read_text(encoding="utf-8")).data)


# Answers by the meaning and kind of each question, so that a changed preset still gets an example


def _answers(event: Event, title: str, number: int, special: Mapping[str, Any]) -> dict[str, Any]:
    rules, found = event.rules, {}
    for question in (one for one in rules.questions() if one.filled_by == "applicant"):
        value = special.get(question.meaning) or special.get(question.kind)
        if value is None and question.kind == "nomination":
            value = rules.nominations[number % len(rules.nominations)].key
        if value is None and question.meaning == "title":
            value = title
        if value is None and question.kind in ("text", "long_text") and question.required:
            value = _annotation(title)[: question.max_length or 300]
        if value is None and question.kind == "choice" and question.options:
            value = question.options[number % len(question.options)].key
        if value is None and question.kind == "choices" and question.options:
            value = [question.options[number % len(question.options)].key]
        if value is None and question.kind == "number" and question.required:
            value = str(question.least if question.least is not None else 10)
        if value is not None:
            found[question.key] = value
    return found


def _annotation(title: str) -> str:
    return (
        f"«{title}» — работа, которая выросла из обычных перемен и субботних встреч. Дети и родители читают вместе, спорят о книге и "
        "приводят друзей. Описаны шаги подготовки, роли участников, список книг и то, что стоит повторить в другой школе."
    )


def contest_answers(event: Event, title: str, number: int) -> dict[str, Any]:
    return _answers(event, title, number, {"annotation": _annotation(title)})


def exhibition_answers(event: Event, title: str, number: int) -> dict[str, Any]:
    return _answers(
        event,
        title,
        number,
        {"annotation": f"{title}: работа сделана вместе с читателями нашей библиотеки. Материалы можно взять за образец."},
    )


def bridge_answers(event: Event, site: str, number: int) -> dict[str, Any]:
    speaks = number % 4 == 0
    topic = TOPICS[(number // 4) % len(TOPICS)]
    special: dict[str, Any] = {"site": site, "participation": "speaker" if speaks else "listener"}
    if speaks:
        special |= {"topic": topic, "title": topic, "annotation": f"{topic}: опыт нашей школы, пять слайдов и вопросы."}
    answers = _answers(event, topic, number, special)
    if not speaks:
        answers = {key: value for key, value in answers.items() if event.rules.question(key).kind in ("site", "participation")}
    return answers


# Files of the example


def file_for(kind: str, title: str, number: int) -> tuple[bytes, str]:
    """Return a real small file of a kind and its name."""
    if kind in ("jpg", "png"):
        return _picture(title, number, kind), f"{title[:40]} {number + 1}.{kind}"
    return _pdf(title), f"{title[:60]}.pdf"


def _picture(title: str, number: int, kind: str) -> bytes:
    """Return a calm still life of books: coloured spines on a shelf, different for each title."""
    seed = zlib.crc32(f"{title}{number}".encode())
    image = Image.new("RGB", (1200, 900), (244, 239, 226))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1200, 640), fill=((seed >> 3) % 40 + 200, (seed >> 7) % 30 + 215, (seed >> 11) % 40 + 200))
    colours = ((20, 82, 74), (154, 74, 6), (138, 28, 28), (26, 75, 140), (91, 98, 112), (201, 162, 39))
    left = 90
    while left < 1080:
        seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
        width, height = 34 + seed % 52, 250 + (seed >> 8) % 210
        draw.rectangle((left, 640 - height, left + width, 640), fill=colours[(seed >> 4) % len(colours)])
        draw.rectangle((left + 6, 640 - height + 30, left + width - 6, 640 - height + 44), fill=(244, 239, 226))
        left += width + 4 + (26 if seed % 11 == 0 else 0)
    draw.rectangle((40, 640, 1160, 668), fill=(120, 84, 52))
    draw.ellipse((880, 120, 1040, 280), fill=(255, 236, 179))
    out = io.BytesIO()
    image.save(out, "JPEG" if kind == "jpg" else "PNG", quality=80)
    return out.getvalue()


def _pdf(title: str) -> bytes:
    """Return a one-page PDF that says whose work it stands for."""
    text = f"({latin(title).encode('ascii', 'ignore').decode().replace('(', '').replace(')', '')}) Tj"
    stream = f"BT /F1 22 Tf 72 720 Td {text} ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
    return bytes(out)

"""Forms of the room, a site and a line of the programme."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.applications.models import Application
from app.events.models import Event
from app.meetings import queries
from app.meetings.models import Session, Site
from app.meetings.operations import DISCUSSION, GREETING, MASTER_CLASS, TALK
from app.people.operations import plain

KINDS = {GREETING: _l("Приветствие"), TALK: _l("Выступление"), MASTER_CLASS: _l("Мастер-класс"), DISCUSSION: _l("Обсуждение")}


def _tidy(value: Any) -> Any:
    return plain(value) if isinstance(value, str) else value


def _line(label: Any, *checks: Any, **more: Any) -> StringField:
    return StringField(label, [*checks], filters=[_tidy], **more)


class RoomForm(FlaskForm):
    """Where the sites meet, and who leads."""

    platform = _line(_l("Чем связываетесь"), Optional(), Length(max=120), description=_l("Например: Сферум"))
    link = _line(
        _l("Ссылка на встречу"),
        Optional(),
        Length(max=500),
        description=_l("Её увидят только записавшиеся и вы"),
        render_kw={"type": "url"},
    )
    moderator = _line(_l("Кто ведёт"), Optional(), Length(max=300))
    minutes = IntegerField(
        _l("Сколько длится, минут"),
        [InputRequired(_l("Укажите, сколько минут длится встреча")), NumberRange(5, 1440, _l("От 5 до 1440 минут"))],
        description=_l("По этому числу в сертификате считаются часы"),
    )


class SiteForm(FlaskForm):
    title = _line(_l("Название площадки"), InputRequired(_l("Назовите площадку")), Length(max=200))
    address = _line(_l("Адрес"), Optional(), Length(max=300), description=_l("Улица, дом, кабинет; для участия по ссылке оставьте пустым"))
    host = _line(_l("Школа или организация"), Optional(), Length(max=120), render_kw={"list": "schools"})
    responsible = _line(
        _l("Ответственный"),
        Optional(),
        Length(max=250),
        description=_l("Фамилия, имя и отчество: этот человек сможет отмечать присутствующих на своей площадке"),
    )
    seats = IntegerField(
        _l("Сколько мест"), [Optional(), NumberRange(1, 10_000, _l("От 1 до 10 000 мест"))], description=_l("Пусто — без ограничения")
    )


class LineForm(FlaskForm):
    """One line of the programme; the choices are filled for the event."""

    kind = SelectField(_l("Что это"), choices=[SelectChoice(key, words) for key, words in KINDS.items()])
    topic = _line(_l("Тема"), InputRequired(_l("Напишите тему")), Length(max=300))
    minutes = IntegerField(_l("Минут"), [InputRequired(_l("Укажите минуты")), NumberRange(1, 480, _l("От 1 до 480 минут"))], default=10)
    application_id = SelectField(_l("Докладчик из записавшихся"), choices=[])
    guest = _line(_l("Или гость"), Optional(), Length(max=300), description=_l("Имя, должность и организация, как их назвать в программе"))
    site_id = SelectField(_l("Площадка"), choices=[])


def site_form(site: Site | None) -> SiteForm:
    if site is None:
        return SiteForm()
    host = site.host.short_name if site.host else ""
    responsible = site.responsible.full_name if site.responsible else ""
    return SiteForm(data={"title": site.title, "address": site.address, "host": host, "responsible": responsible, "seats": site.seats})


def line_form(line: Session | None, sites: list[Site], speakers: list[Application]) -> LineForm:
    """Return the form of a line with the event's sites and registered speakers to choose from."""
    filled = None
    if line is not None:
        chosen = {"site_id": str(line.site_id or ""), "application_id": str(line.application_id or "")}
        filled = {"kind": line.kind, "topic": line.topic, "minutes": line.minutes, "guest": line.guest, **chosen}
    form = LineForm(data=filled)
    nothing = SelectChoice("", "—")
    form.site_id.choices = [nothing, *(SelectChoice(str(site.id), site.title) for site in sites)]
    form.application_id.choices = [nothing, *(SelectChoice(str(one.id), f"{one.applicant.initials} · {one.title}") for one in speakers)]
    return form


def typed_line(form: LineForm) -> dict[str, Any]:
    """Return what was typed as add_line and change_line take it."""
    site, application = form.site_id.data, form.application_id.data
    return {
        "kind": form.kind.data,
        "topic": form.topic.data,
        "minutes": form.minutes.data,
        "guest": form.guest.data or "",
        "site_id": int(site) if site else None,
        "application_id": int(application) if application else None,
    }


def choices_of(event: Event, line: Session | None) -> tuple[list[Site], list[Application]]:
    """Return the sites and speakers to choose from; the line's own speaker stays on offer."""
    speakers = queries.speakers(event.id)
    if line is not None and line.application is not None and line.application not in speakers:
        speakers.append(line.application)
    return queries.sites_of(event.id), speakers

"""The top of the house: home by role, the first page, the example, health, the administrator's pages."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, abort, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app import background, clock, web, wording
from app.applications import queries as applications
from app.applications import rows, way
from app.background import Job
from app.certificates import queries as certificates
from app.database import committing, db, trace
from app.events import pages as event_pages
from app.events import queries as events
from app.front import commands, demo, errors, forms, health, menu, mode, operations
from app.notifications import post
from app.notifications import queries as letters
from app.people import sessions
from app.web import ADMINISTRATOR, ANYONE, METHODIST, open_to, visitor

bp = Blueprint("front", __name__)
MOST_WAITING = 5


def init(app: Flask) -> None:
    errors.init(app)
    commands.init(app)
    app.context_processor(menu.words_for_every_page)
    app.context_processor(mode.words_for_every_page)

    @app.before_request
    def first_page_first() -> ResponseReturnValue | None:
        """An empty installation shows its first page, whatever was asked for."""
        free = ("front.start", "front.begin_demo", "front.demo_progress", "front.health", "front.metrics", "front.language", "front.theme")
        if request.endpoint in (None, "static", *free) or mode.mode() != mode.EMPTY:
            return None
        return redirect(url_for("front.start"))


@bp.get("/")
@open_to(ANYONE)
def home() -> ResponseReturnValue:
    """What waits for me; for a stranger the announcements."""
    now = clock.now()
    page = events.announced()
    open_now = [event for event in page.rows if events.phase(event, now) in (events.INTAKE, events.COMING, events.SHOW)][:6]
    cards = [event_pages.card(event, now) for event in open_now]
    if not visitor.signed_in:
        finished = [event for event in page.rows if events.phase(event, now) in (events.RESULTS, events.OVER)][:3]
        return render_template("front/welcome.html", cards=cards, finished=[event_pages.card(one, now) for one in finished])
    if visitor.person is None:
        return redirect(url_for("people.who"))
    waits = sorted(web.waiting.collect(visitor, now), key=lambda one: (one.until is None, one.until or now))
    mine = applications.mine(visitor, most=3).rows
    return render_template(
        "front/home.html",
        waits=[_wait(one, now) for one in waits[:MOST_WAITING]],
        more=max(0, len(waits) - MOST_WAITING),
        cards=cards,
        mine=[(rows.row(one), way.stops(one, now)) for one in mine[:1]],
        others=[rows.row(one) for one in mine[1:]],
        papers=[(one.title, wording.say(one.event.title)) for one in certificates.mine(visitor).rows[:3]],
        staff=visitor.has(METHODIST),
    )


@web.waiting.fill
def mail_waits(who: web.Visitor, _now: Any) -> web.Waits | None:
    """Without a mail server nobody gets a letter: its administrator should know, and can read them meanwhile."""
    if post.uses_smtp() or mode.is_demo() or not who.has(ADMINISTRATOR):
        return None
    note = _("Письма и коды для входа никому не уходят: они лежат здесь, на сервере. Как подключить почту, написано в docs/operate.md.")
    return web.Waits(_("Почта ещё не подключена"), note, _("Прочитать письма"), url_for("front.mail"))


def _wait(one: web.Waits, now: Any) -> dict[str, Any]:
    left = wording.left(one.until, now) if one.until else ""
    hot = one.until is not None and (one.until - now).days < 3
    return {"title": one.title, "note": one.note, "verb": one.verb, "url": one.url, "chip": left, "hot": hot, "progress": one.progress}


@bp.get("/healthz", endpoint="health")
@open_to(ANYONE)
def health_check() -> ResponseReturnValue:
    report = health.report(clock.now())
    return jsonify(report), 503 if report["status"] == "down" else 200


@bp.get("/metrics")
@open_to(ANYONE)
def metrics() -> ResponseReturnValue:
    return Response(health.metrics(clock.now()), mimetype="text/plain; version=0.0.4")


@bp.post("/language")
@open_to(ANYONE)
def language() -> ResponseReturnValue:
    chosen = request.form.get("language", "")
    response = redirect(web.safe_next(url_for(".home")))
    return web.remember(response, "language", chosen) if chosen in web.LANGUAGES else response


@bp.post("/theme")
@open_to(ANYONE)
def theme() -> ResponseReturnValue:
    chosen = request.form.get("theme", "")
    response = redirect(web.safe_next(url_for(".home")))
    return web.remember(response, "theme", chosen) if chosen in web.THEMES else response


# The first page of an empty installation


@bp.route("/start", methods=["GET", "POST"])
@open_to(ANYONE)
def start() -> ResponseReturnValue:
    if mode.mode() != mode.EMPTY:
        return redirect(url_for(".home"))
    form = forms.CentreForm()
    if form.validate_on_submit():
        zone = form.zone.data or forms.zone_of(form.city.data or "")
        if zone:
            typed = {
                name: form[name].data for name in ("name", "short_name", "city", "surname", "given_name", "patronymic", "email", "password")
            }
            with committing():
                person = operations.begin_centre(**typed, zone=zone, now=clock.now())
                sessions.begin(person.user, person, now=clock.now())
            web.tell(_("Центр создан. Начните с первого мероприятия: выберите, с чего удобнее начать."))
            return redirect(url_for("events.new"))
        form.zone.errors = [_("Такого города нет в нашем списке: выберите часовой пояс")]
    asked = request.method == "POST" or request.args.get("own")
    return render_template("front/start.html", form=form, asked=asked), 422 if request.method == "POST" else 200


@bp.post("/start/demo")
@open_to(ANYONE)
def begin_demo() -> ResponseReturnValue:
    """Fill an empty installation with the example: the worker does it, the page shows how far it is."""
    if mode.mode() == mode.EMPTY:
        with committing():
            mode.set_mode(mode.DEMO)
            background.enqueue("demo.fill", "demo.fill", now=clock.now())
    return redirect(url_for(".demo"))


# The example


@bp.get("/demo", endpoint="demo")
@open_to(ANYONE)
def demo_page() -> ResponseReturnValue:
    if not mode.is_demo():
        abort(404)
    return render_template("front/demo.html", cast=demo.cast(), ready=demo.is_ready())


@bp.get("/demo/progress")
@open_to(ANYONE)
def demo_progress() -> ResponseReturnValue:
    if not mode.is_demo():
        abort(404)
    ready = demo.is_ready()
    return jsonify(value=int(ready), most=1, text="", finished=ready)


@bp.post("/demo/sign-in")
@open_to(ANYONE)
def demo_sign_in() -> ResponseReturnValue:
    """Sign in as one of the cast: only in the example, and only as people of the example."""
    if not mode.is_demo():
        abort(404)
    with committing():
        person = demo.person_of(request.form.get("person", ""))
        if person is None:
            abort(404)
        sessions.begin(person.user, person, now=clock.now())
    return redirect(web.safe_next(url_for(".home")))


@bp.post("/demo/leave")
@open_to(ADMINISTRATOR)
def leave_demo() -> ResponseReturnValue:
    """End the example: everything of it is removed, and the first page comes back."""
    if not mode.is_demo() or request.form.get("sure") != "1":
        abort(404)
    with committing():
        sessions.end_here()
    demo.remove_all()
    return redirect(url_for(".start"))


# The administrator's pages


@bp.get("/admin/jobs")
@open_to(ADMINISTRATOR)
def jobs() -> ResponseReturnValue:
    now = clock.now()
    wanted = select(Job).where(Job.state == background.DEAD).order_by(Job.id.desc()).limit(50)
    late = select(Job).where(Job.last_error.is_not(None), Job.state == background.PENDING).order_by(Job.id.desc()).limit(50)
    return render_template(
        "front/jobs.html",
        report=health.report(now),
        counts=background.count_by_state(),
        dead=db.session.scalars(wanted).all(),
        late=db.session.scalars(late).all(),
        mail_folder=not post.uses_smtp(),
    )


@bp.route("/admin/centres/new", methods=["GET", "POST"])
@open_to(ADMINISTRATOR)
def new_centre() -> ResponseReturnValue:
    """Another centre in this installation: it holds events of its own, also by a regulation of another one."""
    form = forms.NewCentreForm()
    if form.validate_on_submit():
        zone = form.zone.data or forms.zone_of(form.city.data)
        said = {name: form[name].data.strip() for name in ("name", "short_name", "city")}
        if not zone:
            form.zone.errors = [_("Выберите часовой пояс: этого города мы не знаем.")]
        else:
            with committing():
                made = operations.add_centre(**said, zone=zone, by=visitor.person, now=clock.now())
            if made:
                web.tell(_("Центр создан, вы в нём методист и администратор. Назначить других можно на странице человека."))
                return redirect(url_for("people.organisations"))
            form.short_name.errors = [_("Эта организация уже центр.")]
    return render_template("front/new_centre.html", form=form), 422 if form.errors else 200


@bp.post("/admin/jobs/<int:job_id>/retry")
@open_to(ADMINISTRATOR)
def retry_job(job_id: int) -> ResponseReturnValue:
    now = clock.now()
    with committing():
        revived = background.again(job_id, now=now)
        trace("job.retried", f"job:{job_id}", by=visitor.person.id, now=now)
    web.tell(_("Работа снова поставлена в очередь.") if revived else _("Эта работа уже не ждёт."), "done" if revived else "amber")
    return redirect(url_for(".jobs"))


@bp.get("/admin/mail")
@open_to(ANYONE)
def mail() -> ResponseReturnValue:
    """The mail folder of an installation without a mail server: for its administrator, and for everybody in the example."""
    _mail_or_404()
    return render_template("notifications/mail.html", letters=post.folder_letters(), zone=letters.home_zone())


@bp.get("/admin/mail/<name>")
@open_to(ANYONE)
def mail_letter(name: str) -> ResponseReturnValue:
    _mail_or_404()
    letter = post.folder_letter(name)
    if letter is None:
        abort(404)
    return render_template("notifications/mail_letter.html", letter=letter, zone=letters.home_zone())


def _mail_or_404() -> None:
    if post.uses_smtp() or not (mode.is_demo() or visitor.has(ADMINISTRATOR)):
        abort(404)

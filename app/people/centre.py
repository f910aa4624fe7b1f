"""What the centre's papers say of it: founder and who signs. For administrators of the centre."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app import clock, web
from app.database import committing
from app.people import forms, operations, queries
from app.people.blueprint import bp
from app.web import ADMINISTRATOR, open_to, visitor


@bp.route("/centre", methods=["GET", "POST"])
@open_to(ADMINISTRATOR)
def centre() -> ResponseReturnValue:
    one = queries.centres(visitor.governed)[0]
    form = forms.CentrePapersForm(obj=one)
    if form.validate_on_submit():
        said = {name: form[name].data or "" for name in ("founder", "signatory_name", "signatory_post")}
        with committing():
            operations.sign_papers_as(queries.centres(visitor.governed)[0], **said, by=visitor.person, now=clock.now())
        web.tell(_("Сохранено. Так будет в новых документах; выданные не меняются."))
        return redirect(url_for(".centre"))
    status = 422 if request.method == "POST" else 200
    return render_template("people/centre.html", form=form, centre=one.organisation.full_name), status

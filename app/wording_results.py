"""The words of computed results: faults of tables, reasons of rows, what is open."""

from __future__ import annotations


def _(text: str) -> str:
    """Mark a text for the catalogue; it is translated when it is said."""
    return text


def _n(one: str, many: str) -> tuple[str, str]:
    """Mark a text that counts, so that the catalogue holds every form its language has."""
    return one, many


SAYINGS: dict[str, str | tuple[str, str]] = {
    # tables
    "table_not_utf8": _("Файл не в кодировке UTF-8. Сохраните таблицу как «CSV UTF-8»."),
    "table_not_readable": _("Строка не читается как CSV: проверьте кавычки."),
    "table_row_too_long": _("В строке %(have)s значений, а столбцов %(most)s. Значения с запятой берут в кавычки."),
    "table_column_missing": _("Нет столбца %(name)s."),
    "table_column_twice": _("Столбец %(name)s есть дважды. Оставьте один."),
    "table_column_unknown": _("Столбец %(name)s положением не используется и не учтён."),
    "table_key_missing": _("Ячейка %(name)s пуста. Впишите ключ."),
    "table_not_a_moment": _("«%(value)s» — не дата. Пишите 2026-03-10 или 2026-03-10T15:00."),
    "table_weight_wrong": _("Вес «%(value)s» — не число больше нуля."),
    # entries
    "entry_twice": _("Заявка %(name)s уже есть выше. У каждой заявки свой ключ."),
    "entry_status_unknown": _("Состояния «%(name)s» нет. Бывают admitted, not_admitted, withdrawn, disqualified."),
    "entry_nomination_unknown": _("Номинации %(name)s в положении нет (заявка %(entry)s)."),
    "entry_nomination_missing": _("У заявки %(entry)s нет номинации, и из ответов она не следует."),
    "entry_nomination_differs": _("Указана номинация %(have)s, а из ответов следует %(follows)s."),
    "entry_without_value": _("У заявки %(entry)s нет значения %(name)s, по которому делят списки."),
    "entry_condition_unmet": _("Заявка %(entry)s: %(message)s"),
    "condition_waits_for_date": _("Дата «%(date)s» не назначена, поэтому условие не проверено: %(message)s"),
    "entry_authors_few": _("Заявка %(entry)s: авторов меньше %(least)s."),
    "entry_authors_many": _("Заявка %(entry)s: авторов больше %(most)s."),
    "entry_organisations_many": _("Заявка %(entry)s: соавторы должны быть из одной организации."),
    "entry_over_person": _("Заявка %(entry)s: у участника %(name)s больше заявок, чем можно (%(most)s)."),
    "entry_over_organisation": _("Заявка %(entry)s: от организации %(name)s больше заявок, чем можно (%(most)s)."),
    "entry_over_nomination": _("Заявка %(entry)s: в номинации %(name)s больше заявок, чем можно (%(most)s)."),
    "entry_over_event": _("Заявка %(entry)s: заявок больше, чем можно (%(most)s)."),
    "entry_below_person": _("От участника %(name)s заявок %(have)s, нужно не меньше %(least)s."),
    "entry_below_organisation": _("От организации %(name)s заявок %(have)s, нужно не меньше %(least)s."),
    "entry_below_nomination": _("В номинации %(name)s заявок %(have)s, нужно не меньше %(least)s."),
    "entry_below_event": _("Заявок %(have)s, нужно не меньше %(least)s."),
    # marks
    "mark_stage_unknown": _("Этапа %(name)s в положении нет."),
    "mark_entry_unknown": _("Заявки %(name)s нет в таблице заявок."),
    "mark_source_unknown": _("На этапе «%(stage)s» не предусмотрены оценки от %(by)s."),
    "mark_juror_missing": _("Не указан juror: чья это оценка (%(by)s)?"),
    "mark_juror_out_of_place": _("Для %(by)s столбец juror оставляют пустым."),
    "mark_entrant_unknown": _("Оценивает заявка %(name)s, а её нет в таблице заявок."),
    "mark_own_work": _("Заявка %(name)s оценивает саму себя."),
    "mark_not_allotted": _("Заявке %(judge)s не поручали оценивать %(name)s."),
    "mark_criterion_unknown": _("Критерия %(name)s на этом этапе нет."),
    "mark_criterion_out_of_place": _("Здесь столбец criterion оставляют пустым, а в нём %(name)s."),
    "mark_row_missing": _("Критерий %(name)s оценивают по строкам: пишите %(name)s.строка."),
    "mark_not_a_number": _("«%(value)s» — не число."),
    "mark_not_a_count": _("«%(value)s» — не целое число от нуля."),
    "mark_not_a_place": _("«%(value)s» — не место: нужно целое число от 1."),
    "mark_not_yes_or_no": _("«%(value)s»: здесь бывает только 1 или 0."),
    "mark_level_unknown": _("Уровня %(value)s нет. Есть %(names)s."),
    "mark_total_out_of_scale": _("Сумма листа не бывает меньше нуля и больше %(most)s."),
    "mark_twice": _("Вторая оценка того же: заявка %(entry)s, %(juror)s, критерий %(criterion)s."),
    "mark_total_beside_sheets": _("У заявки %(entry)s есть и листы, и готовая сумма. Оставьте что-то одно."),
    "mark_total_beside_marks": _("В листе %(juror)s по заявке %(entry)s есть и оценки, и сумма. Оставьте что-то одно."),
    "sheet_incomplete": _("В листе %(juror)s по заявке %(entry)s не хватает оценок: %(names)s."),
    "mark_not_asked": _("По заявке %(entry)s эти критерии не оценивают: %(names)s."),
    "mark_place_twice": _("%(juror)s ставит место %(place)s дважды в одном списке."),
    "sheets_unequal": _("У заявки %(entry)s листов %(have)s, у других %(most)s: сумма сравнила бы неравное. Нужны все листы."),
    "marks_of_not_admitted": _("Оценки заявки %(entry)s не учтены: она не допущена (этап «%(stage)s»)."),
    "marks_of_not_gone_on": _("Оценки заявки %(entry)s не учтены: на этап «%(stage)s» она не прошла."),
    # decisions
    "decision_kind_unknown": _("Решения «%(name)s» не бывает. Бывают tie, vote, advance, award, withhold."),
    "decision_without_ground": _("У решения нет основания. Впишите ground: протокол, дату, кто решил."),
    "decision_entry_missing": _("Не указано, о какой заявке решение."),
    "decision_award_unknown": _("Награды %(name)s в положении нет."),
    "decision_value_wrong": _("Значение «%(value)s» этому решению не подходит."),
    # lists
    "list_too_short": _("Список %(list)s: %(have)s, нужно не меньше %(least)s."),
    "list_merged": _("Список %(list)s присоединён к %(into)s: в нём слишком мало заявок."),
    "list_waits_for_cut": _("Список %(list)s ждёт: ещё не решено, кто до него дошёл."),
    "list_short_of_sheets": _("Список %(list)s ждёт: не у всех работ набран кворум листов."),
    # what is open
    "open_tie": _n(
        "%(num)d заявка с равной суммой на местах %(place)s–%(place_to)s: решите, кто выше.",
        "%(num)d заявок с равными суммами на местах %(place)s–%(place_to)s: решите, кто выше.",
    ),
    "open_cut": _n(
        "%(num)d заявка на черте этапа «%(title)s» с равной суммой (места %(place)s–%(place_to)s): решите, кто проходит.",
        "%(num)d заявок на черте этапа «%(title)s» с равными суммами (места %(place)s–%(place_to)s): решите, кто проходит.",
    ),
    "open_cut_decided": _n(
        "%(num)d заявка ждёт решения: проходит ли она на этап «%(title)s».",
        "%(num)d заявок ждут решения: проходят ли они на этап «%(title)s».",
    ),
    "open_award": _n(
        "«%(title)s»: решите, получает ли награду эта заявка (%(num)d).",
        "«%(title)s»: решите, кто из %(num)d заявок получает награду и получает ли её кто-нибудь.",
    ),
    # why
    "why_mean": _n("Среднее %(num)d листа: %(values)s.", "Среднее %(num)d листов: %(values)s."),
    "why_sum": _n("Сумма %(num)d листа: %(values)s.", "Сумма %(num)d листов: %(values)s."),
    "why_median": _n("Медиана %(num)d листа: %(values)s.", "Медиана %(num)d листов: %(values)s."),
    "why_trimmed": _n(
        "Среднее без крайних (по %(drop)s с каждой стороны) из %(num)d листа: %(values)s.",
        "Среднее без крайних (по %(drop)s с каждой стороны) из %(num)d листов: %(values)s.",
    ),
    "why_places": _n("Сумма мест по %(num)d листу: суммы %(values)s.", "Сумма мест по %(num)d листам: суммы %(values)s."),
    "why_no_sheets": _("Оценок нет, а отсутствие оценки — не ноль: места нет."),
    "why_status": _("Итог ниже порога: «%(title)s»."),
    "why_not_admitted": _("Не допущена."),
    "why_withdrawn": _("Отозвана."),
    "why_disqualified": _("Дисквалифицирована."),
    "why_goes_on": _("Проходит дальше по правилу этапа."),
    "why_let_on": _("Проходит по решению: %(ground)s"),
    "why_held_back": _("Не проходит по решению: %(ground)s"),
    "why_decided": _("Равенство разделено решением: %(ground)s"),
    "why_parted": _("Равенство разделено: %(by)s."),
    "tie_by_stage": _("выше итог этапа"),
    "tie_by_criterion": _("выше балл по критерию"),
    "tie_by_source": _("выше балл этого источника"),
    "tie_by_marks_from_top": _("выше оценки, если сравнивать их от высшей вниз"),
    "tie_by_highest_marks": _("больше высших оценок"),
    "tie_by_chair_sheet": _("выше лист председателя"),
    "tie_by_field": _("лучше ответ, названный положением"),
    "tie_by_earlier": _("заявка подана раньше"),
    # command
    "results_heading_place": _("Место"),
    "results_heading_entry": _("Заявка"),
    "results_heading_total": _("Итог"),
    "results_heading_awards": _("Награды"),
    "results_heading_status": _("Состояние"),
    "results_heading_open": _("Открытое"),
}

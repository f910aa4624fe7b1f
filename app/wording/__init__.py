"""Everything the core says, put into the words of a language; dates, terms and numbers as people say them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date
from flask import Flask
from flask_babel import force_locale, get_locale, gettext, ngettext

from app.wording import awards, numerals, papers, ranking, results, rules
from app.wording.marks import _, _n
from workflows.judging import totals
from workflows.saying import Saying

# key of a Saying -> sentence, or (one, many) where the value `count` decides. Russian is the source text.
SAYINGS: dict[str, str | tuple[str, str]] = {
    # steps of an application
    "step_unknown": _("Такого действия нет."),
    "step_not_from_here": _("Это действие сейчас невозможно: заявка уже в другом состоянии."),
    "step_not_yours": _("Это действие не для вас."),
    "intake_not_open": _("Приём ещё не открыт, он начнётся %(opens)s."),
    "intake_closed": _("Приём заявок закончился %(closed)s. Если вы не успели по уважительной причине, напишите методисту."),
    "revision_term_over": _("Срок исправления прошёл %(until)s. Напишите методисту."),
    "answers_missing": _n(
        "Не хватает %(num)d ответа. Он отмечен ниже.",
        "Не хватает %(num)d ответов. Они отмечены ниже.",
    ),
    "answers_wrong": _n(
        "Нужно исправить %(num)d ответ. Он отмечен ниже.",
        "Нужно исправить %(num)d ответов. Они отмечены ниже.",
    ),
    "endorsement_missing": _("Сначала запишите согласование руководителя: по положению без него не допускают."),
    "reason_missing": _("Напишите причину: её прочтёт заявитель."),
    "term_missing": _("Укажите, до какого дня и часа исправить."),
    "term_past": _("Этот срок уже прошёл. Укажите время в будущем."),
    "jury_began": _("Жюри уже начало оценивать эту работу, решение о допуске менять нельзя."),
    "results_already_approved": _("Итоги уже утверждены приказом."),
    "appeals_forbidden": _("Апелляции на итоги этого мероприятия не принимаются."),
    "appeal_before_results": _("Апелляцию подают после публикации итогов."),
    "appeal_not_yours": _("Апелляцию подаёт тот, кто подал заявку."),
    "appeal_late": _("Приём апелляций закончился %(closed)s."),
    "appeal_twice": _("Апелляция по этой заявке уже подана."),
    "appeal_empty": _("Напишите, с чем вы не согласны."),
    "appeal_answered_already": _("На эту апелляцию уже ответили."),
    "appeal_own_work": _("Вы участвуете в этой заявке: на апелляцию отвечает другой методист."),
    "appeal_outcome_missing": _("Выберите решение."),
    "calendar_year_missing": _(
        "Рабочие дни %(year)s года не посчитать: календаря на него нет. Администратор вносит его на странице «Нерабочие дни»."
    ),
    "level_unknown": _("Выберите уровень."),
    "level_not_above": _("Победители переходят только на более высокий уровень того же положения."),
    "feed_not_announced": _("Мероприятие следующего уровня ещё не объявлено: участники не смогут открыть свои черновики."),
    "feed_chosen_none": _("Никто не отмечен."),
    "feed_too_many": _("Отмечено больше, чем разрешает положение (%(most)s): «%(list)s»."),
    "results_not_approved": _("Итоги ещё не утверждены."),
    "no_seats_left": _("На этой площадке мест больше нет. Выберите другую."),
    # answers
    "question_unanswered": _("Ответьте на этот вопрос."),
    "consent_missing": _("Без этого согласия заявку подать нельзя."),
    "answer_too_long": _("Слишком длинно: %(have)s знаков, можно не больше %(most)s. Сократите текст."),
    "choice_unknown": _("Выберите один из предложенных вариантов."),
    "answer_too_short": _("Слишком коротко: %(have)s знаков, нужно не меньше %(least)s."),
    "choices_too_few": _("Отмечено %(have)s, нужно не меньше %(least)s."),
    "choices_too_many": _("Отмечено %(have)s, можно не больше %(most)s. Снимите лишнее."),
    "rows_too_few": _("Заполнено строк: %(have)s, нужно не меньше %(least)s."),
    "rows_too_many": _("Заполнено строк: %(have)s, можно не больше %(most)s. Уберите лишние."),
    "row_wrong": _("Строка %(row)s, «%(name)s»: %(what)s"),
    "answer_locked": _("Этот ответ уже нельзя менять."),
    "entry_limit_person": _("Заявок этого участника уже %(have)s, положение допускает не больше %(most)s. Решает методист."),
    "entry_limit_organisation": _("Заявок от этой организации уже %(have)s, положение допускает не больше %(most)s. Решает методист."),
    "entry_limit_nomination": _("Заявок в этой номинации уже %(have)s, положение допускает не больше %(most)s. Решает методист."),
    "entry_limit_event": _("Заявок уже %(have)s, положение допускает не больше %(most)s. Решает методист."),
    "condition_left_to_methodist": _("%(message)s Решает методист: подать заявку можно."),
    "condition_wants_proof": _("%(message)s Приложите подтверждение."),
    "condition_warns": _("%(message)s Подать заявку можно."),
    "condition_by_hand": _("Проверяет методист: %(message)s"),
    "not_a_number": _("Напишите число цифрами, например 12 или 3,5."),
    "number_too_small": _("Число не может быть меньше %(least)s."),
    "number_too_large": _("Число не может быть больше %(most)s."),
    "not_a_date": _("Напишите дату так: 27.11.2026."),
    "not_a_link": _("Напишите адрес целиком, он начинается с http:// или https://."),
    "received_in_future": _("Это время ещё не наступило. Укажите, когда письмо или бумага поступили на самом деле."),
    "entered_already": _("%(name)s уже участвует: заявка № %(number)s. Вторая по положению не нужна."),
    "author_twice": _("%(name)s уже среди авторов."),
    "author_surname_missing": _("Напишите фамилию соавтора."),
    "author_given_name_missing": _("Напишите имя соавтора."),
    "author_school_missing": _("Напишите школу или организацию соавтора."),
    # files
    "file_not_asked": _("Здесь файл не нужен."),
    "file_empty": _("Файл «%(name)s» пуст. Проверьте его и приложите снова."),
    "file_too_large": _("Файл «%(name)s» больше %(most)s МБ. Уменьшите его или приложите частями."),
    "file_kind_not_allowed": _("Файл «%(name)s» не подходит: здесь можно приложить %(kinds)s."),
    "file_not_what_it_says": _("Файл «%(name)s» не открывается как %(kind)s. Сохраните его заново и приложите снова."),
    "files_too_many": _n(
        "Здесь можно приложить только %(num)d файл. Уберите лишний.",
        "Здесь можно приложить не больше %(num)d файлов. Уберите лишние.",
    ),
    # dates of an event
    "date_missing": _("Укажите дату и время."),
    "date_before": _("Эта дата раньше, чем «%(other)s»."),
    "date_not_an_end": _("Продлевают только срок, который чем-то заканчивается."),
    "date_ground_missing": _("Мероприятие уже объявлено: напишите, почему меняется срок."),
    # people
    "last_administrator": _("Это последний администратор. Сначала назначьте другого."),
    "only_administrator": _("Это может сделать только администратор центра."),
    "staff_needs_address": _("Методист и администратор входят с паролем и кодом из письма: сначала пригласите человека по адресу почты."),
    "signs_in_by_letter": _("У этого человека есть адрес для входа: код приходит письмом, лист не нужен."),
    "too_many_letters": _("Этому адресу только что ушло несколько писем. Подождите, пока их прочтут."),
    "organisation_is_known": _("Организация «%(name)s» уже есть."),
    # a table of people
    "table_too_big": _("Файл больше %(megabytes)s МБ. Разделите таблицу на части."),
    "table_of_other_kind": _("Такой файл не читается. Сохраните таблицу как .xlsx или .csv."),
    "table_unreadable": _("Таблицу не удалось прочитать. Сохраните её заново как .xlsx или скопируйте строки сюда."),
    "table_empty": _("Здесь пока нет ни одной строки."),
    "table_too_long": _("В таблице больше %(most)s строк. Разделите её на части."),
    "table_without_headings": _(
        "В первой строке нужны заголовки: «Фамилия», «Имя», «Отчество», «Школа», «Должность», «E-mail», «Телефон»."
    ),
    "row_without_surname": _("нет фамилии"),
    "row_without_name": _("нет имени"),
    "row_name_has_signs": _("в имени лишние знаки: «%(value)s»"),
    "row_bad_address": _("адрес написан неверно: «%(value)s»"),
    "row_too_long": _("слишком длинно, можно не больше %(most)s знаков: «%(value)s…»"),
    "row_repeats": _("повторяет строку %(number)s, добавится один раз"),
    "row_person_is_known": _("%(name)s уже есть, второй раз не добавится"),
    "row_new_organisation": _("новая организация: «%(name)s»"),
    "row_address_is_known": _("этот адрес уже у другого человека: %(name)s"),
    # judging
    "event_has_no_jury": _("В этом положении нет оценки жюри."),
    "mark_needed": _("Поставьте балл."),
    "place_given_already": _("Это место вы уже дали заявке № %(number)s."),
    "judging_not_open": _("Этот этап начнётся %(opens)s."),
    "work_not_at_stage": _("До этапа «%(stage)s» эта работа не дошла."),
    "votes_missing": _("Впишите число голосов за каждую работу."),
    "total_beside_sheets": _("У этой работы уже есть листы жюри: готовый итог рядом с ними не нужен."),
    "total_stands_for_sheets": _("Методист уже внёс готовый итог этой работы: листы к нему не добавляют."),
    "evidence_missing": _("Напишите, что подтверждает: документ, ссылку, приказ."),
    "more_than_accepted": _("Засчитано подтверждений: %(most)s. Больше поставить нельзя."),
    "passage_open": _("Пока не у всех решено, кто проходит дальше: дождитесь листов и запишите решения."),
    "comparison_locked": _("Оценки уже есть: чтобы изменить этапы, критерии или награды, назовите основание. Оно останется в решениях."),
    "event_kind_fixed": _("Вид мероприятия не меняют: заявки уже идут по его порядку."),
    "nobody_may_depart": _("По этому положению отойти от мест нельзя: награды следуют из них."),
    "questions_open": _n(
        "Осталось решить %(num)d вопрос: он на странице «Что решить».",
        "Осталось решить %(num)d вопросов: они на странице «Что решить».",
    ),
    "mark_out_of_scale": _("Балл — от %(least)s до %(most)s."),
    "mark_off_step": _("Баллы ставят с шагом %(step)s."),
    "judging_closed": _("Оценка закончилась %(closed)s."),
    "sheet_begun": _("Лист уже начат, забрать эту работу нельзя."),
    "sheet_finished": _("Лист уже сдан. Чтобы отказаться от работы, напишите методисту."),
    "ground_missing": _("Напишите основание: оно останется в протоколе."),
    "tie_gone": _("Равенства здесь больше нет: суммы изменились. Посмотрите итоги снова."),
    "sheets_missing": _n(
        "У %(num)d работы не хватает листов жюри. Дождитесь их или напишите основание, почему итоги подводятся без них.",
        "У %(num)d работ не хватает листов жюри. Дождитесь их или напишите основание, почему итоги подводятся без них.",
    ),
    "nothing_judged": _("Ещё ни одна работа не оценена."),
    "order_number_missing": _("Укажите номер приказа."),
    "sheet_changed_elsewhere": _("Этот лист изменили в другом окне. Ваши баллы остались на странице: проверьте их и сохраните ещё раз."),
    "recuse_reason_missing": _("Напишите причину: её увидит только методист."),
    "work_not_admitted": _("Такой допущенной работы в этом конкурсе нет."),
    "work_has_juror": _("%(name)s уже оценивает эту работу."),
    "conflict_own": _("%(name)s — автор этой работы и оценивать её не может."),
    "conflict_same_organisation": _("%(name)s и автор работают в одной организации: эту работу оценивает кто-то другой."),
    "conflict_recused": _("%(name)s — самоотвод по этой работе."),
    "tie_order_missing": _("Поставьте каждой работе её место среди равных, начиная с 1."),
    "decides_own_work": _("Это ваша работа: решение о ней записывает другой методист."),
    "approves_own_work": _("В этом конкурсе есть ваша работа: итоги утверждает другой методист."),
    "results_already_released": _("Итоги уже опубликованы: письма отправлены один раз."),
    # bridges and exhibitions
    "site_unknown": _("Такой площадки у этого мероприятия нет. Выберите площадку ещё раз."),
    "site_in_use": _("На эту площадку уже записались или здесь стоит выступление: её можно переименовать, но не убрать."),
    "already_registered": _("Вы уже записаны на эту встречу. Чтобы сменить площадку или тему, отмените ту запись и запишитесь снова."),
    "seats_below_taken": _n(
        "На площадку уже записался %(num)d человек: мест не может быть меньше.",
        "На площадку уже записались %(num)d человек: мест не может быть меньше.",
    ),
    "speaker_unknown": _("Такого докладчика среди записавшихся нет."),
    "speaker_or_guest": _("Выберите записавшегося докладчика или напишите гостя, но не обоих сразу."),
    "person_not_found": _("Такого человека нет. Сначала внесите его в «Люди и школы»."),
    "person_not_single": _("Таких людей несколько. Напишите фамилию, имя и отчество и укажите организацию площадки."),
    "meeting_not_begun": _("Встречи ещё не было: присутствующих отмечают в день встречи и после неё."),
    "hide_reason_missing": _("Напишите, почему экспонат снимается с показа."),
    # documents and regulations
    "document_too_large": _("Документ больше %(most)s КБ. Положению столько не нужно."),
    "document_not_readable": _("Эту строку не удаётся прочитать: проверьте отступы, кавычки и двоеточия."),
    "document_empty": _("Документ пуст."),
    "document_anchor": _("Ссылки внутри документа (& и *) не разрешены: повторите текст."),
    "document_tag": _("Пометки с восклицательным знаком не разрешены."),
    "document_too_deep": _("Вложенность больше %(most)s уровней."),
    "document_key_not_text": _("Слева от двоеточия должно стоять слово."),
    "document_key_twice": _("«%(name)s» здесь уже есть: оставьте одно."),
    "shape_missing": _("Не хватает поля «%(name)s»."),
    "shape_unknown": _("Поля «%(name)s» здесь не бывает."),
    "shape_choice": _("Здесь не может стоять «%(name)s». Возможно: %(possible)s."),
    "shape_kind": _("Здесь нужно другое: %(wanted)s."),
    "shape_want_text": _("текст"),
    "shape_want_words": _("текст по-русски или {ru: …, en: …}"),
    "shape_want_list": _("список, каждый пункт с новой строки после «- »"),
    "shape_want_block": _("поля вида «имя: значение»"),
    "shape_want_condition": _("условие вида {field: …, value: …}"),
    "shape_want_whole": _("целое число"),
    "shape_want_number": _("число"),
    "shape_want_yes_no": _("true (да) или false (нет)"),
    "shape_want_day": _("день вида 2026-03-10"),
    "shape_day": _("День пишется так: 2026-03-10."),
    "shape_key": _("Ключ «%(name)s» написан не так: годятся строчные латинские буквы, цифры и знак _, не больше 60 знаков."),
    "shape_zone": _("Часового пояса «%(name)s» нет. Пишут так: Asia/Vladivostok."),
    "shape_hour": _("Время «%(name)s» написано не так. Пишут так: 23:59."),
    "shape_misspelled": _("Это поле написано не так, как нужно."),
    "shape_above": _("Число должно быть больше %(least)s."),
    "shape_below": _("Число должно быть меньше %(most)s."),
    "shape_too_fine": _("Слишком много знаков после запятой: можно не больше %(most)s."),
    "shape_too_many_digits": _("Слишком большое число."),
    "shape_empty": _("Здесь пусто: нужен хотя бы один пункт."),
    "shape_too_long": _("Слишком длинно: можно не больше %(most)s."),
    "shape_value_unfit": _("К условию «%(op)s» такое значение не подходит."),
    "shape_on_unfit": _("Поле «on» с датой нужно только условиям years_at_least и years_at_most, и без него они не считаются."),
    "remedy_replace": _("Замените на «%(name)s»."),
    "regulation_key_twice": _("Ключ «%(name)s» встречается дважды."),
    "regulation_words_missing": _("Нет текста по-русски."),
    "regulation_options_missing": _("Нужно не меньше двух вариантов ответа."),
    "regulation_file_rule_missing": _("Не сказано, какие файлы можно приложить."),
    "regulation_nominations_missing": _("Вопрос о номинации есть, а номинаций нет."),
    "regulation_nomination_not_asked": _("Номинаций несколько, но форма о номинации не спрашивает."),
    "regulation_unknown_question": _("В форме нет вопроса «%(name)s»."),
    "regulation_processing_consent_missing": _("Нет обязательного согласия на обработку персональных данных."),
    "regulation_date_missing": _("В положении нет даты «%(name)s»."),
    "regulation_marks_missing": _("У конкурса нет этапа, который даёт итоги: с баллами, местами, голосами или решением."),
    "regulation_criteria_missing": _("На этапе оценки нет критериев."),
    "regulation_drop_too_many": _("Отбрасывается больше листов, чем есть у работы."),
    "regulation_scale_empty": _("Наибольший балл должен быть больше наименьшего."),
    "regulation_step_off_scale": _("Шаг не укладывается в шкалу целое число раз."),
    "regulation_unknown_paper": _("Награда ведёт к документу «%(name)s», которого нет."),
    "regulation_place_range_wrong": _("Места награды указаны неверно."),
    "regulation_unknown_placeholder": _("Подстановки {%(name)s} нет."),
    "regulation_english_missing": _("Положение обещает английский язык, а здесь английского текста нет."),
    "regulation_field_idle": _("Поле «%(name)s» здесь ни на что не влияет."),
    "regulation_unknown_date": _("Даты «%(name)s» в положении нет."),
    "regulation_unknown_nomination": _("Номинации «%(name)s» нет."),
    "regulation_unknown_stage": _("Этапа «%(name)s» нет."),
    "regulation_unknown_source": _("Такого источника оценок на этапе нет: «%(name)s»."),
    "regulation_unknown_criterion": _("Критерия «%(name)s» здесь нет."),
    "regulation_unknown_award": _("Награды «%(name)s» нет."),
    "regulation_unknown_moment": _("Нет ни действия, ни даты «%(name)s», с которой ответ закрывается."),
    "regulation_unknown_list_key": _("Разделить заявки по «%(name)s» нельзя: ни вопроса, ни признака с таким ключом нет."),
    "regulation_unknown_letter": _("Письма «%(name)s» нет."),
    "regulation_condition_never": _("Это условие не выполнится ни при каких ответах."),
    "regulation_condition_on_staff": _(
        "Вопрос «%(name)s» заполняют сотрудники уже после подачи: условие формы не может на него опираться."
    ),
    "regulation_hidden_used": _(
        "Вопрос «%(name)s» может быть скрыт, и тогда это условие выполнится само собой. Повторите рядом условие, при котором он задаётся."
    ),
    "regulation_not_a_number": _("«%(op)s» сравнивает числа, а «%(name)s» не число."),
    "regulation_not_a_date": _("«%(op)s» сравнивает даты, а «%(name)s» не дата."),
    "regulation_not_yes_no": _("На этот вопрос отвечают да или нет: здесь пишут true или false, а не «%(name)s»."),
    "regulation_answer_needed": _(
        "Правило опирается на ответ «%(name)s», а его может не быть. Сделайте вопрос обязательным и без условия показа."
    ),
    "regulation_dates_turned": _("«%(name)s» раньше, чем «%(other)s»."),
    "regulation_dates_circle": _("Дата «%(name)s» отсчитывается по кругу от самой себя."),
    "regulation_one_of_both": _("Нужно одно из двух: «%(one)s» или «%(other)s»."),
    "regulation_stages_turned": _("Этот этап заканчивается раньше, чем этап «%(name)s», с которого на него переходят."),
    "regulation_nominations_overlap": _("При ответе %(answers)s подходит ещё и номинация «%(other)s»."),
    "regulation_nominations_gap": _("При ответе %(answers)s не подходит ни одна номинация."),
    "answer_is": _("«%(field)s»: %(value)s"),
    "answer_below": _("«%(field)s» меньше %(value)s"),
    "answer_above": _("«%(field)s» больше %(value)s"),
    "answer_between": _("«%(field)s» от %(low)s до %(high)s"),
    "regulation_no_nominations": _("Номинаций в положении нет."),
    "regulation_nothing_to_choose": _("Все номинации следуют из ответов, выбирать не из чего: уберите этот вопрос."),
    "regulation_no_groups": _("Списки по группам есть, а групп нет."),
    "regulation_cells_missing": _("Не сказано, из каких полей состоит каждая запись."),
    "regulation_rows_missing": _("У таблицы нет строк."),
    "regulation_more_than_options": _("Вариантов ответа меньше: %(have)s."),
    "regulation_staff_required": _("Этот ответ заполняют сотрудники: для заявителя он не может быть обязательным."),
    "regulation_title_hidden": _("Вопрос о названии работы может быть скрыт, и работа останется без названия."),
    "regulation_data_not_named": _("Вопрос собирает «%(name)s», а ни одно согласие на обработку этого не называет."),
    "remedy_cover": _("Добавьте «%(name)s» в covers согласия."),
    "regulation_nobody_enters": _("Подать заявку некому: список пуст."),
    "regulation_checked_by_nobody": _("Не сказано, что проверять: нужно условие holds или manual: true."),
    "regulation_checked_twice": _("Это проверяет человек (manual), условие holds здесь лишнее."),
    "regulation_proof_kind": _("Подтверждением может быть файл или ссылка, а вопрос «%(name)s» о другом."),
    "regulation_limit_empty": _("Не сказано ни наименьшее, ни наибольшее число заявок."),
    "regulation_nothing_to_add": _("Этап складывает баллы других этапов, а каких — не сказано."),
    "regulation_adds_later": _("Этап «%(name)s» идёт не раньше этого: сложить его баллы ещё нельзя."),
    "regulation_adds_without_total": _("У этапа «%(name)s» нет баллов, складывать нечего."),
    "regulation_adds_turned": _("На этапе «%(name)s» лучшие — с другого конца: наименьшие суммы нельзя складывать с наибольшими."),
    "regulation_adds_twice": _("Этап «%(name)s» складывается дважды."),
    "regulation_stage_not_reached": _("До этого этапа никто не дойдёт: он не для тех, кто на него проходит."),
    "regulation_goes_back": _("Этап «%(name)s» идёт не позже этого: перейти на него нельзя."),
    "regulation_nothing_counts": _("На этапе нет ни одного источника, баллы которого считаются."),
    "regulation_sources_alike": _("Два источника не различить: чьи это листы, будет неизвестно. Дайте каждому своё жюри (jury)."),
    "regulation_votes_unscaled": _("Голоса складываются с баллами жюри: скажите в scale, сколько баллов они дают."),
    "regulation_drop_missing": _("Не сказано, сколько крайних листов отбросить."),
    "regulation_quorum_too_large": _("Для кворума нужно больше листов, чем получает работа (%(sheets)s)."),
    "regulation_allotted_missing": _("Участники оценивают друг друга, а в каком поле записаны доставшиеся работы — не сказано."),
    "regulation_duty_too_large": _("За обязанность спрашивают больше листов, чем достаётся участнику (%(sheets)s)."),
    "regulation_criterion_not_marked": _("Критерий «%(name)s» некому оценивать: на этом этапе никто не ставит баллы по критериям."),
    "regulation_cap_not_reached": _("Строки вместе дают не больше %(most)s: до этого предела не дойти."),
    "regulation_cap_below_price": _("Одна единица стоит %(price)s и в этот предел не помещается."),
    "regulation_no_such_list": _("У этапа «%(stage)s» нет списков с таким делением."),
    "regulation_list_twice": _("Такие списки у этапа уже есть."),
    "regulation_nothing_to_merge": _("Объединять нечего: списки не делятся по номинациям."),
    "regulation_tie_after_lot": _("После жребия равных не остаётся: это правило никогда не понадобится."),
    "regulation_tie_later": _("Этап «%(name)s» ещё не прошёл, когда понадобится это правило."),
    "regulation_tie_without_sheets": _("На этом этапе нет листов, по которым можно сравнить равных."),
    "regulation_status_reserved": _("Ключ «%(name)s» уже занят: так называется состояние заявки."),
    "regulation_status_never": _("Этот статус никто не получит: граница не выше той, что стоит раньше."),
    "regulation_above_maximum": _("Столько баллов набрать нельзя, наибольшее возможное — %(most)s."),
    "regulation_share_without_end": _(
        "Доля берётся от наибольшей суммы, а у неё нет предела. Поставьте предел (most или cap) или границу в баллах."
    ),
    "regulation_cut_without_totals": _("На этапе «%(stage)s» нет баллов, по которым можно отобрать."),
    "regulation_cut_above_field": _("Проходят %(most)s, а на этап попадает не больше %(field)s."),
    "regulation_seats_without_cut": _("Места внутри отбора есть, а сколько всего проходит — не сказано."),
    "regulation_seats_above_cut": _("Закреплённых мест %(seats)s, а проходят только %(most)s."),
    "regulation_threshold_missing": _("Не сказано, с какого балла даётся награда."),
    "regulation_award_without_total": _("Здесь нет этапа с баллами, по которым даётся награда."),
    "regulation_award_beyond_cut": _("Этого места не будет: в списке не больше %(most)s работ."),
    "regulation_series_empty": _("Не сказано, за что серия даёт баллы."),
    "regulation_feed_down": _("Наверх передают только на более высокий уровень."),
    "regulation_brace_alone": _("Фигурная скобка без пары."),
    "regulation_placeholder_empty": _("Подстановку {%(name)s} нечем заполнить."),
    "regulation_unknown_case": _("Падежа «%(name)s» нет. Можно: %(known)s."),
    "regulation_case_missing": _("У «%(title)s» нет формы %(name)s: допишите её в cases."),
    "regulation_case_of_words": _("«%(name)s» — не выбор из списка: своих падежей у такого ответа нет."),
    "regulation_answer_unprinted": _("Ответ «%(name)s» на документе не напечатать: это не слова."),
    "regulation_column_empty": _("На этом этапе для такого столбца нет данных."),
    "regulation_letter_empty": _("У письма нет ни темы, ни текста."),
    "regulation_records_twice": _("Срок для этих записей уже назван."),
    "remedy_remove": _("Уберите это."),
    "remedy_add_date": _("Добавьте в dates дату с ключом «%(name)s»."),
    "draw_about": _("Путь мероприятия: приём заявок, этапы, кто проходит дальше, награды."),
    "draw_intake": _("Приём заявок"),
    "draw_nominations": _("Номинации: %(names)s"),
    "draw_awards": _("Награды"),
    "draw_place": _("место %(place)s"),
    "draw_places": _("места %(first)s–%(last)s"),
    "draw_marked": _("оценивают: %(by)s; критериев: %(count)s"),
    "draw_only_some": _("только для части заявок"),
    "draw_goes_admitted": _("все допущенные"),
    "draw_goes_directly": _("сразу, кто выполнил условие"),
    "draw_goes_all": _("все"),
    "draw_goes_most": _n("первая %(num)d работа", "первые %(num)d работ"),
    "draw_goes_percent": _("лучшие %(percent)s %%"),
    "draw_goes_from": _("от %(least)s баллов"),
    "draw_goes_share": _("от %(percent)s %% наибольшей суммы"),
    "draw_goes_decided": _("по решению"),
    "draw_seats": _("из них мест по условию: %(seats)s"),
    "draw_in_each": _("отдельно %(lists)s"),
    "draw_on_condition": _("при условии"),
    "draw_list_answer": _("по ответу «%(name)s»"),
    "draw_list_nomination": _("по номинациям"),
    "draw_list_zone": _("по зонам"),
    "draw_list_group": _("по группам"),
    "draw_adds": _("переносятся баллы"),
    "draw_by_results": _("по итогам"),
    "draw_kind_check": _("проверка"),
    "draw_kind_marks": _("баллы"),
    "draw_kind_places": _("места вместо баллов"),
    "draw_kind_vote": _("голосование"),
    "draw_kind_imported": _("результат переносится"),
    "draw_kind_reports": _("отчёты"),
    "draw_kind_attendance": _("присутствие"),
    "draw_kind_decision": _("решение"),
    "draw_kind_show": _("показ"),
    "draw_kind_sum": _("сумма этапов"),
    "draw_mode_documents": _("заочно"),
    "draw_mode_in_person": _("очно"),
    "draw_mode_visit": _("с выездом"),
    "draw_mode_remote": _("дистанционно"),
    "draw_by_jury": _("жюри"),
    "draw_by_self": _("сам участник"),
    "draw_by_entrant": _("участники друг друга"),
    "draw_by_public": _("зрители"),
    "draw_by_hall": _("зал"),
    "draw_by_expert": _("эксперты"),
    "draw_by_import": _("внешний источник"),
    "workflow_unknown_state": _("Действие «%(step)s» ведёт к состоянию «%(state)s», которого нет."),
    "workflow_unreachable_state": _("В состояние «%(state)s» ничто не ведёт."),
    "workflow_dead_end": _("Из состояния «%(state)s» нет выхода."),
    "document_number_too_long": _("Число длиннее %(most)s знаков."),
    "regulation_least_above_most": _("Наименьшее больше наибольшего."),
    "regulation_participation_unknown": _("Участвовать можно только докладчиком (speaker) или слушателем (listener), а не «%(name)s»."),
    "regulation_condition_looks_ahead": _("Вопрос «%(name)s» стоит ниже. Условие может опираться только на вопросы выше."),
    "regulation_unknown_option": _("Такого варианта ответа нет: «%(name)s»."),
    "regulation_asked_twice": _("Об этом форма спрашивает дважды («%(name)s»): оставьте один вопрос."),
    "regulation_spreading_consent_forced": _("Согласие на распространение не может быть обязательным: человек вправе отказаться."),
    "regulation_scale_too_fine": _("В шкале больше %(most)s значений. Сделайте шаг крупнее."),
    "regulation_level_off_scale": _("Такого балла в шкале нет: «%(name)s»."),
    "regulation_source_out_of_place": _("У мероприятия этого вида такой награды не бывает."),
    "regulation_award_never_given": _("Эту награду никто не получит: её места уже занимает «%(name)s»."),
    "event_not_over": _("Мероприятие ещё идёт, завершить можно после %(ends)s."),
    "workflow_leaves_end": _("Действие «%(step)s» ведёт из конечного состояния."),
    "workflow_nobodys_step": _("Действие «%(step)s» некому совершить."),
    "workflow_double_step": _("Действие «%(step)s» из состояния «%(state)s» описано дважды."),
    **results.SAYINGS,
    **rules.SAYINGS,
    **papers.SAYINGS,
    **ranking.SAYINGS,
    **awards.SAYINGS,
}
ENDS = ("closed", "until")  # values that are exclusive ends: said as the last minute inside them


def put(saying: Saying, zone: ZoneInfo | None = None) -> str:
    """Return the sentence for a Saying in the language at hand, moments in `zone`. Raises KeyError for a key without words."""
    words = SAYINGS[saying.key]
    if saying.key in JOINING:
        return _joined(str(words), [str(_plain(saying.key, one, zone)) for one in _parts(saying)])
    values = {key: _plain(key, value, zone) for key, value in saying.values.items()}
    if isinstance(words, tuple):
        count = int(saying.values["count"])  # type: ignore[call-overload]
        return ngettext(words[0], words[1], count, **(numerals.forms(count) | values))
    return gettext(words, **values)


JOINING = ("list_and", "list_or", "list_also", "list_either", "paragraph")


def _parts(saying: Saying) -> tuple[Any, ...]:
    parts: Any = saying.values["parts"]
    return tuple(parts)


def _joined(pattern: str, parts: list[str]) -> str:
    """Return «one, two и three»; the sentences of a paragraph have no comma between them."""
    said = parts[-1] if parts else ""
    rest = parts[:-1]
    if not rest:
        return said
    comma = " " if pattern == SAYINGS["paragraph"] else ", "
    return gettext(pattern, first=comma.join(rest), last=said)


def _plain(key: str, value: object, zone: ZoneInfo | None) -> object:  # noqa: PLR0911  (one answer a kind of value)
    if isinstance(value, Saying):
        return put(value, zone)
    if isinstance(value, tuple):
        return "; ".join(str(_plain(key, one, zone)) for one in value)
    if isinstance(value, Mapping):
        return say(value)
    if isinstance(value, datetime):
        return term(value, zone or ZoneInfo("UTC")) if key in ENDS else moment(value, zone)
    if isinstance(value, Fraction):
        return number(totals.shown(value))
    if isinstance(value, date):
        return day(value, year=True)
    if key == "zone":
        return _by_zone(str(value))
    if key in ("roman", "roman_to"):
        return numerals.roman(int(str(value)))
    return number(value) if isinstance(value, Decimal) else value


def _by_zone(key: str) -> str:
    name = zone_name(ZoneInfo(key)) if key in available_timezones() else key
    return name if key in CITIES else gettext("по времени %(zone)s", zone=name)


def language() -> str:
    """Return the language at hand: «ru» or «en»."""
    locale = get_locale()  # not its str(): a list says hundreds of things, and a locale spells itself out each time
    return locale.language if locale is not None else "ru"


def say(words: Mapping[str, str] | None, lang: str = "") -> str:
    """Return a regulation's text in the language at hand; a missing language falls back to Russian."""
    if not words:
        return ""
    lang = lang or language()
    return words.get(lang) or words.get("ru") or next(iter(words.values()), "")


def number(value: Decimal | float | int) -> str:
    """Return a number with the decimal sign of the language: 37,67 or 37.67."""
    text = format(value, "f") if isinstance(value, Decimal) else str(value)
    return text.replace(".", ",") if language() == "ru" else text


# Names of zones as people say them; a zone without a name here is shown by its offset.
CITIES = {
    "Asia/Vladivostok": _("по Комсомольску"),
    "Europe/Moscow": _("по Москве"),
}


def zone_name(zone: ZoneInfo) -> str:
    """Return how people name the zone: «по Комсомольску»."""
    known = CITIES.get(zone.key)
    if known:
        return gettext(known)
    offset = datetime(2026, 1, 1, tzinfo=zone).strftime("%z")
    return f"UTC{offset[:3]}:{offset[3:]}"


def day(value: date | datetime, zone: ZoneInfo | None = None, *, year: bool = False) -> str:
    """Return «27 ноября», with the year where it is asked for."""
    if isinstance(value, datetime) and zone is not None:
        value = value.astimezone(zone)
    return _said_day(date(value.year, value.month, value.day), language(), year)


@lru_cache(4096)
def _said_day(value: date, lang: str, year: bool) -> str:
    pattern = "d MMMM" + (" y" if year else "")
    return format_date(value, pattern + (" 'г'." if year and lang == "ru" else ""), locale=lang)


def clock_time(value: datetime, zone: ZoneInfo) -> str:
    return f"{value.astimezone(zone):%H:%M}"


def moment(value: datetime, zone: ZoneInfo | None, *, year: bool = False, named: bool = True) -> str:
    """Return «27 ноября, 23:59 по Комсомольску»: a moment always with its zone, unless told that the page says it once."""
    zone = zone or ZoneInfo("UTC")
    text = f"{day(value, zone, year=year)}, {clock_time(value, zone)}"
    return f"{text} {zone_name(zone)}" if named else text


def term(ends: datetime, zone: ZoneInfo, *, year: bool = False, named: bool = True) -> str:
    """Return an exclusive end as the last moment inside it: midnight is «23:59» of the day before."""
    return moment(ends - timedelta(minutes=1), zone, year=year, named=named)


def both(name: str, words: Callable[[], str]) -> dict[str, str]:
    """Return a value for letters in both languages: who reads it chose hers, whoever pressed the button."""
    said = {}
    for key, language in ((name, "ru"), (f"{name}_en", "en")):
        with force_locale(language):
            said[key] = words()
    return said


def left(until: datetime, now: datetime) -> str:
    """Return how much time is left in words, or an empty text when none is."""
    rest = until - now
    if rest <= timedelta(0):
        return ""
    if rest >= timedelta(days=1):
        return ngettext("остался %(num)d день", "осталось %(num)d дней", rest.days)
    hours = int(rest.total_seconds() // 3600)
    if hours:
        return ngettext("остался %(num)d час", "осталось %(num)d часов", hours)
    return gettext("меньше часа")


def size(count: int) -> str:
    """Return a file's size as people say it."""
    if count < 1024 * 1024:
        return gettext("%(size)s КБ", size=max(1, round(count / 1024)))
    return gettext("%(size)s МБ", size=number(round(count / 1048576, 1)))


def whole(text: str) -> str:
    """Return a short name with spaces that do not break: «СОШ № 15» stays on one line."""
    return text.replace(" ", "\u00a0") if len(text) <= 14 else text.replace("№ ", "№\u00a0")


def init(app: Flask) -> None:
    named: dict[str, Any] = {"say": say, "day": day, "moment": moment, "term": term, "number": number, "size": size, "put": put}
    filters = {**named, "whole": whole}
    app.jinja_env.filters.update(filters)

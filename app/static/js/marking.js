// The juror's sheet by keyboard: a digit marks, arrows go to the next criterion, Enter is done when every mark is there.
// <form data-marking> with <fieldset data-criterion data-weight> and the closing button [data-marking-done].
(() => {
  "use strict";
  const SECOND_DIGIT = 700; // time for the zero of a ten

  document.querySelectorAll("form[data-marking]").forEach((form) => {
    const criteria = [...form.querySelectorAll("[data-criterion]")];
    const done = form.querySelector("[data-marking-done]");
    if (!criteria.length) return;
    let current = Math.max(0, criteria.findIndex(missing));
    let digits = "";
    let waits = 0;

    function keysOf(criterion) {
      return [...criterion.querySelectorAll("input[type=radio]")];
    }
    function mark(criterion) {
      const chosen = keysOf(criterion).find((one) => one.checked);
      const typed = criterion.querySelector("input:not([type=radio], [type=checkbox])");
      const none = criterion.querySelector("[data-no-opinion]:checked");
      return chosen ? chosen.value : typed && typed.value.trim() ? typed.value.trim() : none ? "-" : "";
    }
    function exact(text) {
      return Math.round(Number(text.replace(",", ".")) * 10000);
    }

    function missing(criterion) {
      return !mark(criterion) && !("optional" in criterion.dataset);
    }
    // What one line is worth, in ten-thousandths: a choice its points, a count its price, at most its top.
    function points(criterion) {
      const chosen = keysOf(criterion).find((one) => one.checked);
      const value = chosen && chosen.dataset.points ? chosen.dataset.points : mark(criterion);
      const worth = value ? (exact(value) * exact(criterion.dataset.price || "1")) / 10000 : 0;
      if (!Number.isFinite(worth)) return 0;
      return criterion.dataset.top ? Math.min(worth, exact(criterion.dataset.top)) : worth;
    }
    function total() {
      const heads = new Map();
      criteria.forEach((criterion, index) => {
        const key = criterion.dataset.head || `line ${index}`;
        const kept = heads.get(key) || { sum: 0, cap: criterion.dataset.cap, weight: criterion.dataset.weight || "1" };
        heads.set(key, { ...kept, sum: kept.sum + points(criterion) });
      });
      return [...heads.values()].reduce((sum, one) => {
        const capped = one.cap ? Math.min(one.sum, exact(one.cap)) : one.sum;
        return sum + (capped * exact(one.weight)) / 10000;
      }, 0);
    }

    function show() {
      const sum = total();
      criteria.forEach((criterion, index) => {
        criterion.classList.toggle("marks-current", index === current);
        level(criterion);
      });
      const words = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2, useGrouping: false });
      const figure = form.querySelector("[data-marks-sum]");
      if (figure) figure.textContent = words.format(sum / 10000);
      const line = form.querySelector("[data-marks-left]");
      const left = criteria.filter(missing).length;
      if (line) line.textContent = left ? line.dataset.words.replace("{n}", left) : line.dataset.done;
    }
    function level(criterion) {
      const line = criterion.querySelector("[data-level-words]");
      const chosen = keysOf(criterion).find((one) => one.checked);
      if (!line) return;
      const text = chosen ? (chosen.dataset.level ? `${chosen.value} — ${chosen.dataset.level}` : "") : mark(criterion) ? "" : line.dataset.none;
      if (line.textContent !== text) line.textContent = text;
    }

    function go(index) {
      current = Math.min(Math.max(index, 0), criteria.length - 1);
      digits = "";
      const keys = keysOf(criteria[current]);
      const target = keys.find((one) => one.checked) || keys[0] || criteria[current].querySelector("input");
      target.focus();
      show();
    }
    function press(digit) {
      const keys = keysOf(criteria[current]);
      if (!keys.length) return false;
      digits = keys.some((one) => one.value === digits + digit) ? digits + digit : digit;
      clearTimeout(waits);
      waits = setTimeout(() => (digits = ""), SECOND_DIGIT);
      const key = keys.find((one) => one.value === digits);
      if (!key) return false;
      key.checked = true;
      key.focus();
      key.dispatchEvent(new Event("change", { bubbles: true }));
      return true;
    }
    function enter() {
      const first = criteria.findIndex(missing);
      if (first >= 0) go(first);
      else if (done) done.click();
    }

    form.addEventListener("focusin", (event) => {
      const index = criteria.findIndex((one) => one.contains(event.target));
      if (index >= 0 && index !== current) {
        current = index;
        show();
      }
    });
    form.addEventListener("input", show);
    form.addEventListener("change", show);
    document.addEventListener("keydown", (event) => {
      const at = event.target;
      const writes = at.matches("textarea, select, input:not([type=radio])");
      const elsewhere = at.matches("a, button, summary") || (at !== document.body && !form.contains(at) && !at.matches("main"));
      if (event.isComposing || event.altKey || event.metaKey) return;
      if (event.key === "Enter" && event.ctrlKey && form.contains(at)) enter();
      else if (event.ctrlKey || elsewhere) return;
      else if (event.key === "Enter" && !at.matches("textarea")) enter();
      else if (writes) return;
      else if (/^\d$/.test(event.key)) {
        if (!press(event.key)) return;
      } else if (event.key === "ArrowDown") go(current + (form.contains(at) ? 1 : 0));
      else if (event.key === "ArrowUp") go(current - 1);
      else return;
      event.preventDefault();
    });
    show();
  });
})();

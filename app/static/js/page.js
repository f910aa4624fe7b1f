// Every page: one press sends once, faults take the focus, menus close, tables stay tables for those who listen.
(() => {
  "use strict";
  const SEND_AGAIN_AFTER = 8000; // a download leaves the page where it is: the button must live again

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const pressed = event.submitter;
    // Not `disabled`: a disabled button would not be sent along with its name and value.
    if (pressed) pressed.setAttribute("aria-disabled", "true");
    setTimeout(() => release(form), SEND_AGAIN_AFTER);
  });

  function release(form) {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled=true]").forEach((button) => button.removeAttribute("aria-disabled"));
  }

  // "Back" may bring the page from memory with its buttons still asleep.
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

  const summary = document.querySelector("[data-takes-focus]");
  if (summary) summary.focus();

  // A shared computer in a staff room: what a browser kept for one person is gone when she leaves.
  document.querySelectorAll("form[data-forget-drafts]").forEach((form) =>
    form.addEventListener("submit", () => {
      try {
        Object.keys(localStorage).filter((key) => key.startsWith("laureat:")).forEach((key) => localStorage.removeItem(key));
      } catch {
        // a browser without storage has nothing to forget
      }
    }),
  );

  const menus = [...document.querySelectorAll("details.me, details.drawer")];
  document.addEventListener("click", (event) => menus.forEach((menu) => menu.contains(event.target) || menu.removeAttribute("open")));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus.filter((menu) => menu.open).forEach((menu) => {
      menu.removeAttribute("open");
      menu.querySelector("summary").focus();
    });
  });

  // A narrow table is laid out as cards, and `display: block` would take its rows and cells from a screen reader.
  document.querySelectorAll("table.as-cards").forEach((table) => {
    const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell" };
    for (const [tag, role] of Object.entries(roles)) table.querySelectorAll(tag).forEach((one) => one.setAttribute("role", role));
    table.querySelectorAll("thead th").forEach((one) => one.setAttribute("role", "columnheader"));
    table.querySelectorAll("tbody th").forEach((one) => one.setAttribute("role", "rowheader"));
    table.setAttribute("role", "table");
  });

  // A table wider than the page is moved by keyboard too.
  const reachable = () =>
    document.querySelectorAll(".table-panel").forEach((panel) => {
      if (panel.scrollWidth > panel.clientWidth) panel.tabIndex = 0;
      else panel.removeAttribute("tabindex");
    });
  reachable();
  window.addEventListener("resize", reachable);

  // Chosen rows bring out the buttons that act on them.
  document.querySelectorAll("form[data-bulk]").forEach((form) => {
    const bar = form.querySelector("[data-bulk-bar]");
    const boxes = [...form.querySelectorAll("[data-bulk-row]")];
    const all = form.querySelector("[data-bulk-all]");
    const show = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      bar.hidden = chosen === 0;
      const words = form.querySelector("[data-bulk-count]");
      if (words) words.textContent = String(chosen);
    };
    if (all) all.addEventListener("change", () => (boxes.forEach((box) => (box.checked = all.checked)), show()));
    boxes.forEach((box) => box.addEventListener("change", show));
    if (bar) show();
  });

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();

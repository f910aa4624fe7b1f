// Says once a browser session that an exhibit was really looked at; nothing about the visitor goes with it.
(() => {
  "use strict";
  const LOOKED_AFTER = 3000;
  const place = document.querySelector("[data-visit]");
  if (!place) return;
  const key = `visited:${place.dataset.visit}`;
  const said = () => {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  };
  if (said()) return;
  setTimeout(() => {
    if (document.visibilityState !== "visible") return;
    const body = new URLSearchParams({ csrf_token: place.dataset.mark });
    fetch(place.dataset.visit, { method: "POST", body, credentials: "same-origin" })
      .then((answer) => {
        if (answer.ok) sessionStorage.setItem(key, "1");
      })
      .catch(() => {}); // a visit that was not counted harms nobody
  }, LOOKED_AFTER);
})();

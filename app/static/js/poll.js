// A long run: <div data-poll="URL" data-poll-every="2000"> asks for JSON {value, most, text, finished} until finished,
// then opens the page again (unless data-poll-stay). A page that is not looked at asks nothing.
(() => {
  "use strict";
  document.querySelectorAll("[data-poll]").forEach((place) => {
    const every = Number(place.dataset.pollEvery) || 2000;
    const bar = place.querySelector("[data-poll-bar]");
    const line = place.querySelector("[data-poll-text]");

    async function ask() {
      if (document.hidden) return setTimeout(ask, every);
      let pause = every;
      try {
        const reply = await fetch(place.dataset.poll, { headers: { Accept: "application/json" } });
        if ([401, 403, 404].includes(reply.status)) return undefined;
        const state = await reply.json();
        show(state);
        if (state.finished === true || state.done === true) {
          if (place.dataset.pollStay === undefined) location.reload();
          return undefined;
        }
      } catch {
        pause = every * 4; // no network: ask less often
      }
      return setTimeout(ask, pause);
    }
    function show(state) {
      if (bar && state.most !== undefined) {
        bar.max = state.most || 1;
        bar.value = state.value || 0;
      }
      if (line && state.text && line.textContent !== state.text) line.textContent = state.text;
    }
    setTimeout(ask, every);
  });
})();

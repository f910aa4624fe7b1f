// A form that saves itself: <form data-autosave="URL" data-autosave-key="person:7:application:17:work">.
// The reply is JSON: saved_at ("14:32"), if anything is wrong faults (field name -> sentence), and fields (hidden name -> value).
// What could not be saved stays in this browser under the key. When the form comes again as it was, it is filled with it; when
// the form holds something else by then, the text is offered and the person decides.
(() => {
  "use strict";
  const QUIET = 1200; // pause in typing before we save
  const AGAIN = 15000; // pause before the next try without a network
  const PATIENCE = 10000; // how long a press waits for a save that is on its way

  document.querySelectorAll("form[data-autosave]").forEach((form) => {
    const place = form.querySelector("[data-saved]") || document.querySelector("[data-saved]");
    if (!place) return;
    const line = place.querySelector("[data-saved-text]");
    const words = place.dataset;
    const key = "laureat:" + (form.dataset.autosaveKey || location.pathname);
    let timer = 0;
    let typed = 0; // counts changes; what was typed while a save was on its way is not saved by it
    let saved = 0;
    let busy = null; // the save that is on its way
    let pressed = false; // a press waits for it

    // Fields of an act with a button of its own (data-apart) are no answers: brought back they would do the act again.
    const typedFields = () =>
      [...form.elements].filter(
        (one) => one.name && !["hidden", "file", "submit", "button", "password"].includes(one.type) && !one.closest("[data-apart]"),
      );
    const values = () => {
      const found = {};
      typedFields().forEach((one) => {
        if (one.type === "radio" || one.type === "checkbox") {
          found[one.name] = found[one.name] || [];
          if (one.checked) found[one.name].push(one.value);
        } else found[one.name] = one.value;
      });
      return found;
    };
    const time = () => new Date().toTimeString().slice(0, 5);

    function say(text, trouble) {
      line.textContent = text;
      place.classList.toggle("saved-trouble", Boolean(trouble));
      place.querySelectorAll("[data-added]").forEach((one) => one.remove());
    }
    function add(tag, text, attributes, click) {
      const one = document.createElement(tag);
      one.textContent = text;
      one.dataset.added = "1";
      for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, value);
      if (click) one.addEventListener("click", click);
      place.append(one);
    }
    function keep() {
      try {
        localStorage.setItem(key, JSON.stringify({ time: time(), values: values(), base }));
      } catch {
        // storage is full or forbidden: the page itself still holds the text
      }
    }
    function forget() {
      try {
        localStorage.removeItem(key);
      } catch {
        // nothing was kept
      }
    }
    function kept() {
      try {
        return JSON.parse(localStorage.getItem(key) || "null");
      } catch {
        return null;
      }
    }

    let base = values(); // what the server holds
    function later(pause) {
      clearTimeout(timer);
      timer = setTimeout(save, pause);
    }
    function changed(event) {
      if (event.target.type === "file" || event.target.closest("[data-apart]")) return;
      typed += 1;
      keep();
      later(QUIET);
    }
    function save() {
      if (!busy && typed !== saved && !pressed) busy = send();
    }
    async function send() {
      const at = typed;
      const sent = values();
      const body = new FormData(form);
      [...form.elements].filter((one) => one.type === "file" && one.name).forEach((one) => body.delete(one.name));
      if (!place.classList.contains("saved-trouble")) line.textContent = words.wordsSaving;
      try {
        const token = form.querySelector("[name=csrf_token]");
        const reply = await fetch(form.dataset.autosave, {
          method: "POST",
          body,
          headers: { Accept: "application/json", "X-CSRFToken": token ? token.value : "" },
        });
        if (reply.ok) await done(reply, at, sent);
        else refused(reply.status);
      } catch {
        say(words.wordsOffline, true);
        later(AGAIN);
      } finally {
        busy = null;
        if (typed !== at && saved === at) later(QUIET);
      }
    }
    async function done(reply, at, sent) {
      const answer = await reply.json();
      saved = at;
      base = sent;
      if (typed === at) forget();
      say(words.wordsSaved.replace("{time}", answer.saved_at), false);
      document.querySelectorAll("[data-autosave-fault]").forEach((one) => one.remove());
      for (const [name, value] of Object.entries(answer.fields || {})) if (form.elements[name]) form.elements[name].value = value;
      for (const [name, text] of Object.entries(answer.faults || {})) mark(name, text);
    }
    function mark(name, text) {
      const field = form.querySelector(`[data-field="${CSS.escape(name)}"]`);
      if (!field) return;
      const fault = document.createElement("p");
      fault.className = "fault";
      fault.dataset.autosaveFault = "1";
      fault.setAttribute("role", "status");
      fault.textContent = text;
      field.append(fault);
    }
    function refused(status) {
      keep();
      if ([400, 401, 403].includes(status)) {
        saved = typed; // the text is safe in this browser: no warning on the way to the sign-in page
        say(words.wordsLost, true);
        const back = encodeURIComponent(location.pathname + location.search);
        const href = words.signIn.includes("next=") ? words.signIn : `${words.signIn}?next=${back}`;
        add("a", words.wordsSignIn, { href });
      } else if (status === 404 || status === 409) say(words.wordsStale, true);
      else {
        say(words.wordsOffline, true);
        later(AGAIN);
      }
    }

    function bring(found) {
      typedFields().forEach((one) => {
        const value = found[one.name];
        if (value === undefined) return;
        if (Array.isArray(value)) one.checked = value.includes(one.value);
        else one.value = value;
        one.dispatchEvent(new Event("input", { bubbles: true }));
      });
      form.dispatchEvent(new Event("change", { bubbles: true }));
      say("", false);
    }
    // The server trims; a line's end is one sign or two. Neither is a difference worth a question.
    const plain = (found) => JSON.stringify(found, (_name, value) => (typeof value === "string" ? value.replace(/\s+/g, " ").trim() : value));
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    window.addEventListener("online", () => later(0));
    // Sent by a press: the answer of the server decides; the kept text goes when the next page holds the same. A save that is on
    // its way goes first: the server could take it up after the press, and older text would stand over newer.
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      if (busy) {
        event.preventDefault();
        if (pressed) return;
        pressed = true;
        const given = event.submitter;
        Promise.race([busy, new Promise((done) => setTimeout(done, PATIENCE))]).then(() => {
          busy = null;
          form.requestSubmit(given);
        });
        return;
      }
      pressed = false;
      saved = typed;
    });
    window.addEventListener("beforeunload", (event) => {
      if (typed !== saved) event.preventDefault();
    });

    const left = kept();
    if (left && plain(left.values) !== plain(base) && left.base && plain(left.base) === plain(base)) {
      bring(left.values);
      say(words.wordsBrought.replace("{time}", left.time), false);
    } else if (left && plain(left.values) !== plain(base)) {
      say(words.wordsKept.replace("{time}", left.time), true);
      add("button", words.wordsBring, { type: "button", class: "btn btn-outline-primary btn-sm" }, () => bring(left.values));
      add("button", words.wordsDrop, { type: "button", class: "btn btn-link btn-sm" }, () => (forget(), say("", false)));
    } else forget();
  });
})();

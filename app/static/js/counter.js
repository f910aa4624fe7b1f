// How many signs are left: <p data-counter-for="field id" data-left="осталось {n}" data-over="лишних знаков: {n}">.
(() => {
  "use strict";
  document.querySelectorAll("[data-counter-for]").forEach((line) => {
    const field = document.getElementById(line.dataset.counterFor);
    const most = Number(field && field.dataset.most);
    if (!most) return;
    const said = document.createElement("span");
    said.className = "visually-hidden";
    said.setAttribute("role", "status");
    line.after(said);
    let pause = 0;
    const show = () => {
      // The server counts characters with a line's end as one; so does [...text].
      const left = most - [...field.value.replace(/\r\n/g, "\n")].length;
      const words = (left < 0 ? line.dataset.over : line.dataset.left).replace("{n}", Math.abs(left));
      line.textContent = words;
      line.classList.toggle("counter-over", left < 0);
      clearTimeout(pause);
      pause = setTimeout(() => (said.textContent = left < most / 10 ? words : ""), 1000);
    };
    field.addEventListener("input", show);
    show();
  });
})();

// Keys for the queue. Everything works without this file; it only spares the mouse and the reload.
"use strict";
(() => {
  const cards = () => [...document.querySelectorAll(".card")];
  const status = document.getElementById("status");
  const done = []; // cards decided on this page, the latest last
  let now = -1;

  const tell = (text) => {
    status.textContent = text;
    clearTimeout(tell.timer);
    tell.timer = setTimeout(() => (status.textContent = ""), 5000);
  };

  const go = (index) => {
    const all = cards();
    if (!all.length) return;
    all[now]?.classList.remove("now");
    now = Math.max(0, Math.min(index, all.length - 1));
    all[now].classList.add("now");
    all[now].focus({ preventScroll: true });
    all[now].scrollIntoView({ block: "nearest" });
  };

  const count = (states, before) => {
    for (const state of Object.values(states)) {
      for (const [name, step] of [[before, -1], [state, 1]]) {
        const shown = document.querySelector(`[data-count="${name}"]`);
        if (shown && before !== state) shown.textContent = Number(shown.textContent) + step;
      }
    }
  };

  const send = async (form, button) => {
    const card = form.closest(".card");
    const fields = new FormData(form);
    if (button.name) fields.set(button.name, button.value);
    const target = button.getAttribute("formaction") || form.getAttribute("action");
    let answer;
    try {
      const got = await fetch(target, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: "application/json" } });
      answer = await got.json();
    } catch {
      form.dataset.plain = "1"; // once: the page it leads to says what is wrong
      form.requestSubmit(button);
      return;
    }
    if (answer.wrong) return tell(answer.wrong);
    for (const [story, number] of Object.entries(answer.last)) {
      for (const field of document.getElementsByName(`last${story}`)) field.value = number || "";
    }
    const before = card.dataset.state || document.querySelector(".states [aria-current] [data-count]")?.dataset.count;
    const state = answer.states[card.dataset.story];
    count(answer.states, before);
    card.dataset.state = state;
    if (!["note", "tag", "star"].includes(answer.done)) card.classList.toggle("done", state !== "open");
    if (answer.done === "undo") done.splice(done.indexOf(card), 1);
    else done.push(card);
    form.querySelector("[name=why]").value = "";
    tell(`${button.textContent}: ${card.querySelector("h2").textContent.trim().slice(0, 60)}`);
  };

  const undo = (card) => {
    const form = card.querySelector("form.say");
    const button = document.createElement("button");
    button.setAttribute("formaction", "/undo");
    button.textContent = "↶";
    button.hidden = true;
    form.append(button); // a form is only sent by a button of its own
    send(form, button).finally(() => button.remove());
    go(cards().indexOf(card));
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches(".card form.say") || !event.submitter || form.dataset.plain) return;
    event.preventDefault();
    send(form, event.submitter).then(() => {
      if (["accept", "reject", "later"].includes(event.submitter.value)) go(cards().indexOf(form.closest(".card")) + 1);
    });
  });

  // An address that is being fetched: show what came of it as soon as it is known.
  const look = async () => {
    const got = await fetch(location.href).then((answer) => answer.text(), () => "data-waiting");
    if (!got.includes("data-waiting")) return location.reload();
    const now = new DOMParser().parseFromString(got, "text/html").querySelector("[data-waiting]");
    if (now) document.querySelector("[data-waiting]").replaceChildren(...now.childNodes);
    setTimeout(look, 1500);
  };
  if (document.querySelector("[data-waiting]")) setTimeout(look, 1500);

  const press = (verb) => cards()[now]?.querySelector(`form.say [value=${verb}]`)?.click();
  const reason = (verb) => {
    const input = cards()[now]?.querySelector("form.say [name=why]");
    if (!input) return;
    input.dataset.verb = verb;
    input.focus();
  };
  const keys = {
    j: () => go(now + 1), ArrowDown: () => go(now + 1), k: () => go(now - 1), ArrowUp: () => go(now - 1),
    a: () => press("accept"), l: () => press("later"), r: () => reason("reject"), n: () => reason("note"),
    t: () => reason("tag"), s: () => press("star"),
    x: () => cards()[now]?.querySelector(".pick")?.click(),
    o: () => cards()[now]?.querySelector("h2 a")?.click(),
    u: () => (done.at(-1) || cards()[now]) && undo(done.at(-1) || cards()[now]),
  };

  document.addEventListener("keydown", (event) => {
    const at = event.target;
    if (at.matches("input[name=why]") && at.closest(".card")) {
      if (event.key === "Escape") go(now);
      if (event.key === "Enter") {
        event.preventDefault(); // a reason belongs to what it was asked for, else to a rejection
        at.form.querySelector(`[value=${at.dataset.verb || "reject"}]`).click();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || at.matches("input:not([type=checkbox]), select, textarea")) return;
    const act = keys[event.key];
    if (!act || !cards().length) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("focusin", (event) => {
    const card = event.target.closest?.(".card");
    if (!card) return;
    const index = cards().indexOf(card);
    if (index !== now) {
      cards()[now]?.classList.remove("now");
      now = index;
      card.classList.add("now");
    }
  });
})();

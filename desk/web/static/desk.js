// The list sorted by keys. Everything works without this file: it spares the mouse and the reload.
//
// A key acts at once on what the page shows, and nothing that comes back from the desk later moves the
// cursor or the focus. What is said goes into an outbox that is kept in the browser, is sent in order,
// one word at a time, and keeps each word until the desk has answered it.
"use strict";
(() => {
  document.documentElement.classList.add("script");
  const $ = (selector, inside = document) => inside.querySelector(selector);
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const status = $("#status");
  const words = $("#said")?.dataset ?? {};
  const person = document.body.dataset.person ?? "";
  const VERDICTS = ["accept", "reject", "later"];
  const STATES = { accept: "accepted", reject: "rejected", later: "later" };

  const kept = (area, name, usual) => {
    try { return JSON.parse(area.getItem(name)) ?? usual; } catch { return usual; }
  };
  const keep = (area, name, value) => {
    try { area.setItem(name, JSON.stringify(value)); } catch { /* full or forbidden: it stays in this page */ }
  };

  const tell = (text, lasting = false) => {
    status.textContent = text;
    clearTimeout(tell.timer);
    if (!lasting) tell.timer = setTimeout(waiting, 5000);
  };

  // ---- what is on the page -------------------------------------------------------------------

  const rows = () => all(".row");
  const here = `${location.pathname}${location.search}`;
  const isList = () => Boolean($(".rows"));
  const opened = $("article.story[data-story]");
  let cursor = null; // the row under it, or the story of a page of its own
  if (opened && !isList()) cursor = opened;

  const shownOf = (story) => all(`[data-story="${story}"]`);
  const titleOf = (element) => ($("h2, h1", element)?.textContent ?? "").trim().slice(0, 60);

  const tabOf = (element, state) => (state === "open" ? element.dataset.open : state);
  const count = (element, before, after) => {
    for (const [tab, step] of [[tabOf(element, before), -1], [tabOf(element, after), 1]]) {
      const shown = $(`[data-count="${tab}"]`);
      if (shown && before !== after && /^\d+$/.test(shown.textContent)) shown.textContent = Number(shown.textContent) + step;
    }
  };
  const show = (story, state) => {
    const elements = shownOf(story);
    if (elements.length) count(elements[0], elements[0].dataset.state, state);
    for (const element of elements) {
      element.dataset.state = state;
      for (const label of all(".state", element)) {
        label.dataset.state = state;
        label.textContent = state === "open" && element.matches(".row") ? "" : words[state] ?? state;
      }
    }
  };

  // ---- the outbox ----------------------------------------------------------------------------

  const box = `hubwatch-outbox-${person}`;
  const outbox = kept(localStorage, box, []);
  const said = kept(sessionStorage, `hubwatch-said-${person}`, []); // stories, the latest last
  const lasts = {}; // story: the number of this person's last word on it, as the desk said
  let sending = false, pause = 0, trouble = "";

  const waiting = () => {
    status.textContent = outbox.length
      ? `${(words.waiting ?? "{n}").replace("{n}", outbox.length)}${trouble ? ` · ${trouble}` : ""}` : "";
  };
  const mark = () => {
    const stories = new Set(outbox.flatMap((entry) => entry.stories.map(String)));
    for (const element of all("[data-story]")) element.toggleAttribute("data-waiting-word", stories.has(element.dataset.story));
  };
  const saveOutbox = () => { keep(localStorage, box, outbox); mark(); };

  const put = (entry) => {
    outbox.push(entry);
    saveOutbox();
    if (!sending) next();
  };

  const fieldsOf = (entry) => {
    const fields = new URLSearchParams();
    for (const story of entry.stories) fields.append("story", story);
    if (entry.verb !== "undo") {
      fields.set("verb", entry.verb);
      fields.set("why", entry.why);
      fields.set("seen", entry.seen);
      fields.set("known", entry.known);
      if (entry.sure) fields.set("sure", "1");
    } else {
      // Which word that is, is known when all before it are answered. It is kept: asked twice it is the same.
      for (const story of entry.stories) {
        entry.last ??= lasts[story] ?? entry.guess ?? "";
        fields.set(`last${story}`, entry.last);
      }
      saveOutbox();
    }
    return fields;
  };

  const next = async () => {
    if (!outbox.length) { sending = false; return; }
    sending = true;
    const entry = outbox[0];
    let answer, code;
    try {
      const got = await fetch(entry.verb === "undo" ? "/undo" : "/say", {
        method: "POST", body: fieldsOf(entry), headers: { Accept: "application/json" }, signal: AbortSignal.timeout(30000),
      });
      code = got.status;
      if (code >= 500) throw new Error("trouble");
      if (!(got.headers.get("content-type") ?? "").includes("json")) {
        if (code === 403 || code === 401) { sending = false; location.reload(); return; } // signed out: the page says so, the words stay
        throw new Error("trouble");
      }
      answer = await got.json();
    } catch {
      trouble = words.offline ?? "";
      pause = Math.min(pause ? pause * 2 : 500, 20000);
      waiting();
      setTimeout(next, pause);
      return;
    }
    pause = 0;
    trouble = "";
    outbox.shift();
    saveOutbox();
    if (answer.overtaken) overtaken(entry, answer.overtaken);
    else if (answer.wrong) refused(entry, answer.wrong);
    else acknowledged(entry, answer);
    next();
  };
  addEventListener("online", () => { if (sending && pause) { pause = 0; } });

  const acknowledged = (entry, answer) => {
    for (const [story, number] of Object.entries(answer.last)) {
      lasts[story] = number || "";
      for (const field of document.getElementsByName(`last${story}`)) field.value = number || "";
      for (const element of shownOf(story)) element.dataset.last = number || 0;
    }
    const pending = new Set(outbox.flatMap((each) => each.stories.map(String)));
    for (const [story, state] of Object.entries(answer.states)) if (!pending.has(story)) show(story, state);
    tell(`${words[entry.verb] ?? entry.verb}: ${entry.title}${outbox.length ? ` · ${(words.waiting ?? "").replace("{n}", outbox.length)}` : ""}`);
  };

  const forget = (entry) => {
    for (const story of entry.stories) {
      const at = said.lastIndexOf(String(story));
      if (entry.verb === "undo") continue;
      if (at >= 0) said.splice(at, 1);
      // What was not kept is not taken back: that would be an older word.
      const taken = outbox.findIndex((each) => each.verb === "undo" && String(each.stories[0]) === String(story));
      if (taken >= 0) outbox.splice(taken, 1);
    }
    saveOutbox();
    keep(sessionStorage, `hubwatch-said-${person}`, said);
  };

  const refused = (entry, message) => {
    forget(entry);
    for (const story of entry.stories) for (const element of shownOf(story)) notice(element, `${words.refused}: ${message}`);
    if (entry.before) for (const story of entry.stories) show(story, entry.before);
    tell(`${words.refused}: ${message}`);
  };

  const overtaken = (entry, told) => {
    forget(entry);
    for (const [story, text] of Object.entries(told)) {
      for (const element of shownOf(story)) {
        const again = { ...entry, stories: [story], sure: true };
        notice(element, text, [
          [words.sure, () => { remember(story); put(again); show(story, STATES[entry.verb] ?? entry.before); }],
          [words.leave, () => show(story, "open")],
        ]);
      }
    }
    if (entry.before) for (const story of entry.stories) show(story, entry.before);
    tell(Object.values(told)[0]);
  };

  const notice = (element, text, choices = []) => {
    all(":scope > .notice", element).forEach((each) => each.remove());
    const line = document.createElement("p");
    line.className = "notice";
    line.textContent = text;
    for (const [name, act] of choices) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = name;
      button.addEventListener("click", () => { line.remove(); act(); });
      line.append(" ", button);
    }
    element.append(line);
  };

  const remember = (story) => {
    said.push(String(story));
    said.splice(0, said.length - 500);
    keep(sessionStorage, `hubwatch-said-${person}`, said);
  };

  const forgetLast = (story) => {
    const at = said.lastIndexOf(String(story));
    if (at >= 0) said.splice(at, 1);
    keep(sessionStorage, `hubwatch-said-${person}`, said);
  };

  // ---- saying something ----------------------------------------------------------------------

  const say = (element, verb, why = "") => {
    const { story, state, seen, known } = element.dataset;
    remember(story);
    const entry = { verb, why, stories: [story], seen, known, title: titleOf(element), before: state };
    if (STATES[verb]) show(story, STATES[verb]);
    put(entry);
  };

  const undo = () => {
    const story = said.pop() ?? cursor?.dataset.story;
    if (!story) return;
    keep(sessionStorage, `hubwatch-said-${person}`, said);
    if (story.startsWith("fact-")) { takeBack(story); return; }
    const element = shownOf(story)[0];
    put({ verb: "undo", stories: [story], title: element ? titleOf(element) : story, guess: element?.dataset.last ?? "" });
    if (element?.matches(".row")) point(element);
  };

  // ---- the cursor, and the pane beside the list ----------------------------------------------

  const pane = $("#pane");
  const wide = matchMedia("(min-width: 64rem)");
  const place = `hubwatch-place-${here}`;
  let asked = null, timer = 0;

  const current = (row) => {
    cursor?.removeAttribute("aria-current");
    cursor = row;
    row.setAttribute("aria-current", "true");
  };
  const point = (row) => {
    if (!row) return;
    current(row);
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    keep(sessionStorage, place, { story: row.dataset.story, at: rows().indexOf(row) });
    look(row);
    fill();
  };

  const look = (row) => {
    if (!pane || !wide.matches) return;
    asked?.abort();
    clearTimeout(timer);
    pane.hidden = false;
    if ($("[data-story]", pane)?.dataset.story === row.dataset.story) return;
    pane.replaceChildren(); // at once: nobody types into the form of a story that is left
    timer = setTimeout(async () => {
      asked = new AbortController();
      try {
        const got = await fetch(`/story/${row.dataset.story}?part=pane`, { signal: asked.signal });
        const text = got.ok && got.url.includes("part=pane") ? await got.text() : "";
        if (cursor !== row || !text) return;
        pane.innerHTML = text;
        const story = $("[data-story]", pane);
        if (story && Number(row.dataset.known) < Number(story.dataset.known)) row.dataset.known = story.dataset.known; // its words stand there to be read
        pane.scrollTop = 0;
        mark();
        document.dispatchEvent(new CustomEvent("shown", { detail: pane }));
      } catch { /* another story is looked at, or there is no connection: the list goes on */ }
    }, 90);
  };

  // The list fills itself: what is decided leaves the desk's list, so its next page begins behind the
  // last story of this one, never at a number of stories.
  let filling = null;
  const fill = () => {
    const link = $(".pages [rel=next]");
    if (!link || filling) return;
    const left = rows().length - rows().indexOf(cursor);
    const isNear = link.getBoundingClientRect().top <= innerHeight * 2; // by the mouse, far from the cursor
    if (!isNear && (!cursor || left > 40)) return;
    filling = fetch(link.href).then((got) => got.text()).then((text) => {
      const page = new DOMParser().parseFromString(text, "text/html");
      const known = new Set(rows().map((row) => row.dataset.story));
      for (const part of all(".list > .of-day, .list > .rows", page)) {
        for (const row of all(".row", part)) if (known.has(row.dataset.story)) row.remove();
        if (part.matches(".rows") && !part.children.length) continue;
        $(".list > .pages").before(document.adoptNode(part));
      }
      const further = $(".pages [rel=next]", page);
      if (further) link.href = further.getAttribute("href");
      else link.remove();
      $(".list > .shown")?.remove();
      filling = null;
      mark();
      later();
    }, () => setTimeout(() => { filling = null; later(); }, 1000));
  };
  addEventListener("scroll", () => isList() && fill(), { passive: true });

  // Keys that came while the list was filling itself at its end.
  const held = [];
  const later = () => {
    while (held.length && !filling) {
      const { key, shift } = held.shift();
      if (dialog?.open) type(key); else act(key, shift);
    }
  };
  const type = (key) => {
    const input = $("input", dialog);
    if (key === "Enter") answered();
    else if (key === "Escape") dialog.close();
    else if (key === "Backspace") input.value = input.value.slice(0, -1);
    else if (key.length === 1) input.value += key;
  };

  const move = (step) => {
    const list = rows();
    if (!list.length) {
      if (opened && !isList()) beside(step);
      return true;
    }
    const at = list.indexOf(cursor) + step;
    if (at >= list.length && $(".pages [rel=next]")) {
      fill();
      if (filling) { tell(words.loading ?? ""); return false; }
    }
    point(list[Math.max(0, Math.min(at, list.length - 1))]);
    return true;
  };

  // From the page of a story to the one beside it in the list that led there.
  const beside = (step) => {
    const list = kept(sessionStorage, "hubwatch-list", { stories: [] }).stories;
    const story = list[list.indexOf(opened.dataset.story) + step];
    if (story && list.includes(opened.dataset.story)) location.assign(`/story/${story}`);
  };
  const leave = () => {
    keep(sessionStorage, "hubwatch-list", { address: here, stories: rows().map((row) => row.dataset.story) });
  };

  // ---- a reason, a note, a tag -----------------------------------------------------------------

  const dialog = $("#ask");
  let asking = null;
  const ask = (element, verb) => {
    if (!dialog || !element) return;
    asking = { element, verb };
    $("#ask-title").textContent = `${words[verb]}: ${titleOf(element)}`;
    for (const chips of all(".chips", dialog)) chips.hidden = chips.dataset.verb !== verb;
    const input = $("input", dialog);
    input.value = "";
    dialog.showModal();
    input.focus();
  };
  const answered = () => {
    const { element, verb } = asking ?? {};
    const why = $("input", dialog).value.trim();
    asking = null;
    dialog.close();
    if (!element || (verb !== "reject" && !why)) return;
    said_of(element, verb, why);
  };
  const said_of = (element, verb, why) => {
    say(element, verb, why);
    if (VERDICTS.includes(verb) && element === cursor && !move(1)) held.unshift({ key: "j", shift: false });
  };
  // It is told that it was closed later than it was: it may be open again for the next story by then.
  dialog?.addEventListener("close", () => { if (!dialog.open && cursor?.matches(".row")) cursor.focus({ preventScroll: true }); });
  dialog?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return; // Enter that ends a composition is no answer
    event.preventDefault();
    if (event.target.matches(".chip")) $("input", dialog).value = event.target.textContent;
    answered();
  });
  dialog?.addEventListener("click", (event) => {
    if (!event.target.matches(".chip")) return;
    $("input", dialog).value = event.target.textContent;
    answered();
  });

  // ---- the figures of the story that is shown ----------------------------------------------------

  // The first key points at a figure and the next one judges it: nothing is confirmed that nobody saw.
  const figures = () => (isList() && !pane ? [] : all(".fact-said", isList() ? pane : opened ?? document));
  let figure = null;
  const takers = {}; // what takes the last word on a figure back, as the desk said
  let judging = Promise.resolve(); // words on figures are sent in order, one at a time

  const pointAt = (item) => {
    for (const each of figures()) each.removeAttribute("aria-current");
    figure = item ?? null;
    if (!item) { tell(words.nofigure ?? ""); return; }
    const folded = item.parentElement.closest("details");
    if (folded) folded.open = true;
    item.setAttribute("aria-current", "true");
    item.scrollIntoView({ block: "nearest" });
    tell($(".what strong", item).textContent);
  };
  const nextFigure = () => {
    const list = figures();
    const at = list.indexOf(figure) + 1;
    pointAt([...list.slice(at), ...list.slice(0, at)].find((each) => each.dataset.verdict === "open"));
  };
  const figureBefore = () => {
    const list = figures();
    pointAt(list[Math.max(0, (list.includes(figure) ? list.indexOf(figure) : list.length) - 1)]);
  };
  const judge = (act) => {
    if (!figures().includes(figure)) { nextFigure(); return; }
    const button = $(`form.fact-word button[value=${act}]`, figure);
    if (!button) return;
    if (!isList() && !opened) { button.form.requestSubmit(button); return; } // the page of a draft is drawn anew
    judgeBy(button);
    nextFigure();
  };
  const judgeBy = (button) => {
    const item = button.closest(".fact-said");
    const fields = new URLSearchParams(new FormData(button.form));
    fields.set("do", button.value);
    const before = item.dataset.verdict;
    if (button.value === "undo") forgetLast(item.id);
    else {
      item.dataset.verdict = button.value === "confirm" ? "confirmed" : "rejected";
      remember(item.id);
    }
    sendFigure(item.id, () => fields, before);
  };
  const takeBack = (id) => {
    const item = document.getElementById(id);
    sendFigure(id, () => takers[id] ?? fieldsToUndo(item), item?.dataset.verdict);
    if (figures().includes(item)) pointAt(item);
  };
  const fieldsToUndo = (item) => {
    const form = item && $("form.fact-word:has(button[value=undo])", item);
    const fields = form && new URLSearchParams(new FormData(form));
    fields?.set("do", "undo");
    return fields;
  };
  const sendFigure = (id, fields, before) => {
    judging = judging.then(async () => {
      let now, trouble = words.offline ?? "";
      try {
        const got = await fetch("/fact", { method: "POST", body: fields(), signal: AbortSignal.timeout(30000) });
        const page = new DOMParser().parseFromString(await got.text(), "text/html");
        now = got.ok && page.getElementById(id);
        if (!now) trouble = $("main p", page)?.textContent ?? "";
      } catch { /* no connection: the figure stands as it was */ }
      const item = document.getElementById(id);
      if (now) {
        takers[id] = fieldsToUndo(now);
        if (!item) return;
        item.dataset.verdict = now.dataset.verdict;
        const focused = item.contains(document.activeElement);
        item.replaceChildren(...document.adoptNode(now).childNodes);
        const further = figures().slice(figures().indexOf(item)).find((each) => each.dataset.verdict === "open");
        if (focused) $("form.fact-word button", further ?? item)?.focus();
        return;
      }
      forgetLast(id);
      tell(`${words.refused}: ${trouble}`);
      if (!item) return;
      item.dataset.verdict = before;
      notice(item, `${words.refused}: ${trouble}`);
    });
  };

  // ---- keys --------------------------------------------------------------------------------------

  const verdict = (verb) => {
    if (!cursor || !words.decides) return true;
    say(cursor, verb);
    return VERDICTS.includes(verb) ? move(1) || "j" : true;
  };
  let picked = null;
  const pick = (row, upTo) => {
    const box = row && $(".pick", row);
    if (!box) return;
    const list = rows();
    if (upTo && picked) {
      const [from, to] = [list.indexOf(picked), list.indexOf(row)].sort((a, b) => a - b);
      for (const each of list.slice(from, to + 1)) if ($(".pick", each)) $(".pick", each).checked = true;
    } else box.checked = !box.checked;
    picked = row;
    chosen();
  };
  const chosen = () => $(".chosen")?.classList.toggle("some", Boolean($(".pick:checked")));
  addEventListener("pageshow", chosen); // a browser that goes back keeps what was ticked
  const places = { q: "/", d: "/digests", s: "/sources", i: "/incidents", t: "/timetable", r: "/runs", f: "/search", a: "/add" };
  const search = () => { const field = $("input[type=search]"); if (field) { field.focus(); field.select(); } else location.assign("/search"); };
  const keys = {
    j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
    a: () => verdict("accept"), l: () => verdict("later"), s: () => verdict("star"),
    r: () => ask(cursor, "reject"), n: () => ask(cursor, "note"), t: () => ask(cursor, "tag"),
    u: () => undo(), x: () => pick(cursor, false), X: () => pick(cursor, true),
    e: () => {
      const verdict = cursor && $(".event details", cursor);
      if (!verdict) return;
      verdict.open = true;
      $("button", verdict).focus();
    },
    f: () => nextFigure(), F: () => figureBefore(), c: () => judge("confirm"), d: () => judge("reject"),
    o: () => (cursor?.matches(".row") ? $("h2 a", cursor).click() : $("a[rel~=external]", cursor ?? document)?.click()),
    "?": () => $("#keys")?.showModal(), "/": search,
  };
  // False from a key that wants the list to go on: it is taken again when the list has filled itself.
  const act = (key, shift) => {
    const done = keys[key]?.();
    if (done === false) held.unshift({ key, shift });
    if (done === "j") held.unshift({ key: "j", shift: false });
  };

  let going = 0;
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    const typing = at.matches?.("input:not([type=checkbox]), select, textarea") || $("dialog[open]");
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (filling && held.length) { // the keys before this one wait, so it waits behind them
      event.preventDefault();
      held.push({ key: event.key, shift: event.shiftKey });
      return;
    }
    if (typing) return;
    if (Date.now() - going < 1500 && places[event.key]) { going = 0; event.preventDefault(); location.assign(places[event.key]); return; }
    going = event.key === "g" ? Date.now() : 0;
    if (!keys[event.key]) return;
    const isCommon = ["?", "/"].includes(event.key);
    const isOfFigures = ["f", "F", "c", "d", "u"].includes(event.key) && figures().length;
    if (!isCommon && !isOfFigures && !isList() && !opened) return;
    if (event.key.startsWith("Arrow") && !isList()) return;
    event.preventDefault();
    act(event.key, event.shiftKey);
  });

  // ---- the mouse -----------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const row = event.target.closest?.(".row");
    if (event.target.matches?.(".pick")) {
      const shift = event.shiftKey && picked;
      if (shift) { event.target.checked = false; pick(row, true); } else { picked = row; chosen(); }
      return;
    }
    if (!row || event.target.closest("button, details")) return;
    const link = event.target.closest("a");
    if (link && (!wide.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.detail === 0)) { leave(); return; }
    if (link && !pane) { leave(); return; }
    if (link) event.preventDefault();
    point(row);
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest?.(".row");
    if (!row || row === cursor) return;
    current(row);
    look(row);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("form.fact-word") && event.submitter && (isList() || opened)) {
      event.preventDefault();
      judgeBy(event.submitter);
    } else if (form.matches("form.say[action='/say']") && event.submitter) {
      event.preventDefault();
      const element = form.closest("[data-story]");
      const why = $("[name=why]", form).value.trim();
      const verb = event.submitter.value;
      if (!verb) { said.push(element.dataset.story); undo(); return; }
      if (["note", "tag"].includes(verb) && !why) { $("[name=why]", form).focus(); return; }
      $("[name=why]", form).value = "";
      const row = isList() ? rows().find((each) => each.dataset.story === element.dataset.story) : null;
      if (row) said_of(row, verb, why);
      else say(element, verb, why); // whoever uses the mouse on a page of its own stays there
    } else if (form.method === "post" && outbox.length) {
      event.preventDefault(); // what was said before comes before
      const submitter = event.submitter;
      const wait = () => (outbox.length ? setTimeout(wait, 100) : form.requestSubmit(submitter));
      wait();
    }
  });

  // An address that is being fetched: show what came of it as soon as it is known.
  const watch = async () => {
    const got = await fetch(location.href).then((answer) => answer.text(), () => "data-waiting");
    if (!got.includes("data-waiting")) return location.reload();
    const now = $("[data-waiting]", new DOMParser().parseFromString(got, "text/html"));
    if (now) $("[data-waiting]").replaceChildren(...now.childNodes);
    setTimeout(watch, 1500);
  };
  if ($("[data-waiting]")) setTimeout(watch, 1500);

  // ---- begin: what was said and not sent, and where one was ------------------------------------------

  for (const entry of outbox) if (STATES[entry.verb]) for (const story of entry.stories) show(story, STATES[entry.verb]);
  mark();
  const behind = $(".fact-said [autofocus]")?.closest(".fact-said"); // with the figure behind the one that was judged
  if (behind) pointAt(behind);
  if (outbox.length && person) next();
  if (isList()) {
    const was = kept(sessionStorage, place, null); // it may be sorted by now: then the one that stands there
    const before = was && (rows().find((row) => row.dataset.story === was.story) ?? rows()[was.at]);
    if (before && performance.getEntriesByType("navigation")[0]?.type === "back_forward") point(before);
    else if (pane && rows().length) { // the first of which nothing is on its way; the focus stays where a page begins
      current(rows().find((row) => !row.hasAttribute("data-waiting-word")) ?? rows()[0]);
      look(cursor);
    }
    addEventListener("pagehide", leave);
  }
})();

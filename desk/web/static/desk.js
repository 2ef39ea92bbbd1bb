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
    try { area.setItem(name, JSON.stringify(value)); return true; } catch { return false; } // full or forbidden: it stays in this page
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

  // Each word has a place of its own in the browser, named by when it was said: of two windows of one
  // person neither overwrites what the other keeps, and whichever sends goes by the same order.
  const mine = `hubwatch-outbox ${encodeURIComponent(person)} `;
  const heard = `hubwatch-answer ${encodeURIComponent(person)}`;
  let outbox = [];
  let stored = new Set(); // which of them the browser keeps
  const taken = `hubwatch-taken-${person}`;
  const known = new Set(kept(sessionStorage, taken, [])); // which of them this window has said, or found when it was opened
  const said = kept(sessionStorage, `hubwatch-said-${person}`, []).filter((each) => each.story || each.form); // in this window, the latest last
  const lasts = {}; // story: the number of this person's last word on it, as the desk said
  let sending = false, pause = 0, trouble = "", moment = 0;

  const waiting = () => {
    status.textContent = outbox.length
      ? `${(words.unsent ?? "{n}").replace("{n}", outbox.length)}${trouble ? ` · ${trouble}` : ""}` : "";
  };
  const mark = () => {
    const stories = new Set(outbox.flatMap((entry) => entry.stories.map(String)));
    for (const element of all("[data-story]")) element.toggleAttribute("data-waiting-word", stories.has(element.dataset.story));
  };
  const keepWord = (entry) => { if (keep(localStorage, entry.key, entry)) stored.add(entry.key); };
  const drop = (entry) => {
    try { localStorage.removeItem(entry.key); } catch { /* it was never there */ }
    outbox = outbox.filter((each) => each.key !== entry.key);
    mark();
  };
  const keysKept = () => { try { return Object.keys(localStorage).filter((key) => key.startsWith(mine)); } catch { return []; } };
  // Without locks two windows could send the same word at once: then each sends its own.
  const takeIn = () => {
    const keys = keysKept().filter((key) => navigator.locks || known.has(key));
    const unkept = outbox.filter((entry) => !stored.has(entry.key));
    outbox = [...unkept, ...keys.map((key) => kept(localStorage, key, null)).filter(Boolean)].sort((a, b) => (a.key < b.key ? -1 : 1));
    stored = new Set(keys);
    mark();
  };
  const alone = (work) => (navigator.locks ? navigator.locks.request(mine, work) : work());
  const showWaiting = () => {
    for (const entry of outbox) if (STATES[entry.verb]) for (const story of entry.stories) show(story, STATES[entry.verb]);
  };

  const newKey = () => {
    moment = Math.max(moment + 1, Date.now());
    return `${mine}${moment}-${Math.random().toString(36).slice(2)}`;
  };
  const take = (key) => {
    known.add(key);
    keep(sessionStorage, taken, [...known].slice(-500));
  };
  const put = (entry) => {
    take(entry.key);
    outbox.push(entry);
    keepWord(entry);
    mark();
    if (trouble) waiting();
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
      keepWord(entry);
    }
    return fields;
  };

  const next = async () => {
    sending = true;
    const rest = await alone(send);
    if (rest) setTimeout(next, rest);
    else if (sending) next();
  };
  // What the desk itself says of a word; a program between may answer with something else.
  const ourAnswer = (text) => {
    try {
      const answer = JSON.parse(text);
      return ["done", "overtaken", "wrong", "forbidden"].some((name) => answer[name]) ? answer : null;
    } catch { return null; }
  };
  // Send the first word, and return how long to wait before the next try.
  const send = async () => {
    takeIn();
    const entry = outbox[0];
    if (!entry) { sending = false; return 0; }
    let answer;
    try {
      const got = await fetch(entry.verb === "undo" ? "/undo" : "/say", {
        method: "POST", body: fieldsOf(entry), headers: { Accept: "application/json" }, signal: AbortSignal.timeout(30000),
      });
      if (got.status >= 500) throw new Error("trouble");
      const text = await got.text();
      answer = ourAnswer(text);
      if (!answer && [401, 403].includes(got.status)) answer = { closed: text || `HTTP ${got.status}` };
      if (!answer) throw new Error("trouble");
    } catch {
      trouble = words.offline ?? "";
      pause = Math.min(pause ? pause * 2 : 500, 20000);
      waiting();
      return pause;
    }
    pause = 0;
    trouble = "";
    if (answer.closed) turnedAway(answer.closed);
    else if (answer.forbidden) hold(answer.forbidden);
    else {
      drop(entry);
      settle(entry, answer);
      if (keep(localStorage, heard, { entry, answer })) localStorage.removeItem(heard); // other windows hear of it
    }
    return 0;
  };
  addEventListener("online", () => { if (sending && pause) { pause = 0; } });
  addEventListener("storage", (event) => {
    if (event.key !== heard || !event.newValue) return;
    takeIn();
    const { entry, answer } = JSON.parse(event.newValue);
    settle(entry, answer);
    if (!known.has(entry.key)) waiting(); // said elsewhere
  });

  // Signed out: what is being typed stays where it is, and the person leaves the page when it suits.
  const turnedAway = (text) => hold(
    $("main p, body", new DOMParser().parseFromString(text, "text/html")).textContent.trim().slice(0, 300),
    [[words.again, () => location.reload()]],
  );
  // The desk takes no words of this person now: what waits is named, and goes or stays as the person says.
  const hold = (message, choices = []) => {
    sending = false;
    waiting();
    const named = outbox.slice(0, 5).map((entry) => `${words[entry.verb] ?? entry.verb}: ${entry.title}`).join("; ");
    const main = $("#main");
    notice(main, `${message} ${status.textContent}: ${named}${outbox.length > 5 ? "; …" : ""}`, [...choices, [words.keep, () => {}], [words.discard, discard]]);
    main.prepend($(":scope > .notice", main));
  };
  const discard = () => {
    for (const entry of [...outbox].reverse()) {
      if (entry.before) for (const story of entry.stories) show(story, entry.before);
      forget(entry);
      drop(entry);
    }
    waiting();
  };

  const settle = (entry, answer) => {
    if (answer.overtaken) overtaken(entry, answer);
    else if (answer.wrong) refused(entry, answer.wrong);
    else acknowledged(entry, answer);
  };
  const acknowledged = (entry, answer) => {
    for (const [story, number] of Object.entries(answer.last)) {
      lasts[story] = number || "";
      for (const field of document.getElementsByName(`last${story}`)) field.value = number || "";
      for (const element of shownOf(story)) element.dataset.last = number || 0;
      for (const each of said) if (each.key === entry.key) each.number = number;
      for (const each of outbox) if (each.of === entry.key) { each.last = number || undefined; keepWord(each); }
    }
    keepSaid();
    const pending = new Set(outbox.flatMap((each) => each.stories.map(String)));
    for (const [story, state] of Object.entries(answer.states)) if (!pending.has(story)) show(story, state);
    tell(`${words[entry.verb] ?? entry.verb}: ${entry.title}${outbox.length ? ` · ${(words.unsent ?? "").replace("{n}", outbox.length)}` : ""}`);
  };

  const forget = (entry) => {
    const at = said.findIndex((each) => each.key === entry.key);
    if (at >= 0) said.splice(at, 1);
    keepSaid();
    // What was not kept is not taken back: that would be an older word.
    for (const each of outbox) if (each.of === entry.key) drop(each);
  };

  const refused = (entry, message) => {
    forget(entry);
    for (const story of entry.stories) for (const element of shownOf(story)) notice(element, `${words.refused}: ${message}`);
    if (entry.before) for (const story of entry.stories) show(story, entry.before);
    tell(`${words.refused}: ${message}`);
  };

  const overtaken = (entry, answer) => {
    forget(entry);
    for (const [story, text] of Object.entries(answer.overtaken)) {
      for (const element of shownOf(story)) {
        notice(element, text, [
          [words.sure, () => {
            const again = { ...entry, key: newKey(), stories: [story], sure: true };
            remember(story, again.key, answer.states?.[story] ?? entry.before);
            put(again);
            show(story, STATES[entry.verb] ?? entry.before);
          }],
          [words.leave, () => {}],
        ]);
      }
    }
    for (const [story, state] of Object.entries(answer.states ?? {})) show(story, state); // as the colleague left it
    tell(Object.values(answer.overtaken)[0]);
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

  const keepSaid = () => keep(sessionStorage, `hubwatch-said-${person}`, said);
  const remember = (story, key, before) => {
    said.push({ story: String(story), key, before });
    said.splice(0, said.length - 500);
    keepSaid();
  };
  const lastSaid = (fits) => {
    const at = said.findLastIndex(fits);
    const found = at >= 0 ? said.splice(at, 1)[0] : undefined;
    keepSaid();
    return found;
  };
  const forgetLast = (story) => lastSaid((each) => each.story === String(story));

  // ---- saying something ----------------------------------------------------------------------

  const say = (element, verb, why = "") => {
    const { story, state, seen, known } = element.dataset;
    const entry = { verb, why, stories: [story], seen, known, title: titleOf(element), before: state, key: newKey() };
    remember(story, entry.key, state);
    if (STATES[verb]) show(story, STATES[verb]);
    put(entry);
  };

  const undo = () => {
    const last = said.pop();
    keepSaid();
    if (!last) { if (cursor) tell(words.nothing ?? ""); return; }
    if (last.form) sendAgain(last.form);
    else if (last.story.startsWith("fact-")) takeBack(last.story);
    else unsay(last.story, last);
  };
  const unsay = (story, word) => {
    const element = shownOf(story)[0];
    put({
      verb: "undo", stories: [story], title: element ? titleOf(element) : story, key: newKey(),
      of: word?.key, last: word?.number || undefined, guess: element?.dataset.last ?? "",
      before: element?.dataset.state,
    });
    if (element && word?.before) show(story, word.before); // the desk says how it really is when it answers
    if (element?.matches(".row")) point(element);
  };

  // What an ordinary form said is taken back by the form on the page that it led to.
  const formSent = `hubwatch-form-${person}`;
  const fieldsIn = (form, button) => [...new FormData(form), ...(button?.name ? [[button.name, button.value]] : [])].filter(([, value]) => typeof value === "string");
  const formOf = (form) => ({ action: form.getAttribute("action"), fields: fieldsIn(form, $("button", form)) });
  const noteForm = (form, button) => {
    const action = button?.getAttribute("formaction") ?? form.getAttribute("action");
    if (form.matches(".done")) {
      const same = JSON.stringify(formOf(form));
      lastSaid((each) => each.form && JSON.stringify(each.form) === same);
    } else if (action === "/undo") {
      for (const [name, value] of fieldsIn(form)) {
        if (name === "story") forgetLast(value);
        if (name === "decision") lastSaid((each) => each.number === Number(value));
      }
    }
    keep(sessionStorage, formSent, true);
  };
  const hearForm = () => {
    const done = $("form.done:has(button)");
    if (done && kept(sessionStorage, formSent, false)) { said.push({ form: formOf(done) }); keepSaid(); }
    keep(sessionStorage, formSent, false);
  };
  const sendAgain = ({ action, fields }) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = action;
    form.hidden = true;
    for (const [name, value] of fields) {
      const field = document.createElement("input");
      field.name = name;
      field.value = value;
      form.append(field);
    }
    document.body.append(form);
    form.requestSubmit();
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
    const state = row.dataset.state;
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
        putBack(pane);
        mark();
        // What was said since, or waits, the desk did not know when it answered.
        if (row.dataset.state !== state || row.hasAttribute("data-waiting-word")) show(row.dataset.story, row.dataset.state);
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
      showWaiting();
      later();
    }, () => setTimeout(() => { filling = null; later(); }, 1000));
  };
  addEventListener("scroll", () => isList() && fill(), { passive: true });

  // Keys that came while the list was filling itself at its end.
  const held = [];
  const later = () => {
    while (held.length && !filling) {
      const { key, shift, typed = key } = held.shift();
      if (dialog?.open) type(typed); else act(key, shift);
    }
  };
  const type = (key) => {
    const input = $("input", dialog);
    if (key === "Enter") answered();
    else if (key === "Escape") leaveAsked();
    else if (key === "Backspace") input.value = input.value.slice(0, -1);
    else if (key.length === 1) input.value += key;
    keepAsked();
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
    if (story && list.includes(opened.dataset.story)) go(`/story/${story}`);
  };
  const leave = () => {
    keep(sessionStorage, "hubwatch-list", { address: here, stories: rows().map((row) => row.dataset.story) });
  };

  // ---- a reason, a note, a tag -----------------------------------------------------------------

  const dialog = $("#ask");
  let asking = null;
  const nameOfAsking = () => JSON.stringify(["ask", asking.verb, asking.element.dataset.story]);
  const keepAsked = () => {
    const text = $("input", dialog).value;
    if (asking) keepWritten(nameOfAsking(), text ? { why: ["", text] } : undefined);
  };
  const ask = (element, verb) => {
    if (!dialog || !element) return;
    asking = { element, verb };
    $("#ask-title").textContent = `${words[verb]}: ${titleOf(element)}`;
    for (const chips of all(".chips", dialog)) chips.hidden = chips.dataset.verb !== verb;
    const input = $("input", dialog);
    input.value = kept(sessionStorage, written, {})[nameOfAsking()]?.why[1] ?? "";
    dialog.showModal();
    input.focus();
  };
  const leaveAsked = () => {
    if (asking) keepWritten(nameOfAsking());
    asking = null;
    dialog.close();
  };
  // It was open, and typed into, when the page went: it is open again.
  const askAgain = () => {
    for (const name of Object.keys(kept(sessionStorage, written, {}))) {
      const [kind, verb, story] = JSON.parse(name);
      const element = kind === "ask" && (rows().find((row) => row.dataset.story === story) ?? (opened?.dataset.story === story && opened));
      if (!element || !dialog) continue;
      if (element.matches(".row")) point(element);
      ask(element, verb);
      return true;
    }
    return false;
  };
  const answered = () => {
    const { element, verb } = asking ?? {};
    const why = $("input", dialog).value.trim();
    leaveAsked();
    if (!element || (verb !== "reject" && !why)) return;
    said_of(element, verb, why);
  };
  const said_of = (element, verb, why) => {
    say(element, verb, why);
    if (VERDICTS.includes(verb) && element === cursor && !move(1)) held.unshift({ key: "j", shift: false });
  };
  // It is told that it was closed later than it was: it may be open again for the next story by then.
  dialog?.addEventListener("close", () => { if (!dialog.open && cursor?.matches(".row")) cursor.focus({ preventScroll: true }); });
  dialog?.addEventListener("cancel", leaveAsked);
  dialog?.addEventListener("input", keepAsked);
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
    sendFigure(item.id, () => fields, before, button.value === "undo");
  };
  const takeBack = (id) => {
    const item = document.getElementById(id);
    sendFigure(id, () => takers[id] ?? fieldsToUndo(item), item?.dataset.verdict, true);
    if (figures().includes(item)) pointAt(item);
  };
  const fieldsToUndo = (item) => {
    const form = item && $("form.fact-word:has(button[value=undo])", item);
    const fields = form && new URLSearchParams(new FormData(form));
    fields?.set("do", "undo");
    return fields;
  };
  const sendFigure = (id, fields, before, isUndo) => {
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
        putBack(item);
        const further = figures().slice(figures().indexOf(item)).find((each) => each.dataset.verdict === "open");
        if (focused) $("form.fact-word button", further ?? item)?.focus();
        return;
      }
      if (!isUndo) forgetLast(id);
      else if (item?.dataset.verdict !== "open") remember(id); // the word stands: `u` takes it back, not an older one
      tell(`${words.refused}: ${trouble}`);
      if (!item) return;
      if (!isUndo) item.dataset.verdict = before;
      notice(item, `${words.refused}: ${trouble}`);
    });
  };

  // ---- what is typed into a form and not sent ------------------------------------------------------

  // Another button of the page, another story, a reload, a lost connection and a refusal take none of
  // it: this window keeps it until the desk has taken its form, beside what stood there when it was
  // typed, so that it never covers what a colleague wrote meanwhile.
  const written = `hubwatch-written-${person}`, writtenSent = `${written}-sent`;
  const FORMS = "form.fields[method=post], form.ask[method=post], form[action='/say']";
  const MOVING = ["version", "known", "seen", "mark", "to"]; // hidden fields that are others when the same form is shown again
  const SAID_AT_ONCE = "form.say[action='/say']"; // by the outbox, on the page where it stands
  const isTick = (field) => ["checkbox", "radio"].includes(field.type);
  const isTyped = (field) => !isTick(field) && !field.matches("select");
  const writable = (form) => all("input:not([type=hidden], [type=file]), select, textarea", form);
  const labelOf = (field) => (isTick(field) ? `${field.name}=${field.value}` : field.name);
  const usual = (field) => {
    if (isTick(field)) return field.defaultChecked;
    if (field.matches("select")) return ([...field.options].find((each) => each.defaultSelected) ?? field.options[0])?.value;
    return field.defaultValue;
  };
  const present = (field) => (isTick(field) ? field.checked : field.value);
  const nameOf = (form) => {
    const fixed = all("input[type=hidden]", form).filter((field) => !MOVING.includes(field.name)).map((field) => field.value);
    return JSON.stringify([form.getAttribute("action"), form.dataset.of ?? fixed, [...new Set(writable(form).map((field) => field.name))]]);
  };
  const keepWritten = (name, entry) => {
    const entries = kept(sessionStorage, written, {});
    if (!entry && !(name in entries)) return;
    entries[name] = entry;
    keep(sessionStorage, written, entries);
  };
  document.addEventListener("input", (event) => {
    const form = event.target.closest(FORMS);
    if (!form) return;
    const changed = writable(form).filter((field) => present(field) !== usual(field));
    const entry = Object.fromEntries(changed.map((field) => [labelOf(field), [usual(field), present(field)]]));
    keepWritten(nameOf(form), changed.some(isTyped) ? entry : undefined);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.matches(FORMS) && !event.target.matches(SAID_AT_ONCE)) keep(sessionStorage, writtenSent, nameOf(event.target));
  });
  const forgetWritten = (form) => {
    form.reset();
    keepWritten(nameOf(form));
    for (let each = form.previousElementSibling; each?.matches(".unkept"); each = form.previousElementSibling) each.remove();
  };
  const putBack = (inside) => {
    const entries = kept(sessionStorage, written, {});
    for (const form of all(FORMS, inside)) {
      const entry = entries[nameOf(form)];
      const fields = entry ? writable(form).filter((field) => labelOf(field) in entry && entry[labelOf(field)][1] !== usual(field)) : [];
      if (!fields.some(isTyped)) continue;
      for (const field of fields) {
        const [before, typed] = entry[labelOf(field)];
        if (before === usual(field)) field[isTick(field) ? "checked" : "value"] = typed;
        else if (isTyped(field)) {
          const text = document.createElement("pre");
          text.className = "raw unkept";
          text.textContent = typed;
          form.before(text);
        }
      }
      const line = document.createElement("p"), drop = document.createElement("button");
      line.className = "flag unkept";
      line.textContent = `${words.written} `;
      drop.type = "button";
      drop.className = "quiet";
      drop.textContent = words.drop;
      drop.addEventListener("click", () => {
        forgetWritten(form);
        writable(form)[0]?.focus();
      });
      line.append(drop);
      form.before(line);
      for (let each = form.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
    }
  };
  const hearWritten = () => {
    const sent = kept(sessionStorage, writtenSent, null);
    const came = performance.getEntriesByType("navigation")[0];
    if (sent && came?.type !== "back_forward" && !(came?.responseStatus >= 400)) keepWritten(sent);
    keep(sessionStorage, writtenSent, null);
    putBack(document);
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
  // Keys that come before the page they lead to are for none on this one; what is typed after that of
  // search is for its field.
  const typedOnTheWay = "hubwatch-typed";
  let bound = "", typed = "";
  const forgetTyped = () => { try { sessionStorage.removeItem(typedOnTheWay); } catch { /* it was never kept */ } };
  const go = (address) => {
    bound = address;
    typed = "";
    if (address === "/search") keep(sessionStorage, typedOnTheWay, typed);
    location.assign(address);
  };
  const onTheWay = (event) => {
    if (event.key === "Escape") { bound = ""; forgetTyped(); return; } // the browser stays here
    event.preventDefault();
    if (bound !== "/search") return;
    if (event.key === "Backspace") typed = typed.slice(0, -1);
    else if (event.key === "Enter") typed += "\n";
    else if (event.key.length === 1) typed += event.key;
    keep(sessionStorage, typedOnTheWay, typed);
  };
  // A page that the browser kept whole knows nothing of what was said on the pages behind it.
  const wentBack = "hubwatch-back";
  addEventListener("pageshow", (event) => {
    bound = "";
    if (!event.persisted || !(isList() || opened || figures().length)) return;
    keep(sessionStorage, wentBack, true);
    bound = here;
    location.reload();
  });
  const arrive = () => {
    const before = kept(sessionStorage, typedOnTheWay, null);
    if (before === null || location.pathname !== "/search") return;
    forgetTyped();
    const field = $("input[type=search]");
    if (!field) return; // the page says why there is none
    const [text, ...further] = before.split("\n");
    field.focus();
    field.value = text + field.value;
    if (further.length) field.form.requestSubmit();
  };
  const search = () => { const field = $("input[type=search]"); if (field) { field.focus(); field.select(); } else go("/search"); };
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

  // An input method may say of a key that it has taken it, or give a character of its own, as a keyboard
  // of another script does: where nothing can be typed, what a Latin keyboard has on the key is meant.
  // Caps Lock is no shift: with it a verdict would be no key, and a choice one of all up to here.
  const keyOf = (event, typing) => {
    const given = typing ? event.key : event.key.normalize("NFKC");
    const taken = !typing && (given === "Process" || !/^[ -~]+$/.test(given)) ? /^Key([A-Z])$|^Slash$/.exec(event.code) : null;
    const key = taken ? taken[1] ?? (event.shiftKey ? "?" : "/") : given;
    return /^[a-z]$/i.test(key) && (taken || event.getModifierState("CapsLock"))
      ? key[event.shiftKey ? "toUpperCase" : "toLowerCase"]() : key;
  };
  const MOVES = ["j", "k", "ArrowDown", "ArrowUp"]; // a key that is held moves on, and says its word once
  let going = 0, down = "";
  document.addEventListener("keydown", (event) => {
    const at = event.target;
    // The field of a dialog that was closed has the focus until the browser draws anew.
    const inField = at.matches?.("input:not([type=checkbox]), select, textarea") && !at.closest("dialog:not([open])");
    const typing = inField || $("dialog[open]");
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (bound) { onTheWay(event); return; }
    const key = keyOf(event, typing);
    if (event.repeat && !MOVES.includes(key) && (key === down || !typing)) {
      if (keys[key]) event.preventDefault();
      return;
    }
    if (!event.repeat) down = "";
    if (filling && held.length) { // the keys before this one wait, so it waits behind them
      event.preventDefault();
      held.push({ key, shift: event.shiftKey, typed: event.key });
      return;
    }
    if (typing) return;
    if (Date.now() - going < 1500 && places[key]) {
      going = 0;
      event.preventDefault();
      if (key === "f") search(); else go(places[key]);
      return;
    }
    going = key === "g" ? Date.now() : 0;
    if (!keys[key]) return;
    const isCommon = ["?", "/"].includes(key);
    const isOfFigures = ["f", "F", "c", "d", "u"].includes(key) && figures().length;
    if (!isCommon && !isOfFigures && !isList() && !opened) return;
    if (key.startsWith("Arrow") && !isList()) return;
    event.preventDefault();
    down = key;
    act(key, event.shiftKey);
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
    } else if (form.matches(SAID_AT_ONCE) && event.submitter) {
      event.preventDefault();
      const element = form.closest("[data-story]");
      const why = $("[name=why]", form).value.trim();
      const verb = event.submitter.value;
      if (!verb) { unsay(element.dataset.story, forgetLast(element.dataset.story)); return; }
      if (["note", "tag"].includes(verb) && !why) { $("[name=why]", form).focus(); return; }
      forgetWritten(form);
      const row = isList() ? rows().find((each) => each.dataset.story === element.dataset.story) : null;
      if (row) said_of(row, verb, why);
      else say(element, verb, why); // whoever uses the mouse on a page of its own stays there
    } else if (form.method === "post" && sending) {
      event.preventDefault(); // what was said before comes before
      const submitter = event.submitter;
      const wait = () => (sending ? setTimeout(wait, 100) : form.requestSubmit(submitter));
      wait();
    } else if (form.method === "post") noteForm(form, event.submitter);
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

  const before = `hubwatch-outbox-${person}`; // one list for all windows, as it was kept once
  const unkept = kept(localStorage, before, []).filter((entry) => {
    const moved = { ...entry, key: newKey() };
    keepWord(moved);
    if (stored.has(moved.key)) take(moved.key);
    return !stored.has(moved.key);
  });
  if (unkept.length) keep(localStorage, before, unkept);
  else try { localStorage.removeItem(before); } catch { /* nothing is kept here */ }
  // Another window that is open may be about to send what was said just now.
  for (const key of keysKept()) if (Math.abs(Date.now() - parseInt(key.slice(mine.length), 10)) > 60000) take(key);
  takeIn();
  showWaiting();
  hearForm();
  hearWritten();
  arrive();
  const behind = $(".fact-said [autofocus]")?.closest(".fact-said"); // with the figure behind the one that was judged
  if (behind) pointAt(behind);
  if (outbox.length && person) next();
  const isAsked = askAgain();
  if (isList()) {
    const was = kept(sessionStorage, place, null); // it may be sorted by now: then the one that stands there
    const before = was && (rows().find((row) => row.dataset.story === was.story) ?? rows()[was.at]);
    const isBack = kept(sessionStorage, wentBack, false) || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    keep(sessionStorage, wentBack, false);
    if (isAsked) { /* the cursor is on the story that it is for */ } else if (before && isBack) point(before);
    else if (pane && rows().length) { // the first of which nothing is on its way; the focus stays where a page begins
      current(rows().find((row) => !row.hasAttribute("data-waiting-word")) ?? rows()[0]);
      look(cursor);
    }
    addEventListener("pagehide", leave);
  }
})();

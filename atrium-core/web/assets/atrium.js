// Improvements only: every page works without this file. Its words stand in template#mots, printed by the layout.
(() => {
"use strict";
const root = document.documentElement;
const $ = (css, from = document) => from.querySelector(css);
const $$ = (css, from = document) => [...from.querySelectorAll(css)];
const on = (target, kind, act) => target.addEventListener(kind, act);
const word = (name) => $("#mots").dataset[name] || "";
const set = (element, attributes) => {
  for (const name in attributes) element.setAttribute(name, attributes[name]);
  return element;
};
const make = (tag, attributes, ...children) => {
  const element = set(document.createElement(tag), attributes);
  element.append(...children);
  return element;
};
const later = (wait, act) => {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(act, wait); };
};
const kept = (key) => { try { return localStorage.getItem(key); } catch { return null; } };
const keep = (key, value) => {
  try { value ? localStorage.setItem(key, value) : localStorage.removeItem(key); } catch { /* storage refused */ }
};

// Before the first paint: this script stands in the head.
root.dataset.theme = kept("atrium-theme") || root.dataset.theme;

function themes(box) {
  const buttons = $$("[data-theme-value]", box);
  const show = () => buttons.forEach((button) => set(button, { "aria-pressed": button.dataset.themeValue === root.dataset.theme }));
  buttons.forEach((button) => on(button, "click", () => {
    const value = root.dataset.theme = button.dataset.themeValue;
    keep("atrium-theme", value === "auto" ? "" : value);
    show();
  }));
  box.hidden = false;
  show();
}

function menu(details) {
  on(document, "click", (event) => details.contains(event.target) || (details.open = false));
  on(details, "keydown", (event) => {
    if (event.key !== "Escape") return;
    details.open = false;
    $("summary", details).focus();
  });
}

// Search suggestions: an ARIA combobox and its list box.
function suggest(form) {
  const input = $("input", form);
  const list = make("div", { id: `${input.id}-liste`, class: "suggestions", role: "listbox", "aria-label": word("suggestions"), hidden: "" });
  const status = make("span", { class: "visually-hidden", role: "status" });
  let current = -1, controller, asked = false;
  set(input, { role: "combobox", "aria-autocomplete": "list", "aria-expanded": false, "aria-controls": list.id });
  form.append(list, status);
  const choose = (index) => {
    current = index;
    [...list.children].forEach((option, at) => set(option, { "aria-selected": at === index }));
    set(input, { "aria-activedescendant": list.children[index]?.id || "" });
    list.children[index]?.scrollIntoView({ block: "nearest" });
  };
  const open = (yes) => {
    list.hidden = !yes;
    set(input, { "aria-expanded": yes });
    choose(-1);
  };
  const ask = async () => {
    controller?.abort();
    controller = new AbortController();
    const text = input.value.trim();
    let found = [];
    asked = text.length > 1;
    try {
      if (asked) {
        const answer = await fetch(`${form.action}/suggestions?q=${encodeURIComponent(text)}`, { signal: controller.signal });
        if (answer.ok) found = (await answer.json()).suggestions;
      }
    } catch { return; /* typed on, or no network */ }
    list.replaceChildren(...found.map((item, at) => make("a", { id: `${list.id}-${at}`, class: "suggestion", role: "option", tabindex: -1, href: item.url, lang: item.lang },
      item.title, make("small", {}, item.section || ""))));
    if (!asked || document.activeElement !== input) return;
    status.textContent = text.length > 1 ? (found.length ? `${word("suggestions")} : ${found.length}` : word("noSuggestion")) : "";
    open(found.length > 0);
  };
  on(input, "input", later(140, ask));
  on(input, "keydown", (event) => {
    const count = list.children.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && count) {
      const next = list.hidden && step > 0 ? 0 : (current + step + (current < 0 && step < 0 ? 1 : 0) + count) % count;
      if (list.hidden) open(true);
      choose(next);
    } else if (event.key === "Escape" && !list.hidden) open(false);
    else if (event.key === "Enter" && current >= 0) list.children[current].click();
    else return;
    event.preventDefault();
  });
  on(form, "focusout", (event) => {
    if (form.contains(event.relatedTarget)) return;
    asked = false;
    controller?.abort();
    open(false);
  });
}

// Topics and articles like the title being typed.
function similar(input) {
  const box = make("div", { class: "similar", "aria-live": "polite", hidden: "" });
  input.after(box);
  on(input, "input", later(350, async () => {
    const title = input.value.trim();
    const answer = title.length > 7 && await fetch(`${input.dataset.similar}?titre=${encodeURIComponent(title)}`).catch(String);
    const html = answer?.ok ? (await answer.text()).trim() : "";
    if (title !== input.value.trim()) return;
    box.innerHTML = html;
    box.hidden = !html;
  }));
}

// Names of schools like the one being typed.
function schools(input) {
  const list = make("datalist", { id: `${input.id}-noms` });
  input.after(list);
  set(input, { list: list.id });
  on(input, "input", later(140, async () => {
    const text = input.value.trim();
    const answer = text.length > 1 && await fetch(`${input.dataset.schools}?q=${encodeURIComponent(text)}`).catch(String);
    const found = answer?.ok ? (await answer.json()).schools : [];
    if (text === input.value.trim()) list.replaceChildren(...found.map((value) => make("option", { value })));
  }));
}

// Markdown preview, by the button that asks the server for it when there is no JavaScript.
function preview(area) {
  const button = $("[data-preview-button]", area.form);
  const box = make("div", { class: "preview prose", "aria-live": "polite", hidden: "" });
  area.closest(".field").after(box);
  button && on(button, "click", async (event) => {
    event.preventDefault();
    const body = JSON.stringify({ markdown: area.value });
    const answer = await fetch(area.dataset.preview, { method: "POST", headers: { "content-type": "application/json" }, body }).catch(String);
    if (answer?.ok) box.innerHTML = (await answer.json()).html;
    else box.textContent = word("previewFailed");
    box.hidden = false;
  });
}

// What is typed stays in this browser, for this person, until the server has it: a form sent after the session had ended
// is not lost. Whoever signs out leaves nothing behind.
const drafts = "atrium-draft:";
function draft(area) {
  const key = `${drafts}${document.body.dataset.person || ""}:${area.dataset.draft}#${area.name}`;
  const text = kept(key);
  if (text && text !== area.value && !$(".field-error", area.form)) {
    const drop = make("button", { type: "button", class: "link-button" }, word("draftDrop"));
    const note = make("p", { class: "field-help", role: "status" }, `${word("draft")} `, drop);
    const before = area.value;
    on(drop, "click", () => { keep(key, ""); area.value = before; note.remove(); area.focus(); });
    area.value = text;
    area.after(note);
  }
  on(area, "input", later(400, () => keep(key, area.value.trim() && area.value)));
  on(area.form, "submit", (event) => event.submitter?.name === "preview" || keep(`${key}:sent`, "1"));
}

// A draft that was sent is forgotten once a page comes that is not its form again. At the sign-in it is held: forgotten only
// if it is sent from there after all.
function forget() {
  const all = (() => { try { return Object.keys(localStorage); } catch { return []; } })().filter((key) => key.startsWith(drafts));
  const marked = (mark) => all.filter((key) => key.endsWith(mark)).map((key) => key.slice(0, -mark.length));
  const signIn = $("[data-sign-in]");
  for (const key of marked(":sent")) {
    if (signIn) keep(`${key}:held`, "1");
    else if (!$(".field-error")) keep(key, "");
    keep(`${key}:sent`, "");
  }
  const held = marked(":held");
  if (!signIn) held.forEach((key) => keep(`${key}:held`, ""));
  const unsent = $("form[data-unsent]");
  unsent && on(unsent, "submit", () => held.forEach((key) => keep(`${key}:sent`, "1")));
  $$("[data-sign-out]").forEach((form) => on(form, "submit", () => all.forEach((key) => keep(key, ""))));
}

// The model of a text, once what it is about is chosen; what was typed already stays.
function model(select) {
  const area = $("textarea", select.form);
  let given = "";
  on(select, "change", async () => {
    const chosen = select.value;
    const before = area.value;
    if (!chosen || before.trim() !== given.trim()) return;
    const page = await fetch(select.dataset.model.replace("{}", encodeURIComponent(chosen))).then((answer) => answer.ok ? answer.text() : "").catch(() => "");
    const found = $("textarea", new DOMParser().parseFromString(page, "text/html"));
    if (!found || select.value !== chosen || area.value !== before) return;
    area.value = given = found.value;
  });
}

// `@` offers the people whose messages stand on the page: a list box for the text before the caret.
function mentions(area) {
  const names = [...new Set($$(".post-author").map((author) => author.textContent.trim()))];
  const list = make("div", { id: `${area.id}-noms`, class: "mentions", role: "listbox", "aria-label": area.dataset.mentions, hidden: "" });
  let found = [], current = 0, start = 0;
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  area.after(list);
  set(area, { "aria-autocomplete": "list", "aria-controls": list.id });
  const choose = (index) => {
    current = index;
    [...list.children].forEach((option, at) => set(option, { "aria-selected": at === index }));
    set(area, { "aria-activedescendant": list.children[index]?.id || "" });
  };
  const close = () => {
    found = [];
    list.hidden = true;
    choose(0);
  };
  const take = (index) => {
    area.setRangeText(`@${found[index]} `, start, area.selectionStart, "end");
    close();
    area.dispatchEvent(new Event("input"));
    area.focus();
  };
  on(area, "input", () => {
    const before = area.value.slice(0, area.selectionStart).match(/(?:^|[\s(])@([\p{L}’'.-]*(?: [\p{L}’'.-]*)?)$/u);
    if (!before) return close();
    start = area.selectionStart - before[1].length - 1;
    const typed = plain(before[1]);
    found = names.filter((name) => plain(name).split(/[ -]/).some((_, at, words) => words.slice(at).join(" ").startsWith(typed.replace(/-/g, " ")))).slice(0, 6);
    if (found.length === 1 && plain(found[0]) === typed.trim()) return close();
    list.replaceChildren(...found.map((name, at) => make("div", { id: `${list.id}-${at}`, class: "suggestion", role: "option" }, name)));
    [...list.children].forEach((option, at) => on(option, "pointerdown", (event) => { event.preventDefault(); take(at); }));
    list.hidden = !found.length;
    choose(0);
  });
  on(area, "keydown", (event) => {
    if (!found.length) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) choose((current + step + found.length) % found.length);
    else if (event.key === "Enter" || event.key === "Tab") take(current);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  on(area, "blur", close);
}

// A quotation goes below what is being written, instead of taking its place.
function quote(link) {
  const area = $("#repondre textarea");
  area && on(link, "click", async (event) => {
    if (!area.value.trim()) return;
    event.preventDefault();
    const page = await fetch(link.href).then((answer) => answer.ok ? answer.text() : "").catch(String);
    const found = $("#repondre textarea", new DOMParser().parseFromString(page, "text/html"))?.value;
    if (!found) return location.assign(link.href);
    area.value = `${area.value.trimEnd()}\n\n${found}`;
    area.dispatchEvent(new Event("input"));
    area.focus();
  });
}

// The number on the bell while the page is looked at: told by the server, or asked for where streams do not get through.
function bell(link) {
  const address = link.dataset.bell;
  let source, timer, failures = 0;
  const show = ({ count, label }) => {
    const [number, words] = $$("span", link);
    if (number.textContent !== count) number.textContent = count;
    if (words.textContent !== label) words.textContent = label;
  };
  const ask = async () => {
    const answer = await fetch(address, { headers: { accept: "application/json" }, redirect: "error" }).catch(String);
    if (answer?.ok) show(await answer.json());
  };
  const rest = () => {
    source?.close();
    clearInterval(timer);
  };
  const listen = () => {
    rest();
    if (document.hidden) return;
    if (failures > 2) {
      timer = setInterval(ask, 60000);
      return void ask();
    }
    source = new EventSource(address);
    on(source, "unread", (event) => {
      failures = 0;
      show(JSON.parse(event.data));
    });
    on(source, "error", () => {
      failures += 1;
      if (failures > 2 || source.readyState === EventSource.CLOSED) {
        failures = 3;
        listen();
      }
    });
  };
  on(document, "visibilitychange", listen);
  on(window, "pagehide", rest);
  on(window, "pageshow", listen);
}

// Files that are dropped on a form or pasted into it, a screenshot above all, join those that were chosen.
function files(input) {
  const form = input.form;
  const list = make("p", { class: "field-help", role: "status" });
  input.after(list);
  const tell = () => { list.textContent = [...input.files].map((file) => file.name).join(", "); };
  const add = (event, from) => {
    if (!from?.files.length) return;
    event.preventDefault();
    const all = new DataTransfer();
    for (const file of [...input.files, ...from.files]) all.items.add(file);
    input.files = all.files;
    tell();
  };
  on(input, "change", tell);
  on(form, "paste", (event) => add(event, event.clipboardData));
  on(form, "dragover", (event) => event.dataTransfer?.types.includes("Files") && event.preventDefault());
  on(form, "drop", (event) => add(event, event.dataTransfer));
}

function headings(body) {
  for (const heading of $$("h2[id], h3[id], h4[id]", body)) {
    // For the mouse: keyboards and screen readers have the table of contents, and headings keep their own name.
    const link = make("a", { class: "heading-link", href: `#${heading.id}`, title: word("copy"), "aria-hidden": true, tabindex: -1 }, "#");
    on(link, "click", async () => {
      await navigator.clipboard?.writeText(link.href);
      link.textContent = word("copied");
      setTimeout(() => { link.textContent = "#"; }, 2000);
    });
    heading.append(link);
  }
}

// What is folded on a narrow screen stands open on a wide one.
function fold(details) {
  const wide = matchMedia("(min-width: 60rem)");
  const follow = () => { details.open = wide.matches; };
  on(wide, "change", follow);
  follow();
}

// `/` leads to the search, unless it is typed into a field; on some keyboards it takes the shift key.
function shortcut(form) {
  const input = set($("input", form), { "aria-keyshortcuts": "/" });
  on(document, "keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]:not([contenteditable=false]), dialog");
    if (event.key !== "/" || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented || typing) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

// Asks before what cannot be undone: data-confirm on the button.
function confirmation(button) {
  const yes = make("button", { class: "button button-danger", value: "yes" }, button.textContent.trim());
  const no = make("button", { class: "button button-quiet", value: "", autofocus: "" }, word("cancel"));
  const form = make("form", { method: "dialog" }, make("p", {}, button.dataset.confirm), make("div", { class: "actions" }, no, yes));
  const dialog = make("dialog", { class: "dialog", "aria-label": button.dataset.confirm }, form);
  let sure = false;
  document.body.append(dialog);
  on(button, "click", (event) => {
    if (sure || !dialog.showModal || !button.form.checkValidity()) return;
    event.preventDefault();
    dialog.returnValue = "";
    dialog.showModal();
  });
  on(dialog, "close", () => {
    sure = dialog.returnValue === "yes";
    if (sure) button.click();
  });
}

on(document, "DOMContentLoaded", () => {
  const all = { "[data-theme-switch]": themes, "[data-menu]": menu, "[data-suggest]": suggest, "[data-similar]": similar, "[data-schools]": schools, "form [data-draft]": draft,
    "[data-preview]": preview, "[data-headings]": headings, "[data-bell]": bell, "[data-mentions]": mentions, "[data-confirm]": confirmation, "[data-fold]": fold, "[data-files]": files, "[data-quote]": quote, "select[data-model]": model };
  forget();
  for (const [selector, improve] of Object.entries(all)) $$(selector).forEach(improve);
  const search = $("[data-suggest]");
  search && shortcut(search);
  $("[data-focus]")?.focus();
});
})();

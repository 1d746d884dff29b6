// The page works without this. With it: suggestions, brushing, keys.
const $ = (selector, from = document) => from.querySelector(selector);
const $$ = (selector, from = document) => [...from.querySelectorAll(selector)];
const isChinese = document.documentElement.lang.startsWith("zh");
const box = $("#q");

// What is being composed is not typed yet. Safari ends a composition before the key that ended it
// comes, and some keyboards compose every letter: 229 is the key of both.
const composes = event => event.isComposing || event.keyCode === 229;

// ---- suggestions ------------------------------------------------------------------------------

const kinds = isChinese
  ? { code: "代码", name: "公司", initials: "首字母", pinyin: "拼音", nickname: "俗称", tag: "标签", source: "来源", phrase: "标题" }
  : { code: "code", name: "company", initials: "initials", pinyin: "pinyin", nickname: "nickname", tag: "tag", source: "source", phrase: "title" };
const list = document.createElement("ul");
list.id = "suggestions";
list.className = "suggestions";
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", isChinese ? "建议" : "Suggestions");
list.hidden = true;
let timer = 0, asking = null, composing = false, commits = false, asked = box.value, chosen = -1;

box.after(list);
box.setAttribute("role", "combobox");
box.setAttribute("aria-autocomplete", "list");
box.setAttribute("aria-expanded", "false");
box.setAttribute("aria-controls", list.id);

function close() {
  clearTimeout(timer);
  asking?.abort();
  list.hidden = true;
  list.replaceChildren();
  choose(-1);
  box.setAttribute("aria-expanded", "false");
}

function choose(place) {
  const items = [...list.children];
  chosen = items.length ? (place + items.length + 1) % (items.length + 1) : -1;
  if (chosen === items.length) chosen = -1;
  items.forEach((item, index) => item.setAttribute("aria-selected", String(index === chosen)));
  if (chosen < 0) return box.removeAttribute("aria-activedescendant");
  box.setAttribute("aria-activedescendant", items[chosen].id);
  items[chosen].scrollIntoView({ block: "nearest" });
}

async function suggest() {
  const text = box.value;
  if (text === asked) return;
  asked = text;
  asking?.abort();
  if (!text.trim()) return close();
  asking = new AbortController();
  try {
    const answer = await fetch("/api/suggest?limit=8&q=" + encodeURIComponent(text), { signal: asking.signal });
    if (!answer.ok) return close();
    const { suggestions } = await answer.json();
    if (text === box.value && document.activeElement === box) show(suggestions);
  } catch (error) {
    if (error.name !== "AbortError") close();
  }
}

function show(suggestions) {
  if (!suggestions.length) return close();
  list.replaceChildren(...suggestions.map((suggestion, index) => {
    const item = document.createElement("li");
    item.id = "suggestion-" + index;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.query = suggestion.query;
    for (const [kind, text] of [["what", suggestion.text], ["kind", kinds[suggestion.kind] ?? ""], ["count", suggestion.stories.toLocaleString("en")]]) {
      const part = document.createElement("span");
      part.className = kind;
      part.textContent = text;
      item.append(part);
    }
    return item;
  }));
  chosen = -1;
  list.hidden = false;
  box.setAttribute("aria-expanded", "true");
  box.removeAttribute("aria-activedescendant");
  $("#status").textContent = isChinese ? `${suggestions.length} 条建议` : `${suggestions.length} suggestions`;
}

function later(wait) {
  clearTimeout(timer);
  timer = setTimeout(suggest, wait);
}

function take(item) {
  box.value = item.dataset.query;
  close();
  box.form.submit();
}

box.addEventListener("compositionstart", () => { composing = true; });
box.addEventListener("compositionend", () => { composing = false; later(0); });
box.addEventListener("input", event => later(composing || event.isComposing ? 1000 : 120));
box.addEventListener("blur", () => setTimeout(close, 150));
list.addEventListener("mousedown", event => {
  const item = event.target.closest("li");
  if (item) { event.preventDefault(); take(item); }
});
box.addEventListener("keydown", event => {
  commits = composes(event) && event.key === "Enter";
  if (composes(event)) return;
  const isOpen = !list.hidden;
  if (event.key === "Escape") {
    if (isOpen) close(); else box.blur();
    event.preventDefault();
  } else if (isOpen && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    event.preventDefault();
  } else if (event.key === "Enter" && chosen >= 0) {
    event.preventDefault();
    take(list.children[chosen]);
  }
});
// The Enter that ends a composition must not send the form.
box.form.addEventListener("submit", event => {
  if (commits) event.preventDefault();
  else close();
});
box.addEventListener("keyup", () => { commits = false; });

// ---- keys -------------------------------------------------------------------------------------

const hits = $$("[data-hit]");
let at = -1;

function go(step) {
  if (!hits.length) return;
  at = Math.max(0, Math.min(hits.length - 1, at + step));
  hits[at].focus();
  hits[at].scrollIntoView({ block: "center" });
}

document.addEventListener("focusin", event => {
  const place = hits.indexOf(event.target);
  $(".hit.at")?.classList.remove("at");
  if (place >= 0) { at = place; event.target.closest(".hit")?.classList.add("at"); }
});

document.addEventListener("keydown", event => {
  if (composes(event) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const act = {
    "/": () => { box.focus(); box.select(); },
    j: () => go(1), ArrowDown: hits.length ? () => go(1) : null,
    k: () => go(-1), ArrowUp: hits.length ? () => go(-1) : null,
    o: at >= 0 ? () => window.open(hits[at].href, "_blank", "noopener") : null,
    "?": () => { if (location.pathname === "/help") history.back(); else location.href = "/help"; },
    n: marks.length ? () => walk(1) : null, N: marks.length ? () => walk(-1) : null,
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// ---- the matches of an article ----------------------------------------------------------------

const marks = $$(".text article mark");
let match = -1;

function walk(step) {
  marks[match]?.classList.remove("now");
  match = (match + step + marks.length + (match < 0 && step < 0 ? 1 : 0)) % marks.length;
  marks[match].classList.add("now");
  marks[match].scrollIntoView({ block: "center" });
  $("#status").textContent = `${match + 1} / ${marks.length}`;
}

if (marks.length) {
  const buttons = $("#walk");
  if (buttons) buttons.hidden = false;
  $$("[data-walk]").forEach(button => button.addEventListener("click", () => walk(Number(button.dataset.walk))));
}

// ---- the brush of the timeline ----------------------------------------------------------------

for (const picture of $$("svg[data-brush]")) {
  const bars = $$("g[data-first]", picture), brush = $(".brush", picture), form = $(".span", picture.parentElement);
  let from = -1, to = -1;
  const under = event => {
    const { left, width } = picture.getBoundingClientRect();
    return Math.max(0, Math.min(bars.length - 1, Math.floor((event.clientX - left) / width * bars.length)));
  };
  const draw = () => {
    const [first, last] = [Math.min(from, to), Math.max(from, to)], step = 720 / bars.length;
    brush.setAttribute("x", first * step);
    brush.setAttribute("width", from < 0 ? 0 : (last - first + 1) * step);
  };
  picture.addEventListener("pointerdown", event => {
    if (event.button !== 0) return;
    from = to = under(event);
    picture.setPointerCapture(event.pointerId);
    event.preventDefault();
    draw();
  });
  picture.addEventListener("pointermove", event => { if (from >= 0) { to = under(event); draw(); } });
  picture.addEventListener("pointercancel", () => { from = -1; draw(); });
  picture.addEventListener("pointerup", () => {
    if (from < 0) return;
    form.elements.since.value = bars[Math.min(from, to)].dataset.first;
    form.elements.until.value = bars[Math.max(from, to)].dataset.last;
    from = -1;
    form.submit();
  });
}

// ---- copying ----------------------------------------------------------------------------------

for (const button of $$("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText($("#" + button.dataset.copy).textContent);
    button.textContent = button.dataset.done;
  });
}

// Shows one sample at a time. Every change is saved at once, sample by sample. The server refuses a
// judgement that is based on an outdated version of the sample's; then both are shown.
"use strict";

const RETRY_MS = 2000;
const REFRESH_MS = 3000;
const REMARK_MS = 400; // after the last keystroke
const TOKEN = document.querySelector('meta[name="token"]').content;
const byId = (id) => document.getElementById(id);

let causes = []; // {name, meaning}, in the order of their keys
let samples = []; // as sent by the server, with `draft`, `dirty`, `saving` and `mine`
let at = 0;
let remarkTimer = null;

// --- The server ---------------------------------------------------------------------------------

class Refused extends Error {}

async function ask(path, options = {}) {
  const answer = await fetch(path, { cache: "no-store", ...options });
  const content = await answer.json();
  if (answer.ok || answer.status === 409) return { status: answer.status, content };
  throw new Refused(content.error);
}

async function load() {
  const { content } = await ask("/state");
  causes = content.causes;
  samples = content.samples.map((sample) => ({ ...sample, draft: sample.judgement, dirty: false }));
  buildCauses();
  buildStrip();
  byId("sample").hidden = false;
  const open = samples.findIndex((sample) => !judged(sample));
  show(open < 0 ? 0 : open);
}

async function refresh() {
  if (document.hidden || !samples.length) return;
  try {
    const { content } = await ask("/state");
    for (const [number, fresh] of content.samples.entries()) {
      const sample = samples[number];
      const busy = sample.dirty || sample.saving || (sample === samples[at] && remarkTimer !== null);
      if (busy || sample.version === fresh.version) continue;
      adopt(sample, fresh);
      redraw(sample);
    }
    if (!samples.some((sample) => sample.dirty)) say("");
  } catch (error) {
    trouble(error);
  }
}

function adopt(sample, fresh) {
  sample.draft = fresh.judgement;
  sample.version = fresh.version;
}

async function save(sample) {
  if (sample.saving) return; // checked again when the response arrives
  sample.saving = true;
  try {
    while (sample.dirty) {
      sample.dirty = false;
      const sent = sample.draft;
      const { status, content } = await put(sample, sent);
      if (status === 409) {
        sample.mine = sample.draft;
        sample.dirty = false;
        adopt(sample, content);
        redraw(sample);
        say(`Not saved: another page has judged sample ${samples.indexOf(sample) + 1}`, true);
        return;
      }
      sample.version = content.version;
      say("Saved");
    }
  } catch (error) {
    sample.dirty = true;
    trouble(error);
    setTimeout(() => save(sample), RETRY_MS);
  } finally {
    sample.saving = false;
  }
}

function put(sample, judgement) {
  return ask(`/judgements/${sample.index}`, {
    method: "PUT",
    headers: { "Content-Type": "application/json", "X-Vouch-Token": TOKEN },
    body: JSON.stringify({ ...judgement, version: sample.version }),
    keepalive: true, // sent even if the page is closed meanwhile
  });
}

// --- Judging ------------------------------------------------------------------------------------

const judged = (sample) => sample.draft.causes.length > 0;

function change(draft) {
  const sample = samples[at];
  sample.draft = { ...sample.draft, ...draft };
  sample.dirty = true;
  redraw(sample);
  save(sample);
}

function toggle(name) {
  const chosen = new Set(samples[at].draft.causes);
  if (!chosen.delete(name)) chosen.add(name);
  choose([...chosen]);
}

function choose(names) {
  change({ causes: causes.map((cause) => cause.name).filter((name) => names.includes(name)) });
}

function keepRemark() {
  clearTimeout(remarkTimer);
  remarkTimer = null;
  const remark = byId("remark").value.trim();
  if (samples.length && remark !== samples[at].draft.remark) change({ remark });
}

function keepMine() {
  const mine = samples[at].mine;
  samples[at].mine = null;
  change(mine);
  byId("remark").value = mine.remark;
  byId("sample").focus();
}

function keepTheirs() {
  samples[at].mine = null;
  redraw(samples[at]);
  byId("sample").focus();
}

// --- Showing ------------------------------------------------------------------------------------

function say(text, wrong = false) {
  const status = byId("status");
  if (status.textContent === text || (text === "" && status.textContent === "Saved")) return;
  status.textContent = text;
  status.classList.toggle("trouble", wrong);
}

function trouble(error) {
  say(error instanceof Refused ? error.message : "Not saved: the program is not running. Start it again.", true);
}

function element(name, text = "", properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...properties });
}

function buildCauses() {
  byId("causes").replaceChildren(
    ...causes.map((cause, number) => {
      const label = element("label", "", { className: "cause" });
      const box = element("input", "", { type: "checkbox", name: "cause", value: cause.name });
      box.addEventListener("change", () => toggle(cause.name));
      const words = element("span");
      words.append(element("span", cause.title, { className: "name" }));
      words.append(element("span", cause.meaning, { className: "meaning" }));
      const key = element("kbd", String(number + 1));
      key.setAttribute("aria-hidden", "true");
      label.append(key, box, words);
      return label;
    }),
  );
}

function buildStrip() {
  byId("strip").replaceChildren(
    ...samples.map((sample, number) => {
      const item = element("li");
      const button = element("button", "", { type: "button" });
      button.append(element("img", "", { src: picture("sample", sample), alt: "" }));
      button.addEventListener("click", () => show(number));
      item.append(button);
      return item;
    }),
  );
  samples.forEach(mark);
}

const picture = (kind, sample) => `/images/${kind}-${sample.index}.png`;
const title = (name) => causes.find((cause) => cause.name === name).title;
const titles = (names) => names.map(title).join(", ") || "no cause";

function mark(sample) {
  const number = samples.indexOf(sample);
  const button = byId("strip").children[number].firstChild;
  const state = judged(sample) ? titles(sample.draft.causes) : "not judged yet";
  const two = sample.mine ? "; two judgements to choose from" : "";
  button.classList.toggle("done", judged(sample));
  button.classList.toggle("two", Boolean(sample.mine));
  button.setAttribute(
    "aria-label",
    `${number + 1}: ${sample.true}, taken for ${sample.predicted}; ${state}${two}`,
  );
  button.title = state + two;
  const done = samples.filter(judged).length;
  byId("count").textContent = `${done} of ${samples.length} judged`;
  byId("progress").max = samples.length;
  byId("progress").value = done;
}

function redraw(sample) {
  mark(sample);
  if (sample !== samples[at]) return;
  for (const box of document.querySelectorAll('[name="cause"]')) {
    box.checked = sample.draft.causes.includes(box.value);
  }
  if (remarkTimer === null && byId("remark").value.trim() !== sample.draft.remark) {
    byId("remark").value = sample.draft.remark;
  }
  byId("conflict").hidden = !sample.mine;
  if (sample.mine) {
    const remark = sample.mine.remark ? ` (${sample.mine.remark})` : "";
    byId("mine").textContent = titles(sample.mine.causes) + remark;
  }
}

function figure(id, kind, sample, name, label, measured) {
  const [image, caption] = byId(id).children;
  image.src = picture(kind, sample);
  image.alt = `${name}: labelled ${label}`;
  caption.replaceChildren(
    element("b", name),
    element("span", `Labelled ${label}`),
    element("span", measured, { className: "measured" }),
  );
}

function show(number) {
  keepRemark();
  at = Math.max(0, Math.min(samples.length - 1, number));
  const sample = samples[at];
  byId("heading").textContent =
    `${at + 1} of ${samples.length}: labelled ${sample.true}, classified as ${sample.predicted}`;
  figure("shown", "sample", sample, `Test sample ${sample.index}`, sample.true, `Classified as ${sample.predicted}`);
  for (const kind of ["example", "counterexample"]) {
    const near = sample[kind];
    const name = kind === "example" ? "Local example" : "Local counterexample";
    figure(kind, kind, sample, name, near.label, `Distance ${near.distance.toFixed(2)}`);
  }
  byId("suggestions").replaceChildren(
    ...sample.suggestions.map((suggestion) => {
      const item = element("li");
      item.append(element("b", title(suggestion.cause)), ` – ${suggestion.reason}`);
      return item;
    }),
  );
  for (const [place, button] of [...byId("strip").children].map((item) => item.firstChild).entries()) {
    if (place === at) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  byId("remark").value = sample.draft.remark;
  redraw(sample);
}

function move(step) {
  show(at + step);
  byId("sample").focus({ preventScroll: true });
}

function nextOpen() {
  const places = samples.map((_, place) => (at + 1 + place) % samples.length);
  const found = places.find((place) => !judged(samples[place]));
  if (found === undefined) say("All are judged");
  else move(found - at);
}

// --- Mouse and keyboard ---------------------------------------------------------------------------

const agree = () => choose(samples[at].suggestions.map((suggestion) => suggestion.cause));
const KEYS = {
  j: () => move(1),
  ArrowRight: () => move(1),
  Enter: () => move(1),
  k: () => move(-1),
  ArrowLeft: () => move(-1),
  n: nextOpen,
  s: agree,
  r: () => byId("remark").focus(),
};

document.addEventListener("keydown", (event) => {
  if (!samples.length || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target === byId("remark")) {
    if (event.key === "Escape") byId("sample").focus({ preventScroll: true });
    else if (event.key === "Enter") move(1);
    else return;
  } else if (event.key === "Enter" && event.target.closest("button, a")) {
    return;
  } else if (causes[Number(event.key) - 1]) {
    toggle(causes[Number(event.key) - 1].name);
  } else if (Object.hasOwn(KEYS, event.key)) {
    KEYS[event.key]();
  } else {
    return;
  }
  event.preventDefault();
});
byId("remark").addEventListener("input", () => {
  clearTimeout(remarkTimer);
  remarkTimer = setTimeout(keepRemark, REMARK_MS);
});
byId("remark").addEventListener("blur", keepRemark);
byId("judgement").addEventListener("submit", (event) => event.preventDefault());
byId("previous").addEventListener("click", () => show(at - 1));
byId("next").addEventListener("click", () => show(at + 1));
byId("open").addEventListener("click", nextOpen);
byId("agree").addEventListener("click", agree);
byId("keep-mine").addEventListener("click", keepMine);
byId("keep-theirs").addEventListener("click", keepTheirs);
window.addEventListener("pagehide", () => {
  keepRemark();
  for (const sample of samples) if (sample.dirty) put(sample, sample.draft);
});
window.addEventListener("beforeunload", (event) => {
  keepRemark();
  if (samples.some((sample) => sample.dirty || sample.mine)) event.preventDefault(); // it asks
});
window.addEventListener("focus", refresh);
setInterval(refresh, REFRESH_MS);
load().catch(trouble);

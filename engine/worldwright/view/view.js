"use strict";
// A run to read: filters that combine, and one play turn by turn. All text goes in as text, never as markup: it comes
// from worlds and records. The order of fields is that of `data.py`.
const data = JSON.parse(document.getElementById("data").textContent);
const [list, play, search, found, order, keys] = ["list", "play", "search", "found", "order", "keys"].map((id) => document.getElementById(id));
const COUNTED = 60, FOLDED = 1500, FACETS = [
  ["World", (one) => [one.world]], ["Task", (one) => [one.task]], ["Skin", (one) => [one.skin.split(":")[0]]],
  ["Player", (one) => [one.player]], ["Outcome", (one) => [one.ended]], ["Error", (one) => one.kinds],
  ["Recovery", (one) => one.ways], ["Flags", (one) => [one.flagged ? "flagged" : "not flagged"]], ["Made", (one) => one.made],
];
const ORDERS = [
  ["as recorded", (a, b) => a.number - b.number], ["most turns", (a, b) => b.turns.length - a.turns.length],
  ["fewest turns", (a, b) => a.turns.length - b.turns.length], ["most errors", (a, b) => b.errors - a.errors],
  ["fewest errors", (a, b) => a.errors - b.errors], ["most refinements", (a, b) => b.refinements - a.refinements],
];
const KEYS = [
  ["j  ↓", "next record"], ["k  ↑", "record before"], ["n  →", "next turn"], ["p  ←", "turn before"],
  ["e", "next error"], ["/", "search"], ["Esc", "leave the search, or clear it"], ["?", "these keys"],
];

// ---------------------------------------------------------------- text

const ODD = /(?![\n\t])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;
const shown = new Map();
function text(number) { // what cannot be seen is written out, so that nothing is what it does not look like
  if (number < 0) return "";
  if (!shown.has(number)) shown.set(number, data.texts[number].replace(ODD, (c) => `\\u{${c.codePointAt(0).toString(16)}}`));
  return shown.get(number);
}
function brief(words) { return words.length > COUNTED ? words.slice(0, COUNTED - 1) + "…" : words; }
function make(name, words, look) {
  const made = document.createElement(name);
  if (words !== undefined) made.textContent = words;
  if (look) made.className = look;
  return made;
}
let wanted = "", seeking = null;
function mark(into, words) { // with what is searched for marked
  let at = 0;
  if (seeking) for (const hit of words.matchAll(seeking)) {
    into.append(words.slice(at, hit.index), make("mark", hit[0]));
    at = hit.index + hit[0].length;
  }
  into.append(words.slice(at));
}
function write(name, words, look) { // a long text is folded
  const made = make(name, undefined, look);
  if (words.length <= FOLDED * 1.2) { mark(made, words); return made; }
  const more = make("button", `all ${words.length.toLocaleString("en")} characters`, "more");
  more.type = "button";
  more.addEventListener("click", () => { made.replaceChildren(); mark(made, words); });
  mark(made, words.slice(0, FOLDED));
  made.append("…", more);
  return made;
}
function fold(name, words, open) {
  const made = make("details");
  made.open = Boolean(open);
  made.append(make("summary", name), write("pre", words));
  return made;
}
function many(number, word) { return `${number.toLocaleString("en")} ${word}${number === 1 ? "" : "s"}`; }

// ---------------------------------------------------------------- records

function turnOf([thought, said, written, reply, action, kind, told, detail, need, changes, milestones, progress, ended, flags, error, by, how, trained, why, made]) {
  return { thought, said, written, reply, action, kind, told, detail, need, changes, milestones, progress, ended, flags, error, by, how, trained, why, made };
}
function lookOf(turn) { return turn.trained ? "good" : turn.error >= 0 ? "bad" : turn.flags.length ? "odd" : "no"; }
const textsOf = (turn) => [turn.thought, turn.said, turn.written, turn.reply, turn.action, turn.kind, turn.told, turn.detail,
  turn.error, turn.how, turn.why, ...(data.needs[turn.need] || []).filter((_, i) => i !== 2), ...turn.changes.flat(), ...turn.milestones, ...turn.flags];
function playOf(sign, [number, world, title, task, args, seed, skin, player, settings, ended, success, progress, refinements, instructions, opening, rows, whole]) {
  const turns = rows.map(turnOf);
  const wrong = turns.filter((turn) => turn.error >= 0);
  return {
    sign, number, id: sign + number, world: text(world), title: text(title), task: text(task), args: text(args), seed, skin: text(skin),
    player: text(player), settings: text(settings), ended: text(ended) || "not ended", success, progress, refinements, instructions, opening, turns, whole,
    errors: wrong.length, kinds: distinct(wrong.map((turn) => text(turn.error))),
    ways: distinct(wrong.map((turn) => text(turn.how) || "unresolved")), flagged: turns.some((turn) => turn.flags.length),
    made: distinct(turns.flatMap((turn) => turn.made)).map((at) => Object.keys(data.made)[at]),
    texts: distinct([world, title, task, args, skin, player, settings, instructions, opening, ...turns.flatMap(textsOf)]),
  };
}
function rejectedOf([number, job, attempt, world, task, args, seed, skin, kind, faults]) {
  return {
    sign: "r", number, id: "r" + number, world: text(world), title: text(world), task: text(task), args: text(args), seed, skin: text(skin),
    player: "", ended: text(kind), job, attempt, faults, turns: [], errors: 0, refinements: 0, kinds: [], ways: [], flagged: false,
    made: [], texts: [world, task, args, skin, kind, ...faults],
  };
}
function distinct(values) { return [...new Set(values)]; }
const groups = [
  { name: "Trajectories", sign: "", items: data.kept.map((row) => playOf("", row)) },
  { name: "Siblings", sign: "s", items: data.siblings.map((row) => playOf("s", row)) },
  { name: "Rejected", sign: "r", items: data.rejected.map(rejectedOf) },
].filter((each) => each.items.length || !each.sign);
const all = new Map(groups.flatMap((each) => each.items).map((one) => [one.id, one]));
const startOf = (one) => [one.world, one.task, one.args, one.seed, one.skin].join("\n");
const together = new Map();
for (const one of all.values()) {
  if (!together.has(startOf(one))) together.set(startOf(one), []);
  together.get(startOf(one)).push(one);
}

// ---------------------------------------------------------------- the list

let group = groups[0], chosen = null, at = -1;
const HUES = { good: "--goal", bad: "--dead", odd: "--link", no: "--ghost" };
function strip(one) { // one stop where the look changes; the style sheet cuts it into turns
  const line = make("div", undefined, "strip"), number = one.turns.length, parts = [];
  if (!number || number > 300) return line;
  const looks = one.turns.map(lookOf);
  for (let from = 0, to; from < number; from = to) {
    for (to = from + 1; to < number && looks[to] === looks[from];) to += 1;
    parts.push(`var(${HUES[looks[from]]}) 0 ${100 * to / number}%`);
  }
  line.style.background = `linear-gradient(90deg,${parts.join()})`;
  line.style.width = `${Math.min(100, number * 5)}%`;
  line.style.setProperty("--turn", `${100 / number}%`);
  return line;
}
function rowOf(one) {
  const row = make("div", undefined, "row"), first = make("div"), second = make("div", undefined, "sub");
  row.id = "row-" + one.id;
  row.setAttribute("role", "option");
  row.setAttribute("aria-selected", "false");
  const what = make("span", brief(one.world) + " · ", "what");
  what.append(make("span", brief(one.task) + (one.args ? ` (${brief(one.args)})` : "")));
  first.append(what, make("span", "#" + one.id, "hint"));
  const sums = one.sign === "r" ? [`job ${one.job}`, `attempt ${one.attempt}`]
    : [many(one.turns.length, "turn"), many(one.errors, "error"), `${one.refinements} refined`];
  second.append(make("span", [brief(one.skin), ...sums].join(" · ")), make("span", (one.flagged ? "⚑ " : "") + brief(one.ended), one.success ? "good" : "bad"));
  row.append(first, second, strip(one));
  row.addEventListener("click", () => go(one.id));
  return row;
}
function fill() { // the rows of a group, made when it is first looked at
  if (!group.rows) group.rows = new Map(group.items.map((one) => [one.id, rowOf(one)]));
  const ordered = [...group.items].sort((a, b) => ORDERS[order.selectedIndex][1](a, b) || a.number - b.number);
  group.ordered = ordered;
  list.replaceChildren(...ordered.map((one) => group.rows.get(one.id)));
}
const facets = FACETS.map(([name, values]) => {
  const label = make("label", name + " "), select = make("select");
  select.addEventListener("change", choose);
  label.append(select);
  document.getElementById("facets").append(label);
  return { name, values, select, label, value: null };
});
let lowered = null;
function hits() { // the texts in which the words occur
  if (!wanted) return null;
  lowered = lowered || data.texts.map((_, number) => text(number).toLowerCase());
  return new Set(lowered.flatMap((words, number) => words.includes(wanted) ? [number] : []));
}
function sift() {
  for (const facet of facets) facet.value = facet.select.selectedIndex > 0 ? facet.select.selectedOptions[0].choice : null;
  wanted = search.value.trim().toLowerCase();
  seeking = wanted ? new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "gi") : null;
  const within = hits(), tables = facets.map(() => new Map());
  let count = 0;
  for (const one of group.items) {
    const heard = !within || one.texts.some((number) => within.has(number)) || "#" + one.id === wanted || one.seed === wanted;
    const values = facets.map((facet) => facet.values(one));
    const fails = facets.flatMap((facet, i) => facet.value === null || values[i].includes(facet.value) ? [] : [i]);
    one.seen = heard && !fails.length;
    count += one.seen;
    group.rows.get(one.id).hidden = !one.seen;
    if (heard && fails.length < 2) values.forEach((some, i) => {
      if (fails.length && fails[0] !== i) return; // a filter offers what the other filters leave
      for (const value of some) tables[i].set(value, (tables[i].get(value) || 0) + 1);
    });
  }
  facets.forEach((facet, i) => offer(facet, tables[i]));
  const visible = group.ordered.filter((one) => one.seen);
  visible.forEach((one, i) => {
    group.rows.get(one.id).setAttribute("aria-posinset", i + 1);
    group.rows.get(one.id).setAttribute("aria-setsize", visible.length);
  });
  found.textContent = count === group.items.length ? many(count, "record") : `${count.toLocaleString("en")} of ${many(group.items.length, "record")}`;
}
function choose() { // after another choice of records: what is read stays if it is still there
  sift();
  const first = group.ordered.find((one) => one.seen);
  if (chosen && chosen.seen && chosen.sign === group.sign) show(chosen, at);
  else if (first) go(first.id);
  else show(null, -1);
}
function offer(facet, table) {
  const select = facet.select, values = [...table].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (facet.value !== null && !table.has(facet.value)) values.push([facet.value, 0]);
  const any = make("option", "all");
  any.choice = null;
  select.replaceChildren(any, ...values.slice(0, 1000).map(([value, count]) => {
    const option = make("option", `${brief(value)} (${count})`);
    option.choice = value;
    option.selected = value === facet.value;
    return option;
  }));
  select.classList.toggle("set", facet.value !== null);
}
function clear() {
  search.value = "";
  for (const facet of facets) facet.select.selectedIndex = 0;
}
function enter(next) {
  group = next;
  for (const each of groups) each.button.setAttribute("aria-pressed", String(each === group));
  for (const facet of facets) {
    facet.select.replaceChildren();
    facet.label.hidden = distinct(group.items.flatMap(facet.values)).length < 2; // nothing to choose
  }
  fill();
}

// ---------------------------------------------------------------- one play

function link(words, one, turn) {
  const made = make("a", words);
  made.href = `#${one.id}` + (turn === undefined ? "" : `.${turn}`);
  return made;
}
function linked(before, turns, one, after) {
  const line = make("li", before);
  turns.forEach((turn, i) => line.append(i ? ", " : "", one.turns[turn] ? link(`turn ${turn}`, one, turn) : `turn ${turn}`));
  line.append(after);
  return line;
}
function named(name, value, look) {
  const line = make("li");
  line.append(make("span", name + " "), write("span", value, look));
  return line;
}
function facts(one, turn, number, refines) {
  const lines = make("ul");
  if (turn.written >= 0) lines.append(named("written:", text(turn.written), "changed"));
  if (turn.detail >= 0) lines.append(named(text(turn.kind) + ":", text(turn.detail)));
  if (turn.need >= 0) {
    const [id, source, line, words] = data.needs[turn.need];
    const item = named(`need ${text(id)}, ${text(source)}:${line}`, "");
    item.className = "need";
    if (text(words)) item.append(write("pre", text(words)));
    lines.append(item);
  }
  for (const [name, before, after] of turn.changes) {
    const line = make("li", undefined, "changed"), old = make("s");
    mark(old, text(before));
    line.append(make("span", text(name) + ": "), old, " → ", write("b", text(after)));
    lines.append(line);
  }
  for (const name of turn.milestones) lines.append(named("★ milestone", text(name)));
  for (const flag of turn.flags) lines.append(named("⚑", text(flag), "odd"));
  for (const made of turn.made) lines.append(named("✎", Object.values(data.made)[made], "odd"));
  if (turn.by >= 0) lines.append(linked("↪ refined by ", [turn.by], one, turn.how >= 0 ? ` (${text(turn.how)})` : ""));
  if (refines.length) lines.append(linked("↩ refines ", refines, one, ""));
  return lines;
}
function card(one, turn, number, refines) {
  const made = make("article", undefined, "turn" + (turn.error >= 0 ? " refused" : "")), side = make("div", undefined, "side " + lookOf(turn)), body = make("div");
  made.id = "turn-" + number;
  made.setAttribute("aria-label", `turn ${number}, ${turn.trained ? "trained" : "not trained"}`);
  side.append(make("b", number), make("span", turn.trained ? "trained" : "not trained"));
  if (turn.thought >= 0 && text(turn.thought)) body.append(write("div", text(turn.thought), "text thought"));
  const said = write("div", text(turn.said), "said");
  body.append(said);
  if (turn.action >= 0) said.title = "understood as " + text(turn.action);
  body.append(write("div", text(turn.told), "text told"), facts(one, turn, number, refines));
  const sums = [text(turn.kind), `progress ${Math.round(turn.progress * 100)}%`];
  if (turn.action >= 0) sums.push("understood as " + text(turn.action));
  if (text(turn.ended)) sums.push("ended: " + text(turn.ended));
  body.append(make("div", `${turn.trained ? "trained" : "not trained"}: ${text(turn.why)} · ${sums.join(" · ")}`, "why"));
  if (turn.reply >= 0) body.append(fold("the whole reply", text(turn.reply)));
  made.append(side, body);
  return made;
}
function head(one) {
  const title = make("h2", `${one.title} `);
  title.append(make("span", `${one.task}${one.args ? ` (${one.args})` : ""}`, "hint"));
  const chips = make("div", undefined, "chips");
  const chip = (words, look) => chips.append(make("span", words, "chip " + (look || "")));
  chip("#" + one.id);
  chip(one.ended, one.success ? "good" : "bad");
  if (one.sign !== "r") {
    chip(many(one.turns.length, "turn"));
    chip(`${one.turns.filter((turn) => turn.trained).length} trained`);
    chip(many(one.errors, "error"), one.errors ? "bad" : "");
    chip(many(one.refinements, "refinement"), one.refinements ? "good" : "");
    chip(`progress ${Math.round(one.progress * 100)}%`);
    if (one.flagged) chip("⚑ flagged", "odd");
  } else chip(`job ${one.job}, attempt ${one.attempt}`);
  for (const words of [one.skin, one.player, `seed ${one.seed}`]) if (words) chip(words);
  return [title, chips];
}
function others(one) {
  const same = together.get(startOf(one)).filter((other) => other !== one);
  if (!same.length) return [];
  const line = make("p", "Other plays of this start: ", "hint");
  same.slice(0, 50).forEach((other, i) => line.append(i ? ", " : "", link(`#${other.id} (${brief(other.ended)})`, other)));
  if (same.length > 50) line.append(` and ${same.length - 50} more`);
  return [line];
}
function draw(one) {
  play.replaceChildren();
  if (!one) { play.append(make("p", data.kept.length ? "No record is like this." : "There are no records.", "none")); return; }
  play.append(...head(one), ...others(one));
  if (one.sign === "r") {
    const faults = make("ul");
    for (const fault of one.faults) faults.append(write("li", text(fault)));
    play.append(make("h3", "Not kept because"), faults);
    return;
  }
  const steps = make("nav");
  steps.id = "steps";
  steps.setAttribute("aria-label", "Turns");
  const refines = new Map();
  one.turns.forEach((turn, number) => { if (turn.by >= 0) refines.set(turn.by, [...(refines.get(turn.by) || []), number]); });
  one.turns.forEach((turn, number) => {
    const step = link((turn.milestones.length ? "★" : "") + number, one, number);
    step.className = lookOf(turn);
    step.title = text(turn.said).slice(0, 200);
    steps.append(step);
  });
  const opening = make("div", undefined, "opening");
  opening.append(write("div", text(one.opening), "text"));
  play.append(fold("How to act", text(one.instructions)), fold("Settings of the player", one.settings), steps, opening);
  play.append(...one.turns.map((turn, number) => card(one, turn, number, refines.get(number) || [])));
  if (one.whole > one.turns.length) play.append(make("p", `${many(one.whole - one.turns.length, "more turn")} would be too much for a page.`, "none"));
  play.append(make("div", `${one.success ? "The goal is reached" : `Ended: ${one.ended}`} after ${many(one.whole, "turn")}.`, "end"));
}
let drawn = null, drawnFor = "";
function show(one, turn) { // and the turn of this number, if there is one
  if (drawn !== one || drawnFor !== wanted || !play.firstChild) {
    draw(one);
    if (drawn !== one) play.scrollTop = 0;
    [drawn, drawnFor] = [one, wanted];
  }
  if (chosen) {
    const old = document.getElementById("row-" + chosen.id);
    if (old) old.setAttribute("aria-selected", "false");
  }
  [chosen, at] = [one, one && one.turns[turn] ? turn : -1];
  list.removeAttribute("aria-activedescendant");
  const row = one && document.getElementById("row-" + one.id);
  if (row) {
    row.setAttribute("aria-selected", "true");
    list.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }
  for (const here of play.querySelectorAll(".here")) here.classList.remove("here");
  if (at >= 0) {
    document.getElementById("steps").children[at].classList.add("here");
    const card = document.getElementById("turn-" + at);
    card.classList.add("here");
    card.scrollIntoView({ block: "start" });
  }
}
function go(id, turn = -1) {
  show(all.get(id), turn);
  location.replace(`#${id}` + (at < 0 ? "" : `.${at}`)); // no history: reading on with j would fill it
}
function follow() { // the address, which may name what the filters hide
  const parts = /^#([sr]?\d{1,9})(?:\.(\d{1,9}))?$/.exec(location.hash), one = parts && all.get(parts[1]);
  if (!one) return false;
  if (one.sign !== group.sign) {
    enter(groups.find((each) => each.sign === one.sign));
    sift();
  }
  if (!one.seen) {
    clear();
    sift();
  }
  const turn = parts[2] === undefined ? -1 : Number(parts[2]);
  if (one !== chosen || turn !== at) show(one, turn);
  return true;
}
play.addEventListener("click", (event) => { // the address is there already: no event tells of it
  const to = event.target.closest("a");
  if (to && to.hash === location.hash) show(chosen, at);
});

// ---------------------------------------------------------------- keys

function walk(by) {
  const visible = group.ordered.filter((one) => one.seen), place = visible.indexOf(chosen);
  const next = visible[place < 0 ? 0 : Math.max(0, Math.min(visible.length - 1, place + by))];
  if (next) go(next.id);
}
function step(to) { if (chosen && chosen.turns[to]) go(chosen.id, to); }
const ACTS = {
  j: () => walk(1), ArrowDown: () => walk(1), k: () => walk(-1), ArrowUp: () => walk(-1),
  n: () => step(at + 1), ArrowRight: () => step(at + 1), p: () => step(at - 1), ArrowLeft: () => step(at - 1),
  e: () => { const next = chosen ? chosen.turns.findIndex((turn, i) => i > at && turn.error >= 0) : -1; step(next); },
  "/": () => search.focus(), "?": () => keys.showModal(),
};
window.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || keys.open || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
  if (!Object.hasOwn(ACTS, event.key)) return;
  if (event.key.startsWith("Arrow") && play.contains(event.target) && /^Arrow(Up|Down)$/.test(event.key)) return; // reads on
  event.preventDefault();
  ACTS[event.key]();
});
let waiting = 0;
search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(choose, 120); });
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") { event.preventDefault(); clearTimeout(waiting); choose(); list.focus(); }
  if (event.key === "Escape") { if (search.value) { search.value = ""; choose(); } else list.focus(); }
});
document.getElementById("bar").addEventListener("submit", (event) => event.preventDefault());
document.getElementById("clear").addEventListener("click", () => { clear(); choose(); });
document.getElementById("help").addEventListener("click", () => keys.showModal());
order.addEventListener("change", () => { fill(); choose(); });
window.addEventListener("hashchange", follow);

const table = make("table");
for (const [key, words] of KEYS) {
  const row = make("tr"), cell = make("td");
  for (const one of key.split("  ")) cell.append(make("kbd", one), " ");
  row.append(cell, make("td", words));
  table.append(row);
}
const shut = make("button", "Close");
shut.addEventListener("click", () => keys.close());
keys.append(make("h2", "Keys"), table, shut);
for (const [name] of ORDERS) order.append(make("option", name));
for (const each of groups) {
  each.button = make("button", `${each.name} ${each.items.length.toLocaleString("en")}`);
  each.button.type = "button";
  each.button.addEventListener("click", () => { enter(each); choose(); });
  document.getElementById("groups").append(each.button);
}
enter(group);
sift();
if (!follow()) choose();

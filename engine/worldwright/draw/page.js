"use strict";
// Pan, zoom, search, and what the picture knows of the box or arrow that is pointed at. All text goes in as text, never
// as markup: it comes from worlds and records.
const data = JSON.parse(document.getElementById("data").textContent);
const byId = new Map(data.nodes.map((node) => [node.id, node]));
const edgeById = new Map(data.edges.map((edge) => [edge.id, edge]));
const stage = document.getElementById("stage");
const svg = stage.querySelector("svg");
const view = document.getElementById("view");
const panel = document.getElementById("panel");
const inside = document.getElementById("inside");
const tip = document.getElementById("tip");
const search = document.getElementById("search");
const count = document.getElementById("found");
let scale = 1, x = 0, y = 0, found = [], at = -1;

function place() {
  view.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
}
function fit() {
  const room = stage.getBoundingClientRect();
  scale = Math.max(0.02, Math.min(1.25, (room.width - 60) / data.width, (room.height - 60) / data.height));
  x = (room.width - data.width * scale) / 2;
  y = (room.height - data.height * scale) / 2;
  place();
}
function begin() {
  fit();
  const least = 0.5, room = stage.getBoundingClientRect();
  if (scale >= least || !data.nodes.length) return;
  scale = least; // too large to read as a whole: begin where play begins
  const first = data.nodes[0], wide = data.width * scale, high = data.height * scale;
  x = wide < room.width ? (room.width - wide) / 2 : Math.min(30, room.width / 3 - (first.x + first.w / 2) * scale);
  y = high < room.height ? (room.height - high) / 2 : Math.min(30, room.height / 2 - (first.y + first.h / 2) * scale);
  place();
}
function zoom(by, px, py) {
  const next = Math.min(4, Math.max(0.05, scale * by));
  x = px - (px - x) * next / scale;
  y = py - (py - y) * next / scale;
  scale = next;
  place();
}
function zoomMiddle(by) {
  const room = stage.getBoundingClientRect();
  zoom(by, room.width / 2, room.height / 2);
}
function look(id) {
  const node = byId.get(id), room = stage.getBoundingClientRect();
  scale = Math.max(scale, 0.7);
  x = room.width / 2 - (node.x + node.w / 2) * scale;
  y = room.height / 2 - (node.y + node.h / 2) * scale;
  place();
}

function make(name, text, look) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (look) made.className = look;
  return made;
}
function differences(from, to) {
  const before = new Map(from.rows), found = [];
  for (const [name, value] of to.rows) {
    const varied = value.startsWith("varies: ") || (before.get(name) || "").startsWith("varies: ");
    if (before.has(name) && !varied && before.get(name) !== value) found.push([name, before.get(name), value]);
  }
  return found;
}
function moveItem(move, from) {
  const item = make("li", undefined, move.kind);
  item.append(make("span", move.said, "said"));
  if (move.to && move.to !== from.id && byId.has(move.to)) {
    const go = make("button", "→ " + byId.get(move.to).heading, "go");
    go.addEventListener("click", () => { show(move.to); look(move.to); });
    item.append(go);
  }
  if (move.note) item.append(make("span", " " + move.note, "hint"));
  if (move.told) item.append(make("p", move.told, "told"));
  if (move.to && move.to !== from.id && byId.has(move.to)) {
    for (const [name, before, after] of differences(from, byId.get(move.to))) {
      const line = make("div", `${name}: ${before} → `, "diff");
      line.append(make("b", after));
      item.append(line);
    }
  }
  return item;
}
function list(heading, moves, from) {
  if (!moves.length) return;
  inside.append(make("h3", heading));
  const items = make("ul");
  for (const move of moves) items.append(moveItem(move, from));
  inside.append(items);
}
function mark(id) {
  for (const one of svg.querySelectorAll(".chosen,.lit")) one.classList.remove("chosen", "lit");
  if (!id) return;
  document.getElementById(id).classList.add("chosen");
  for (const edge of data.edges) {
    if (edge.from === id || edge.to === id) document.getElementById(edge.id).classList.add("lit");
  }
}
function open(heading) {
  inside.replaceChildren();
  const close = make("button", "✕");
  close.id = "close";
  close.setAttribute("aria-label", "close");
  close.addEventListener("click", shut);
  inside.append(close, make("h2", heading));
  panel.hidden = false;
  panel.scrollTop = 0;
}
function shut() {
  panel.hidden = true;
  mark("");
}
function show(id) {
  const node = byId.get(id);
  open(node.heading);
  const chips = make("div", undefined, "chips");
  for (const [name, words] of node.marks) chips.append(make("span", words, name));
  inside.append(chips);
  if (node.told) inside.append(make("p", node.told, "told"));
  const does = node.moves.filter((move) => move.kind !== "refused");
  list(data.words[0], does.filter((move) => !move.note.startsWith("changes")), node);
  list(data.words[1], node.moves.filter((move) => move.kind === "refused"), node);
  list("Changes nothing", does.filter((move) => move.note.startsWith("changes")), node);
  if (node.rows.length) {
    inside.append(make("h3", data.words[2]));
    const table = make("table");
    for (const [name, value] of node.rows) {
      const row = make("tr");
      row.append(make("td", name), make("td", value));
      table.append(row);
    }
    inside.append(table);
  }
  mark(id);
}
function showEdge(id) {
  const edge = edgeById.get(id), from = byId.get(edge.from);
  const moves = from.moves.filter((move) => move.to === edge.to);
  open(`${from.heading} → ${byId.get(edge.to).heading}`);
  if (moves.length) list(data.words[0], moves, from);
  else inside.append(make("p", edge.title, "told"));
  mark(id);
  for (const move of [edge.from, edge.to]) document.getElementById(move).classList.add("chosen");
}

function seek() {
  const wanted = search.value.trim().toLowerCase();
  found = wanted ? data.nodes.filter((node) => node.text.includes(wanted)).map((node) => node.id) : [];
  const hits = new Set(found);
  for (const node of data.nodes) {
    const one = document.getElementById(node.id);
    one.classList.toggle("found", hits.has(node.id));
    one.classList.toggle("faded", wanted !== "" && !hits.has(node.id));
  }
  for (const edge of data.edges) {
    document.getElementById(edge.id).classList.toggle("faded", wanted !== "" && !(hits.has(edge.from) && hits.has(edge.to)));
  }
  count.textContent = wanted ? `${found.length} found` : "";
  at = -1;
}
function next() {
  if (!found.length) return;
  at = (at + 1) % found.length;
  show(found[at]);
  look(found[at]);
  count.textContent = `${at + 1} of ${found.length}`;
}

function target(event) {
  const one = event.target.closest && event.target.closest(".node,.edge");
  return one && one.id ? one.id : "";
}
let down = null, moved = false;
const fingers = new Map();
stage.addEventListener("pointerdown", (event) => {
  fingers.set(event.pointerId, [event.clientX, event.clientY]);
  down = { x: event.clientX, y: event.clientY, id: target(event) };
  moved = false;
});
window.addEventListener("pointermove", (event) => {
  if (down && fingers.has(event.pointerId)) {
    const [px, py] = fingers.get(event.pointerId);
    if (fingers.size === 2) {
      const other = [...fingers].find(([id]) => id !== event.pointerId)[1];
      const room = stage.getBoundingClientRect();
      const before = Math.hypot(px - other[0], py - other[1]);
      const after = Math.hypot(event.clientX - other[0], event.clientY - other[1]);
      zoom(after / Math.max(1, before), (event.clientX + other[0]) / 2 - room.left, (event.clientY + other[1]) / 2 - room.top);
      moved = true;
    } else if (moved || Math.hypot(event.clientX - down.x, event.clientY - down.y) > 4) {
      moved = true;
      stage.classList.add("drag");
      x += event.clientX - px;
      y += event.clientY - py;
      place();
    }
    fingers.set(event.pointerId, [event.clientX, event.clientY]);
    tip.hidden = true;
    return;
  }
  hover(event);
});
function lift(event) {
  const was = down;
  tip.hidden = true;
  fingers.delete(event.pointerId);
  if (fingers.size) return;
  down = null;
  stage.classList.remove("drag");
  if (!was || moved || event.type === "pointercancel") return;
  if (!was.id) shut();
  else if (byId.has(was.id)) show(was.id);
  else if (edgeById.has(was.id)) showEdge(was.id);
}
window.addEventListener("pointerup", lift);
window.addEventListener("pointercancel", lift);
function hover(event) {
  const id = stage.contains(event.target) ? target(event) : "";
  if (!byId.has(id) && !edgeById.has(id)) { tip.hidden = true; return; }
  tip.replaceChildren();
  if (byId.has(id)) {
    const node = byId.get(id);
    tip.append(make("b", [node.heading, ...node.marks.map((one) => one[1])].join(" · ")));
    if (node.told) tip.append(make("div", node.told));
    const lines = node.rows.slice(0, 14).map(([name, value]) => `${name} = ${value}`);
    if (node.rows.length > 14) lines.push(`and ${node.rows.length - 14} more: click`);
    tip.append(make("div", lines.join("\n"), "hint"));
  } else {
    const edge = edgeById.get(id);
    const moves = byId.get(edge.from).moves.filter((move) => move.to === edge.to);
    if (!moves.length) tip.append(make("div", edge.title));
    for (const move of moves.slice(0, 6)) tip.append(make("b", move.said), make("div", move.told));
    if (moves.length > 6) tip.append(make("div", `and ${moves.length - 6} more: click`, "hint"));
  }
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  tip.style.left = Math.max(8, Math.min(event.clientX + 16, innerWidth - box.width - 8)) + "px";
  tip.style.top = (event.clientY + 20 + box.height > innerHeight ? Math.max(8, event.clientY - box.height - 14) : event.clientY + 20) + "px";
}
stage.addEventListener("pointerleave", () => { tip.hidden = true; });
stage.addEventListener("wheel", (event) => {
  event.preventDefault();
  const room = stage.getBoundingClientRect();
  zoom(Math.exp(-event.deltaY * (event.deltaMode ? 0.05 : 0.0015)), event.clientX - room.left, event.clientY - room.top);
}, { passive: false });
search.addEventListener("input", seek);
search.addEventListener("keydown", (event) => {
  if (event.key === "Enter") next();
  if (event.key === "Escape") { search.value = ""; seek(); search.blur(); }
});
document.getElementById("in").addEventListener("click", () => zoomMiddle(1.3));
document.getElementById("out").addEventListener("click", () => zoomMiddle(1 / 1.3));
document.getElementById("fit").addEventListener("click", fit);
window.addEventListener("keydown", (event) => {
  if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") { event.preventDefault(); search.focus(); }
  else if (event.key === "+" || event.key === "=") zoomMiddle(1.3);
  else if (event.key === "-") zoomMiddle(1 / 1.3);
  else if (event.key === "0") fit();
  else if (event.key === "Escape") shut();
  else if (event.key.startsWith("Arrow")) {
    x += { ArrowLeft: 60, ArrowRight: -60 }[event.key] || 0;
    y += { ArrowUp: 60, ArrowDown: -60 }[event.key] || 0;
    place();
  }
});
for (const title of svg.querySelectorAll("g>title")) title.remove();
for (const node of svg.querySelectorAll(".node")) {
  node.setAttribute("tabindex", "0");
  node.addEventListener("keydown", (event) => { if (event.key === "Enter") show(node.id); });
}
for (const node of data.nodes) {
  node.text = [node.heading, node.told, ...node.rows.map(([name, value]) => `${name} = ${value}`),
    ...node.moves.map((move) => `${move.said}\n${move.told}`), ...node.marks.map((one) => one[1])].join("\n").toLowerCase();
}
begin();

/* Blocks of cells: copied as a spreadsheet takes them, pasted into the cells, filled down, cleared. Each is one act, and one undo.
   What a text means is read by the server alone. Nothing is left out: what does not fit is said, and then nothing is pasted. */
import { cellIn, columns, form, isTyped, put, restOfPhase, rowOf, say, textOf } from "./cells.js";
import { chosen, current, isEdited } from "./moving.js";
import { saveTogether } from "./saving.js";

/* Rows of texts of a block as spreadsheets write it: tabs and lines, a cell with either of them in quotation marks. */
export function block(text) {
  const rows = [[]];
  let rest = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"(?=\t|\n|$)/.exec(rest);
    const cell = quoted ? quoted[0] : /^[^\t\n]*/.exec(rest)[0];
    rows.at(-1).push(quoted ? quoted[1].replaceAll('""', '"').replaceAll("\n", " ") : cell);
    rest = rest.slice(cell.length);
    if (!rest) return rows;
    if (rest[0] === "\n") rows.push([]);
    rest = rest.slice(1);
  }
}

const quoted = (text) => (/[\t\n"]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;

function copy(event) {
  const cell = current();
  if (!cell || isEdited(cell)) return;
  const range = chosen();
  const part = cell.type === "checkbox" || cell.selectionEnd - cell.selectionStart === cell.value.length;
  if (range.flat().length === 1 && !part) return; // a part of the text, chosen by hand
  event.preventDefault();
  event.clipboardData.setData("text/plain", range.map((row) => row.map((each) => quoted(each ? textOf(each) : "")).join("\t")).join("\r\n"));
  say(`Copied ${count(range.flat().length, "cell")}`);
}

/* As many rows as the block has, from this one on: those of the phase, then new ones before its empty row. */
function rowsFor(first, number) {
  const rows = restOfPhase(first);
  const empty = rows.pop();
  if (number === 1 && first === empty) return [empty];
  const begun = first === empty ? columns().filter((name) => isTyped(cellIn(empty, name))) : [];
  let last = Math.max(0, ...[...form.querySelectorAll(`[data-row^="${empty.dataset.row}x"]`)].map((row) => Number(row.dataset.row.split("x").at(-1))));
  while (rows.length < number) {
    const key = empty.dataset.row;
    last += 1;
    const fresh = empty.cloneNode(true);
    fresh.dataset.row = `${key}x${last}`;
    fresh.querySelectorAll("[id], [name]").forEach((each) => {
      each.id = each.id.replace(`${key}-`, `${key}x${last}-`);
      each.name = each.name?.replace(`${key}-`, `${key}x${last}-`);
    });
    empty.before(fresh);
    rows.push(fresh);
    begun.splice(0).forEach((name) => { put(cellIn(fresh, name), textOf(cellIn(empty, name))); put(cellIn(empty, name), ""); });
  }
  return rows.slice(0, number);
}

/* Why a block cannot be pasted here, as a sentence; nothing where it can. */
function refusal(names, texts, rows) {
  const width = Math.max(...texts.map((row) => row.length));
  if (width > names.length) return `The block is ${count(width, "column")} wide; from here on there are ${names.length}. Nothing was pasted.`;
  for (const [at, row] of texts.entries()) {
    const into = rows[at];
    const shut = into && row.findIndex((text, column) => !cellIn(into, names[column]) && text.trim() !== "");
    if (into && shut >= 0) return `${cellIn(into, "title").value} has several intakes, which are changed on its own page. Nothing was pasted.`;
  }
  return "";
}

async function pasteBlock(texts) {
  const range = chosen();
  const start = range[0].find((cell) => cell) ?? current();
  const names = columns();
  const from = names.slice(names.indexOf(start.dataset.cell));
  const alone = texts.length === 1 && texts[0].length === 1;
  const into = alone ? range.map((row) => row.map(() => texts[0][0])) : texts;
  const said = refusal(from, into, restOfPhase(rowOf(start)));
  if (said) { say(said); return; }
  const rows = alone ? range.map((row) => rowOf(row.find((cell) => cell))) : rowsFor(rowOf(start), into.length);
  into.forEach((line, at) => line.forEach((text, column) => {
    const cell = cellIn(rows[at], from[column]);
    if (cell && text !== textOf(cell)) put(cell, text);
  }));
  const done = await saveTogether(rows);
  const what = `Pasted ${count(into.length, "row")} by ${into[0].length}`;
  say(done ? `${what}, saved` : `${what}, not saved: correct what is marked`);
}

function paste(event) {
  const cell = current();
  const text = event.clipboardData?.getData("text/plain");
  if (!cell || !text) return;
  const texts = block(text);
  const isBlock = texts.length > 1 || texts[0].length > 1;
  if (!isBlock && (isEdited(cell) || (chosen().flat().length === 1 && cell.type !== "checkbox"))) return; // a word, as in any input
  event.preventDefault();
  pasteBlock(texts);
}

async function change(range, textFor, said) {
  range.forEach((row, at) => row.forEach((cell, column) => { if (cell) put(cell, textFor(at, column, cell)); }));
  const done = await saveTogether(range.map((row) => rowOf(row.find((cell) => cell))));
  say(done ? `${said}, saved` : `${said}, not saved: correct what is marked`);
}

function fillDown() {
  let range = chosen();
  if (range.length === 1) {
    const row = rowOf(range[0].find((cell) => cell));
    let above = row.previousElementSibling;
    while (above && above.dataset.row === undefined) above = above.previousElementSibling;
    if (!above) return;
    range = [range[0].map((cell) => cell && cellIn(above, cell.dataset.cell)), range[0]];
  }
  const [first, ...rest] = range;
  change(rest, (at, column, cell) => (first[column] ? textOf(first[column]) : textOf(cell)), `Filled down ${count(rest.length, "row")}`);
}

export function useClipboard() {
  form.addEventListener("copy", copy);
  form.addEventListener("paste", paste);
  form.addEventListener("keydown", (event) => {
    const cell = current();
    if (!cell || isEdited(cell)) return;
    if (event.key.toLowerCase() === "d" && (event.ctrlKey || event.metaKey) && !event.shiftKey) {
      event.preventDefault();
      fillDown();
    }
    const range = chosen();
    if (event.key === "Delete" && (range.flat().length > 1 || cell.type === "checkbox")) {
      event.preventDefault();
      change(range, () => "", `Cleared ${count(range.flat().length, "cell")}`);
    }
  });
}

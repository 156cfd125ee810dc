// Text and files on their way in: paste, drop, choose. Files are sent to the program, which knows their forms, and come
// back as articles, so that nothing is guessed about them here.

import * as api from "./api.js";

const HIDDEN = /(^|\/)\./;

/** The files of a drop, folders opened, as `[{name, file}]` in the order of their names. */
export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.length) return named(transfer.files);
  const found = [];
  for (const entry of entries) await walk(entry, found);
  return ordered(found);
}

async function walk(entry, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.push({ name: entry.fullPath.replace(/^\//, ""), file });
    return;
  }
  const reader = entry.createReader();
  // A reader gives its entries in several portions and ends with an empty one.
  for (;;) {
    const portion = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!portion.length) return;
    for (const inner of portion) await walk(inner, found);
  }
}

/** The files of an `<input type="file">`, also of one that chooses a folder. */
export function named(files) {
  return ordered([...files].map((file) => ({ name: file.webkitRelativePath || file.name, file })));
}

function ordered(found) {
  return found.filter(({ name }) => !HIDDEN.test(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The articles of files, one by one; what cannot be read is told to `refused` as `{name, problem}` and left out. */
export async function* articles(files, refused, signal) {
  for (const { name, file } of files) {
    const path = `/v1/articles?name=${encodeURIComponent(name)}`;
    try {
      for await (const answer of api.lines(path, file, "application/octet-stream", signal)) {
        if (answer.error) refused({ name, problem: answer.error });
        else yield answer;
      }
    } catch (problem) {
      if (problem.name === "AbortError" || problem.status === 0) throw problem;
      refused({ name, problem });
    }
  }
}

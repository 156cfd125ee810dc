// Labels and decisions that were made and are not acknowledged yet. Each is kept in this browser under its own name
// before it is sent, so that neither a stopped program nor a closed tab nor a second tab loses one, and it carries a
// client id, so that sending it twice counts once.

import * as api from "./api.js";

const PREFIX = "stance.unsent.";

/** Everything that waits, oldest first: `[{path, body, at}]`. */
export function waiting() {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(PREFIX));
  return names.map((name) => JSON.parse(localStorage.getItem(name))).sort((a, b) => a.at - b.at);
}

/** Keeps a body that has a `client` id. */
export function keep(path, body) {
  localStorage.setItem(PREFIX + body.client, JSON.stringify({ path, body, at: Date.now() }));
}

/** Takes one back, if it still waits. */
export function withdraw(client) {
  const there = localStorage.getItem(PREFIX + client) !== null;
  localStorage.removeItem(PREFIX + client);
  return there;
}

/**
 * Sends what waits, in order; `sent(body, answer)` is called for each. What is refused for good is given back as
 * `[{body, problem}]` and waits no longer.
 *
 * Throws the problem if the program cannot be reached or is busy: then everything that is left still waits.
 */
export async function flush(sent) {
  const refused = [];
  for (const { path, body } of waiting()) {
    try {
      const answer = await api.post(path, body);
      withdraw(body.client);
      sent(body, answer);
    } catch (problem) {
      if (problem.passing !== false) throw problem;
      withdraw(body.client);
      refused.push({ body, problem });
    }
  }
  return refused;
}

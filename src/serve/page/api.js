// The only file that speaks HTTP. Everything goes to the program that served the page, and errors are always `Problem`s.

/** An answer that is not a success, or none at all (`status` 0). */
export class Problem extends Error {
  constructor({ title, status = 0, detail = "", help = "" }) {
    super(detail || title);
    Object.assign(this, { title, status, detail, help });
  }

  /** Whether the same request may succeed later: the program was not reached, was busy or took too long. */
  get passing() {
    return [0, 408, 429, 500, 502, 503, 504].includes(this.status);
  }
}

const UNREACHED = "Is `stance serve` still running? What you entered is kept here.";
const BUSY_ROUNDS = 4;
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds));

async function problem(response) {
  const stated = await response.json().catch(() => ({}));
  return new Problem({ title: `Answer ${response.status}`, ...stated, status: response.status });
}

/** A request; asks again while the program says that it is busy (503 with Retry-After). */
async function request(method, path, { body, type, signal } = {}) {
  // Pages of other origins cannot set a header of this name.
  const headers = { "X-Stance": "1" };
  if (body !== undefined) headers["Content-Type"] = type;
  for (let round = 1; ; round += 1) {
    let response;
    try {
      response = await fetch(path, { method, headers, body, signal, credentials: "same-origin", cache: "no-store" });
    } catch (error) {
      if (error.name === "AbortError") throw error;
      throw new Problem({ title: "No answer", detail: "The program could not be reached.", help: UNREACHED });
    }
    if (response.ok) return response;
    const wait = Number(response.headers.get("Retry-After"));
    if (response.status !== 503 || !wait || round === BUSY_ROUNDS) throw await problem(response);
    await pause(wait);
  }
}

async function json(method, path, value, signal) {
  const body = value === undefined ? undefined : JSON.stringify(value);
  const response = await request(method, path, { body, type: "application/json", signal });
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

export const get = (path, signal) => json("GET", path, undefined, signal);
export const post = (path, value = {}, signal) => json("POST", path, value, signal);
export const put = (path, value) => json("PUT", path, value);
export const patch = (path, value) => json("PATCH", path, value);
export const remove = (path) => json("DELETE", path, undefined);

/** Sends the bytes of a file; the answer is one JSON value. */
export async function postBytes(path, bytes) {
  const response = await request("POST", path, { body: bytes, type: "application/octet-stream" });
  return response.json();
}

/** The answer as a file to be saved. */
export async function blob(path) {
  return (await request("GET", path)).blob();
}

/** Sends text or bytes and gives the JSON lines of the answer one by one, as they come. */
export async function* lines(path, body, type, signal) {
  const response = await request("POST", path, { body, type, signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += value || "";
    const whole = rest.split("\n");
    rest = done ? "" : whole.pop();
    for (const line of whole) if (line.trim()) yield JSON.parse(line);
    if (done) return;
  }
}

/** A name for something that is sent, so that sending it twice counts once (UUID, version 4). */
export function clientId() {
  // `randomUUID` is there on loopback and under TLS only.
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

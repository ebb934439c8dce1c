// Talking to the server: one form post at a time, its token renewed, its login waited for.

/** No answer that counts: no `network`, a server that is `busy` or starting again, or a request
 *  that was `refused`. It is tried again. */
export class Offline extends Error {}

/** Growing waits, cut short when the network or the reader comes back. */
export class Pauses {
  #count = 0;

  reset() {
    this.#count = 0;
  }

  next() {
    const seconds = Math.min(60, 2 ** ++this.#count);
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        removeEventListener("online", done);
        document.removeEventListener("visibilitychange", seen);
        resolve();
      };
      const seen = () => document.hidden || done();
      const timer = setTimeout(done, seconds * 1000);
      addEventListener("online", done);
      document.addEventListener("visibilitychange", seen);
    });
  }
}

/** A full disk (507) is said; anything else of the kind passes. */
export const passes = (status) => status >= 500 && status !== 507;

export const PATIENCE = 30000; // milliseconds without an answer, or without any progress

/** The answer's JSON with its `status`. A network that wants a login of its own answers too, by
 *  a page or from elsewhere: that is no answer of ours. Throws Offline. */
async function ask(path, options) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE);
  let response, found;
  try {
    const headers = { Accept: "application/json" };
    response = await fetch(path, { headers, signal: late.signal, ...options });
    found = await response.json().catch(() => null);
  } catch {
    throw new Offline("network");
  } finally {
    clearTimeout(timer);
  }
  const { status, ok, redirected } = response;
  if (passes(status) || redirected || (ok && !found)) throw new Offline("busy");
  return { ...found, status };
}

/** Who is logged in now: `{ account, csrf_token }`, or `{ login }` if nobody is. */
export async function whoIsIn() {
  const found = await ask("/write/token", { cache: "no-store" });
  if (!found.account && !found.login) throw new Offline("busy");
  return { ...found, account: found.account && String(found.account) };
}

export class Server {
  #back = null;

  constructor(form, state) {
    this.form = form;
    this.state = state;
    this.account = form.dataset.account;
  }

  get token() {
    return this.form.elements.csrf_token.value;
  }

  /** Post fields; gives the answer's JSON with its `status`. Throws Offline. */
  post(path, fields, keepalive = false) {
    return this.insist(() => {
      const body = new FormData();
      for (const [name, value] of fields) body.append(name, value);
      body.set("csrf_token", this.token);
      return ask(path, { method: "POST", body, keepalive });
    });
  }

  /** The answer to a request, which is made again after a new login or with a renewed token.
   *  A session that has ended is waited for: whoever asks goes on when its owner is back. */
  async insist(request) {
    for (let tries = 0; tries < 5; tries++) {
      const answer = await request();
      if (answer.status !== 401 && !(answer.status === 400 && answer.csrf)) return answer;
      await this.#again();
    }
    throw new Offline("refused");
  }

  /** Until the page's owner is logged in; several may wait at once. */
  #again() {
    this.#back ??= this.#waitForOwner().finally(() => (this.#back = null));
    return this.#back;
  }

  async #waitForOwner() {
    for (;;) {
      const found = await whoIsIn();
      if (found.account === this.account) {
        this.form.elements.csrf_token.value = found.csrf_token;
        this.state.clear("login");
        return;
      }
      this.state.turnedAway(found.account === undefined ? found.login : null);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, 8000);
        for (const sign of ["focus", "online", "pageshow"]) {
          addEventListener(sign, () => (clearTimeout(timer), resolve()), { once: true });
        }
      });
    }
  }
}

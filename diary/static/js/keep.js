// What this phone keeps (IndexedDB): drafts as typed, photos not yet with us, and two notes.
// Used by the pages and by the worker; never on a device that several people share.
//
// A draft: { id, account, post, form_key, edition, fields: [[name, value]], partial, gone: [token],
//            place: its colour, dirty: not with us yet, send: to be sent as soon as it can be, at: milliseconds }
// A photo: { id, draft, name, blob, ready: scaled down, at }

const OLDEST = 2 * 24 * 3600 * 1000; // a draft that is with us is forgotten here after this time
const PATIENCE = 10000; // some phones never answer, old ones take their time

let opened;
let was = false; // there, since this page is open

function open() {
  opened ??= new Promise((resolve, reject) => {
    setTimeout(reject, PATIENCE, new Error("no answer"));
    const request = indexedDB.open("diary", 1);
    request.onupgradeneeded = () => {
      // Logged out in another tab: nothing of this page is kept any more.
      if (was) return request.transaction.abort();
      const db = request.result;
      db.createObjectStore("drafts", { keyPath: "id" });
      db.createObjectStore("photos", { keyPath: "id" }).createIndex("draft", "draft");
      db.createObjectStore("notes");
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      const db = request.result;
      was = true;
      db.onclose = () => (opened = undefined);
      db.onversionchange = () => {
        db.close();
        opened = Promise.reject(new Error("cleared"));
        opened.catch(() => {});
      };
      resolve(db);
    };
  });
  const mine = opened;
  mine.catch(() => opened === mine && (opened = undefined));
  return opened;
}

async function run(stores, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(stores, mode);
    const request = work(transaction);
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

const reading = (store, work) => run([store], "readonly", (all) => work(all.objectStore(store)));
const writing = (store, work) => run([store], "readwrite", (all) => work(all.objectStore(store)));

export const hex = (bytes) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export const newId = () => hex(crypto.getRandomValues(new Uint8Array(12)));

/** An account's drafts, or everybody's: what is not with us yet first, then the newest. */
export async function drafts(account) {
  const all = await reading("drafts", (store) => store.getAll());
  const own = all.filter((draft) => account === undefined || draft.account === account);
  return own.sort((one, other) => other.dirty - one.dirty || other.at - one.at);
}

export const putDraft = (draft) => writing("drafts", (store) => store.put(draft));

export function dropDraft(id) {
  return run(["drafts", "photos"], "readwrite", (all) => {
    all.objectStore("drafts").delete(id);
    const photos = all.objectStore("photos").index("draft").openCursor(id);
    photos.onsuccess = () => {
      photos.result?.delete();
      photos.result?.continue();
    };
  });
}

export async function photosOf(draft) {
  const found = await reading("photos", (store) => store.index("draft").getAll(draft));
  return found.sort((one, other) => one.at - other.at);
}

/** A draft together with photos of it: all or nothing. */
export function putPhotos(draft, photos) {
  return run(["drafts", "photos"], "readwrite", (all) => {
    for (const photo of photos) all.objectStore("photos").put(photo);
    all.objectStore("drafts").put(draft);
  });
}

export const dropPhoto = (id) => writing("photos", (store) => store.delete(id));

/** A note by its name: `who` wrote here last, whether photos wait for `wifi`. */
export const note = (name) => reading("notes", (store) => store.get(name));
export const putNote = (name, value) => writing("notes", (store) => store.put(value, name));

/** Whether a draft has words or photos that are not with us yet. */
export async function isUnsent(draft) {
  return draft.dirty || draft.send || (await photosOf(draft.id)).length > 0;
}

/** An account's drafts, or everybody's, that are not with us yet; old ones that are, are forgotten. */
export async function unsent(account) {
  const found = [];
  for (const draft of await drafts(account)) {
    if (await isUnsent(draft)) found.push(draft);
    else if (draft.at < Date.now() - OLDEST) await dropDraft(draft.id);
  }
  return found;
}

/** Forget everything of everybody: on a shared device, and on logging out. */
export async function clear() {
  if (opened) (await opened.catch(() => null))?.close();
  opened = undefined;
  indexedDB.deleteDatabase("diary");
}

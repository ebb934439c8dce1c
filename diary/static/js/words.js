// The words the script shows, in the reader's language: the page carries them.

const element = document.getElementById("words");
const words = element ? JSON.parse(element.textContent) : {};

/** A sentence with its `%(name)s` filled in. */
export function say(key, values = {}) {
  return (words[key] ?? "").replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");
}

/** The same for a number of things: `<key>_one` for one of them. */
export function count(key, number, values = {}) {
  return say(number === 1 ? `${key}_one` : key, { number, ...values });
}

/** Megabytes as the reader writes them, with the digits 0-9. */
export function megabytes(bytes) {
  const size = Math.max(0.1, bytes / 1e6);
  const digits = { maximumFractionDigits: size < 10 ? 1 : 0 };
  return size.toLocaleString(`${document.documentElement.lang}-u-nu-latn`, digits);
}

/** The time on this phone, as 14:03. */
export function clock(at = new Date()) {
  return [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}

/* Search without a server: loads the scripts of the index (portability/site_search.py) that the
   words stand in, and shows what is found as the running diary does: the best first, then the newest. */
"use strict";

/* `var`: a web archive's replay wraps scripts in a block, out of which the index calls. */
var diarySearch = (() => {
  const AT_ONCE = 20, AROUND = 110, LEVELS = 6;
  const byId = (id) => document.getElementById(id);
  const say = JSON.parse(byId("words").textContent);
  const lang = document.documentElement.lang;
  const here = document.querySelector('script[src$="index.js"]').src;
  let index, arrived, begin;
  const begun = new Promise((done) => { begin = done; });

  /* ---- the scripts of the index, each asked for once */

  const scripts = new Map();
  let queue = Promise.resolve();

  function load(name) {
    if (!scripts.has(name)) {
      queue = queue.then(() => new Promise((done, fail) => {
        const script = document.createElement("script");
        script.src = new URL(`${name}.js`, here);
        script.onload = () => { scripts.set(name, arrived); done(); };
        script.onerror = fail;
        document.head.append(script);
      }));
      scripts.set(name, null);
    }
    return queue.then(() => scripts.get(name));
  }

  /* ---- which posts hold a term, and at which level */

  function numberOf(word) {
    let number = index.firsts.findIndex((first) => first > word);
    if (number < 0) number = index.firsts.length;
    return Math.max(number - 1, 0);
  }

  async function postings(form, prefix) {
    const last = prefix ? numberOf(form + "\uffff") : numberOf(form);
    const found = [];
    for (let number = numberOf(form); number <= last && index.firsts.length; number++) {
      const part = await load(`words-${number}`);
      const words = prefix ? Object.keys(part).filter((word) => word.startsWith(form)) : [form];
      found.push(...words.filter((word) => Object.hasOwn(part, word)).map((word) => [word, part[word]]));
    }
    return found;
  }

  /* A word as written is also its own stem, and folded where folding changes nothing. */
  function stands(place, rank, word) {
    return place && place <= rank && (rank < 3 || place === 3 || diaryStem.fold(word) === word);
  }

  async function levels(term) {
    if (term.words.length > 1) return phrase(term);
    const found = new Map();
    for (let level = 1; level <= LEVELS; level++) {
      for (const form of diaryStem.at(term, level)) {
        for (const [word, posts] of await postings(form, term.prefix)) {
          let sequence = 0;
          for (const [, distance, letter] of posts.matchAll(/([0-9a-z]+)([A-P])/g)) {
            sequence += parseInt(distance, 36);
            const places = letter.charCodeAt(0) - 65;
            const place = level % 2 ? places >> 2 : places & 3;
            if (!found.has(sequence) && stands(place, (level + 1) >> 1, word)) found.set(sequence, level);
          }
        }
      }
    }
    return found;
  }

  async function phrase(term) {
    const each = [];
    for (const word of term.words) each.push(await levels({ words: [word], literal: true }));
    const found = new Map();
    for (const sequence of each[0].keys()) {
      if (!each.every((one) => one.has(sequence))) continue;
      const inside = (await post(sequence)).said
        .filter(([text]) => ` ${diaryStem.words(text).join(" ")} `.includes(` ${term.words.join(" ")} `));
      if (inside.length) found.set(sequence, inside.some(([, , part]) => part === "title") ? 1 : 2);
    }
    return found;
  }

  async function find(terms) {
    const each = [];
    for (const term of terms) each.push(await levels(term));
    return [...each[0].keys()]
      .filter((sequence) => each.every((one) => one.has(sequence)))
      .map((sequence) => [Math.max(...each.map((one) => one.get(sequence))), sequence])
      .sort((one, other) => one[0] - other[0] || other[1] - one[1])
      .map(([, sequence]) => sequence);
  }

  async function post(sequence) {
    return (await load(`posts-${Math.floor(sequence / index.each)}`))[sequence];
  }

  /* ---- showing them */

  function node(name, attributes = {}, ...inside) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) if (value) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  }

  function tongue(of) {
    return of === lang ? {} : { lang: of, dir: "auto" };
  }

  function marked(text, spans) {
    const pieces = [];
    let done = 0;
    for (const [from, to] of spans) {
      pieces.push(text.slice(done, from), node("mark", {}, text.slice(from, to)));
      done = to;
    }
    return [...pieces, text.slice(done)];
  }

  function excerpt(text, spans) {
    let from = Math.max(spans[0][0] - AROUND, 0), to = Math.min(spans[0][0] + AROUND * 2, text.length);
    const space = text.slice(from, spans[0][0]).indexOf(" ");
    if (from && space >= 0) from += space + 1;
    if (to < text.length) to = Math.max(text.lastIndexOf(" ", to), spans[0][1]);
    const inside = spans.filter((span) => span[0] >= from && span[1] <= to).map(([a, b]) => [a - from, b - from]);
    return [from ? "… " : "", ...marked(text.slice(from, to), inside), to < text.length ? " …" : ""];
  }

  function day(text) {
    if (!text) return say.undated;
    const [year, month, date] = text.split("-").map(Number);
    const shown = { year: "numeric", ...(month && { month: "long" }), ...(date && { day: "numeric" }), timeZone: "UTC" };
    const tag = { ar: "ar-u-nu-latn", en: "en-GB" }[lang] ?? lang;
    const words = new Intl.DateTimeFormat(tag, shown).format(Date.UTC(year, (month || 1) - 1, date || 1));
    return node("time", { datetime: text }, words);
  }

  /* The page stands in the folder `search`, beside the posts in its language. */
  function address(file) {
    return new URL(`../${file}`, location.href).href;
  }

  function item(found, terms) {
    const texts = found.said.filter(([, , part]) => part !== "title");
    const hit = texts.map(([text, of, part]) => [text, of, part, diaryStem.hits(text, terms, of)])
      .find(([, , , spans]) => spans.length);
    const called = hit && say.called[hit[2]];
    const opening = hit && !called ? node("p", tongue(hit[1]), ...excerpt(hit[0], hit[3]))
      : node("p", tongue(found.lang), found.opening);
    const heading = marked(found.heading, diaryStem.hits(found.heading, terms, found.lang));
    return node("li", { class: `lab-${found.lab}` },
      node("p", { class: "note" }, day(found.day)),
      node("h2", {}, node("a", { href: address(found.file) }, node("span", tongue(found.lang), ...heading))),
      opening,
      ...(called ? [node("p", { class: "note" }, `${called}: `, node("bdi", tongue(hit[1]), ...excerpt(hit[0], hit[3])))] : []),
      smallLine(found));
  }

  function smallLine(found) {
    const place = index.labs[found.lab]?.[lang];
    const names = found.by && node("span", { class: place && "dot" }, node("bdi", {}, found.by));
    return node("p", { class: "note" }, place ? node("span", { class: "place" }, place) : "", names);
  }

  let asked = 0;

  async function show(text) {
    const mine = ++asked, terms = diaryStem.query(text);
    const list = byId("found"), more = byId("more");
    const found = terms.length ? await find(terms) : [];
    if (mine !== asked) return;
    list.replaceChildren();
    const form = new Intl.PluralRules(lang).select(found.length);
    byId("status").textContent = !terms.length ? ""
      : found.length ? say.posts[form].replace("%(num)s", found.length) : say.nothing;
    byId("elsewhere").hidden = !terms.length || found.length > 0;
    const next = async () => {
      const part = found.splice(0, AT_ONCE);
      for (const sequence of part) list.append(item(await post(sequence), terms));
      more.hidden = !found.length;
    };
    more.firstElementChild.onclick = next;
    await next();
  }

  function fromAddress() {
    const text = decodeURIComponent(location.hash.replace(/^#q=/, ""));
    byId("q").value = text;
    return show(text);
  }

  begun.then(() => {
    diaryStem.use(index.stem);
    byId("search").hidden = false;
    byId("search").addEventListener("submit", (event) => {
      event.preventDefault();
      location.hash = `q=${encodeURIComponent(byId("q").value.trim())}`;
    });
    addEventListener("hashchange", fromAddress);
    fromAddress();
  });

  return {
    index(given) { index = given; begin(); },
    words(part) { arrived = part; },
    posts(part) { arrived = part; },
  };
})();

/* text/stem.py once more, for the frozen site's search: the same words, stems and hits.
   Its tables come with the index; Snowball's stemmers are those of static/vendor. */
"use strict";

var diaryStem = (() => {  // as in search.js
  const MARKS = /[\u0610-\u061a\u0640\u064b-\u065f\u0670]/gu;
  const WORD = /[\p{L}\p{N}]+/gu;
  const WRITTEN = /[\p{L}\p{N}]+(?:[\u0610-\u061a\u064b-\u065f\u0670]+[\p{L}\p{N}]*)*/gu;
  const TERM = /"([^"]*)(?:"|$)|([^\s"]+)/gu;
  const QUOTES = /[“”„«»″]/gu;
  const SNOWBALL = { swedish: new SwedishStemmer(), english: new EnglishStemmer(), arabic: new ArabicStemmer() };
  const OF_LANGUAGE = { sv: "swedish", en: "english", ar: "arabic" };
  let tables, parts, whole, known;

  function use(given) {
    tables = given;
    parts = new Set(tables.parts);
    whole = new Set(tables.whole);
    known = new Map();
  }

  const unique = (list) => [...new Set(list)];
  const meets = (list, set) => list.some((one) => set.has(one));

  function casefold(text) {
    return Array.from(text, (c) => tables.folds[c] ?? c.toLowerCase()).join("");
  }

  function words(text) {
    const plain = text.normalize("NFC").replace(MARKS, "");
    const found = casefold(plain).normalize("NFC").match(WORD) ?? [];
    return found.map((word) => Array.from(word).slice(0, tables.longest).join(""));
  }

  function fold(word, keepOwn = false) {
    const letters = Array.from(word, (c) => tables.arabic[c] ?? c).map((c) =>
      keepOwn && tables.own.includes(c) ? c : c.normalize("NFKD").replace(/\p{M}/gu, "")).join("");
    const plain = keepOwn ? letters : Array.from(letters, (c) => tables.plain[c] ?? c).join("");
    return (plain.match(WORD) ?? []).join("") || word;
  }

  function origins(word) {
    for (const cut of [0, ...Array.from({ length: Math.max(word.length - 4, 0) }, (_, at) => at + 2)]) {
      const bare = Object.hasOwn(tables.swedish, word.slice(cut)) && tables.swedish[word.slice(cut)];
      if (bare !== false) return [word.slice(0, cut) + bare];
    }
    const definite = Object.entries(tables.definite)
      .filter(([ending]) => word.endsWith(ending) && word.length - ending.length >= tables.shortest)
      .map(([ending, bare]) => word.slice(0, word.length - ending.length) + bare);
    return [SNOWBALL.swedish.stemWord(word), ...definite];
  }

  function steps(word, name) {
    const found = [word];
    for (const one of found) { // grows while it is walked
      const shorter = name === "swedish" ? origins(one) : [SNOWBALL[name].stemWord(one)];
      found.push(...shorter.filter((next) => !found.includes(next) && next.length >= tables.shortest));
    }
    return found;
  }

  function unlinked(head) {
    return head.endsWith("s") && head.length > 4 ? head.slice(0, -1) : head;
  }

  function compound(word) {
    const itself = steps(word, "swedish");
    if (meets(itself, parts) || meets(itself, whole)) return [];
    const cuts = Array.from({ length: Math.max(word.length - 5, 0) }, (_, at) =>
      [word.slice(0, at + 3), word.slice(at + 3)]);
    for (const [head, tail] of cuts) {
      if ((head.length > 3 || parts.has(head)) && meets(steps(tail, "swedish"), parts))
        return [...unique([unlinked(head), head]), tail];
    }
    for (const [head, tail] of cuts) {
      const isPart = head.length > 3 && meets([head, unlinked(head)], parts);
      if (isPart && tail.length > 3 && !tables.derived.some((ending) => tail.startsWith(ending)))
        return [unlinked(head)];
    }
    return [];
  }

  function stems(word, lang) {
    const name = OF_LANGUAGE[lang.split("-")[0]];
    if (!name) return [word];
    const key = `${name} ${word}`;
    if (!known.has(key)) {
      const of = name === "swedish" ? compound(word) : [];
      known.set(key, unique([steps(word, name), ...of.map((part) => steps(part, name))].flat()));
    }
    return known.get(key);
  }

  function queryStems(word) {
    const names = word[0] >= "\u0600" && word[0] <= "\u06ff" ? ["arabic"] : ["swedish", "english"];
    return unique(names.flatMap((name) => steps(word, name)));
  }

  /* What counts as a term at a level, as `Term.at` has it. */
  function at(term, level) {
    if (level <= 2) return [term.words.join(" ")];
    if (term.literal) return [];
    const [word] = term.words;
    if (level <= 4) return term.prefix ? [word] : queryStems(word);
    const near = term.prefix ? [word] : unique([word, ...queryStems(word)]);
    return unique(near.map((one) => fold(one, true)));
  }

  function query(text) {
    const terms = new Map();
    const add = (of, prefix, literal) => {
      const term = { words: of, prefix, literal };
      terms.set(JSON.stringify(term), term);
    };
    for (const [, phrase, single] of text.replace(QUOTES, '"').matchAll(TERM)) {
      const found = words(phrase || single || "");
      if (phrase && found.length) add(found, false, true);
      else if (found.length) {
        found.slice(0, -1).forEach((word) => add([word], false, false));
        add(found.slice(-1), (single ?? "").endsWith("*"), false);
      }
    }
    return [...terms.values()].slice(0, tables.most);
  }

  function isHit(said, term, lang) {
    if (term.literal) return said.join(" ") === term.words.join(" ");
    const [word] = said, [wanted] = term.words;
    if (term.prefix) return word.startsWith(wanted) || fold(word).startsWith(wanted);
    const forms = stems(word, lang);
    return meets(forms, new Set(at(term, 4))) || meets(forms.map((one) => fold(one)), new Set(at(term, 6)));
  }

  /* Where in a text something stands that the terms find: from and to, in order. */
  function hits(text, terms, lang) {
    const spans = [...text.matchAll(WRITTEN)].map((found) => [found.index, found.index + found[0].length]);
    const said = spans.map(([from, to]) => words(text.slice(from, to)).join(""));
    const found = spans.flatMap(([start], place) => terms
      .filter((term) => place + term.words.length <= said.length
        && isHit(said.slice(place, place + term.words.length), term, lang))
      .map((term) => [start, spans[place + term.words.length - 1][1]]));
    return found.filter(([start], place) => !place || start >= found[place - 1][1]);
  }

  return { use, words, fold, stems, queryStems, at, query, hits };
})();

// What stands in the writing form, as pairs of name and value; and back into it.

const NOT_WRITTEN = new Set(["csrf_token", "form_key", "edition", "action", "move", "language"]);
export const OF_PICTURE = /^(?:alt|caption|credit|link|claim|focus)-(.+)$/;

/** The form's fields without files, buttons and what the server put in. */
export function read(form) {
  const pairs = [...new FormData(form)];
  return pairs.filter(([name, value]) => typeof value === "string" && !NOT_WRITTEN.has(name));
}

/** `fields` with the newer ones' values where both have a name. */
export function merge(fields, newer) {
  const names = new Set(newer.map(([name]) => name));
  return [...fields.filter(([name]) => !names.has(name)), ...newer];
}

/** Put kept fields back. `partial` fields leave the others as they are. */
export function write(form, fields, partial) {
  const values = new Map();
  for (const [name, value] of fields) values.set(name, [...(values.get(name) ?? []), value]);
  const pictures = new Set(values.get("picture"));
  for (const control of form.elements) {
    const { name, type } = control;
    const token = OF_PICTURE.exec(name)?.[1];
    if (!name || name === "picture" || NOT_WRITTEN.has(name)) continue;
    if (type === "file" || type === "submit" || type === "button") continue;
    if (token ? !pictures.has(token) : partial && !values.has(name)) continue;
    const found = values.get(name);
    if (type === "checkbox" || type === "radio") control.checked = !!found?.includes(control.value);
    else if (found?.length) control.value = found.shift();
  }
  reorder(form, [...pictures]);
}

/** Put the rows of pictures into the kept order; rows it does not know stay last. */
function reorder(form, tokens) {
  const list = form.querySelector("#pictures");
  const place = (row) => tokens.indexOf(row.dataset.token) + 1 || tokens.length + 1;
  const rows = [...(list?.children ?? [])];
  const sorted = [...rows].sort((one, other) => place(one) - place(other));
  if (sorted.some((row, at) => row !== rows[at])) list.append(...sorted);
}

// What to propose where: the way from the top of the file to the cursor, and what the server says may stand there.

const KEY = /^("(?:[^"\\]|\\.)*"|'[^']*'|[^\s#{}[\],"':-][^#{}[\],:]*?)\s*:(?=\s|$)/;
const LINE = /^(\s*)((?:-\s+|-$)*)(.*)$/;

/** A source of completions for CodeMirror. `words` are `fields`, `values` and `names` by where they may stand. */
export function completing(words) {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    if (/(^|\s)#/.test(before)) {
      return null;
    }
    const word = /[^\s{}[\],:"']*$/.exec(before)[0];
    if (!word && !context.explicit && !/[{[,]\s*$|:\s+$/.test(before)) {
      return null;
    }
    const lines = [];
    for (let number = 1; number < line.number; number++) {
      lines.push(context.state.doc.line(number).text);
    }
    const { path, value } = whereIs([...lines, before.slice(0, before.length - word.length)]);
    const all = context.state.doc.toString();
    const options = value ? valuesAt(words, path, all) : fieldsAt(words, path, all);
    return options.length ? { from: context.pos - word.length, options, validFor: /^[^\s{}[\],:"']*$/ } : null;
  };
}

/** The names that lead to the end of some lines, and whether a value is to stand there and not a name. */
export function whereIs(lines) {
  const [, spaces, dashes, content] = LINE.exec(lines[lines.length - 1]);
  const path = [];
  let column = spaces.length + dashes.length;
  const key = KEY.exec(content);
  const inside = brackets(key ? content.slice(key[0].length) : content);
  if (key) {
    path.push(plain(key[1]));
  }
  let fromDash = false;
  if (dashes) {
    path.unshift("*");
    column = spaces.length;
    fromDash = true;
  }
  for (let number = lines.length - 2; number >= 0 && (column > 0 || fromDash); number--) {
    const [, indent, marks, rest] = LINE.exec(lines[number]);
    if (!rest || rest.startsWith("#")) {
      continue;
    }
    const at = indent.length + marks.length;
    const above = KEY.exec(rest);
    if (marks && at === column && !fromDash) {
      path.unshift("*");
      column = indent.length;
      fromDash = true;
    } else if (above && !marks && (at < column || (fromDash && at === column))) {
      path.unshift(plain(above[1]));
      column = at;
      fromDash = false;
    } else if (above && marks && at < column) {
      path.unshift("*", plain(above[1]));
      column = indent.length;
      fromDash = true;
    }
  }
  const value = inside.path.length || inside.open ? inside.value : Boolean(key) || (dashes !== "" && listOfNames(path));
  return { path: [...path, ...inside.path].join("."), value };
}

// What brackets that are still open lead to: `{who: ` to `who`, `[amy, ` to `*`.
function brackets(content) {
  const open = [];
  let token = "";
  let quote = "";
  for (const letter of content) {
    const inner = open[open.length - 1];
    if (quote) {
      quote = letter === quote ? "" : quote;
      token += letter;
    } else if (letter === '"' || letter === "'") {
      quote = letter;
      token += letter;
    } else if (letter === "{" || letter === "[") {
      open.push({ kind: letter, key: null });
      token = "";
    } else if (letter === "}" || letter === "]") {
      open.pop();
      token = "";
    } else if (letter === "," && inner) {
      inner.key = null;
      token = "";
    } else if (letter === ":" && inner && inner.kind === "{" && inner.key === null) {
      inner.key = plain(token.trim());
      token = "";
    } else {
      token += letter;
    }
  }
  const path = [];
  for (const one of open) {
    if (one.kind === "[") {
      path.push("*");
    } else if (one.key !== null) {
      path.push(one.key);
    }
  }
  const last = open[open.length - 1];
  return { path, open: open.length > 0, value: Boolean(last) && (last.kind === "[" || last.key !== null) };
}

function listOfNames(path) {
  return ["on_call", "turns", "backup", "numbers", "languages"].includes(path[path.length - 2]);
}

function plain(key) {
  return key.replace(/^["']|["']$/g, "");
}

function fits(pattern, path) {
  const wanted = pattern ? pattern.split(".") : [];
  const given = path ? path.split(".") : [];
  return wanted.length === given.length && wanted.every((one, place) => one === "*" || one === given[place]);
}

function fieldsAt(words, path, all) {
  const found = Object.entries(words.fields).filter(([pattern]) => fits(pattern, path)).flatMap(([, fields]) => fields);
  const named = namesFor(words, `${path}#`, all).map((name) => ({ name, about: "" }));
  return [...found, ...named].map((one) => ({ label: one.name, apply: `${one.name}: `, detail: one.about }));
}

function valuesAt(words, path, all) {
  const names = namesFor(words, path, all);
  const found = Object.entries(words.values).filter(([pattern]) => fits(pattern, path)).flatMap(([, values]) => values);
  return [...names, ...found].map((label) => ({ label }));
}

function namesFor(words, path, all) {
  return Object.entries(words.names)
    .filter(([, patterns]) => patterns.some((pattern) => fits(pattern, path)))
    .flatMap(([section]) => namesUnder(section, all));
}

/** The names that a file has right under a section: its volunteers, its steps, its languages. */
export function namesUnder(section, all) {
  const lines = all.split("\n");
  const start = lines.findIndex((line) => line.startsWith(`${section}:`));
  const names = [];
  let column = null;
  for (const line of start < 0 ? [] : lines.slice(start + 1)) {
    const [, indent, , rest] = LINE.exec(line);
    if (!rest || rest.startsWith("#")) {
      continue;
    }
    if (!indent) {
      break;
    }
    column ??= indent.length;
    const key = indent.length === column ? KEY.exec(rest) : null;
    if (key) {
      names.push(plain(key[1]));
    }
  }
  return names;
}

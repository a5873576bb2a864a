import { type Finding, parseDuration, type TextFile } from 'nestjs-lifecycle-manifest-check';
import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, stringify, type YAMLMap } from 'yaml';

/** Rules whose remedy is no text to paste, and why. */
export const REMEDIES_FOR_A_PERSON: Readonly<Record<string, string>> = {
  'keep-alive-too-short': 'is a change of the code, which is in no manifest',
  'settings-of-another-environment': 'is a command, which prints the settings again',
  'heroku-stop-time': 'is a command, since the platform has no file for variables',
  'disruption-budget-overlap': 'only the team knows which of its budgets is meant',
  'node-leaves-earlier': 'less time to stop, or nodes that stay and cost more',
  'local-traffic-not-drained': 'a readiness that stays green is a change of the code; or traffic by way of other nodes',
  'host-port-taken': 'a port that is not the node’s, or a pod less while an update lasts',
  'ignore-without-reason': 'only the team knows its reason',
  'unused-ignore': 'a comment, which goes or moves to another line',
};

type Keys = readonly (string | number)[];
type Fields = Record<string, unknown>;

/**
 * The files after a reader has pasted what the findings say, all of one run together. Nothing is judged here: a remedy is put where
 * the finding points, or where Kubernetes has its key. Of several ways the first that is a text to paste is taken; of two times
 * for the same thing the longer.
 *
 * @throws Error for a remedy that is no text to paste
 */
export function pasteRemedies(files: readonly TextFile[], findings: readonly Finding[]): readonly TextFile[] {
  return files.map((file) => {
    const own = findings.filter((finding) => finding.file === file.path);
    const paste = /\.(?:ya?ml|json)$/.test(file.path) ? intoObjects : intoLines;
    return own.length === 0 ? file : { path: file.path, text: paste(file, own) };
  });
}

/** The ways that a remedy offers, without what it only says. */
function waysOf(remedy: string): readonly string[] {
  return remedy
    .split(/^# or\b.*$/m)
    .map((way) => way.replaceAll(/^(?:#|\(|\/\/|GracefulShutdownModule).*\n?/gm, '').trim())
    .filter((way) => way !== '');
}

/** What is to be pasted: into the object, or as objects of their own. */
function fragmentsOf({ rule, remedy }: Finding): readonly Fields[] {
  const way = waysOf(remedy).find((one) => /^"?[\w./-]+"?:(?:\s|$)/.test(one.replace(DELETION, '')));
  const text = way?.replace(DELETION, '') ?? '';
  const documents = parseAllDocuments(text.startsWith('"') ? `{${text}}` : text);
  const read = [...documents].map((document): unknown => document.toJS());
  if (!read.every(isFields) || (read.length === 0 && deletedBy(remedy) === undefined))
    throw new Error(`${rule}: this is no text to paste:\n${remedy}`);
  return read;
}

const DELETION = /^Delete (\w+).*\n?/;

function deletedBy(remedy: string): string | undefined {
  return DELETION.exec(remedy)?.[1];
}

function isFields(read: unknown): read is Fields {
  return typeof read === 'object' && read !== null && !Array.isArray(read);
}

function intoObjects({ path, text }: TextFile, findings: readonly Finding[]): string {
  const lineCounter = new LineCounter();
  const documents = [...parseAllDocuments(text, { lineCounter })];
  const objects = documents.map((document): Paste => new Paste(document.toJS()));
  const added = new Map<string, unknown>();
  // Where things stand is looked up before anything moves.
  const places = findings.map(({ line, column }) => {
    const offset = (lineCounter.lineStarts[line - 1] ?? 0) + column - 1;
    const index = documents.findIndex(({ range }) => offset < range[2]);
    return { object: objects[index], at: keysAt(documents[index]?.contents, offset) };
  });
  for (const [index, finding] of findings.entries()) {
    const { object, at } = places[index] ?? { object: undefined, at: [] };
    if (object === undefined) throw new Error(`${finding.rule} points outside of ${path}`);
    const deleted = deletedBy(finding.remedy);
    if (deleted !== undefined) object.remove(at, deleted);
    const [into, way] = homeSaid(finding, objects) ?? [object, at];
    for (const fragment of fragmentsOf(finding)) {
      if ('kind' in fragment) added.set(JSON.stringify(fragment), fragment);
      else into.putAll(way, fragment);
    }
  }
  const written = [...objects.map(({ root }) => root), ...added.values()];
  if (path.endsWith('.json')) return JSON.stringify(written[0], undefined, 2);
  return written.map((one) => stringify(one, { lineWidth: 0 })).join('---\n');
}

/** Another object than the one that the finding points at, where the remedy says so: `# in Deployment orders:`. */
function homeSaid({ remedy }: Finding, objects: readonly Paste[]): readonly [Paste, Keys] | undefined {
  const [said, kind, name] = /^# in ([A-Z]\w+) (\S+):$/m.exec(remedy) ?? [];
  if (said === undefined) return undefined;
  const found = objects.find(({ root }) => isFields(root) && root['kind'] === kind && namedOf(root) === name);
  return found && [found, []];
}

function namedOf({ metadata }: Fields): unknown {
  return isFields(metadata) ? metadata['name'] : undefined;
}

/** The way to the key or the item that stands at a place. */
function keysAt(node: unknown, offset: number): Keys {
  if (isMap(node)) return keysInMap(node, offset);
  const index = isSeq(node) ? node.items.findIndex((item) => offset < (endOf(item) ?? 0)) : -1;
  return isSeq(node) && index !== -1 ? [index, ...keysAt(node.items[index], offset)] : [];
}

function keysInMap({ items }: YAMLMap, offset: number): Keys {
  const found = items.find(({ key, value }) => startOf(key) <= offset && offset < (endOf(value) ?? endOf(key) ?? 0));
  if (found === undefined || !isScalar(found.key)) return [];
  return [String(found.key.value), ...(offset > startOf(found.key) ? keysAt(found.value, offset) : [])];
}

function startOf(key: unknown): number {
  return isScalar(key) ? (key.range?.[0] ?? 0) : Number.POSITIVE_INFINITY;
}

function endOf(node: unknown): number | undefined {
  return isMap(node) || isSeq(node) || isScalar(node) ? node.range?.[1] : undefined;
}

const POD: Keys = ['spec', 'template', 'spec'];
/** Where Kubernetes has the keys of remedies whose findings point elsewhere. */
const HOMES: readonly (readonly [keys: RegExp, home: (at: Keys) => Keys])[] = [
  [/^(?:env|(?:readiness|startup|liveness)Probe|lifecycle|command|args)$/, containerOf],
  [/^(?:terminationGracePeriodSeconds|initContainers|os|affinity)$/, () => POD],
  [/^(?:maxSurge|maxUnavailable)$/, () => ['spec', 'strategy', 'rollingUpdate']],
  [/^(?:replicas|(?:updateS|s)trategy|minReadySeconds|progressDeadlineSeconds)$/, () => ['spec']],
  [/^metadata$/, () => ['spec', 'template']],
];
/** Of which only one may be there. */
const RIVALS: readonly (readonly string[])[] = [
  ['httpGet', 'tcpSocket', 'exec', 'grpc'],
  ['sleep', 'exec'],
  ['minAvailable', 'maxUnavailable'],
];

/** The first container, where the finding points at none. */
function containerOf(at: Keys): Keys {
  const index = at.indexOf('containers');
  return index === -1 ? [...POD, 'containers', 0] : at.slice(0, index + 2);
}

/** An object of a file, while remedies are pasted into it. */
class Paste {
  readonly #written = new Map<string, unknown>();

  constructor(readonly root: unknown) {}

  /** Takes out the nearest key of that name around the place, or the variable of that name. */
  remove(at: Keys, name: string): void {
    const around = this.#around(at, name);
    const fields = around && this.#get(around);
    if (isFields(fields)) Reflect.deleteProperty(fields, name);
    else {
      const env = this.#get([...containerOf(at), 'env']);
      const index = Array.isArray(env) ? env.findIndex((one) => isFields(one) && one['name'] === name) : -1;
      if (index === -1 || !Array.isArray(env)) throw new Error(`there is no ${name} to delete at ${at.join('.')}`);
      env.splice(index, 1);
    }
  }

  putAll(at: Keys, fragment: Fields): void {
    for (const [key, value] of Object.entries(fragment)) this.#merge([...this.#homeOf(at, key), key], value);
  }

  #homeOf(at: Keys, key: string): Keys {
    const around = this.#around(at, key);
    if (around !== undefined) return around;
    // A key that is missing has a finding at the object around it; a rival of the key stands where the finding points.
    const parent = at.slice(0, -1);
    if (RIVALS.some((names) => names.includes(key) && names.includes(String(at.at(-1))))) return parent;
    const home = isFields(this.#get(POD)) ? HOMES.find(([keys]) => keys.test(key)) : undefined;
    if (home !== undefined) return home[1](at);
    return isFields(this.#get(at)) ? at : parent;
  }

  #around(at: Keys, key: string): Keys | undefined {
    const lengths = [...at.keys(), at.length].toReversed();
    const found = lengths.find((length) => {
      const fields = this.#get(at.slice(0, length));
      return isFields(fields) && key in fields;
    });
    return found === undefined ? undefined : at.slice(0, found);
  }

  #merge(at: Keys, value: unknown): void {
    const before = this.#get(at);
    if (isFields(value)) {
      if (!isFields(before)) this.#set(at, {});
      if (value['type'] === 'Recreate') this.#drop([...at, 'rollingUpdate']);
      for (const [key, one] of Object.entries(value)) this.#merge([...at, key], one);
    } else if (Array.isArray(value) && value.every((one) => isFields(one) && 'name' in one)) {
      const list: unknown[] = Array.isArray(before) ? before : [];
      this.#set(at, list);
      for (const one of value.filter(isFields)) {
        const index = list.findIndex((other) => isFields(other) && other['name'] === one['name']);
        this.#merge([...at, index === -1 ? list.length : index], one);
      }
    } else this.#set(at, value);
  }

  #set(at: Keys, value: unknown): void {
    const fields = this.#get(at.slice(0, -1));
    const key = String(at.at(-1));
    if (fields === undefined) this.#set(at.slice(0, -1), {});
    const into: unknown = fields ?? this.#get(at.slice(0, -1));
    if (typeof into !== 'object' || into === null) throw new Error(`there is nothing to paste into at ${at.join('.')}`);
    for (const names of RIVALS.filter((names) => names.includes(key) && at.at(-2) !== 'rollingUpdate'))
      for (const rival of names.filter((name) => name !== key)) Reflect.deleteProperty(into, rival);
    const place = JSON.stringify(at);
    Reflect.set(into, key, longer(this.#written.get(place), value));
    if (!isFields(value) && !Array.isArray(value)) this.#written.set(place, Reflect.get(into, key));
  }

  #drop(at: Keys): void {
    const around = this.#get(at.slice(0, -1));
    if (isFields(around)) Reflect.deleteProperty(around, String(at.at(-1)));
  }

  #get(at: Keys): unknown {
    return at.reduce<unknown>(
      (node, key) => (typeof node === 'object' && node !== null ? Reflect.get(node, String(key)) : undefined),
      this.root,
    );
  }
}

/** What another remedy of the run has written there counts where it is the longer time. */
function longer(before: unknown, value: unknown): unknown {
  return timeOf(before) > timeOf(value) ? before : value;
}

function timeOf(value: unknown): number {
  return typeof value === 'number' ? value : (parseDuration(String(value)) ?? -1);
}

/** A line in place of the one with the same first word; else where the finding points, or at the head of a section. */
function intoLines({ path, text }: TextFile, findings: readonly Finding[]): string {
  const lines = text.split('\n');
  for (const { line, column, remedy } of findings) {
    const isScript = /\.[cm]?js$/.test(path);
    for (const new_ of (waysOf(remedy)[0] ?? '').split('\n')) {
      const written = lines[line - 1] ?? '';
      const word = /^\w+/.exec(new_)?.[0] ?? '';
      const same = lines.findIndex((one) => new RegExp(`^${word}\\b`).test(one));
      const section = lines.findIndex((one) => one.startsWith('[Service]'));
      if (isScript) lines[line - 1] = intoScript(written, column, new_);
      else if (same !== -1) lines[same] = new_;
      else lines.splice(section + 1, 0, new_);
    }
  }
  return lines.join('\n');
}

/** In place of the same key, where the finding points at it; else behind the brace that it points at. */
function intoScript(line: string, column: number, written: string): string {
  const [before, rest] = [line.slice(0, column - 1), line.slice(column - 1)];
  const key = /^\w+:/.exec(written)?.[0] ?? written;
  if (rest.startsWith(key)) return before + rest.replace(/^[^,}]*[^,}\s]/, written);
  return `${line.slice(0, column)} ${written},${line.slice(column)}`;
}

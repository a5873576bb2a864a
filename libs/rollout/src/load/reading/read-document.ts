import { isMap, isScalar, parseDocument, visit, type Document, type YAMLMap } from 'yaml';
import { LoadSourceError, type LoadProblem } from './load-source-error.js';

const MEGABYTE = 1024 * 1024;
/** A HAR carries what was answered, too. */
const MOST_JSON = 128 * MEGABYTE;
/** YAML takes seconds a megabyte. */
const MOST_YAML = 4 * MEGABYTE;
const DEEPEST = 200;
const MOST_NODES = 5_000_000;
const MOST_ALIASES = 1000;

/** Text, and where it is from, for what is said of it. */
export interface SourceText {
  readonly text: string;
  /** As in `load.yaml`. */
  readonly file: string;
}

/**
 * What a JSON or YAML text says, as plain values. Whatever the text is, this ends soon and the values can be walked through.
 *
 * @throws LoadSourceError when it is neither, or too large, or too deep
 */
export function readDocument({ text, file }: SourceText): unknown {
  const fail = (...problems: LoadProblem[]): never => {
    throw new LoadSourceError(file, problems);
  };
  const value = parse(text, fail);
  const problem = problemOfShape(value);
  return problem === undefined ? value : fail({ at: '', message: problem });
}

type Fail = (...problems: LoadProblem[]) => never;

function parse(text: string, fail: Fail): unknown {
  if (text.includes('\0'))
    return fail({
      at: '',
      message: 'is no text: name a file of text, in JSON or YAML (a HAR and an OpenAPI document are such)',
    });
  if (text.trim() === '') return fail({ at: '', message: 'is empty: describe at least one request' });
  const isJson = /^\uFEFF?\s*[[{]/.test(text);
  const most = isJson ? MOST_JSON : MOST_YAML;
  if (text.length > most) {
    const advice = isJson ? 'leave something out' : 'leave something out, or write it as JSON';
    return fail({ at: '', message: `is larger than ${most / MEGABYTE} MB: ${advice}` });
  }
  if (isJson) {
    const parsed = parseJson(text);
    if (parsed !== undefined) return parsed.value;
    // YAML in flow style begins like JSON, and says better what is wrong with either.
    if (text.length > MOST_YAML) return fail({ at: '', message: 'is no JSON' });
  }
  return parseYaml(text, fail);
}

function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return { value };
  } catch {
    return undefined;
  }
}

function parseYaml(text: string, fail: Fail): unknown {
  try {
    // Its own search for equal keys compares each with each.
    const document = parseDocument(text, { uniqueKeys: false, prettyErrors: true });
    const problems = [...document.errors.map(toProblem), ...equalKeys(document)];
    if (problems.length > 0) return fail(...problems.slice(0, 10));
    return document.toJS({ maxAliasCount: MOST_ALIASES }) as unknown;
  } catch (error) {
    if (error instanceof RangeError) return fail({ at: '', message: tooDeep });
    if (error instanceof ReferenceError) {
      return fail({
        at: '',
        message: `has aliases in it that are unknown, or too many: write out what they stand for`,
      });
    }
    throw error;
  }
}

const tooDeep = `is nested deeper than ${DEEPEST} levels: write it flatter`;

function toProblem({ message, linePos }: { message: string; linePos?: unknown }): LoadProblem {
  const [first = ''] = message.split('\n');
  const [, said = first, line, column] = /^(.*) at line (\d+), column (\d+):?$/.exec(first) ?? [];
  const at = linePos === undefined || line === undefined ? '' : `line ${line}, column ${column}`;
  return { at, message: said };
}

function equalKeys(document: Document.Parsed): LoadProblem[] {
  const problems: LoadProblem[] = [];
  visit(document, {
    Map: (_key, map: YAMLMap) => {
      if (!isMap(map)) return;
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const name: unknown = isScalar(key) ? key.value : key;
        if (seen.has(name))
          problems.push({ at: '', message: `has the key ${JSON.stringify(name)} twice in one place` });
        seen.add(name);
      }
    },
  });
  return problems;
}

/** Without recursion, so that nothing is too deep to be found so. */
function problemOfShape(root: unknown): string | undefined {
  const left: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }];
  let nodes = 0;
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    nodes += 1;
    if (next.depth > DEEPEST) return tooDeep;
    if (nodes > MOST_NODES) return 'is too large: leave something out';
    if (typeof next.value !== 'object' || next.value === null) continue;
    for (const value of Object.values(next.value)) left.push({ value, depth: next.depth + 1 });
  }
  return undefined;
}

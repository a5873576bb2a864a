import { bracketsOf, jsonTexts } from './json-texts.js';
import { type Source } from './source.js';
import { UnusableInput } from './unusable-input.js';

/** Every workload is compared with every Service: a whole cluster has some hundred objects, an attack has more. */
const MOST_OBJECTS = 3000;

/** @throws UnusableInput when a file has more objects than can be compared */
export function refuseMany(source: Source, count: number): void {
  if (count <= MOST_OBJECTS) return;
  throw new UnusableInput({
    ...{ code: 'TOO_LARGE', file: source.path, line: 1, column: 1 },
    problem: `the file has ${count} objects, more than the ${MOST_OBJECTS} that are compared.`,
    remedy: 'Pass only the manifests of the service, or split the file by namespace.',
  });
}

/**
 * How many objects a file has at least, from the beginnings of its lines or the brackets of its JSON: to parse the
 * largest file that is read takes many seconds, and to count in it only a part of one.
 */
export function countObjects(text: string): number {
  return /^[\s\uFEFF]*\{/.test(text) ? countInJson(text) : countInLines(text);
}

const LIST_OF_JSON = /"kind"\s*:\s*"\w*List"/;
/** `{ "items": [ {`. */
const DEPTH_OF_ITEMS = 3;

function countInJson(text: string): number {
  const { length } = jsonTexts(text);
  if (length > 1 || !LIST_OF_JSON.test(text)) return length;
  let items = 0;
  for (const { char, depth } of bracketsOf(text, 0)) if (char === '{' && depth === DEPTH_OF_ITEMS) items += 1;
  return items;
}

/** What separates objects: the ends of documents, `kind` and `items` of their top, the items, and other keys there. */
const LINE = /^(?:(?<end>---)|kind:[ \t]*["']?(?<kind>\w*)|(?<items>items:)|(?<indent> *)-[ \t]|(?<other>[^\s#-]))/gm;

function countInLines(text: string): number {
  let objects = 0;
  let document = { isList: false, isInItems: false, items: 0, indent: '' };
  const close = (): void => {
    if (document.isList) objects += document.items;
    document = { isList: false, isInItems: false, items: 0, indent: '' };
  };
  for (const { groups = {} } of text.matchAll(LINE)) {
    const { end, kind, items, indent } = groups;
    if (end !== undefined) close();
    else if (kind !== undefined) {
      document.isInItems = false;
      if (kind.endsWith('List')) document.isList = true;
      else objects += 1;
    } else if (indent === undefined) document.isInItems = items !== undefined;
    else if (document.isInItems) {
      if (document.items === 0) document.indent = indent;
      if (document.indent === indent) document.items += 1;
    }
  }
  close();
  return objects;
}

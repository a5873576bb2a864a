import { type Source } from './source.js';
import { UnusableInput } from './unusable-input.js';

/** The largest file that is read, in characters. A manifest of this size is no manifest. */
export const LARGEST_FILE = 10 * 1024 * 1024;
/** How many levels a document may have. Kubernetes' own API server stops at 10 000 for JSON; real ones have about 20. */
export const DEEPEST_LEVEL = 200;

/** Brackets are also counted inside strings here, hence so many. */
const MOST_OPEN_BRACKETS = 5000;
const CHAIN_OF_LISTS = /(?:[-?:][ \t]){500}/;

/** Refuses what no parser should be given, before it is. */
export function guard(source: Source): void {
  const refuse = (code: UnusableInput['code'], offset: number, words: readonly [string, string]): never => {
    const [problem, remedy] = words;
    throw new UnusableInput({ code, file: source.path, ...source.positionAt(offset), problem, remedy });
  };
  const { text } = source;
  if (text.length > LARGEST_FILE) {
    refuse('TOO_LARGE', 0, [
      `the file has ${(text.length / 1024 / 1024).toFixed(1)} MB, more than the 10 MB that are read.`,
      'Pass only the manifests of the service, for instance with: kustomize build overlays/production.',
    ]);
  }
  const binary = text.search(/[\0\uFFFD]/);
  if (binary !== -1) {
    refuse('NOT_TEXT', binary, [
      'the file is not text in UTF-8.',
      'Leave it out, or save it as UTF-8: iconv -f UTF-16 -t UTF-8.',
    ]);
  }
  const lineEnd = text.includes('\n') ? -1 : text.trimEnd().indexOf('\r');
  if (lineEnd !== -1) {
    refuse('BROKEN_SYNTAX', lineEnd, [
      'its lines end with CR alone, so all of it would be read as one line.',
      "End them with LF: tr '\\r' '\\n' < old.yaml > new.yaml",
    ]);
  }
  const deep = tooManyBrackets(text);
  if (deep !== undefined || CHAIN_OF_LISTS.test(text)) refuse('TOO_DEEP', deep ?? 0, TOO_DEEP);
}

/** What to say of a document with too many levels. */
export const TOO_DEEP = [
  `the document is nested deeper than ${DEEPEST_LEVEL} levels, which no manifest is.`,
  'Leave the file out.',
] as const;

function tooManyBrackets(text: string): number | undefined {
  let open = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === OPEN_BRACKET || char === OPEN_BRACE) open += 1;
    else if ((char === CLOSE_BRACKET || char === CLOSE_BRACE) && open > 0) open -= 1;
    if (open > MOST_OPEN_BRACKETS) return at;
  }
  return undefined;
}

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

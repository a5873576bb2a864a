import { Composer, CST, Parser, type Document } from 'yaml';
import { Field } from './field.js';
import { DEEPEST_LEVEL, guard, TOO_DEEP } from './guard.js';
import { refuseTemplate } from './helm-template.js';
import { jsonTexts } from './json-texts.js';
import { countObjects, refuseMany } from './object-count.js';
import { type Source } from './source.js';
import { UnusableInput } from './unusable-input.js';
import { YamlValues } from './yaml-values.js';

/** One document of a YAML or JSON file. */
export interface SourceDocument {
  readonly root: Field;
  /** The template it was rendered from, where `helm template` says so. */
  readonly template: string | undefined;
}

/**
 * Reads every document of a YAML or JSON file, and every JSON text that follows another; empty ones are left out.
 *
 * @throws UnusableInput for whatever is not YAML, not rendered, or made to hurt.
 */
export function readYaml(source: Source): readonly SourceDocument[] {
  guard(source);
  refuseMany(source, countObjects(source.text));
  return compose(source).flatMap((document) => {
    if (document.contents === null) return [];
    const value = new YamlValues(source, document).read();
    if (value.kind === 'scalar' && value.content === null) return [];
    return [{ root: Field.root(source, value), template: templateOf(source, value.span.start) }];
  });
}

function compose(source: Source): readonly Document.Parsed[] {
  const tokens = tokensOf(source.text);
  for (const token of tokens) refuseDepth(source, token);
  // Looking for duplicate keys takes this parser time that grows with their square, so that is done elsewhere.
  const composer = new Composer({ uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const documents = [...composer.compose(tokens, true, source.text.length)];
  for (const { errors } of documents) {
    const [error] = errors;
    if (error === undefined) continue;
    refuseTemplate(source, true);
    throw syntaxError(source, error);
  }
  return documents;
}

function tokensOf(text: string): readonly CST.Token[] {
  return jsonTexts(text).flatMap(({ start, end }) => {
    const parser = new Parser();
    parser.offset = start;
    return Array.from(parser.parse(text.slice(start, end)));
  });
}

function refuseDepth(source: Source, top: CST.Token): void {
  const open: { readonly token: CST.Token; readonly level: number }[] = [{ token: top, level: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { token, level } = next;
    if (level > DEEPEST_LEVEL) throw tooDeep(source, token.offset);
    for (const child of childrenOf(token)) open.push({ token: child, level: level + 1 });
  }
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((child) => child !== undefined && child !== null));
}

function tooDeep(source: Source, offset: number): UnusableInput {
  const [problem, remedy] = TOO_DEEP;
  return new UnusableInput({ code: 'TOO_DEEP', file: source.path, ...source.positionAt(offset), problem, remedy });
}

interface SyntaxProblem {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

function syntaxError(source: Source, { code, message, pos }: SyntaxProblem): UnusableInput {
  const position = source.positionAt(pos[0]);
  const isTab = code === 'TAB_AS_INDENT' || /^\s*\t/.test(source.lineText(position.line));
  return new UnusableInput({
    code: 'BROKEN_SYNTAX',
    file: source.path,
    ...position,
    problem: `this is not YAML: ${message.replace(/\.?\s*$/, '.')}`,
    remedy: isTab
      ? 'Indent with spaces: YAML allows no tabs there. Type: expand -t 2 on the file.'
      : 'Correct this line; kubectl apply --dry-run=client -f on the file shows when it is right.',
  });
}

/** `helm template` puts a comment before each document. */
function templateOf(source: Source, offset: number): string | undefined {
  const before = source.text.slice(Math.max(0, offset - 2000), offset);
  const ofThis = before.slice(before.lastIndexOf('\n---') + 1);
  return /^# Source: (.+?)\s*$/m.exec(ofThis)?.[1];
}

import type * as typescript from 'typescript';
import { type TypeScript } from './typescript.js';

/** A text put into a file at a position. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** What became of a file: its new text, nothing to do, or why it is left alone. */
export type Edited =
  | { readonly how: 'changed'; readonly text: string }
  | { readonly how: 'unchanged' }
  | { readonly how: 'left-alone'; readonly why: string };

/** A file of TypeScript, read. */
export interface Source {
  readonly ts: TypeScript;
  readonly file: typescript.SourceFile;
  /** How its lines end. */
  readonly newLine: string;
}

/** Reads a text; `undefined` where the compiler finds mistakes in it. */
export function readSource(ts: TypeScript, text: string): Source | undefined {
  if (hasMistakes(ts, text)) return undefined;
  const file = ts.createSourceFile('source.ts', text, ts.ScriptTarget.Latest, true);
  return { ts, file, newLine: text.includes('\r\n') ? '\r\n' : '\n' };
}

/** Puts texts into a file, whose result is as free of mistakes as it was. */
export function insert({ ts, file }: Source, insertions: readonly Insertion[]): Edited {
  const text = insertions
    .toSorted((a, b) => b.at - a.at)
    .reduce((edited, { at, text: added }) => edited.slice(0, at) + added + edited.slice(at), file.text);
  return hasMistakes(ts, text)
    ? { how: 'left-alone', why: 'the result would not be TypeScript' }
    : { how: 'changed', text };
}

function hasMistakes(ts: TypeScript, text: string): boolean {
  const { diagnostics = [] } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, experimentalDecorators: true },
  });
  return diagnostics.some(({ category }) => category === ts.DiagnosticCategory.Error);
}

/** An import at the end of the others, quoted as they are. */
export function importInsertion({ ts, file, newLine }: Source, names: string, from: string): Insertion {
  const imports = file.statements.filter((statement) => ts.isImportDeclaration(statement));
  const last = imports.at(-1);
  const quote = last?.moduleSpecifier.getText(file).startsWith('"') === true ? '"' : "'";
  const end = last === undefined || last.getText(file).endsWith(';') ? ';' : '';
  const line = `import { ${names} } from ${quote}${from}${quote}${end}`;
  if (last !== undefined) return { at: last.end, text: `${newLine}${line}` };
  const first = file.statements[0]?.getStart(file) ?? file.text.length;
  return { at: first, text: `${line}${newLine}` };
}

/** What stands before a node on its line, where that is space alone. */
export function indentOf(file: typescript.SourceFile, node: typescript.Node): string {
  const start = node.getStart(file);
  const line = file.text.slice(file.text.lastIndexOf('\n', start - 1) + 1, start);
  return /^\s*$/.test(line) ? line : '';
}

/** Every node below another one, and itself. */
export function nodesIn(ts: TypeScript, root: typescript.Node): typescript.Node[] {
  const found: typescript.Node[] = [root];
  // The list grows while it is read, so that no depth of a file is too deep.
  for (const node of found) ts.forEachChild(node, (child) => void found.push(child));
  return found;
}

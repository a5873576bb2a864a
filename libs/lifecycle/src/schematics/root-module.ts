import type * as typescript from 'typescript';
import { type Edited, importInsertion, indentOf, insert, type Insertion, nodesIn, type Source } from './source-edit.js';

const MODULE = 'GracefulShutdownModule';
const PACKAGE = 'nestjs-lifecycle';
const CALL = `${MODULE}.forRoot()`;

/** Imports the module of this package into the root module of an application. */
export function importModule(source: Source, className: string): Edited {
  const { ts, file } = source;
  const metadata = metadataOf(source, className);
  if (typeof metadata === 'string') return { how: 'left-alone', why: metadata };
  if (nodesIn(ts, metadata).some((node) => ts.isIdentifier(node) && node.text === MODULE)) return { how: 'unchanged' };
  const into = intoImports(source, metadata);
  if (typeof into === 'string') return { how: 'left-alone', why: into };
  const isImported = file.statements.some(
    (statement) =>
      ts.isImportDeclaration(statement) &&
      nodesIn(ts, statement).some((node) => ts.isIdentifier(node) && node.text === MODULE),
  );
  return insert(source, isImported ? [into] : [importInsertion(source, MODULE, PACKAGE), into]);
}

/** The object that `@Module()` of a class is given, or why there is none to change. */
function metadataOf({ ts, file }: Source, className: string): typescript.ObjectLiteralExpression | string {
  const [found, another] = file.statements
    .filter((statement) => ts.isClassDeclaration(statement))
    .filter(({ name }) => name?.text === className);
  if (found === undefined || another !== undefined) return `there is no class ${className} in it`;
  const calls = (ts.getDecorators(found) ?? [])
    .map(({ expression }) => expression)
    .filter((expression) => ts.isCallExpression(expression))
    .filter(({ expression }) => ts.isIdentifier(expression) && expression.text === 'Module');
  const argument = calls[0]?.arguments[0];
  if (calls.length !== 1) return `${className} has no decorator @Module()`;
  if (argument === undefined || !ts.isObjectLiteralExpression(argument)) return '@Module() is given no object in place';
  return argument;
}

/** Where the call goes, or why it cannot go there. */
function intoImports(source: Source, metadata: typescript.ObjectLiteralExpression): Insertion | string {
  const { ts, file, newLine } = source;
  const { properties } = metadata;
  if (properties.some((property) => ts.isSpreadAssignment(property))) return '@Module() has parts that are spread in';
  const imports = properties.find(({ name }) => name !== undefined && nameOf(source, name) === 'imports');
  if (imports === undefined) {
    const at = metadata.getStart(file) + 1;
    const [first] = properties;
    if (first === undefined) return { at, text: ` imports: [${CALL}] ` };
    const indent = indentOf(file, first);
    return { at, text: indent === '' ? ` imports: [${CALL}],` : `${newLine}${indent}imports: [${CALL}],` };
  }
  if (!ts.isPropertyAssignment(imports) || !ts.isArrayLiteralExpression(imports.initializer)) {
    return 'its imports are no list in place';
  }
  return intoList(source, imports.initializer);
}

/** Inserts at the beginning of the list, so that a comment or a comma at its end needs no care. */
function intoList({ ts: _ts, file, newLine }: Source, list: typescript.ArrayLiteralExpression): Insertion {
  const at = list.getStart(file) + 1;
  const [first] = list.elements;
  if (first === undefined) return { at, text: CALL };
  const indent = indentOf(file, first);
  return { at, text: indent === '' ? `${CALL}, ` : `${newLine}${indent}${CALL},` };
}

function nameOf({ ts }: Source, name: typescript.PropertyName): string | undefined {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : undefined;
}

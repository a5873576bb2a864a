import type * as typescript from 'typescript';
import { type Edited, indentOf, insert, nodesIn, type Source } from './source-edit.js';

/** The functions of `NestFactory` that make an application. */
const FACTORIES: ReadonlySet<string> = new Set(['create', 'createMicroservice', 'createApplicationContext']);

/** Where `main.ts` makes the application. */
export interface Creation {
  /** The variable that has the application. */
  readonly variable: string;
  /** The statement, behind which hooks are enabled. */
  readonly statement: typescript.Statement;
  /** The class of the root module. */
  readonly rootModule: string;
}

/** Where the application is made, or why that is not clear. */
export function creationIn({ ts, file }: Source): Creation | string {
  const calls = nodesIn(ts, file)
    .filter((node) => ts.isCallExpression(node))
    .filter(({ expression }) => isFactory(ts, expression));
  const [call] = calls;
  if (call === undefined) return 'NestFactory.create() is not called in it';
  if (calls.length > 1) return 'NestFactory makes several applications in it';
  const [rootModule] = call.arguments;
  if (rootModule === undefined || !ts.isIdentifier(rootModule)) return 'NestFactory.create() is not given a class';
  const kept = keptIn(ts, call);
  return typeof kept === 'string' ? kept : { ...kept, rootModule: rootModule.text };
}

/** The variable that gets what a call returns, once that is awaited. */
function keptIn(ts: Source['ts'], call: typescript.CallExpression): Omit<Creation, 'rootModule'> | string {
  const declaration = ts.isAwaitExpression(call.parent) ? call.parent.parent : undefined;
  if (declaration === undefined || !ts.isVariableDeclaration(declaration) || !ts.isIdentifier(declaration.name)) {
    return 'what NestFactory.create() returns is not awaited into a variable';
  }
  const statement = declaration.parent.parent;
  if (!ts.isVariableStatement(statement)) return 'the application is not made in a statement of its own';
  return { variable: declaration.name.text, statement };
}

function isFactory(ts: Source['ts'], called: typescript.Expression): boolean {
  return (
    ts.isPropertyAccessExpression(called) &&
    ts.isIdentifier(called.expression) &&
    called.expression.text === 'NestFactory' &&
    FACTORIES.has(called.name.text)
  );
}

/** Calls `enableShutdownHooks()` right behind the statement that makes the application. */
export function enableHooks(source: Source, { variable, statement }: Creation): Edited {
  const { ts, file, newLine } = source;
  const isEnabled = nodesIn(ts, file).some(
    (node) => ts.isPropertyAccessExpression(node) && node.name.text === 'enableShutdownHooks',
  );
  if (isEnabled) return { how: 'unchanged' };
  const end = statement.getText(file).endsWith(';') ? ';' : '';
  const text = `${newLine}${indentOf(file, statement)}${variable}.enableShutdownHooks()${end}`;
  return insert(source, [{ at: statement.end, text }]);
}

/** The file that a class is imported from, as it is written; `undefined` where it is not imported by its name. */
export function importedFrom({ ts, file }: Source, name: string): string | undefined {
  for (const statement of file.statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) continue;
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    const found = bindings.elements.find((element) => element.name.text === name && element.propertyName === undefined);
    if (found !== undefined) return statement.moduleSpecifier.text;
  }
  return undefined;
}

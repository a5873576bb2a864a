import { type AssignmentExpression, type Expression, type Program, type Property, type SpreadElement } from 'acorn';
import { DEEPEST_LEVEL, TOO_DEEP } from '../source/guard.js';
import { type Source, type Span } from '../source/source.js';
import { UnusableInput } from '../source/unusable-input.js';
import { type Entry, type Item, type List, type Mapping, type Scalar, type Value } from '../source/value.js';

/** What a file without fields is. */
export function emptyMapping(source: Source): Mapping {
  const end = source.text.length;
  return { kind: 'mapping', span: { start: end, end }, style: 'read-only', entries: new Map() };
}

/** The values of a parsed program, as far as they are written in it. */
export class JavaScriptValues {
  readonly #constants = new Map<string, Expression>();
  #level = 0;

  constructor(
    private readonly source: Source,
    private readonly program: Program,
  ) {
    for (const statement of program.body) {
      if (statement.type !== 'VariableDeclaration') continue;
      for (const { id, init } of statement.declarations) {
        if (id.type === 'Identifier' && init !== null && init !== undefined) this.#constants.set(id.name, init);
      }
    }
  }

  /** What the file exports: `module.exports = …`, `export default …`, or what is assigned to keys of `exports`. */
  exported(): Value | undefined {
    const keys = new Map<string, Entry>();
    for (const statement of this.program.body) {
      if (statement.type === 'ExportDefaultDeclaration') return this.#exportedDefault(statement.declaration);
      if (statement.type !== 'ExpressionStatement' || statement.expression.type !== 'AssignmentExpression') continue;
      const { expression } = statement;
      const name = this.#textOf(expression.left);
      if (name === 'module.exports') return this.valueOf(assigned(expression));
      const [, key] = /^(?:module\.)?exports\.(\w+)$/.exec(name) ?? [];
      if (key === undefined) continue;
      const value = this.valueOf(assigned(expression));
      keys.set(key, { keySpan: spanOf(expression.left), value, isShared: false });
    }
    return keys.size === 0
      ? undefined
      : { kind: 'mapping', span: spanOf(this.program), style: 'read-only', entries: keys };
  }

  /** A declaration, such as a function, is no value. */
  #exportedDefault(declaration: { readonly type: string }): Value | undefined {
    return declaration.type.endsWith('Declaration') ? undefined : this.valueOf(declaration as Expression);
  }

  valueOf(expression: Expression): Value {
    this.#level += 1;
    if (this.#level > DEEPEST_LEVEL) throw this.#tooDeep(expression);
    const value = this.#read(expression);
    this.#level -= 1;
    return value;
  }

  #read(expression: Expression): Value {
    const span = spanOf(expression);
    if (expression.type === 'ObjectExpression') return this.#object(expression.properties, span);
    if (expression.type === 'ArrayExpression') return this.#list(expression.elements, span);
    if (expression.type === 'ParenthesizedExpression') return this.valueOf(expression.expression);
    if (expression.type !== 'Identifier') return this.#single(expression);
    if (expression.name === 'undefined') return scalar(span, null, 'undefined');
    const constant = this.#constants.get(expression.name);
    return constant === undefined ? unread(span) : this.valueOf(constant);
  }

  #single(expression: Expression): Scalar {
    if (expression.type === 'TemplateLiteral' && expression.expressions.length === 0) {
      const text = expression.quasis[0]?.value.cooked ?? '';
      return scalar(expression, text, text);
    }
    if (expression.type === 'Literal') return literal(expression, expression);
    const number = this.#numberOf(expression);
    return number === undefined ? unread(expression) : scalar(expression, number, String(number));
  }

  /** Also of `30 * 1000`, and of `-1`. */
  #numberOf(expression: Expression): number | undefined {
    if (expression.type === 'UnaryExpression' && expression.operator === '-') {
      const operand = this.#numberIn(expression.argument);
      return operand === undefined ? undefined : -operand;
    }
    if (expression.type !== 'BinaryExpression' || expression.left.type === 'PrivateIdentifier') return undefined;
    const [left, right] = [this.#numberIn(expression.left), this.#numberIn(expression.right)];
    const calculate = CALCULATIONS[expression.operator];
    return left === undefined || right === undefined ? undefined : calculate?.(left, right);
  }

  #numberIn(expression: Expression): number | undefined {
    const value = this.valueOf(expression);
    return value.kind === 'scalar' && typeof value.content === 'number' ? value.content : undefined;
  }

  #object(properties: readonly (Property | SpreadElement)[], span: Span): Mapping {
    const entries = new Map<string, Entry>();
    for (const property of properties) for (const [key, entry] of this.#entriesOf(property)) entries.set(key, entry);
    return { kind: 'mapping', span, style: 'read-only', entries };
  }

  /** None of what has to be computed: methods, computed keys, what is spread from elsewhere. */
  #entriesOf(property: Property | SpreadElement): Iterable<readonly [string, Entry]> {
    if (property.type === 'SpreadElement') {
      const spread = this.valueOf(property.argument);
      return spread.kind === 'mapping' ? spread.entries : [];
    }
    const key = keyOf(property);
    if (key === undefined || property.kind !== 'init' || property.method) return [];
    return [[key, { keySpan: spanOf(property.key), value: this.valueOf(property.value), isShared: false }]];
  }

  #list(elements: readonly (Expression | SpreadElement | null)[], span: Span): List {
    const items = elements.flatMap((element): Item[] => {
      if (element === null) return [];
      if (element.type !== 'SpreadElement') return [{ value: this.valueOf(element), isShared: false }];
      const spread = this.valueOf(element.argument);
      // What is computed shows that there is more.
      return spread.kind === 'list' ? [...spread.items] : [{ value: unread(spanOf(element)), isShared: false }];
    });
    return { kind: 'list', span, style: 'read-only', items };
  }

  #textOf({ start, end }: Span): string {
    return this.source.text.slice(start, end).replaceAll(/\s+/g, '');
  }

  #tooDeep({ start }: Span): UnusableInput {
    const [problem, remedy] = TOO_DEEP;
    const { path } = this.source;
    return new UnusableInput({ code: 'TOO_DEEP', file: path, ...this.source.positionAt(start), problem, remedy });
  }
}

const CALCULATIONS: Readonly<Record<string, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

/** Of `exports = module.exports = …` the last. */
function assigned({ right }: AssignmentExpression): Expression {
  return right.type === 'AssignmentExpression' ? assigned(right) : right;
}

/** `undefined` for one that is computed. */
function keyOf({ key, computed }: Property): string | undefined {
  if (computed) return undefined;
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : undefined;
}

function literal(
  span: Span,
  { value, raw = '' }: { readonly value?: unknown; readonly raw?: string | undefined },
): Scalar {
  if (typeof value === 'string') return scalar(span, value, value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return scalar(span, value, raw);
  return unread(span);
}

function scalar({ start, end }: Span, content: Scalar['content'], text: string): Scalar {
  return { kind: 'scalar', span: { start, end }, content, text };
}

/** What has to be computed. */
function unread(span: Span): Scalar {
  return scalar(span, null, '');
}

function spanOf({ start, end }: Span): Span {
  return { start, end };
}

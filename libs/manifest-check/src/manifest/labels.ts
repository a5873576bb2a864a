import { type Field } from '../source/field.js';

/** Whether a selector of `matchLabels` and `matchExpressions` chooses these labels. An empty one chooses everything. */
export function selects(selector: Field, labels: ReadonlyMap<string, string>): boolean {
  if (!selector.exists) return false;
  return (
    includesAll(labels, selector.at('matchLabels').texts) &&
    selector.at('matchExpressions').items.every((expression) => isTrue(expression, labels))
  );
}

/** Whether every one of the wanted labels is there. */
export function includesAll(labels: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, string>): boolean {
  return [...wanted].every(([key, value]) => labels.get(key) === value);
}

function isTrue(expression: Field, labels: ReadonlyMap<string, string>): boolean {
  const label = labels.get(expression.at('key').text ?? '');
  const values = new Set(expression.at('values').items.map(({ text }) => text));
  switch (expression.at('operator').text) {
    case 'In':
      return label !== undefined && values.has(label);
    case 'NotIn':
      return label === undefined || !values.has(label);
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    case undefined:
    default:
      return false;
  }
}

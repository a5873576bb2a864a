import { type Field } from '../source/field.js';

/** Where PM2's applications are: under `apps`, or the file is the list itself. What is neither does not exist. */
export function pm2ListOf(root: Field): Field {
  return root.items.some((item) => item.at('script').text !== undefined) ? root : root.at('apps');
}

import { type Field } from '../source/field.js';

/** Where PM2's applications are: under `apps`, or the file is the list itself. What is neither does not exist. */
export function pm2ListOf(root: Field): Field {
  return root.items.some((item) => item.at('script').text !== undefined) ? root : root.at('apps');
}

/** Whether the time to stop of an application may be computed, or spread from somewhere else. */
export function isPm2TimeElsewhere({ entries, source }: Field): boolean {
  return entries.some(([key]) => key === 'kill_timeout') || /\.\.\.\s*[\w$(]/.test(source.text);
}

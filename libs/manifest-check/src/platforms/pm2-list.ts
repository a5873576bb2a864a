import { type Field } from '../source/field.js';

/** Where PM2's applications are: under `apps`, or the file is the list itself. What is neither does not exist. */
export function pm2ListOf(root: Field): Field {
  return root.items.some((item) => item.at('script').text !== undefined) ? root : root.at('apps');
}

/** Whether an application is one of the two examples that `pm2 init` writes, in a file that is as it was written. */
export function isOfPm2Init(app: Field): boolean {
  const { text } = app.source;
  const isAsWritten = text.includes('SSH_USERNAME') && text.includes('GIT_REPOSITORY');
  const script = app.at('script').text;
  return isAsWritten && (script === './service-worker/' || (script === 'index.js' && app.at('watch').text === '.'));
}

/** Whether the time to stop of an application may be computed, or spread from somewhere else. */
export function isPm2TimeElsewhere({ entries, source }: Field): boolean {
  return entries.some(([key]) => key === 'kill_timeout') || /\.\.\.\s*[\w$(]/.test(source.text);
}

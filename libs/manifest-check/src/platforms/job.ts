import { isNamedAfterTask } from '../manifest/at-hand.js';
import { type Field } from '../source/field.js';
import { type Platform } from './platform-file.js';

/** Whether a process is there to end by itself, such as a migration before the service starts: it serves no requests. */
export function isJob(platform: Platform, process: Field, root: Field): boolean {
  return JOBS[platform]?.(process, root) ?? false;
}

const JOBS: Readonly<Partial<Record<Platform, (process: Field, root: Field) => boolean>>> = {
  compose: isRunOnce,
  ecs: (process) => process.at('essential').boolean === false,
  pm2: (process) => process.at('autorestart').boolean === false || process.at('cron_restart').exists,
  systemd: (process) => process.at('Type', -1).text === 'oneshot',
  heroku: ({ keys, text = '' }) => /^(?:release|console|rake|test)$/.test(String(keys.at(-1))) || RUNS_ONCE.test(text),
};

/** What prepares a database and ends, by what it runs. */
const RUNS_ONCE =
  /(?:^|[\s:/])(?:migrat\w*|seed\w*|db:(?:init|push|setup|create|deploy|prepare)|prisma\s+(?:migrate|db)|knex\s+migrate\S*|init-?db)(?:$|[\s:.])(?!.*(?:&&|;)\s*(?:exec\s+)?\S)/;

/** A job that ends by itself gets no requests, and its platform does not start it again. */
function isServing(process: Field, restart: string): boolean {
  return process.at('ports').exists || process.at('expose').exists || /^(?:always|unless-stopped)$/.test(restart);
}

/** Configured not to restart, or waited for until it has ended. */
function isRunOnce(process: Field, root: Field): boolean {
  const restart = process.at('restart').text ?? '';
  const name = String(process.keys.at(-1));
  const isAwaited = root
    .at('services')
    .entries.some(([, other]) => other.at('depends_on', name, 'condition').text === 'service_completed_successfully');
  const words = [process.at('command'), process.at('entrypoint')].flatMap(
    (at) => at.text ?? at.items.map(({ text }) => text ?? '').join(' '),
  );
  const deploy = process.at('deploy');
  const isSwarmJob =
    (deploy.at('mode').text ?? '').endsWith('-job') ||
    /^(?:none|on-failure)$/.test(deploy.at('restart_policy', 'condition').text ?? '');
  return (
    (isNamedAfterTask(name) && !isServing(process, restart)) ||
    isAwaited ||
    isSwarmJob ||
    words.some((text) => RUNS_ONCE.test(text)) ||
    /^(?:no|false|on-failure)\b/.test(restart)
  );
}

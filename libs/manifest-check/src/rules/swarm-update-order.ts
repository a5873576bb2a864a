import { type Report, type Rule } from '../rule-kinds/rule.js';
import { serviceProcessesOf } from '../platforms/service-process.js';
import { type Field } from '../source/field.js';

/** Swarm stops the old tasks first unless it is told otherwise. */
export const swarmUpdateOrder: Rule = {
  id: 'swarm-update-order',
  severity: 'error',
  summary: 'An update of a Swarm service stops all of its tasks before the first new one runs',
  *check(model) {
    for (const file of model.platforms.filter(({ platform }) => platform === 'compose')) {
      for (const { field, about } of serviceProcessesOf(file, model.findPrinted))
        yield* reportsOn(field.at('deploy'), about);
    }
  },
};

function* reportsOn(deploy: Field, about: Report['about']): Iterable<Report> {
  const update = deploy.at('update_config');
  // Compose itself passes over what is for Swarm only.
  if (!update.exists || update.at('order').text === 'start-first' || deploy.at('mode').text === 'global') return;
  const all = tasksAtOnce(deploy);
  if (all === undefined) return;
  yield {
    at: update.at('parallelism'),
    about,
    message: `an update stops ${all} before the first new one runs (order ${update.at('order').text ?? 'stop-first, the default'})`,
    why: 'Until a new task answers, every request is refused.',
    remedy: `update_config:\n  parallelism: 1\n  order: start-first`,
  };
}

/** All tasks, in words; `undefined` where an update leaves some of them. */
function tasksAtOnce(deploy: Field): string | undefined {
  const replicas = deploy.at('replicas').number ?? 1;
  const parallelism = deploy.at('update_config', 'parallelism').number ?? 1;
  // A parallelism of 0 is all of them.
  if (replicas === 0 || (parallelism !== 0 && parallelism < replicas)) return undefined;
  return replicas === 1 ? 'the only task' : `all ${replicas} tasks at once (parallelism ${parallelism})`;
}
